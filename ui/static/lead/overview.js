// The first tab: what a lead wants to know on Monday, on one screen.
import { h } from "../dom.js";
import { count, day, t } from "../i18n.js";
import { asked, go } from "../page_frame.js";
import { lead } from "./api.js";
import { chart, weekAxis } from "./charts.js";
import { card, duration, inUnit, percents, percentSign } from "./figures.js";
import { filterBar, filterOf } from "./filters.js";
import { funnel, languages, health, translations } from "./panels.js";

const IN_PARETO = 20;
const SHORT = 58;
const CARDS = { kcs: ["coverage", "link_rate"], team: ["first_response_work", "resolution_work", "first_contact", "satisfied"] };

export const overviewTab = { name: "overview", open };

async function open(place) {
  const found = await lead.dashboard(filterOf());
  place.append(
    filterBar(found),
    remarks(found),
    h(
      "section.fig-cards",
      { "aria-label": t("lead.figures") },
      CARDS.kcs.map((name) => card(name, found.kcs[name])),
      CARDS.team.map((name) => card(name, found.team[name])),
    ),
    h(
      "div.lead-grid",
      {},
      panel("coverage", coverage(found.coverage), { wide: true }),
      panel("pareto", pareto(found.gaps, found.run), { wide: true }),
      panel("map", map(found.map)),
      panel("funnel", funnel(found.funnel)),
      panel("languages", languages(found.languages)),
      panel("health", health(found.verification)),
      panel("translations", translations(found.translations)),
      panel("closures", closures(found.closures)),
      panel("value", value(found.comparison)),
    ),
  );
}

/** A box with a heading and what it shows; the sentence under the heading says how to read it. */
export function panel(name, content, { wide = false } = {}) {
  return h(
    "section.lead-panel",
    { class: wide ? "wide" : "", "aria-labelledby": `panel-${name}` },
    h("h2", { id: `panel-${name}` }, t(`lead.panel.${name}`)),
    h("p.muted.small-text", {}, t(`lead.read.${name}`)),
    content,
  );
}

function remarks({ catching_up: behind, hidden, window: shown }) {
  const lines = [
    shown ? t("lead.compared", { since: day(shown.before.since), until: day(shown.before.until) }) : null,
    behind ? t("lead.catching_up", { n: behind }) : null,
    hidden ? t(`lead.hidden_${hidden}`) : null,
  ].filter(Boolean);
  return h("p.muted.small-text.lead-remarks", {}, lines.join(" "));
}

export const nothing = (key) => h("p.lead-nothing.muted", {}, t(key));

function coverage(weeks) {
  if (!weeks.length) return nothing("lead.no_run");
  const x = weeks.map((one) => one.week);
  return chart(t("lead.panel.coverage"), (colour) => ({
    traces: [
      { x, y: weeks.map((one) => one.tickets), type: "bar", yaxis: "y2", marker: { color: colour.sunken }, hovertemplate: `%{y} ${t("lead.tickets_word")}<extra></extra>` },
      { x, y: weeks.map((one) => percents(one.high)), mode: "lines", line: { width: 0 }, hoverinfo: "skip" },
      { x, y: weeks.map((one) => percents(one.low)), mode: "lines", line: { width: 0 }, fill: "tonexty", fillcolor: `${colour.accent}2e`, hoverinfo: "skip" },
      { x, y: weeks.map((one) => percents(one.share)), mode: "lines+markers", line: { color: colour.accent, width: 2 }, marker: { size: 5 }, hovertemplate: `%{x}: %{y:.0f}${percentSign()}<extra></extra>` },
    ],
    layout: {
      yaxis: { range: [0, 100], ticksuffix: percentSign() },
      yaxis2: { overlaying: "y", side: "right", showgrid: false, rangemode: "tozero", visible: false, range: [0, Math.max(1, ...weeks.map((one) => one.tickets)) * 3] },
      xaxis: weekAxis(x, 13),
      hovermode: "x unified",
    },
  }));
}

