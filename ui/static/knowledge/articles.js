// All articles as their owners see them: filters in the address, pages of 50, moves of many.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { ago, count, day, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { state } from "../state.js";
import { toastError } from "../toast.js";
import { allows } from "../top_bar.js";
import { upkeep } from "./upkeep_api.js";
import { bulkBar } from "./upkeep_bulk.js";
import { axes, confidenceName, localeTag, nothing, pager, verificationBadge } from "./upkeep_facts.js";
import { choice, languages, readFilter, textField, writeFilter } from "./upkeep_filter.js";
import { keyLine, useKeys } from "./upkeep_keys.js";
import { chooseAllBox, chooseBox, rowsOf } from "./upkeep_rows.js";

const PAGE = 50;
const FILTERS = ["text", "confidence", "audience", "locale", "product", "owner", "verification", "sort", "offset"];
const CONFIDENCES = ["wip", "not_validated", "validated", "archived"];
const AUDIENCES = ["author", "internal", "partner", "public"];
const STATES = ["verified", "due", "overdue", "unverified", "never"];
const MOVES = ["verify", "set_owner", "set_verify_every", "set_audience", "archive", "restore"];

let filter = {};
let articles = [];
let total = 0;
let view = null;
let rows = null;
let bulk = null;
/** Number of the newest question: what an older one brings comes too late. */
let turn = 0;
/** The row that was in hand last: whoever comes back from an article goes on there. */
let last = "";

export const articlesTab = { name: "articles", role: "contributor", open };

async function open(place) {
  filter = readFilter(FILTERS);
  const table = h("div.up-table", { "aria-busy": "true" });
  const line = h("div.up-filter");
  rows = rowsOf(table, { onHand: (id) => (last = id), onChosen: () => bulk.draw() });
  bulk = bulkBar({ rows, moves: MOVES.slice(0, allows("publisher") ? MOVES.length : MOVES.length - 1), articleOf, after: load });
  view = { table, line, foot: h("div.up-foot"), total: h("span.muted", { role: "status" }) };
  fill(place, h("section.upkeep.up-articles", { "aria-label": t("tab.articles") }, line, bulk.place, table, view.foot));
  action("up-sort", (element) => change({ sort: element.dataset.value }));
  action("up-prev", () => change({ offset: String(Math.max(0, offset() - PAGE)) }));
  action("up-next", () => change({ offset: String(offset() + PAGE) }));
  action("up-open-article", (element, event) => follow(element, event));
  action("up-reset", () => go({ tab: "articles" }));
  useKeys(table, {
    j: () => rows.step(1),
    k: () => rows.step(-1),
    x: () => rows.toggle(),
    Enter: () => rows.inHand() && go({ tab: "articles", article: rows.inHand() }),
    "/": () => document.getElementById("up-text").focus(),
  });
  drawFilter({ locales: [], products: [], owners: [] });
  await load();
}

const offset = () => Number(filter.offset) || 0;
const articleOf = (id) => articles.find((one) => one.id === id) || { id };

/** A link that the browser may open in a tab of its own; a plain click stays on the page. */
function follow(element, event) {
  if (event && (event.ctrlKey || event.metaKey || event.shiftKey || event.button)) return;
  if (event) event.preventDefault();
  go({ tab: "articles", article: element.dataset.id });
}

/** Ask for other articles; a new question begins at its first page. */
function change(values) {
  filter = { ...filter, offset: "", ...values };
  writeFilter(filter);
  load();
}

async function load() {
  const mine = ++turn;
  view.table.setAttribute("aria-busy", "true");
  try {
    const answer = await upkeep.articles({ ...filter, sort: filter.sort || "updated", offset: offset(), limit: PAGE });
    if (mine !== turn) return;
    ({ articles, total } = answer);
    if (!articles.length && offset()) {
      change({});
      return;
    }
    if (answer.choices) drawFilter(answer.choices);
    show();
  } catch (error) {
    if (mine === turn) toastError(error);
  } finally {
    if (mine === turn) view.table.removeAttribute("aria-busy");
  }
}

