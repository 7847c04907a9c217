// Articles that nobody used or vouched for in a long time: first a notice, a week later a proposal. A person archives.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { ago, day, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { toast, toastError } from "../toast.js";
import { upkeep } from "./upkeep_api.js";
import { moveMany } from "./upkeep_bulk.js";
import { loadCounts } from "./upkeep_counts.js";
import { localeTag, nothing, pager, verificationBadge } from "./upkeep_facts.js";
import { readFilter, segments, writeFilter } from "./upkeep_filter.js";
import { keyLine, useKeys } from "./upkeep_keys.js";
import { reader } from "./upkeep_reader.js";
import { chooseAllBox, chooseBox, rowsOf } from "./upkeep_rows.js";

const PAGE = 50;
const STATES = ["proposed", "noticed", "kept"];

let filter = {};
let articles = [];
let total = 0;
let counts = {};
let view = null;
let rows = null;
let turn = 0;

export const unusedTab = { name: "unused", role: "contributor", open };

async function open(place) {
  filter = readFilter(["state", "offset"]);
  const list = h("ul.up-list", { "aria-label": t("tab.unused") });
  const left = h("div.up-left");
  rows = rowsOf(left, { onHand: read, onChosen: drawBar });
  view = { list, head: h("div.up-head"), bar: h("div.up-bulk", { role: "region", "aria-label": t("upkeep.bulk.title") }), refused: h("div.up-refused", { hidden: true }), foot: h("div.up-foot"), reader: reader() };
  fill(left, view.head, view.bar, view.refused, list, view.foot);
  fill(place, h("section.upkeep.up-split", { "aria-label": t("tab.unused") }, left, view.reader.place));
  action("up-unused-state", (element) => change({ state: element.dataset.value === "proposed" ? "" : element.dataset.value }));
  action("up-prev", () => change({ offset: String(Math.max(0, offset() - PAGE)) }));
  action("up-next", () => change({ offset: String(offset() + PAGE) }));
  action("up-show", (element) => {
    rows.take(element.closest("[data-row]").dataset.row);
    view.reader.come();
  });
  action("up-keep", () => keep(rows.meant()));
  action("up-unkeep", () => keep(rows.meant(), false));
  action("up-archive", () => archive(rows.meant()));
  action("up-to-article", () => rows.inHand() && go({ tab: "unused", article: rows.inHand() }));
  action("up-refused-close", () => fill(view.refused).toggleAttribute("hidden", true));
  useKeys(list, {
    j: () => rows.step(1),
    k: () => rows.step(-1),
    x: () => rows.toggle(),
    a: () => state() !== "kept" && archive(rows.meant()),
    b: () => keep(rows.meant(), state() !== "kept"),
    Enter: () => rows.inHand() && go({ tab: "unused", article: rows.inHand() }),
  });
  await load();
}

const state = () => (STATES.includes(filter.state) ? filter.state : "proposed");
const offset = () => Number(filter.offset) || 0;
const articleOf = (id) => articles.find((one) => one.id === id) || { id };

function change(values) {
  filter = { ...filter, offset: "", ...values };
  writeFilter(filter);
  rows.clear();
  load();
}

async function load(next = "") {
  const mine = ++turn;
  try {
    const answer = await upkeep.unused({ state: state(), offset: offset(), limit: PAGE });
    if (mine !== turn) return;
    ({ articles, total, counts } = answer);
    show(typeof next === "string" ? next : "");
  } catch (error) {
    if (mine === turn) toastError(error);
  }
}

function show(next) {
  const held = view.head.contains(document.activeElement) ? document.activeElement.dataset.value : "";
  fill(
    view.head,
    segments(t("tab.unused"), state(), STATES.map((name) => [name, t(`upkeep.unused.${name}`), counts[name]]), "up-unused-state"),
    h("p.muted.up-why", {}, t(`upkeep.unused.${state()}_help`)),
  );
  if (held) view.head.querySelector(`[data-value="${held}"]`)?.focus();
  fill(view.list, articles.map(row));
  view.list.hidden = !articles.length;
  const keys = state() === "kept" ? [["b", "upkeep.keys.unkeep"]] : [["a", "upkeep.keys.archive"], ["b", "upkeep.keys.keep_article"]];
  fill(
    view.foot,
    articles.length ? null : nothing(t(`upkeep.unused.no_${state()}`)),
    pager({ offset: offset(), shown: articles.length, total, size: PAGE }),
    articles.length ? keyLine([["j", "k", "upkeep.keys.move"], ["x", "upkeep.keys.choose"], ...keys, ["Enter", "upkeep.keys.open"]]) : null,
  );
  rows.mark();
  drawBar();
  if (!articles.length) view.reader.clear(t("upkeep.nothing_to_read"));
  else rows.take(articles.some((one) => one.id === next) ? next : articles[0].id, { focus: Boolean(next) });
}

