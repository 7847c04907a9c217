// One figure in words: its value, how sure it is, and what it was before.
import { h } from "../dom.js";
import { count, t, tags } from "../i18n.js";

const number = (value, options) => new Intl.NumberFormat(tags(), options).format(value);

/** A value with its unit, e.g. "43 %", "2 h 5 min", "+12". */
export function inUnit(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "share") return number(value, { style: "percent", maximumFractionDigits: value < 0.1 && value > 0 ? 1 : 0 });
  if (unit === "minutes") return duration(value);
  if (unit === "count") return count(Math.round(value));
  if (unit === "nps") return number(value, { signDisplay: "exceptZero", maximumFractionDigits: 0 });
  return number(value, { maximumFractionDigits: 2 });
}

/** Minutes in the unit that one would say: minutes, hours from 90 on, days from three on. */
export function duration(minutes) {
  const [value, unit] = Math.abs(minutes) < 90 ? [minutes, "minute"] : Math.abs(minutes) < 4320 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  return number(value, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
}

/** A share as a number of per cent, for an axis; the sign comes from percentSign. */
export const percents = (share) => (share === null || share === undefined ? null : 100 * share);

/** What stands behind a number of per cent: " %", in English "%". */
export const percentSign = () => inUnit(0.5, "share").replace(/\d+/, "");

/** "38 % to 48 %"; "" where no interval is known. */
export function interval({ low, high, unit }) {
  if (low === null || low === undefined || high === null || high === undefined) return "";
  return t("lead.interval", { low: inUnit(low, unit), high: inUnit(high, unit) });
}

/** A figure as a table's cell: value, interval below; "too few to say" where it is. */
export function cell(figure) {
  if (!figure || figure.value === null || figure.value === undefined) return h("td.fig.none", { title: t("lead.nothing_counted") }, "–");
  if (!figure.enough) return h("td.fig.none", { title: t("lead.too_few_of", { n: figure.n }) }, t("lead.too_few"));
  const range = interval(figure);
  return h("td.fig", { title: range }, inUnit(figure.value, figure.unit), range ? h("span.fig-range", {}, range) : null);
}

/** A figure as a card; pressing it lists the tickets that it is of. */
export function card(name, figure) {
  const few = figure && figure.value !== null && !figure.enough;
  const value = !figure || figure.value === null ? "–" : few ? t("lead.too_few") : inUnit(figure.value, figure.unit);
  return h(
    "button.fig-card",
    { type: "button", title: t("lead.show_tickets"), data: { act: "ld-figure", figure: name } },
    h("span.fig-name", {}, t(`figure.${name}`)),
    h("span.fig-value", { class: few || !figure || figure.value === null ? "none" : "" }, value),
    h("span.fig-range", {}, few ? t("lead.too_few_of", { n: figure.n }) : figure ? interval(figure) : ""),
    before(figure),
  );
}

function before(figure) {
  if (!figure || !figure.enough || figure.before === null || figure.before === undefined || figure.value === null) return null;
  const up = figure.value - figure.before;
  const sign = Math.abs(up) < 1e-9 ? "same" : up > 0 ? "up" : "down";
  return h("span.fig-before", { class: sign }, t(`lead.before_${sign}`, { value: inUnit(figure.before, figure.unit) }));
}
