// The queue: views, filter, rows, pages.
import { action } from "./actions.js";
import { api } from "./api.js";
import { bulkBar, bulkActions, isSelected, keepSelected, onRowClick } from "./bulk.js";
import { debounce, fill, h } from "./dom.js";
import { filterChips, filterActions, filterSheet, whatNarrows } from "./filter_sheet.js";
import { count, t } from "./i18n.js";
import { icon } from "./icons.js";
import { queueRow } from "./queue_rows.js";
import { PAGE, chooseFilter, question, writeAddress } from "./queue_state.js";
import { emit, on, state, ticket } from "./state.js";
import { toastError } from "./toast.js";
import { loadCounts, showViews, viewStrip, viewActions } from "./views.js";
import { viewsSheet } from "./views_sheet.js";

const SORTS = ["due", "newest", "waiting", "priority", "created"];
let rows = null;
let body = null;
let foot = null;
let line = null;
let chips = null;
/** Number of the newest question: what an older one brings comes too late. */
let turn = 0;

/** Build the pane. */
export function listPane() {
  rows = h("div.rows", {
    role: "listbox",
    tabindex: "0",
    id: "tickets",
    "aria-label": t("pane.list"),
    "aria-multiselectable": "true",
  });
  body = h("div.list-empty", { hidden: true });
  foot = h("nav.pager", { "aria-label": t("list.pages"), hidden: true });
  line = h("div.list-line");
  chips = h("div.filter-chips");
  listActions();
  rows.addEventListener("keydown", onRowKey);
  return h(
    "section.pane.list-pane",
    { "aria-label": t("pane.list") },
    h("div.list-head", {}, viewStrip(), searchLine(), chips),
    line,
    bulkBar(),
    body,
    rows,
    foot,
    viewsSheet(),
    filterSheet(),
  );
}

function listActions() {
  viewActions();
  filterActions();
  bulkActions();
  action("open-ticket", (element, event) => {
    if (!onRowClick(element.dataset.id, event)) emit("open", element.dataset.id);
  });
  action("prev-page", () => turnPage(-1));
  action("next-page", () => turnPage(1));
  action("retry-list", () => load());
  on("replied", () => load());
  on("opened", markOpen);
  on("list-changed", () => load());
}

function searchLine() {
  const filter = h("input", {
    type: "search",
    id: "filter",
    placeholder: t("list.filter"),
    "aria-label": t("list.filter"),
    maxlength: "200",
    autocomplete: "off",
  });
  filter.addEventListener(
    "input",
    debounce(() => {
      chooseFilter({ ...state.list.filter, text: filter.value.trim() });
      load();
    }, 150),
  );
  const narrow = h(
    "button.icon-btn",
    { type: "button", id: "open-filter", title: t("filter.title"), "aria-label": t("filter.title"), data: { act: "open-filter" } },
    icon("funnel"),
  );
  const close = h(
    "button.icon-btn.list-close",
    { type: "button", "aria-label": t("close"), data: { act: "close-list" } },
    icon("close"),
  );
  return h("div.filter", {}, icon("search"), filter, narrow, close);
}

/** Fetch the page as the filter says; a page that only comes again keeps its place. */
export async function load() {
  const mine = ++turn;
  const asked = JSON.stringify(question());
  if (asked !== rows.dataset.asked) rows.setAttribute("aria-busy", "true");
  // At once: who reloads the page before the answer is there wants what they asked for last.
  writeAddress();
  try {
    const answer = await api.queue(question());
    if (mine !== turn) return;
    const again = asked === rows.dataset.asked;
    rows.dataset.asked = asked;
    Object.assign(state.list, { tickets: answer.tickets, total: answer.total, offset: answer.offset, failed: false });
    keepSelected(answer.tickets);
    show(again);
    emit("listed");
    loadCounts();
  } catch (error) {
    if (mine === turn) failed(error);
  } finally {
    if (mine === turn) rows.removeAttribute("aria-busy");
  }
}

function failed(error) {
  // What is on the screen stays; only an empty list says that it is empty because it could not be fetched.
  if (state.list.tickets.length) {
    toastError(error);
    return;
  }
  const again = h("button.btn.small", { type: "button", data: { act: "retry-list" } }, t("list.retry"));
  fill(body, emptyState("warn", t("list.failed"), error.message || "", again));
  body.hidden = false;
  rows.hidden = true;
}

function show(again) {
  const { tickets } = state.list;
  const held = rows.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  const anchor = again ? anchorOf() : null;
  fill(rows, tickets.map((one) => queueRow(one, { selected: isSelected(one.id) })));
  rows.hidden = !tickets.length;
  body.hidden = tickets.length > 0;
  if (!tickets.length) fill(body, nothing());
  if (anchor) putBack(anchor);
  else rows.scrollTop = 0;
  showLine();
  showViews();
  fill(chips, filterChips());
  const search = document.getElementById("filter");
  if (search && document.activeElement !== search) search.value = state.list.filter.text || "";
  showPager();
  markOpen();
  if (held) rowOf(held)?.focus({ preventScroll: true });
}

