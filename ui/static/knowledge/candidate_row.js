// One candidate as a row: what is asked, how much of it there is, and what to do about it.
import { h } from "../dom.js";
import { count, t } from "../i18n.js";
import { badge, localeTag, percent, sparkline, when } from "./parts.js";

const KINDS = { new: "good", update: "note", contradiction: "warn" };
const WEEKS = 12;

/** The children of a row. */
export function candidateRow(row) {
  const [nearest] = row.nearest || [];
  return [
    h("span.k-row-top", {}, proposalBadge(row), row.is_back ? h("span.dot", { title: t(row.revision ? "candidate.again" : "candidate.fresh") }) : null, h("span.grow"), h("span.muted", {}, when(row.last_at))),
    h("span.k-row-title", { dir: "auto", lang: row.locale }, row.title || t("writing.untitled")),
    h(
      "span.k-row-facts",
      {},
      localeTag(row.locale),
      row.product ? h("span", { dir: "auto" }, row.product) : null,
      h("span", {}, t("candidate.tickets", { n: row.ticket_count, count: count(row.ticket_count) })),
      h("span.grow"),
      trend(row),
    ),
    nearest && row.proposal !== "new"
      ? h("span.k-row-near", { dir: "auto" }, nearest.confidence >= 0.01 ? h("span.muted", {}, `${percent(nearest.confidence)} `) : null, nearest.title)
      : null,
  ];
}

/** "New", "Update", "Contradiction"; for what was rejected the reason why. */
export function proposalBadge(row) {
  if (row.reject_reason) return badge(t(`candidate.rejected.${row.reject_reason}`));
  return badge(t(`candidate.proposal.${row.proposal}`), KINDS[row.proposal] || "");
}

/** Tickets per week as a line, the last weeks only. */
export function trend(row) {
  const weeks = (row.per_week || []).slice(-WEEKS);
  if (weeks.length < 2) return null;
  const numbers = weeks.map((week) => week.tickets);
  return sparkline(numbers, t("candidate.trend", { numbers: numbers.join(", ") }));
}

/** How much of it there is, in words. */
export function amounts(row) {
  const minutes = Math.round(row.minutes || 0);
  return [
    t("candidate.tickets", { n: row.ticket_count, count: count(row.ticket_count) }),
    t("candidate.customers", { n: row.customers, count: count(row.customers) }),
    minutes ? (minutes < 120 ? t("candidate.minutes", { n: minutes, count: count(minutes) }) : t("candidate.hours", { n: Math.round(minutes / 60), count: count(Math.round(minutes / 60)) })) : "",
  ].filter(Boolean);
}
