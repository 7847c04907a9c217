// The ticket list: tabs with counts, filter, rows, paging.
import { action } from "./actions.js";
import { api } from "./api.js";
import { debounce, fill, h, latest } from "./dom.js";
import { ago, count, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { emit, on, state, ticket } from "./state.js";
import { toastError } from "./toast.js";

const STATUSES = ["open", "pending", "solved", "closed"];
const CHANNELS = { email: "mail", chat: "chat", phone: "phone", web: "web" };
const PAGE = 50;
let tabs = null;
let rows = null;

/** Build the pane. */
export function listPane() {
  tabs = h("div.tabs", { role: "tablist", "aria-label": t("list.status") });
  rows = h("div.rows", { role: "listbox", tabindex: "0", id: "tickets", "aria-label": t("pane.list") });
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
    debounce(() => change({ q: filter.value.trim() }), 150),
  );
  const close = h(
    "button.icon-btn.list-close",
    { type: "button", "aria-label": t("close"), data: { act: "close-list" } },
    icon("close"),
  );
  action("list-status", (element) => change({ status: element.dataset.status }));
  action("more-tickets", () => load({ append: true }));
  action("open-ticket", (element) => emit("open", element.dataset.id));
  on("replied", () => load());
  on("opened", markOpen);
  rows.addEventListener("keydown", onRowKey);
  return h(
    "section.pane.list-pane",
    { "aria-label": t("pane.list") },
    h("div.list-head", {}, tabs, h("div.filter", {}, icon("search"), filter, languageFilter(), close)),
    rows,
  );
}

function languageFilter() {
  const options = ["", ...state.me.locales.map((locale) => locale.code)].map((code) =>
    h("option", { value: code }, code ? code.toUpperCase() : t("list.all_languages")),
  );
  const select = h("select.compact", { id: "filter-locale", "aria-label": t("list.language") }, options);
  select.addEventListener("change", () => change({ locale: select.value }));
  return select;
}

function change(wish) {
  Object.assign(state.list, wish);
  load();
}

/** Fetch the list as the filters say. */
export const load = latest(async ({ append = false } = {}) => {
  const { status, locale, q, tickets } = state.list;
  const offset = append ? tickets.length : 0;
  rows.setAttribute("aria-busy", "true");
  try {
    const answer = await api.tickets({ status, locale, q, limit: PAGE, offset });
    state.list.tickets = append ? [...tickets, ...answer.tickets] : answer.tickets;
    Object.assign(state.list, { counts: answer.counts, more: answer.more });
    show();
    emit("listed");
  } catch (error) {
    toastError(error);
  } finally {
    rows.removeAttribute("aria-busy");
  }
});

function show() {
  const { tickets, more, status, q } = state.list;
  fill(tabs, STATUSES.map(tab));
  const held = rows.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  const empty = h("p.empty", {}, t(q ? "list.nothing_matches" : "list.nothing"));
  const moreButton = h("button.btn.ghost.wide", { type: "button", data: { act: "more-tickets" } }, t("list.more"));
  fill(rows, tickets.length ? tickets.map(row) : empty, more ? moreButton : null);
  rows.dataset.status = status;
  rows.dataset.q = q;
  markOpen();
  if (held) focusRow(held);
}

function tab(status) {
  const active = status === state.list.status;
  return h(
    "button.tab",
    { type: "button", role: "tab", "aria-selected": String(active), data: { act: "list-status", status } },
    t(`status.${status}`),
    h("span.count", {}, state.list.counts[status] ? count(state.list.counts[status]) : ""),
  );
}

function row(one) {
  const name = one.customer ? one.customer.name || one.customer.email : "";
  const urgent = one.priority === "high" || one.priority === "urgent";
  const waits = one.last_author === "customer" && (one.status === "open" || one.status === "pending");
  return h(
    "div.row",
    {
      role: "option",
      tabindex: "-1",
      id: `ticket-${one.id}`,
      "aria-selected": "false",
      data: { act: "open-ticket", id: one.id },
    },
    h(
      "div.row-top",
      {},
      waits ? h("span.dot", { title: t("list.waits") }) : null,
      h("span.row-name", { dir: "auto" }, name || t("customer.unknown")),
      h("time", { datetime: one.last_at }, ago(one.last_at)),
    ),
    h("div.row-subject", { dir: "auto" }, one.subject || t("ticket.no_subject")),
    h("div.row-preview", { dir: "auto" }, one.preview),
    h(
      "div.row-foot",
      {},
      h("span.tag", { title: languageName(one.locale) }, one.locale === "und" ? "–" : one.locale.toUpperCase()),
      one.product ? h("span", { dir: "auto" }, one.product) : null,
      CHANNELS[one.channel]
        ? h("span.channel", { title: t(`channel.${one.channel}`) }, icon(CHANNELS[one.channel]))
        : null,
      urgent ? h("span.badge.warn", {}, t(`priority.${one.priority}`)) : null,
    ),
  );
}

function markOpen() {
  if (!rows) return;
  for (const element of rows.querySelectorAll(".row")) {
    const open = ticket() !== null && element.dataset.id === ticket().id;
    element.setAttribute("aria-selected", String(open));
    if (open) rows.setAttribute("aria-activedescendant", element.id);
  }
}

function focusRow(id) {
  const element = rows.querySelector(`#${CSS.escape(`ticket-${id}`)}`);
  if (!element) return;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

/** Move the focus in the list by one; starts at the open ticket. */
export function moveInList(step) {
  const ids = state.list.tickets.map((one) => one.id);
  if (!ids.length) return;
  const focused = rows.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  const from = ids.indexOf(focused || (ticket() ? ticket().id : ""));
  emit("show-pane", "list");
  focusRow(ids[Math.min(ids.length - 1, Math.max(0, from + step))]);
}

/** The next open ticket after the one that is open, or the first. */
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