/** The first row that can be seen, and where it is. */
function anchorOf() {
  const top = rows.getBoundingClientRect().top;
  const seen = [...rows.children].find((row) => row.getBoundingClientRect().bottom > top + 1);
  return seen ? { id: seen.dataset.id, y: seen.getBoundingClientRect().top - top, at: rows.scrollTop } : null;
}

function putBack({ id, y, at }) {
  const row = rowOf(id);
  // At the top stays at the top: there the newest is what one wants to see.
  if (!row || !at) rows.scrollTop = at;
  else rows.scrollTop += row.getBoundingClientRect().top - rows.getBoundingClientRect().top - y;
}

function nothing() {
  const narrowing = whatNarrows();
  if (!narrowing.length) return emptyState("check", t("list.nothing"), t("list.nothing_hint"), null);
  const clear = h("button.btn.small", { type: "button", data: { act: "clear-filter" } }, t("filter.clear"));
  return emptyState("search", t("list.nothing_matches"), t("list.narrows", { what: narrowing.join(", ") }), clear);
}

function emptyState(name, title, hint, button) {
  return h(
    "div.empty-state",
    { role: "status" },
    icon(name),
    h("p.empty-title", {}, title),
    hint ? h("p.muted", { dir: "auto" }, hint) : null,
    button,
  );
}

function showLine() {
  const { total, sort } = state.list;
  const options = SORTS.map((name) => h("option", { value: name, selected: name === sort }, t(`sort.${name}`)));
  const select = h("select.sort", { id: "list-sort", "aria-label": t("sort.label") }, options);
  select.addEventListener("change", () => {
    Object.assign(state.list, { sort: select.value, offset: 0 });
    load();
  });
  const held = document.activeElement && document.activeElement.id === "list-sort";
  fill(line, h("span", { role: "status" }, t("list.total", { n: total || 0 }).replace(/\d+/, count(total || 0))), h("span.grow"), select);
  if (held) select.focus();
}

function showPager() {
  const { offset, tickets, total } = state.list;
  foot.hidden = total <= PAGE;
  if (foot.hidden) return;
  const held = document.activeElement && foot.contains(document.activeElement) ? document.activeElement.dataset.act : "";
  const button = (act, label, disabled) =>
    h("button.icon-btn", { type: "button", "aria-label": label, title: label, disabled, data: { act } }, icon(act === "prev-page" ? "left" : "right"));
  const place = { from: count(offset + 1), to: count(offset + tickets.length), total: count(total) };
  fill(
    foot,
    button("prev-page", t("list.prev"), offset === 0),
    h("span", { role: "status" }, t("list.range", place)),
    button("next-page", t("list.next"), offset + tickets.length >= total),
  );
  const again = held && foot.querySelector(`[data-act=${held}]:not(:disabled)`);
  if (again) again.focus();
}

/** Go to another page; returns whether there is one. */
async function turnPage(step) {
  const { offset, total } = state.list;
  const to = offset + step * PAGE;
  if (to < 0 || to >= total) return false;
  state.list.offset = to;
  await load();
  return true;
}

function markOpen() {
  if (!rows) return;
  for (const element of rows.querySelectorAll(".row")) {
    const open = ticket() !== null && element.dataset.id === ticket().id;
    element.setAttribute("aria-selected", String(open));
    if (open) rows.setAttribute("aria-activedescendant", element.id);
    if (open && element.classList.contains("is-unread")) {
      // What is open is being read.
      element.classList.remove("is-unread");
      const dot = element.querySelector(".dot");
      if (dot) dot.remove();
    }
  }
}

const rowOf = (id) => rows.querySelector(`#${CSS.escape(`ticket-${id}`)}`);

function focusRow(id) {
  const element = rowOf(id);
  if (!element) return;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

/** The ticket that a key means: the row with the focus, else the open one. */
export function rowInHand() {
  const focused = rows.contains(document.activeElement) ? document.activeElement.dataset.id : "";
  return focused || (ticket() ? ticket().id : "");
}

/** Move the focus in the list by one, over the border of the page; starts at the open ticket. */
export async function moveInList(step) {
  const ids = state.list.tickets.map((one) => one.id);
  if (!ids.length) return;
  const to = ids.indexOf(rowInHand()) + step;
  emit("show-pane", "list");
  if ((to >= ids.length || to < 0) && (await turnPage(step))) {
    const now = state.list.tickets;
    focusRow(now.length ? now[step > 0 ? 0 : now.length - 1].id : "");
    return;
  }
  focusRow(ids[Math.min(ids.length - 1, Math.max(0, to))]);
}

/** The next ticket after the one that is open, or the first. */
export function nextTicket() {
  const others = state.list.tickets.filter((one) => !ticket() || one.id !== ticket().id);
  return others.length ? others[0].id : "";
}

function onRowKey(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveInList(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target.dataset.id) {
    event.preventDefault();
    emit("open", event.target.dataset.id);
  }
}
