// The panels of the overview that are tables and bars: they can be read by anybody and print sharply.
import { h } from "../dom.js";
import { count, languageName, t } from "../i18n.js";
import { go } from "../page_frame.js";
import { inUnit } from "./figures.js";
import { filterOf } from "./filters.js";

const HEALTH = ["verified", "due", "overdue", "unverified", "never"];
const STEPS = ["shown", "opened", "used", "sent", "solved"];

/** Shown, opened, used, sent, solved: each with its share of the step before. */
export function funnel(steps) {
  const most = Math.max(1, ...STEPS.map((name) => steps[name] || 0));
  return h(
    "ol.funnel",
    {},
    STEPS.map((name, place) => {
      const n = steps[name] || 0;
      const before = place ? steps[STEPS[place - 1]] || 0 : 0;
      const inner = h("span.funnel-bar", { "aria-hidden": "true" });
      inner.style.width = `${(100 * n) / most}%`;
      return h(
        "li",
        {},
        h("span.funnel-name", {}, t(`funnel.${name}`)),
        h("span.funnel-room", {}, inner),
        h("span.funnel-n", {}, count(n)),
        h("span.funnel-share.muted", {}, before ? inUnit(Math.min(1, n / before), "share") : ""),
      );
    }),
  );
}

/** How many tickets of each product and language got an article; the paler the fewer. */
export function languages({ locales, products, cells }) {
  if (!cells.length) return h("p.lead-nothing.muted", {}, t("lead.no_tickets"));
  const at = new Map(cells.map((one) => [`${one.product}\n${one.locale}`, one]));
  return h(
    "div.matrix-room",
    { tabindex: "0", role: "group", "aria-labelledby": "panel-languages" },
    h(
      "table.matrix",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("lead.product")), locales.map((code) => h("th", { scope: "col" }, languageName(code))))),
      h(
        "tbody",
        {},
        products.map((product) =>
          h("tr", {}, h("th", { scope: "row", dir: "auto" }, product || t("lead.no_product")), locales.map((code) => languageCell(at.get(`${product}\n${code}`)))),
        ),
      ),
    ),
  );
}

function languageCell(one) {
  if (!one || !one.tickets) return h("td.none", {}, "–");
  const rate = typeof one.link_rate === "object" && one.link_rate ? one.link_rate.value : one.link_rate;
  const td = h("td", { title: t("lead.language_cell", { tickets: count(one.tickets), linked: count(one.linked), articles: count(one.articles) }) }, inUnit(rate, "share"), h("span.fig-range", {}, count(one.tickets)));
  td.style.setProperty("--share", `${Math.round(100 * (rate || 0))}%`);
  return td;
}

/** How many articles are verified, soon due, overdue. */
export function health(found) {
  const live = Math.max(1, HEALTH.reduce((sum, name) => sum + (found[name] || 0), 0));
  return h(
    "div",
    {},
    h(
      "div.health-bar",
      { "aria-hidden": "true" },
      HEALTH.map((name) => {
        const part = h("span", { class: name });
        part.style.flexGrow = String(found[name] || 0);
        return part;
      }),
    ),
    h(
      "ul.health",
      {},
      HEALTH.map((name) =>
        h("li", {}, h("span.health-dot", { class: name, "aria-hidden": "true" }), h("span", {}, t(`health.${name}`)), h("b", {}, count(found[name] || 0)), h("span.muted", {}, inUnit((found[name] || 0) / live, "share"))),
      ),
    ),
    h("a.small-text", { href: "/ui/knowledge?tab=verification" }, t("lead.to_verification")),
  );
}

/** Which languages articles are missing in. */
export function translations({ locales, families, cells }) {
  if (!families) return h("p.lead-nothing.muted", {}, t("lead.no_articles"));
  const of = new Map(cells.map((one) => [one.locale, one]));
  return h(
    "div",
    {},
    h(
      "ul.translations",
      {},
      locales.map((code) => {
        const one = of.get(code) || { have: 0, missing: families, outdated: 0 };
        const inner = h("span.bar-in");
        inner.style.width = `${(100 * one.have) / families}%`;
        return h("li", {}, h("span", {}, languageName(code)), h("span.bar", { "aria-hidden": "true" }, inner), h("span", {}, t("lead.translation_cell", { have: count(one.have), all: count(families), outdated: count(one.outdated) })));
      }),
    ),
    h("a.small-text", { href: "/ui/knowledge?tab=translations" }, t("lead.to_translations")),
  );
}

/** Open the list of tickets that a figure is of. */
export const openFigure = (name) => go({ ...filterOf(), tab: "tickets", figure: name });
