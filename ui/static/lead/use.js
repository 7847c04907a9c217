// How articles do, and what people searched for without finding anything.
import { h } from "../dom.js";
import { ago, count, languageName, t } from "../i18n.js";
import { asked, go } from "../page_frame.js";
import { lead } from "./api.js";
import { cell } from "./figures.js";
import { filterBar, filterOf } from "./filters.js";
import { nothing } from "./overview.js";

const PAGE = 50;
const COLUMNS = ["shown", "opened", "used", "linked", "solved", "dismissed", "reopened"];

export const useTab = { name: "use", open };

async function open(place, wish) {
  const filter = filterOf(wish);
  const offset = Number(wish.offset) || 0;
  const [found, searches, dashboard] = await Promise.all([
    lead.articles({ ...filter, sort: wish.sort || "used", limit: PAGE, offset }),
    lead.searches(filter),
    lead.dashboard(filter),
  ]);
  place.append(
    filterBar(dashboard),
    h("section.lead-panel.wide", { "aria-labelledby": "use-articles" }, h("h2", { id: "use-articles" }, t("lead.panel.articles")), h("p.muted.small-text", {}, t("lead.read.articles")), table(found, wish), pager(found, offset)),
    h("section.lead-panel.wide", { "aria-labelledby": "use-searches" }, h("h2", { id: "use-searches" }, t("lead.panel.searches")), h("p.muted.small-text", {}, t("lead.read.searches")), zero(searches.zero), again(searches.reformulated)),
  );
}

function table({ articles }, wish) {
  if (!articles.length) return nothing("lead.no_articles");
  const sorted = wish.sort || "used";
  const head = (name) =>
    h(
      "th",
      { scope: "col", "aria-sort": sorted === name ? "descending" : null },
      h("button.sort-btn", { type: "button", data: { act: "ld-sort", sort: name } }, t(`use.${name}`)),
    );
  return h(
    "div.matrix-room",
    { tabindex: "0", role: "group", "aria-labelledby": "use-articles" },
    h(
      "table.figures",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("lead.article")), COLUMNS.map(head), h("th", { scope: "col" }, t("figure.satisfied")))),
      h(
        "tbody",
        {},
        articles.map((one) =>
          h(
            "tr",
            {},
            h("th", { scope: "row", dir: "auto" }, h("a", { href: `/ui/knowledge?article=${encodeURIComponent(one.id)}` }, one.title), h("span.muted", {}, ` ${languageName(one.locale)}`)),
            COLUMNS.map((name) => h("td.fig", {}, count(one[name] || 0))),
            cell(one.satisfaction),
          ),
        ),
      ),
    ),
  );
}

function pager({ total }, offset) {
  if (total <= PAGE) return null;
  const button = (to, text) => h("button.btn.small", { type: "button", disabled: to < 0 || to >= total, data: { act: "ld-page", offset: String(to) } }, text);
  return h("div.lead-pager", {}, button(offset - PAGE, t("lead.earlier")), h("span.muted", {}, t("lead.page_of", { from: count(offset + 1), to: count(Math.min(total, offset + PAGE)), all: count(total) })), button(offset + PAGE, t("lead.later")));
}

function zero(rows) {
  if (!rows.length) return nothing("lead.no_zero");
  return h("ul.searches", {}, rows.map((one) => h("li", {}, h("q", { dir: "auto" }, one.words), h("span.muted", {}, ` ${t("lead.times", { n: one.times })}, ${languageName(one.locale)}, ${ago(one.last)}`))));
}

function again(rows) {
  if (!rows.length) return null;
  return h("div", {}, h("h3", {}, t("lead.reformulated")), h("ul.searches", {}, rows.map((one) => h("li", {}, h("q", { dir: "auto" }, one.from), " → ", h("q", { dir: "auto" }, one.to), h("span.muted", {}, ` ${t("lead.times", { n: one.times })}`)))));
}

/** Order the articles by another column. */
export const sortBy = (name) => go({ ...asked(), sort: name, offset: "" });

/** Show another page of them. */
export const turnTo = (offset) => go({ ...asked(), offset: offset === "0" ? "" : offset });
