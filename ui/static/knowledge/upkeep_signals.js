// What agents flagged, and what lowered or raised the trust in articles: when, by whom, what it changed, and back.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { ago, exactly, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { readable } from "../readable.js";
import { toast, toastError } from "../toast.js";
import { allows } from "../top_bar.js";
import { upkeep } from "./upkeep_api.js";
import { beginDraft } from "./upkeep_begin.js";
import { loadCounts } from "./upkeep_counts.js";
import { localeTag, nothing, pager } from "./upkeep_facts.js";
import { readFilter, segments, writeFilter } from "./upkeep_filter.js";
import { keyLine, useKeys } from "./upkeep_keys.js";
import { reader } from "./upkeep_reader.js";
import { rowsOf } from "./upkeep_rows.js";
import { ticketLink } from "./upkeep_tickets.js";

const PAGE = 50;
const PARTS = ["flags", "open", "all"];

let filter = {};
let entries = [];
let view = null;
let rows = null;
let turn = 0;

export const signalsTab = { name: "signals", role: "contributor", open };

async function open(place) {
  filter = readFilter(["part", "offset", "about"]);
  const list = h("ul.up-list", { "aria-label": t("tab.signals") });
  rows = rowsOf(list, { onHand: read });
  view = { list, head: h("div.up-head"), foot: h("div.up-foot"), reader: reader() };
  fill(
    place,
    h("section.upkeep.up-split", { "aria-label": t("tab.signals") }, h("div.up-left", {}, view.head, list, view.foot), view.reader.place),
  );
  action("up-part", (element) => change({ part: element.dataset.value === "flags" ? "" : element.dataset.value }));
  action("up-prev", () => change({ offset: String(Math.max(0, offset() - PAGE)) }));
  action("up-next", () => change({ offset: String(offset() + PAGE) }));
  action("up-show", (element) => {
    rows.take(element.closest("[data-row]").dataset.row);
    view.reader.come();
  });
  action("up-flag", (element) => closeFlag(element.dataset.state));
  action("up-undo-signal", undoSignal);
  action("up-mend", mend);
  action("up-to-article", () => entryInHand() && go({ tab: "signals", article: entryInHand().article_id }));
  useKeys(list, {
    j: () => rows.step(1),
    k: () => rows.step(-1),
    d: () => part() === "flags" && closeFlag("done"),
    r: () => part() === "flags" && closeFlag("rejected"),
    u: () => mayUndo(entryInHand()) && undoSignal(),
    e: mend,
  });
  await load();
}

const part = () => (PARTS.includes(filter.part) ? filter.part : "flags");
const offset = () => Number(filter.offset) || 0;
const entryInHand = () => entries.find((one) => String(one.id) === rows.inHand());

const mayUndo = (one) => part() !== "flags" && Boolean(one) && !one.undone_at && one.open && allows("publisher");

function mend() {
  if (entryInHand()) beginDraft({ article_id: entryInHand().article_id }, "signals");
}

function change(values) {
  filter = { ...filter, offset: "", ...values };
  writeFilter(filter);
  load();
}

async function load(next = "") {
  const mine = ++turn;
  const page = { limit: PAGE, offset: offset() };
  try {
    const [flags, signals] = await Promise.all([
      upkeep.flags(part() === "flags" ? { state: "open", ...page } : { state: "open", limit: 1 }),
      part() === "flags" ? { signals: [], total: 0 } : upkeep.signals({ state: part(), article_id: filter.about, ...page }),
    ]);
    if (mine !== turn) return;
    entries = part() === "flags" ? flags.flags : signals.signals;
    show(next, part() === "flags" ? flags.counts.open || 0 : signals.total, flags.counts.open || 0);
  } catch (error) {
    if (mine === turn) toastError(error);
  }
}

function show(next, total, flagged) {
  const held = view.head.contains(document.activeElement) ? document.activeElement.dataset.value : "";
  const options = PARTS.map((name) => [name, t(`upkeep.signals.${name}`), name === "flags" ? flagged : 0]);
  fill(view.head, segments(t("tab.signals"), part(), options, "up-part"), h("p.muted.up-why", {}, t(`upkeep.signals.${part()}_help`)));
  if (held) view.head.querySelector(`[data-value="${held}"]`)?.focus();
  fill(view.list, entries.map(part() === "flags" ? flagRow : signalRow));
  view.list.hidden = !entries.length;
  const keys = part() === "flags"
    ? [["d", "upkeep.keys.flag_done"], ["r", "upkeep.keys.flag_reject"], ["e", "upkeep.keys.mend"]]
    : [["u", "upkeep.keys.undo"], ["e", "upkeep.keys.mend"]];
  fill(
    view.foot,
    entries.length ? null : nothing(t(`upkeep.signals.no_${part()}`)),
    pager({ offset: offset(), shown: entries.length, total, size: PAGE }),
    entries.length ? keyLine([["j", "k", "upkeep.keys.move"], ...keys]) : null,
  );
  if (!entries.length) view.reader.clear(t("upkeep.nothing_to_read"));
  else rows.take(entries.some((one) => String(one.id) === next) ? next : String(entries[0].id), { focus: Boolean(next) });
}

