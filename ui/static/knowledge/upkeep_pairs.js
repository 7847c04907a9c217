// Articles that say the same, or contradict each other: side by side, with what differs marked, and one decision.
import { action } from "../actions.js";
import { fill, h, setRendered } from "../dom.js";
import { ago, count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { markQuote } from "../quotes.js";
import { toast, toastError } from "../toast.js";
import { allows } from "../top_bar.js";
import { lookAgain } from "./candidate_run.js";
import { upkeep } from "./upkeep_api.js";
import { beginDraft } from "./upkeep_begin.js";
import { loadCounts } from "./upkeep_counts.js";
import { localeTag, nothing, pager, verificationBadge } from "./upkeep_facts.js";
import { readFilter, segments, writeFilter } from "./upkeep_filter.js";
import { keyLine, useKeys } from "./upkeep_keys.js";
import { rowsOf } from "./upkeep_rows.js";

const PAGE = 50;
const FILTERS = ["kind", "state", "offset"];
const UNDO_MS = 12000;
/** How the search of the base is begun and watched, and the words for it. */
const SEARCH = {
  words: { press: "upkeep.pair.search", busy: "upkeep.pair.searching", far: "upkeep.pair.compared", failed: "upkeep.pair.search_failed" },
  begin: () => upkeep.searchPairs(),
  job: () => upkeep.pairJob(),
};

let filter = {};
let pairs = [];
let total = 0;
let counts = {};
let searchedAt = null;
/** The newest search of the base. */
let run = null;
let view = null;
let rows = null;
let turn = 0;
let looked = 0;

export const pairsTab = { name: "pairs", role: "contributor", open };

async function open(place) {
  filter = readFilter(FILTERS);
  const list = h("ul.up-list", { "aria-label": t("tab.pairs") });
  rows = rowsOf(list, { onHand: compare });
  view = { list, head: h("div.up-head"), foot: h("div.up-foot"), sides: h("section.up-reader.up-sides", { "aria-label": t("compare.title"), tabindex: "0" }) };
  fill(
    place,
    h("section.upkeep.up-split.is-wide", { "aria-label": t("tab.pairs") }, h("div.up-left", {}, view.head, list, view.foot), view.sides),
  );
  action("up-kind", (element) => change({ kind: element.dataset.value === "all" ? "" : element.dataset.value }));
  action("up-pair-state", (element) => change({ state: element.dataset.value === "open" ? "" : element.dataset.value }));
  action("up-prev", () => change({ offset: String(Math.max(0, offset() - PAGE)) }));
  action("up-next", () => change({ offset: String(offset() + PAGE) }));
  action("up-show", (element) => rows.take(element.closest("[data-row]").dataset.row));
  action("up-keep-a", () => merge("a"));
  action("up-keep-b", () => merge("b"));
  action("up-not-a-pair", () => decide("not_a_pair"));
  action("up-resolved", () => decide("resolved"));
  action("up-reopen", () => decide("open"));
  action("up-edit", (element) => beginDraft({ article_id: element.dataset.id }, "pairs"));
  const act = (name) => () => view.sides.querySelector(`[data-act="${name}"]`)?.click();
  useKeys(list, {
    j: () => rows.step(1), k: () => rows.step(-1), 1: act("up-keep-a"), 2: act("up-keep-b"), n: act("up-not-a-pair"),
  });
  await load();
}

const offset = () => Number(filter.offset) || 0;
const pairOf = (id) => pairs.find((one) => String(one.id) === id);

function change(values) {
  filter = { ...filter, offset: "", ...values };
  writeFilter(filter);
  load();
}

async function load(next = "") {
  const mine = ++turn;
  try {
    const answer = await upkeep.pairs({ ...filter, state: filter.state || "open", offset: offset(), limit: PAGE });
    if (mine !== turn) return;
    ({ pairs, total, counts } = answer);
    ({ searched_at: searchedAt, run } = answer);
    show(next);
  } catch (error) {
    if (mine === turn) toastError(error);
  }
}

function show(next) {
  const held = view.head.contains(document.activeElement) ? document.activeElement.dataset.value : "";
  const isOpen = (filter.state || "open") === "open";
  const kinds = ["all", "duplicate", "contradiction"];
  fill(
    view.head,
    segments(t("upkeep.pair.kinds"), filter.kind || "all", kinds.map((kind) => [kind, t(`upkeep.pair.kind.${kind}`), isOpen ? counts[kind] : 0]), "up-kind"),
    segments(t("upkeep.pair.states"), filter.state || "open", ["open", "resolved", "not_a_pair"].map((name) => [name, t(`upkeep.pair.state.${name}`)]), "up-pair-state"),
    h(
      "div.up-facts",
      {},
      h("span.muted", {}, searchedAt ? t("upkeep.pair.searched", { when: ago(searchedAt) }) : t("upkeep.pair.never_searched")),
      allows("publisher") ? lookAgain(run, searched, SEARCH) : null,
    ),
  );
  if (held) view.head.querySelector(`[data-value="${held}"]`)?.focus();
  fill(view.list, pairs.map(row));
  view.list.hidden = !pairs.length;
  fill(
    view.foot,
    pairs.length ? null : nothing(t("upkeep.pair.none"), t("upkeep.pair.none_hint")),
    pager({ offset: offset(), shown: pairs.length, total, size: PAGE }),
    pairs.length ? keyLine([["j", "k", "upkeep.keys.move"], allows("publisher") && ["1", "2", "upkeep.keys.keep"], ["n", "upkeep.keys.no_pair"]].filter(Boolean)) : null,
  );
  if (!pairs.length) fill(view.sides);
  else rows.take(pairOf(next) ? next : String(pairs[0].id), { focus: Boolean(next) });
}

function row(pair) {
  return h(
    "li.up-row",
    { data: { row: String(pair.id) } },
    h(
      "div.up-row-body",
      {},
      h("button.up-title", { type: "button", data: { act: "up-show", handle: "yes" } }, h("span", { dir: "auto" }, pair.a.title), h("span.up-other", { dir: "auto" }, pair.b.title)),
      h(
        "div.up-facts",
        {},
        h("span.badge", { class: pair.kind === "contradiction" ? "bad" : "" }, t(`upkeep.pair.one.${pair.kind}`)),
        [...new Set([pair.a.locale, pair.b.locale])].map(localeTag),
        pair.a.product ? h("span.fact.muted", { dir: "auto" }, pair.a.product) : null,
        h("span.fact.muted", {}, t("upkeep.pair.found", { when: ago(pair.found_at) })),
      ),
    ),
  );
}

/** A search has ended: say what it brought, and show it without taking away what is being read. */
async function searched(ended) {
  if (ended && ended.state === "done") toast(t("upkeep.pair.searched_now", { n: ended.found }), { kind: "good" });
  loadCounts();
  await load(rows.inHand());
}

async function compare(id) {
  const mine = ++looked;
  const pair = pairOf(id);
  if (!pair) return;
  try {
    const answer = await upkeep.compare(pair.a.id, pair.b.id);
    if (mine === looked) draw(pair, answer);
  } catch (error) {
    if (mine === looked) fill(view.sides, h("p.empty", {}, error.message || t("error.internal")));
  }
}

function draw(pair, { one, other, rows: lines, differences }) {
  view.sides.scrollTop = 0;
  if (one.id === other.id) {
    // What was merged is read where it went to: nothing is left to compare.
    fill(view.sides, h("p.empty", { dir: "auto" }, t("upkeep.pair.merged", { title: one.revision.title })));
    return;
  }
  const open_ = pair.state === "open";
  fill(
    view.sides,
    h(
      "div.up-sum",
      {},
      h("p", { role: "status" }, t(pair.kind === "contradiction" ? "upkeep.pair.says_other" : "upkeep.pair.says_same"), " ", found(pair, differences)),
      h(
        "div.up-buttons",
        {},
        open_ ? h("button.btn", { type: "button", title: "n", data: { act: "up-not-a-pair" } }, t("upkeep.pair.not_a_pair")) : h("button.btn", { type: "button", data: { act: "up-reopen" } }, t("upkeep.pair.reopen")),
        open_ && pair.kind === "contradiction" ? h("button.btn", { type: "button", data: { act: "up-resolved" } }, t("upkeep.pair.resolved")) : null,
      ),
    ),
    h("div.up-side-heads", {}, side(pair, "a", one, open_), side(pair, "b", other, open_)),
    lines.map((line) => h("div.up-line", { class: line.one && line.other ? "" : "alone" }, cell(line.one, one, pair, "a"), cell(line.other, other, pair, "b"))),
  );
}

/** How many numbers and steps differ; what contradicts in other ways is marked in the texts. */
function found(pair, differences) {
  if (differences) return t("compare.differences", { n: differences }).replace(/:$/, ".");
  return pair.kind === "contradiction" ? "" : t("compare.none");
}

function side(pair, name, article, open_) {
  const [mine, theirs] = name === "a" ? [pair.a, pair.b] : [pair.b, pair.a];
  const uses = theirs.uses && typeof theirs.uses === "object" ? theirs.uses.linked : theirs.uses;
  return h(
    "div.up-side-head",
    {},
    h("div.up-title-line", {}, localeTag(mine.locale), h("a", { href: `/ui/knowledge?tab=pairs&article=${encodeURIComponent(mine.id)}`, dir: "auto" }, article.revision.title)),
    h("div.up-facts", {}, verificationBadge(mine), mine.updated_at ? h("span.fact.muted", {}, t("badge.updated", { when: ago(mine.updated_at) })) : null),
    open_
      ? h(
          "div.up-buttons",
          {},
          allows("publisher") ? h("button.btn.small.primary-soft", { type: "button", title: name === "a" ? "1" : "2", data: { act: `up-keep-${name}` } }, t("upkeep.pair.keep")) : null,
          h("button.btn.small.ghost", { type: "button", data: { act: "up-edit", id: mine.id } }, icon("edit"), t("upkeep.pair.edit")),
        )
      : null,
    open_ && allows("publisher") ? h("p.muted.small-text", {}, t("upkeep.pair.keep_help", { title: theirs.title }), uses ? ` ${t("upkeep.pair.links_follow", { n: uses, count: count(uses) })}` : "") : null,
  );
}

function cell(part, article, pair, name) {
  if (!part) return h("div.up-cell.missing", {}, h("span.muted", {}, t("compare.missing")));
  const doc = part.html ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), part.html) : h("div.plain", { dir: "auto" }, part.text);
  // The longer ones first: a number inside a step is marked inside it.
  const marks = [...part.marks].sort((a, b) => b.text.length - a.text.length);
  for (const mark of marks) markQuote(doc, mark.text, `diff-${mark.kind}`, t(`compare.kind.${mark.kind}`));
  if (!marks.length && pair.kind === "contradiction") {
    for (const place of pair.places) if (place.why !== "same") markQuote(doc, place[name].quote, "diff-conflict", t("compare.kind.conflict"));
  }
  return h("div.up-cell", {}, doc);
}

async function merge(name) {
  const pair = pairOf(rows.inHand());
  if (!pair) return;
  const kept = name === "a" ? pair.a : pair.b;
  await settle(pair, { decision: "merge", keep: kept.id }, t("upkeep.pair.merged", { title: kept.title }));
}

async function decide(decision) {
  const pair = pairOf(rows.inHand());
  if (pair) await settle(pair, { decision }, t(`upkeep.pair.done.${decision}`));
}

async function settle(pair, wish, words) {
  const next = rows.after([String(pair.id)]);
  try {
    await upkeep.decide(pair.id, wish);
    action("up-undo", async () => {
      try {
        await upkeep.undoPair(pair.id);
        toast(t("upkeep.undone", { n: 1 }));
      } catch (error) {
        toastError(error);
      }
      load(String(pair.id));
      loadCounts();
    });
    toast(words, { kind: "good", ms: UNDO_MS, act: "up-undo", label: t("undo") });
    loadCounts();
    load(next);
  } catch (error) {
    toastError(error);
  }
}