/** The gaps by their work: a bar each, and how much of all uncovered work the first ones are together. */
function pareto(gaps, run) {
  // Praise is for who looked and found nothing.
  if (!gaps.length) return nothing(run ? "lead.no_gaps" : "lead.no_run");
  const first = gaps.slice(0, IN_PARETO);
  const most = Math.max(...first.map((one) => one.share || 0)) || 1;
  const eighty = gaps.findIndex((one) => one.cumulative >= 0.8) + 1;
  const line = eighty ? t("lead.eighty", { n: eighty, all: gaps.length }) : t("lead.eighty_beyond", { all: gaps.length });
  return h(
    "div",
    {},
    h("p.pareto-line", {}, line),
    h(
      "ol.pareto",
      {},
      first.map((one, place) =>
        h(
          "li",
          { class: place + 1 === eighty ? "eighty" : "" },
          h(
            "button.pareto-row",
            { type: "button", data: { act: "ld-open-gap", id: one.id } },
            h("span.pareto-label", { dir: "auto", title: one.label }, one.label),
            h("span.pareto-cause", {}, t(`cause.${one.cause}`)),
            bar((one.share || 0) / most),
            h("span.pareto-n", {}, t("lead.tickets", { n: one.tickets })),
            h("span.pareto-sum", { title: t("lead.cumulative") }, inUnit(one.cumulative, "share")),
          ),
        ),
      ),
    ),
  );
}

export function bar(share, kind = "") {
  const inner = h("span.bar-in", { class: kind });
  inner.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return h("span.bar", { "aria-hidden": "true" }, inner);
}

function map(topics) {
  if (!topics.length) return nothing("lead.no_run");
  const most = Math.max(...topics.map((one) => one.tickets));
  const share = (one) => (one.tickets ? one.covered / one.tickets : 0);
  return h(
    "div",
    {},
    chart(
      t("lead.panel.map"),
      (colour) => ({
        traces: [
          {
            x: topics.map((one) => one.x),
            y: topics.map((one) => one.y),
            text: topics.map((one) => `${short(one.label)}<br>${t("lead.tickets", { n: one.tickets })}, ${inUnit(share(one), "share")} ${t("lead.covered_word")}`),
            customdata: topics.map((one) => one.gap_id || ""),
            mode: "markers",
            hovertemplate: "%{text}<extra></extra>",
            marker: {
              size: topics.map((one) => 8 + 34 * Math.sqrt(one.tickets / most)),
              color: topics.map(share),
              colorscale: [[0, colour.bad], [0.5, colour.warn], [1, colour.good]],
              cmin: 0,
              cmax: 1,
              opacity: 0.8,
              line: { color: colour.surface, width: 1 },
            },
          },
        ],
        layout: { xaxis: { visible: false }, yaxis: { visible: false, scaleanchor: "x" } },
      }),
      { height: 320, click: (point) => point.customdata && go({ ...filterOf(), tab: "gaps", gap: point.customdata }) },
    ),
    h(
      "details.chart-table",
      {},
      h("summary", {}, t("lead.as_list")),
      h("ul", {}, topics.map((one) => h("li", {}, topicLink(one), ` ${t("lead.tickets", { n: one.tickets })}, ${inUnit(share(one), "share")}`))),
    ),
  );
}

const topicLink = (one) =>
  one.gap_id ? h("button.link-btn", { type: "button", data: { act: "ld-open-gap", id: one.gap_id } }, one.label) : h("span", { dir: "auto" }, one.label);

/** Text for a chart: short, and without what Plotly would take for markup. */
const short = (text) => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text).replace(/[<>&]/g, " ");

function closures(list) {
  if (!list.length) return nothing("lead.no_closures");
  return h(
    "ul.closures",
    {},
    list.map((one) =>
      h(
        "li",
        {},
        h("button.link-btn", { type: "button", data: { act: "ld-open-gap", id: one.id } }, one.label),
        h("span.verdict", { class: one.verdict }, t(`verdict.${one.verdict}`)),
        one.closed_at ? h("time.muted.small-text", { datetime: one.closed_at }, day(one.closed_at)) : null,
      ),
    ),
  );
}

/** What a lead can defend: minutes saved by measured difference, or why nothing is claimed. */
function value({ value: found, warnings }) {
  return h(
    "div",
    {},
    found.shown
      ? h("p.value-line", {}, t("lead.saved", { minutes: duration(found.minutes), low: duration(found.low), high: duration(found.high), n: count(found.tickets) }))
      : h("p.value-line.none", {}, t("lead.value_not_shown"), " ", t(`lead.why.${found.why}`)),
    warnings.length ? h("p.lead-warning", {}, t("lead.groups_differ", { what: [...new Set(warnings.map((one) => t(`lead.field.${one.field}`)))].join(", ") })) : null,
    h("button.btn.small", { type: "button", data: { act: "tab", tab: "team" } }, t("lead.see_comparison")),
  );
}

/** Go to a gap, keeping the window. */
export const openGap = (id) => go({ ...filterOf(asked()), tab: "gaps", gap: id });
