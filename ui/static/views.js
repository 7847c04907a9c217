// Views of the queue: the strip at the top, the menu with all of them, and putting them in order.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { count, t } from "./i18n.js";
import { icon } from "./icons.js";
import { chooseView, currentView, isChanged, linkToList } from "./queue_state.js";
import { emit, state } from "./state.js";
import { toast, toastError } from "./toast.js";

/** How many views stand side by side; the others are in the menu. */
const IN_STRIP = 3;
/** Letters after g; of the team's views the digits 1-9 in their order. */
const LETTERS = {
  a: "open",
  m: "mine",
  d: "overdue",
  u: "unassigned",
  w: "waiting",
  p: "pending",
  f: "follow_up",
  s: "solved",
};
const GO_MS = 1500;
let strip = null;
let menu = null;
let goUntil = 0;

/** The strip: a few views with their counts, and the button that opens the menu. */
export function viewStrip() {
  strip = h("div.view-tabs", { role: "tablist", "aria-label": t("list.views") });
  menu = h("div.view-menu", { id: "view-menu", hidden: true });
  const button = h(
    "button.icon-btn",
    {
      type: "button",
      id: "all-views",
      "aria-label": t("list.all_views"),
      title: t("list.all_views"),
      "aria-expanded": "false",
      "aria-controls": "view-menu",
      data: { act: "toggle-views" },
    },
    icon("down"),
  );
  document.addEventListener("pointerdown", (event) => {
    if (!menu.hidden && !menu.contains(event.target) && !button.contains(event.target)) closeMenu();
  });
  menu.addEventListener("keydown", onMenuKey);
  return h("div.view-strip", {}, strip, button, menu);
}

/** What the strip and the menu can do. */
export function viewActions() {
  action("choose-view", (element) => goTo(element.dataset.id));
  action("toggle-views", () => (menu.hidden ? openMenu() : closeMenu()));
  action("copy-list-link", copyLink);
}

/** Fetch the views; the list cannot be asked for before. */
export async function loadViews() {
  state.list.views = (await api.views()).views;
}

/** Fetch how many tickets each view holds; without an answer the old numbers stay. */
export async function loadCounts() {
  try {
    state.list.counts = (await api.viewCounts()).counts;
    showViews();
  } catch (error) {
    // Numbers that are a little old are better than none; what matters says the list itself.
    if (error.status === 401) toastError(error);
  }
}

/** The name of a view in the user's language. */
export const viewName = (view) => view.name || t(`view.${view.id}`);

/** Show strip and menu anew. */
export function showViews() {
  const seen = state.list.views.filter((view) => !view.hidden);
  const now = currentView();
  const first = seen.slice(0, IN_STRIP);
  if (now && !first.includes(now)) first.splice(first.length - (first.length === IN_STRIP ? 1 : 0), 1, now);
  const held = strip.contains(document.activeElement) ? document.activeElement.dataset.id : "";
  fill(strip, first.map(tab));
  if (held) strip.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
  if (!menu.hidden) fillMenu();
}

function tab(view) {
  const active = view.id === state.list.view;
  const n = state.list.counts[view.id];
  return h(
    "button.tab",
    {
      type: "button",
      role: "tab",
      "aria-selected": String(active),
      class: view.id === "overdue" && n ? "is-late" : "",
      data: { act: "choose-view", id: view.id },
    },
    h("span.tab-name", { dir: "auto" }, viewName(view)),
    // For who hears it: a name and a number, not one word.
    " ",
    n ? h("span.count", {}, count(n)) : null,
    active && isChanged() ? h("span.changed", { title: t("filter.changed") }, "*") : null,
  );
}

/** Show a view from its first page. */
export function goTo(id) {
  const view = state.list.views.find((one) => one.id === id);
  if (!view) return;
  closeMenu();
  chooseView(view);
  showViews();
  emit("show-pane", "list");
  emit("list-changed");
}

function openMenu() {
  menu.hidden = false;
  document.getElementById("all-views").setAttribute("aria-expanded", "true");
  fillMenu();
  (menu.querySelector("[aria-current]") || menu.querySelector("button")).focus();
}

/** Put the menu away. */
export function closeMenu() {
  if (menu.hidden) return;
  const inside = menu.contains(document.activeElement);
  menu.hidden = true;
  const button = document.getElementById("all-views");
  button.setAttribute("aria-expanded", "false");
  if (inside) button.focus();
}

function fillMenu() {
  const held = menu.contains(document.activeElement) ? document.activeElement.dataset.id : "";
  const letters = Object.fromEntries(Object.entries(LETTERS).map(([letter, id]) => [id, letter]));
  const own = state.list.views.filter((view) => !view.built_in && !view.hidden);
  const key = (view) => letters[view.id] || (own.indexOf(view) > -1 && own.indexOf(view) < 9 ? own.indexOf(view) + 1 : "");
  const entry = (view) =>
    h(
      "button.view-entry",
      {
        type: "button",
        "aria-current": view.id === state.list.view ? "true" : null,
        data: { act: "choose-view", id: view.id },
      },
      h("span.view-name", { dir: "auto" }, viewName(view)),
      view.shared ? h("span.view-shared", { title: t("views.shared") }, icon("people")) : null,
      " ",
      h("span.count", {}, count(state.list.counts[view.id] || 0)),
      key(view) ? h("kbd", {}, `g ${key(view)}`) : null,
    );
  fill(
    menu,
    state.list.views.filter((view) => !view.hidden).map(entry),
    h(
      "div.view-menu-foot",
      {},
      h("button.btn.small.ghost", { type: "button", data: { act: "open-filter" } }, icon("funnel"), t("views.new")),
      h("button.btn.small.ghost", { type: "button", data: { act: "arrange-views" } }, icon("list"), t("views.arrange")),
      h("button.btn.small.ghost", { type: "button", data: { act: "copy-list-link" } }, icon("link"), t("views.copy_link")),
    ),
  );
  if (held) menu.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
}

function onMenuKey(event) {
  const buttons = [...menu.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length].focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  }
}

/** After g the next letter is a view. */
export function startGo() {
  goUntil = Date.now() + GO_MS;
}

/** Whether a key was the second of two; then it is done with. */
export function goKey(key) {
  if (Date.now() > goUntil) return false;
  goUntil = 0;
  const own = state.list.views.filter((view) => !view.built_in && !view.hidden);
  const id = LETTERS[key] || (own[Number(key) - 1] || {}).id;
  if (key === "g") openMenu();
  else if (id) goTo(id);
  return true;
}

async function copyLink() {
  closeMenu();
  try {
    await navigator.clipboard.writeText(linkToList());
    toast(t("views.link_copied"));
  } catch (_) {
    toast(linkToList(), { ms: 15000 });
  }
}