const titled = (locale, words) =>
  h("div.up-title-line", {}, locale ? localeTag(locale) : null, h("button.up-title", { type: "button", dir: "auto", data: { act: "up-show", handle: "yes" } }, words));

function flagRow(flag) {
  return h(
    "li.up-row",
    { data: { row: String(flag.id) } },
    h(
      "div.up-row-body",
      {},
      titled(flag.locale, flag.title || flag.article_id),
      h("blockquote.up-quote", { dir: "auto" }, flag.text || flag.quote),
      flag.note ? h("p", { dir: "auto" }, flag.note) : null,
      h(
        "div.up-facts",
        {},
        h("span.badge.warn", {}, icon("flag"), t(`flag.reason.${flag.reason}`)),
        flag.by ? h("span.fact.muted", { dir: "auto" }, flag.by) : null,
        h("span.fact.muted", { title: exactly(flag.at) }, ago(flag.at)),
        flag.ticket_id ? h("span.fact", {}, ticketLink(flag.ticket_id)) : null,
        flag.lost ? h("span.fact.muted", {}, t("upkeep.flag_lost")) : null,
      ),
    ),
  );
}

function signalRow(signal) {
  const quote = (signal.detail && signal.detail.quote) || "";
  return h(
    "li.up-row",
    { data: { row: String(signal.id) }, class: signal.undone_at ? "is-undone" : "" },
    h(
      "div.up-row-body",
      {},
      titled(signal.locale, signal.title || signal.article_id),
      h(
        "div.up-facts",
        {},
        h("span.badge", { class: signal.direction === "up" ? "good" : "warn" }, icon(signal.direction === "up" ? "up" : "down"), t(`upkeep.signal.${signal.kind}`)),
        h("span.fact", {}, changed(signal)),
      ),
      quote ? h("blockquote.up-quote", { dir: "auto" }, readable(quote)) : null,
      h(
        "div.up-facts",
        {},
        signal.user ? h("span.fact.muted", { dir: "auto" }, signal.user) : null,
        h("span.fact.muted", { title: exactly(signal.at) }, ago(signal.at)),
        signal.ticket_id ? h("span.fact", {}, ticketLink(signal.ticket_id)) : null,
        signal.undone_at ? h("span.fact.muted", {}, t("upkeep.signal_undone", { when: ago(signal.undone_at) })) : null,
      ),
    ),
  );
}

/** "Bekräftad → Ifrågasatt", or that nothing changed. */
function changed({ before, after }) {
  const from = before && before.state;
  const to = after && after.state;
  if (!from || !to || from === to) return t("upkeep.signal_no_change");
  return `${t(`upkeep.state.${from}`)} → ${t(`upkeep.state.${to}`)}`;
}

function read(id) {
  const one = entries.find((each) => String(each.id) === id);
  if (!one) return;
  const quote = part() === "flags" ? one.text || one.quote : one.detail && one.detail.quote;
  const flagButton = (state, key, name) =>
    h("button.btn", { type: "button", title: key, class: state === "done" ? "primary" : "", data: { act: "up-flag", state } }, t(name));
  view.reader.show(one.article_id, {
    quotes: quote ? [quote] : [],
    buttons: [
      part() === "flags" ? flagButton("done", "d", "upkeep.flag_done") : null,
      part() === "flags" ? flagButton("rejected", "r", "upkeep.flag_reject") : null,
      mayUndo(one) ? h("button.btn.primary", { type: "button", title: "u", data: { act: "up-undo-signal" } }, icon("back"), t("upkeep.undo_signal")) : null,
      h("button.btn", { type: "button", title: "e", data: { act: "up-mend" } }, icon("edit"), t("upkeep.mend_article")),
      h("button.btn.ghost", { type: "button", data: { act: "up-to-article" } }, t("upkeep.open_article")),
    ].filter(Boolean),
  });
}

async function closeFlag(state) {
  const flag = entryInHand();
  if (!flag) return;
  const next = rows.after([String(flag.id)]);
  try {
    await upkeep.closeFlag(flag.id, { state });
    action("up-undo", async () => {
      try {
        await upkeep.closeFlag(flag.id, { state: "open" });
        load(String(flag.id));
        loadCounts();
      } catch (error) {
        toastError(error);
      }
    });
    toast(t(`flag.closed.${state}`), { kind: "good", act: "up-undo", label: t("undo"), ms: 8000 });
    load(next);
    loadCounts();
  } catch (error) {
    toastError(error);
  }
}

async function undoSignal() {
  const signal = entryInHand();
  if (!signal) return;
  const next = rows.after([String(signal.id)]);
  try {
    const { article } = await upkeep.undoSignal(signal.id);
    toast(t("upkeep.signal_taken_back", { state: t(`upkeep.state.${article.verification}`) }), { kind: "good" });
    load(next);
    loadCounts();
  } catch (error) {
    toastError(error);
  }
}