function drawFilter(choices) {
  const held = document.activeElement;
  const back = view.line.contains(held) ? held.id || held.dataset.filter : "";
  // Whoever types into the field keeps it as it is.
  const words = view.line.querySelector(".up-search") || textField(filter.text, t("upkeep.find"), (text) => change({ text }));
  const pick = (name, options) => choice(name, filter[name], t(`upkeep.field.${name}`), options, (value) => change({ [name]: value }));
  const me = state.me.user.id;
  const people = (choices.owners || []).filter((one) => one.id !== me).map((one) => [one.id, one.name]);
  fill(
    view.line,
    words,
    pick("verification", STATES.map((name) => [name, t(`upkeep.state.${name}`)])),
    pick("confidence", CONFIDENCES.map((name) => [name, confidenceName(name)])),
    pick("audience", AUDIENCES.map((name) => [name, t(`audience.${name}`)])),
    pick("locale", languages(choices.locales || [])),
    pick("product", (choices.products || []).filter(Boolean).map((name) => [name, name])),
    pick("owner", [[me, t("upkeep.mine")], ["-", t("upkeep.nobody")], ...people]),
    h("button.btn.small.ghost", { type: "button", data: { act: "up-reset" } }, t("upkeep.reset")),
    h("span.grow"),
    view.total,
  );
  if (back) (view.line.querySelector(`[data-filter="${back}"]`) || document.getElementById(back))?.focus();
}

function show() {
  const held = rows.inHand() || last;
  fill(view.total, t("upkeep.total", { n: total, count: count(total) }));
  if (!articles.length) fill(view.table, nothing(t("upkeep.nothing_found"), t("upkeep.nothing_found_hint")));
  else fill(view.table, h("table", {}, head(), h("tbody", {}, articles.map(row))));
  fill(
    view.foot,
    pager({ offset: offset(), shown: articles.length, total, size: PAGE }),
    keyLine([["j", "k", "upkeep.keys.move"], ["x", "upkeep.keys.choose"], ["Enter", "upkeep.keys.open"], ["/", "upkeep.keys.find"]]),
  );
  rows.mark();
  if (held) rows.take(held);
  bulk.draw();
}

function head() {
  const column = (name, sort = "", classes = "") => {
    const words = t(`upkeep.field.${name}`);
    const on = sort && (filter.sort || "updated") === sort;
    const inner = sort ? h("button.up-sort", { type: "button", data: { act: "up-sort", value: sort } }, words, on ? icon("down") : null) : words;
    return h("th", { scope: "col", class: `c-${name} ${classes}`.trim(), "aria-sort": on ? (sort === "title" ? "ascending" : "descending") : null }, inner);
  };
  return h(
    "thead",
    {},
    h(
      "tr",
      {},
      h("th.c-check", { scope: "col" }, chooseAllBox()),
      column("title", "title"), column("verification", "due"), column("product"), column("owner"), column("uses", "uses"), column("updated", "updated"),
    ),
  );
}

function row(one) {
  const href = `/ui/knowledge?tab=articles&article=${encodeURIComponent(one.id)}`;
  return h(
    "tr",
    { data: { row: one.id } },
    h("td.c-check", {}, chooseBox(one.id, one.title)),
    h(
      "td.c-title",
      {},
      h("div.up-title-line", {}, localeTag(one.locale), h("a", { href, dir: "auto", data: { act: "up-open-article", id: one.id, handle: "yes" } }, one.title), axes(one), one.has_draft ? h("span.badge", {}, icon("edit"), t("upkeep.has_draft")) : null),
    ),
    h("td.c-verification", {}, verificationBadge(one)),
    h("td.c-product", { dir: "auto" }, one.product || ""),
    h("td.c-owner", { dir: "auto" }, one.owner || h("span.muted", {}, t("upkeep.nobody"))),
    h("td.c-uses", {}, one.uses ? count(one.uses) : h("span.muted", {}, "0")),
    h("td.c-updated", { title: one.updated_at ? day(one.updated_at) : "" }, one.updated_at ? ago(one.updated_at) : ""),
  );
}
