// Choosing several tickets and changing them at once, with ten seconds to take it back.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { count, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { mayMakeArticles, open as makeArticle } from "./make_article.js";
import { pairsOf } from "./queue_state.js";
import { rowInHand } from "./list.js";
import { emit, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

const UNDO_MS = 10000;
const STATUSES = ["open", "pending", "solved", "closed"];
const PRIORITIES = ["urgent", "high", "normal", "low"];
/** Ids of the chosen tickets -> the version that was seen, or null where it was not. */
const chosen = new Map();
/** Subjects of chosen tickets, so that a refusal can name them. */
const subjects = new Map();
let bar = null;
let sheet = null;
let last = "";
let undoId = "";

/** The bar that appears while tickets are chosen. */
export function bulkBar() {
  bar = h("div.bulk-bar", { hidden: true });
  sheet = h("dialog.sheet.bulk-sheet", { "aria-labelledby": "bulk-title" });
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  return h("div.bulk", {}, bar, sheet);
}

/** What can be done with chosen tickets. */
export function bulkActions() {
  action("select-row", (element, event) => (event && event.shiftKey ? range(element.dataset.id) : toggle(element.dataset.id)));
  action("select-page", () => choose(state.list.tickets.map((one) => one.id)));
  action("select-all", selectAll);
  action("select-none", clear);
  action("bulk", open);
  action("close-bulk", () => sheet.close());
  action("apply-bulk", apply);
  action("undo-bulk", undo);
  action("bulk-article", () => makeArticle([...chosen.keys()]));
}

/** Whether a ticket is chosen. */
export const isSelected = (id) => chosen.has(id);

/** Choose or unchoose the ticket that a key means. */
export function toggleInHand() {
  const id = rowInHand();
  if (id && state.list.tickets.some((one) => one.id === id)) toggle(id);
}

/** With shift or ctrl a click chooses; returns whether it did. */
export function onRowClick(id, event) {
  if (!event || !(event.shiftKey || event.ctrlKey || event.metaKey)) return false;
  window.getSelection()?.removeAllRanges();
  if (event.shiftKey) range(id);
  else toggle(id);
  return true;
}

/** Leave all as they are; returns whether any was chosen. */
export function clear() {
  const had = chosen.size > 0;
  chosen.clear();
  mark();
  return had;
}

/** After the list came anew, note the subjects; versions stay those that were seen when they were chosen. */
export function keepSelected(tickets) {
  for (const one of tickets) if (chosen.has(one.id)) subjects.set(one.id, one.subject);
  mark();
}

function toggle(id) {
  if (chosen.has(id)) chosen.delete(id);
  else add([id]);
  last = id;
  mark();
}

function range(id) {
  const ids = state.list.tickets.map((one) => one.id);
  const [from, to] = [ids.indexOf(last), ids.indexOf(id)];
  add(from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1));
  last = id;
  mark();
}

function choose(ids) {
  add(ids);
  mark();
}

function add(ids) {
  const seen = new Map(state.list.tickets.map((one) => [one.id, one]));
  for (const id of ids) {
    if (chosen.has(id)) continue;
    chosen.set(id, seen.has(id) ? seen.get(id).version : null);
    if (seen.has(id)) subjects.set(id, seen.get(id).subject);
  }
}

async function selectAll() {
  try {
    const answer = await api.queueIds([...pairsOf(state.list.filter), ["sort", state.list.sort]]);
    choose(answer.ids);
    if (answer.more) toast(t("select.only_first", { n: answer.ids.length }));
  } catch (error) {
    toastError(error);
  }
}

function mark() {
  for (const row of document.querySelectorAll("#tickets .row")) {
    row.setAttribute("aria-checked", String(chosen.has(row.dataset.id)));
  }
  const pane = document.querySelector(".list-pane");
  if (pane) pane.classList.toggle("is-selecting", chosen.size > 0);
  if (bar) showBar();
}

function showBar() {
  bar.hidden = chosen.size === 0;
  if (bar.hidden) return;
  const held = bar.contains(document.activeElement) ? document.activeElement.dataset.act : "";
  const link = (act, label) => h("button.btn.small.ghost", { type: "button", data: { act } }, label);
  const onPage = state.list.tickets.filter((one) => !chosen.has(one.id)).length;
  fill(
    bar,
    h(
      "div.bulk-line",
      {},
      h("strong", { role: "status" }, t("select.count", { n: chosen.size }).replace(/\d+/, count(chosen.size))),
      h("span.grow"),
      h("button.btn.small.primary", { type: "button", title: "b", data: { act: "bulk" } }, t("bulk.change")),
      h(
        "button.icon-btn",
        { type: "button", "aria-label": t("select.none"), title: t("select.none"), data: { act: "select-none" } },
        icon("close"),
      ),
    ),
    h(
      "div.bulk-more",
      {},
      onPage ? link("select-page", t("select.page")) : null,
      chosen.size < state.list.total ? link("select-all", t("select.all", { n: state.list.total }).replace(/\d+/, count(state.list.total))) : null,
      mayMakeArticles() && chosen.size <= 50 ? link("bulk-article", t("make_article.bulk", { n: chosen.size })) : null,
    ),
  );
  if (held) (bar.querySelector(`[data-act=${held}]`) || bar.querySelector("button")).focus();
}

