// Before and after an article came out: the same question in both times, with how sure each figure is.
import { h } from "../dom.js";
import { count, day, t } from "../i18n.js";
import { duration, inUnit } from "./figures.js";

const number = (value) => inUnit(value, "ratio");
const share = (value) => inUnit(value, "share");
const ROWS = [
  ["per_week", number],
  ["covered", share],
  ["reopened", share],
  ["minutes", duration],
  ["satisfaction", share],
];

/** The table of a gap for which an article was published. */
export function closureTable({ article_id: article, shipped_at: at, before, after, verdict }) {
  return h(
    "section.closure",
    { "aria-labelledby": "closure-title" },
    h("h3", { id: "closure-title" }, t("lead.closure"), " ", h("span.verdict", { class: verdict }, t(`verdict.${verdict}`))),
    h("p.small-text.muted", {}, t("lead.closure_of", { day: day(at) }), " ", h("a", { href: `/ui/knowledge?article=${encodeURIComponent(article)}` }, t("lead.the_article"))),
    h("div.matrix-room", { tabindex: "0", role: "group", "aria-labelledby": "closure-title" }, h(
      "table.figures",
      {},
      h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col" }, t("lead.before"), ` (${count(before.tickets)})`), h("th", { scope: "col" }, t("lead.after"), ` (${count(after.tickets)})`))),
      h("tbody", {}, ROWS.map(([name, show]) => h("tr", {}, h("th", { scope: "row" }, t(`closure.${name}`)), part(before, name, show), part(after, name, show)))),
    )),
  );
}

function part(figures, name, show) {
  const value = figures[name];
  if (value === null || value === undefined) return h("td.fig.none", {}, "–");
  const range = figures[`${name}_interval`];
  return h("td.fig", {}, show(value), range ? h("span.fig-range", {}, t("lead.interval", { low: show(range[0]), high: show(range[1]) })) : null);
}
