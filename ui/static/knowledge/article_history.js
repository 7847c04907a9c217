// Revisions and moves of an article: look at any two side by side, go back to any one.
import { fill, h } from "../dom.js";
import { known, t } from "../i18n.js";
import { button, select, when } from "./parts.js";
import { nameOf } from "./people_names.js";

/** The panel; read(): show the article, compare(from, to): show what differs. */
export function historyPanel({ article, past, moves, read, compare }) {
  const revisions = [...past.revisions].sort((one, other) => other.number - one.number);
  const body = h("div.a-history-body");
  const tabs = ["revisions", "log"].map((name) => {
    const tab = h("button.tab", { type: "button", role: "tab", data: { name } }, t(`history.${name}`));
    tab.addEventListener("click", () => show(name));
    return tab;
  });
  const element = h("aside.a-history", { "aria-label": t("history.title"), tabindex: "-1" }, h("div.tabs", { role: "tablist", "aria-label": t("history.title") }, tabs), body);

  function show(name) {
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.name === name));
    fill(body, name === "log" ? log(past.log) : [between(revisions, compare), list()]);
  }

  function list() {
    if (!revisions.length) return h("p.muted", {}, t("history.none"));
    return h("ol.a-revisions", {}, revisions.map((one, at) => row(one, revisions[at + 1])));
  }

  function row(one, older) {
    const isNow = one.number === article.revision.number;
    return h(
      "li",
      {},
      h("p.k-line", {}, h("strong", {}, t("history.revision", { number: one.number })), isNow ? h("span.badge.good", {}, t("history.now")) : null, h("span.grow"), h("span.muted", {}, when(one.at || one.created_at))),
      h("p", { dir: "auto" }, one.title),
      h("p.muted", { dir: "auto" }, nameOf(one.changed_by), one.note ? [" · ", one.note] : null),
      h(
        "div.k-line",
        {},
        isNow ? button(t("history.read"), read, { kind: "ghost" }) : null,
        older ? button(t("history.compare"), () => compare(older.number, one.number), { kind: "ghost" }) : null,
        !isNow && moves.may("roll_back") ? button(t("move.roll_back"), () => moves.act("roll_back", one), { kind: "ghost", picture: "back" }) : null,
      ),
    );
  }

  show("revisions");
  return { element, focus: () => element.focus() };
}

/** Any two revisions. */
function between(revisions, compare) {
  if (revisions.length < 2) return null;
  const values = revisions.map((one) => [String(one.number), t("history.revision", { number: one.number })]);
  const ends = { from: String(revisions[1].number), to: String(revisions[0].number) };
  const change = (end) => (value) => {
    ends[end] = value;
    if (ends.from !== ends.to) compare(ends.from, ends.to);
  };
  return h(
    "div.a-between.k-line",
    {},
    select(t("history.from"), values, ends.from, change("from")),
    h("span", { "aria-hidden": "true" }, "→"),
    select(t("history.to"), values, ends.to, change("to")),
  );
}

function log(rows) {
  if (!rows.length) return h("p.muted", {}, t("history.none"));
  return h(
    "ol.a-log",
    {},
    rows.map((one) => {
      const detail = one.detail || {};
      const change = detail.from && detail.to && detail.from !== detail.to ? `${value(detail.from)} → ${value(detail.to)}` : "";
      return h(
        "li",
        {},
        h("p.k-line", {}, h("strong", {}, verb(one)), h("span.grow"), h("span.muted", {}, when(one.at))),
        h("p.muted", { dir: "auto" }, one.name || nameOf(one.actor), change ? ` · ${change}` : "", detail.reason ? [" · ", h("q", {}, detail.reason)] : null),
      );
    }),
  );
}

/** A value of the log in words: an audience, a state, a colleague. */
function value(one) {
  for (const part of ["article.audience", "article.confidence", "article.governance", "drafts.state"]) if (known(`${part}.${one}`)) return t(`${part}.${one}`);
  return String(one);
}

/** What was done, in words; what this page has no words for is named as the log names it. */
function verb(one) {
  return known(`done.${one.verb}`) ? t(`done.${one.verb}`) : one.verb.replaceAll("_", " ");
}
