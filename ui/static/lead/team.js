// How the desk does: per week, per team, product and language, with and without the assistant; never per person.
import { h } from "../dom.js";
import { known, languageName, t } from "../i18n.js";
import { lead } from "./api.js";
import { chart, weekAxis } from "./charts.js";
import { card, cell, duration, inUnit, percents, percentSign } from "./figures.js";
import { filterBar, filterOf } from "./filters.js";
import { nothing } from "./overview.js";

const KCS = ["link_rate", "link_accuracy", "reuse", "known_to_new", "time_to_publish", "participation"];
const TEAM = ["handled", "first_response", "first_response_work", "resolution", "resolution_work", "first_contact", "reopened", "satisfied", "nps", "assisted"];
const IN_WEEKS = ["handled", "first_response_work", "resolution_work", "first_contact", "reopened", "satisfied"];
const COMPARED = ["first_response", "resolution", "first_contact", "reopened", "satisfied", "nps"];
const IN_GROUPS = ["handled", "first_response_work", "resolution_work", "first_contact", "reopened", "satisfied", "link_rate"];
const UNITS = { first_response_work: "minutes", resolution_work: "minutes", first_contact: "share", reopened: "share", satisfied: "share", handled: "count" };

export const teamTab = { name: "team", open };

async function open(place) {
  const found = await lead.dashboard(filterOf());
  const part = (key, content) => h("section.lead-panel.wide", { "aria-labelledby": `team-${key}` }, h("h2", { id: `team-${key}` }, t(`lead.panel.${key}`)), h("p.muted.small-text", {}, t(`lead.read.${key}`)), content);
  place.append(
    filterBar(found),
    part("team", cards(TEAM, found.team)),
    part("kcs", h("div", {}, cards(KCS, found.kcs), h("button.btn.small", { type: "button", data: { act: "tab", tab: "audit" } }, t("lead.check_links")))),
    part("weeks", weeks(found.weeks)),
    part("groups", groups(found.groups)),
    part("comparison", comparison(found.comparison)),
  );
}

const cards = (names, figures) => h("div.fig-cards", {}, names.filter((name) => name in figures).map((name) => card(name, figures[name])));

function weeks(rows) {
  if (rows.length < 2) return nothing("lead.one_week");
  const x = rows.map((one) => one.name);
  return h(
    "div.small-charts",
    {},
    IN_WEEKS.map((name) => {
      const value = (one) => (one.figures[name] ? one.figures[name].value : null);
      const unit = UNITS[name];
      const y = rows.map((one) => {
        if (unit === "share") return percents(value(one));
        return unit === "minutes" && value(one) !== null && value(one) !== undefined ? value(one) / 60 : value(one);
      });
      return h(
        "figure.small-chart",
        {},
        h("figcaption", {}, t(`figure.${name}`), unit === "minutes" ? ` (${t("lead.hours")})` : ""),
        chart(
          t(`figure.${name}`),
          (colour) => ({
            traces: [{ x, y, type: name === "handled" ? "bar" : "scatter", mode: "lines+markers", connectgaps: false, line: { color: colour.accent, width: 2 }, marker: { color: colour.accent, size: 4 }, hovertemplate: "%{x}: %{y}<extra></extra>" }],
            layout: { xaxis: weekAxis(x, 4), yaxis: { rangemode: "tozero", ticksuffix: unit === "share" ? percentSign() : "", nticks: 4 } },
          }),
          { height: 150 },
        ),
      );
    }),
  );
}

function groups(found) {
  const tables = ["team", "product", "locale"].filter((by) => (found[by] || []).length > (by === "team" ? 1 : 0));
  if (!tables.length) return nothing("lead.no_tickets");
  return h("div", {}, tables.map((by) => groupTable(by, found[by])));
}

function groupTable(by, rows) {
  const name = (value) => (by === "locale" ? languageName(value) : value || t(`lead.no_${by}`));
  return h(
    "div.matrix-room",
    { tabindex: "0", role: "group", "aria-label": t(`lead.${by}`) },
    h(
      "table.figures",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t(`lead.${by}`)), IN_GROUPS.map((one) => h("th", { scope: "col" }, t(`figure.${one}`))))),
      h(
        "tbody",
        {},
        rows.map((one) =>
          h(
            "tr",
            {},
            h("th", { scope: "row", dir: "auto" }, name(one.name)),
            one.hidden ? h("td.none", { colspan: String(IN_GROUPS.length) }, t(`lead.hidden_${one.hidden}`)) : IN_GROUPS.map((figure) => cell(one.figures[figure])),
          ),
        ),
      ),
    ),
  );
}

/** What the groups differ in, as the reader calls it: "hög", not "high". */
function inWords({ field, word }) {
  if (!word) return "–";
  if (field === "locale") return languageName(word);
  return known(`${field}.${word}`) ? t(`${field}.${word}`) : word;
}

function comparison({ with: with_, without, difference, warnings, value }) {
  return h(
    "div",
    {},
    warnings.length
      ? h("div.lead-warning", {}, h("p", {}, t("lead.groups_differ", { what: [...new Set(warnings.map((one) => t(`lead.field.${one.field}`)))].join(", ") })), h("ul", {}, warnings.slice(0, 8).map((one) => h("li", {}, `${t(`lead.field.${one.field}`)}: ${inWords(one)} (${inUnit(one.difference, "ratio")})`))))
      : null,
    h(
      "div.matrix-room",
      { tabindex: "0", role: "group", "aria-labelledby": "team-comparison" },
      h(
        "table.figures",
        {},
        h("thead", {}, h("tr", {}, h("td"), ["with", "without", "difference"].map((name) => h("th", { scope: "col" }, t(`lead.${name}`))))),
        h(
          "tbody",
          {},
          COMPARED.filter((name) => with_[name] && without[name]).map((name) =>
            h("tr", {}, h("th", { scope: "row" }, t(`figure.${name}`)), cell(with_[name]), cell(without[name]), differenceCell(difference[name], with_[name].unit)),
          ),
        ),
      ),
    ),
    value.shown
      ? h("p.value-line", {}, t("lead.saved", { minutes: duration(value.minutes), low: duration(value.low), high: duration(value.high), n: value.tickets }))
      : h("p.value-line.none", {}, t("lead.value_not_shown"), " ", t(`lead.why.${value.why}`)),
  );
}

function differenceCell(difference, unit) {
  if (!difference || difference.value === null || difference.value === undefined) return h("td.fig.none", {}, "–");
  const sign = difference.value > 0 ? "+" : "";
  const sure = difference.low > 0 || difference.high < 0;
  return h("td.fig", { class: sure ? "sure" : "" }, sign + inUnit(difference.value, unit), h("span.fig-range", {}, t("lead.interval", { low: inUnit(difference.low, unit), high: inUnit(difference.high, unit) })));
}