/** Ask what becomes of the chosen tickets; without a choice, of the one in hand. */
async function open() {
  if (!chosen.size) toggleInHand();
  if (!chosen.size) return;
  try {
    const [users, values] = await Promise.all([api.users(), api.choices()]);
    fillSheet(users.users, values);
    sheet.showModal();
    sheet.querySelector("select").focus();
  } catch (error) {
    toastError(error);
  }
}

function fillSheet(users, values) {
  const field = (name, label, control) =>
    h("div.filter-field", {}, h("label", { for: `b-${name}` }, label), control);
  const pick = (name, options) =>
    h("select", { id: `b-${name}` }, h("option", { value: "" }, t("bulk.leave")), options);
  const options = (list, name) => list.map((value) => h("option", { value: `=${value}` }, name(value)));
  const word = (name, list) => [
    h("input", { type: "text", id: `b-${name}`, list: `b-${name}-known`, maxlength: "200", autocomplete: "off" }),
    h("datalist", { id: `b-${name}-known` }, list.map((value) => h("option", { value }))),
  ];
  const people = [h("option", { value: "=" }, t("assignee.nobody")), options(users.map((u) => u.id), (id) => users.find((u) => u.id === id).name)];
  fill(
    sheet,
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "bulk-title" }, t("bulk.title", { n: chosen.size })),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-bulk" } }, icon("close")),
    ),
    h(
      "form.filter-fields",
      { id: "bulk-form" },
      field("assignee_id", t("filter.assignees"), pick("assignee_id", people)),
      field("status", t("filter.statuses"), pick("status", options(STATUSES, (value) => t(`status_one.${value}`)))),
      field("priority", t("filter.priorities"), pick("priority", options(PRIORITIES, (value) => t(`priority.${value}`)))),
      field("product", t("filter.products"), pick("product", options(values.products, (value) => value))),
      field("locale", t("filter.locales"), pick("locale", options(values.locales, languageName))),
      field("add_tags", t("bulk.add_tag"), word("add_tags", values.tags)),
      field("remove_tags", t("bulk.remove_tag"), word("remove_tags", values.tags)),
    ),
    h(
      "div.sheet-foot",
      {},
      h("span.grow"),
      h("button.btn.primary", { type: "button", data: { act: "apply-bulk" } }, t("bulk.apply")),
    ),
  );
  sheet.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
}

function wished() {
  const change = {};
  for (const name of ["assignee_id", "status", "priority", "product", "locale"]) {
    const { value } = sheet.querySelector(`#b-${name}`);
    if (value) change[name] = value.slice(1);
  }
  for (const name of ["add_tags", "remove_tags"]) {
    const tags = sheet.querySelector(`#b-${name}`).value.split(",").map((tag) => tag.trim()).filter(Boolean);
    if (tags.length) change[name] = tags;
  }
  return change;
}

async function apply() {
  const change = wished();
  if (!Object.keys(change).length) {
    toast(t("bulk.nothing"));
    return;
  }
  const versions = Object.fromEntries([...chosen].filter(([, version]) => version !== null));
  try {
    const done = await api.changeTickets({ ids: [...chosen.keys()], change, versions });
    undoId = done.undo_id;
    sheet.close();
    clear();
    after(done, "bulk.done", undoId ? { act: "undo-bulk", label: t("undo") } : {});
  } catch (error) {
    toastError(error);
  }
}

async function undo() {
  if (!undoId) return;
  try {
    const done = await api.undoChange(undoId);
    undoId = "";
    after(done, "bulk.undone", {});
  } catch (error) {
    toastError(error);
  }
}

function after(done, key, button) {
  toast(t(key, { n: done.changed.length }), { ms: UNDO_MS, ...button });
  if (done.refused.length) showRefused(done.refused);
  emit("list-changed");
  if (ticket() && done.changed.includes(ticket().id)) emit("reload");
}

function showRefused(refused) {
  fill(
    sheet,
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "bulk-title" }, t("bulk.refused", { n: refused.length })),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-bulk" } }, icon("close")),
    ),
    h(
      "ul.refused-list",
      { tabindex: "0", "aria-labelledby": "bulk-title" },
      refused.map((one) =>
        h("li", {}, h("strong", { dir: "auto" }, subjects.get(one.id) || one.id), h("span.muted", {}, one.message)),
      ),
    ),
  );
  sheet.showModal();
}
