// What nobody vouches for any more: read it, say that it still holds, or begin to mend it. Most damage first.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { ago, count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { state } from "../state.js";
import { toast, toastError } from "../toast.js";
import { allows } from "../top_bar.js";
import { upkeep } from "./upkeep_api.js";
import { beginDraft } from "./upkeep_begin.js";
import { bulkBar } from "./upkeep_bulk.js";
import { loadCounts } from "./upkeep_counts.js";
import { axes, damage, localeTag, nothing, pager, verificationBadge, whyInQueue } from "./upkeep_facts.js";
import { choice, languages, readFilter, segments, writeFilter } from "./upkeep_filter.js";
import { keyLine, useKeys } from "./upkeep_keys.js";
import { reader } from "./upkeep_reader.js";
import { chooseBox, rowsOf } from "./upkeep_rows.js";
import { ruleLine } from "./upkeep_rule.js";
import { ticketLink } from "./upkeep_tickets.js";

const PAGE = 50;
const FILTERS = ["state", "locale", "product", "owner", "offset"];
const STATES = ["all", "overdue", "unverified", "due", "never", "proposed"];

let filter = {};
let articles = [];
let total = 0;
let counts = {};
let view = null;
let rows = null;
let bulk = null;
let turn = 0;
/** What can be filtered by: {products, locales, people}. */
let known = null;
/** The row that was in hand last: whoever comes back from an article goes on there. */
let last = "";

export const verificationTab = { name: "verification", role: "contributor", open };

async function open(place) {
  filter = readFilter(FILTERS);
  const list = h("ul.up-list", { "aria-label": t("tab.verification"), "aria-busy": "true" });
  rows = rowsOf(list, { onHand: read, onChosen: () => bulk.draw() });
  bulk = bulkBar({ rows, moves: ["verify", "set_owner", "set_verify_every", "set_audience", "archive"], articleOf, after: (done) => gone(done) });
  view = { list, head: h("div.up-head"), foot: h("div.up-foot"), reader: reader() };
  fill(
    place,
    h(
      "section.upkeep.up-split",
      { "aria-label": t("tab.verification") },
      h("div.up-left", {}, view.head, bulk.place, list, view.foot),
      view.reader.place,
    ),
  );
  action("up-state", (element) => change({ state: element.dataset.value === "all" ? "" : element.dataset.value }));
  action("up-prev", () => change({ offset: String(Math.max(0, offset() - PAGE)) }));
  action("up-next", () => change({ offset: String(offset() + PAGE) }));
  action("up-show", (element) => {
    rows.take(element.closest("[data-row]").dataset.row);
    view.reader.come();
  });
  action("up-verify", verify);
  action("up-mend", mend);
  action("up-to-article", () => rows.inHand() && go({ tab: "verification", article: rows.inHand() }));
  useKeys(list, {
    j: () => rows.step(1),
    k: () => rows.step(-1),
    x: () => rows.toggle(),
    v: verify,
    e: mend,
    Enter: () => rows.inHand() && go({ tab: "verification", article: rows.inHand() }),
  });
  await load(last);
}

const offset = () => Number(filter.offset) || 0;
const articleOf = (id) => articles.find((one) => one.id === id) || { id };

function change(values) {
  filter = { ...filter, offset: "", ...values };
  writeFilter(filter);
  load();
}

async function load(next = "") {
  const mine = ++turn;
  view.list.setAttribute("aria-busy", "true");
  try {
    known = known || (await choices());
    const answer = await upkeep.verification({ ...filter, state: filter.state || "all", offset: offset(), limit: PAGE });
    if (mine !== turn) return;
    ({ articles, total, counts } = answer);
    show(typeof next === "string" ? next : "");
  } catch (error) {
    if (mine === turn) toastError(error);
  } finally {
    if (mine === turn) view.list.removeAttribute("aria-busy");
  }
}

async function choices() {
  const [{ products, locales }, { users }] = await Promise.all([upkeep.choices(), upkeep.users()]);
  return { products: products.filter(Boolean), locales, people: users };
}