/** What can be done with the chosen ones. */
function drawBar() {
  const n = rows.chosen().length;
  view.bar.hidden = !articles.length;
  const all = chooseAllBox();
  all.checked = n > 0 && n === articles.length;
  const held = view.bar.contains(document.activeElement);
  fill(
    view.bar,
    h("label.up-switch", {}, all, h("strong", { role: "status" }, n ? t("select.count", { n }) : t("upkeep.choose_all"))),
    h("span.grow"),
    n && state() !== "kept" ? h("button.btn.small.primary", { type: "button", data: { act: "up-archive" } }, t("upkeep.move.archive")) : null,
    n ? h("button.btn.small", { type: "button", data: { act: state() === "kept" ? "up-unkeep" : "up-keep" } }, t(state() === "kept" ? "upkeep.unused.unkeep" : "upkeep.unused.keep")) : null,
  );
  if (held) all.focus();
}

function row(one) {
  return h(
    "li.up-row",
    { data: { row: one.id } },
    chooseBox(one.id, one.title),
    h(
      "div.up-row-body",
      {},
      h("div.up-title-line", {}, localeTag(one.locale), h("button.up-title", { type: "button", dir: "auto", data: { act: "up-show", handle: "yes" } }, one.title)),
      h("div.up-facts", {}, verificationBadge(one), h("span.fact", {}, one.last_used_at ? t("upkeep.last_used", { when: ago(one.last_used_at) }) : t("upkeep.never_used")), when(one)),
      h("div.up-facts", {}, one.owner ? h("span.fact.muted", { dir: "auto" }, icon("person"), one.owner) : null, one.product ? h("span.fact.muted", { dir: "auto" }, one.product) : null, one.reason ? h("span.fact.muted", { dir: "auto" }, one.reason) : null),
    ),
  );
}

function when(one) {
  if (one.state === "noticed" && one.propose_at) return h("span.fact.muted", {}, t("upkeep.proposed_on", { when: day(one.propose_at) }));
  if (one.state === "kept") {
    const words = one.keep_until ? t("upkeep.kept_until", { when: day(one.keep_until) }) : t("upkeep.kept_for_good");
    return h("span.fact.muted", {}, words);
  }
  return one.unverified_since ? h("span.fact.muted", {}, t("upkeep.unverified_since", { when: day(one.unverified_since) })) : null;
}

function read(id) {
  const button = (act, key, words, classes = "") => h("button.btn", { type: "button", title: key, class: classes, data: { act } }, words);
  view.reader.show(id, {
    buttons: [
      state() === "kept" ? null : button("up-archive", "a", t("upkeep.move.archive"), "primary"),
      state() === "kept" ? button("up-unkeep", "b", t("upkeep.unused.unkeep")) : button("up-keep", "b", t("upkeep.unused.keep")),
      button("up-to-article", "Enter", t("upkeep.open_article"), "ghost"),
    ].filter(Boolean),
  });
}

async function archive(ids) {
  if (!ids.length) return;
  const next = rows.after(ids);
  await moveMany({ ids, wish: { move: "archive" }, articleOf, refused: view.refused, after: () => load(next), rows });
}

async function keep(ids, yes = true) {
  if (!ids.length) return;
  const next = rows.after(ids);
  try {
    const { done } = await (yes ? upkeep.keep(ids) : upkeep.unkeep(ids));
    rows.clear();
    action("up-undo", async () => {
      try {
        await upkeep.undoKeep(done);
      } catch (error) {
        toastError(error);
      }
      load();
      loadCounts();
    });
    toast(t(yes ? "upkeep.unused.kept_done" : "upkeep.unused.unkept_done", { n: done.length }), { kind: "good", act: "up-undo", label: t("undo"), ms: 8000 });
    load(next);
    loadCounts();
  } catch (error) {
    toastError(error);
  }
}