function show(next) {
  const all = counts.due + counts.overdue + counts.unverified + counts.never;
  const number = (name) => (name === "all" ? all : counts[name]);
  const options = STATES.map((name) => [name, t(`upkeep.queue.${name}`), number(name)]);
  const held = view.head.contains(document.activeElement) ? document.activeElement.dataset.value || document.activeElement.dataset.filter : "";
  fill(
    view.head,
    segments(t("upkeep.field.verification"), filter.state || "all", options, "up-state"),
    narrowing(),
    h("p.muted.up-why", {}, t("upkeep.damage_why")),
    ruleLine(),
  );
  if (held) view.head.querySelector(`[data-value="${held}"], [data-filter="${held}"]`)?.focus();
  fill(view.list, articles.map(row));
  view.list.hidden = !articles.length;
  const verifies = allows("publisher");
  fill(
    view.foot,
    articles.length ? null : nothing(t("upkeep.queue_empty"), t("upkeep.queue_empty_hint")),
    pager({ offset: offset(), shown: articles.length, total, size: PAGE }),
    keyLine([["j", "k", "upkeep.keys.move"], ["x", "upkeep.keys.choose"], verifies && ["v", "upkeep.keys.verify"], ["e", "upkeep.keys.mend"], ["Enter", "upkeep.keys.open"]].filter(Boolean)),
  );
  rows.mark();
  bulk.draw();
  if (!articles.length) view.reader.clear(t("upkeep.nothing_to_read"));
  else rows.take(articles.some((one) => one.id === next) ? next : articles[0].id, { focus: Boolean(next) });
}

/** Whose articles, in which language, about what. */
function narrowing() {
  const pick = (name, options) => choice(name, filter[name], t(`upkeep.field.${name}`), options, (value) => change({ [name]: value }));
  const me = state.me.user.id;
  const people = known.people.filter((one) => one.id !== me).map((one) => [one.id, one.name]);
  return h(
    "div.up-narrow",
    {},
    pick("owner", [[me, t("upkeep.mine")], ["-", t("upkeep.nobody")], ...people]),
    pick("locale", languages(known.locales)),
    pick("product", known.products.map((name) => [name, name])),
  );
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
      h("div.up-facts", {}, verificationBadge(one), h("span.fact", {}, whyInQueue(one)), axes(one)),
      h("div.up-facts", {}, damage(one), one.owner ? h("span.fact.muted", { dir: "auto" }, icon("person"), one.owner) : null, one.product ? h("span.fact.muted", { dir: "auto" }, one.product) : null),
    ),
  );
}

/** The row in hand is read beside the list, with what was said about it. */
function read(id) {
  last = id;
  const one = articleOf(id);
  const signals = (one.signals || []).filter((signal) => signal.direction !== "up");
  const notes = [
    ...signals.map((signal) => signalNote(signal)),
    one.reused ? t("upkeep.reused", { tickets: count(one.reused.tickets), agents: count(one.reused.agents) }) : null,
  ].filter(Boolean);
  const verifies = allows("publisher");
  view.reader.show(id, {
    quotes: signals.map((signal) => (signal.detail && signal.detail.quote) || "").filter(Boolean),
    notes,
    buttons: [
      verifies
        ? h("button.btn.primary", { type: "button", title: "v", data: { act: "up-verify" } }, icon("verified"), t("upkeep.still_right"))
        : h("span.muted", {}, t("upkeep.publisher_verifies")),
      h("button.btn", { type: "button", title: "e", data: { act: "up-mend" } }, icon("edit"), t("upkeep.needs_work")),
      h("button.btn.ghost", { type: "button", data: { act: "up-to-article" } }, t("upkeep.open_article")),
    ],
  });
}

function signalNote(signal) {
  const words = t(`upkeep.signal.${signal.kind}`);
  const by = [signal.user, signal.at ? ago(signal.at) : ""].filter(Boolean).join(", ");
  return h("span", {}, words, by ? h("span.muted", {}, ` · ${by}`) : null, signal.ticket_id ? [" · ", ticketLink(signal.ticket_id)] : null);
}

/** One key: it still holds. The next one comes into hand at once. */
async function verify() {
  const id = rows.inHand();
  if (!id || !allows("publisher")) return;
  const next = rows.after([id]);
  try {
    await upkeep.move(id, { move: "verify" });
    action("up-undo", () => takeBack(id));
    toast(t("upkeep.verified_one", { title: articleOf(id).title }), { kind: "good", ms: 8000, act: "up-undo", label: t("undo") });
    gone([id], next);
  } catch (error) {
    toastError(error);
  }
}

/** A slip of the finger: who verified it when, until when and what speaks against it are again what they were. */
async function takeBack(id) {
  try {
    await upkeep.move(id, { move: "undo", undoes: "verify" });
    load(id);
    loadCounts();
  } catch (error) {
    toastError(error);
  }
}

function gone(ids, next = rows.after(ids)) {
  loadCounts();
  rows.choose(ids, false);
  load(next);
}

function mend() {
  if (rows.inHand()) beginDraft({ article_id: rows.inHand() }, "verification");
}
