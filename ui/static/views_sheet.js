// The dialog in which views are put into order, put away and deleted.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import { toast, toastError } from "./toast.js";
import { closeMenu, goTo, loadCounts, loadViews, showViews, viewName } from "./views.js";

let sheet = null;
let deleted = null;

/** The dialog in which views are put into order. */
export function viewsSheet() {
  sheet = h("dialog.sheet.views-sheet", { "aria-labelledby": "views-title" });
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  action("arrange-views", openSheet);
  action("close-views", () => sheet.close());
  action("view-up", (element) => move(element.dataset.id, -1));
  action("view-down", (element) => move(element.dataset.id, 1));
  action("view-hide", (element) => hide(element.dataset.id));
  action("view-delete", (element) => remove(element.dataset.id));
  action("view-undelete", restore);
  return sheet;
}

function openSheet() {
  closeMenu();
  fillSheet();
  if (!sheet.open) sheet.showModal();
}

function fillSheet(held = "") {
  fill(
    sheet,
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "views-title" }, t("views.arrange")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-views" } }, icon("close")),
    ),
    h("ul.views-list", { tabindex: "0", "aria-labelledby": "views-title" }, state.list.views.map(sheetRow)),
    h("p.muted.small-text.views-hint", {}, t("views.arrange_hint")),
  );
  if (held) sheet.querySelector(held)?.focus();
}

function sheetRow(view, place) {
  const name = viewName(view);
  const button = (act, label, name_, props = {}) =>
    h(
      "button.icon-btn",
      { type: "button", "aria-label": `${label}: ${name}`, title: label, data: { act, id: view.id }, ...props },
      icon(name_),
    );
  return h(
    "li.views-row",
    { class: view.hidden ? "is-hidden" : "" },
    h("span.view-name", { dir: "auto" }, name),
    h("span.grow"),
    view.built_in ? null : h("span.badge", {}, t(view.shared ? "views.shared" : "views.private")),
    view.may_change ? button("edit-view", t("views.edit"), "edit") : null,
    view.may_change ? button("view-delete", t("views.delete"), "trash") : null,
    button("view-hide", t(view.hidden ? "views.show" : "views.hide"), view.hidden ? "close" : "eye", {
      "aria-pressed": String(!view.hidden),
    }),
    button("view-up", t("views.up"), "up", { disabled: place === 0 }),
    button("view-down", t("views.down"), "down", { disabled: place === state.list.views.length - 1 }),
  );
}

async function arrange(views, held) {
  const hidden = views.filter((view) => view.hidden).map((view) => view.id);
  try {
    state.list.views = (await api.arrangeViews(views.map((view) => view.id), hidden)).views;
    fillSheet(held);
    showViews();
    loadCounts();
  } catch (error) {
    toastError(error);
  }
}

function move(id, step) {
  const views = [...state.list.views];
  const at = views.findIndex((view) => view.id === id);
  views.splice(at + step, 0, ...views.splice(at, 1));
  const act = step < 0 ? "view-up" : "view-down";
  arrange(views, `[data-act=${act}][data-id="${CSS.escape(id)}"]`);
}

function hide(id) {
  const views = state.list.views.map((view) => (view.id === id ? { ...view, hidden: !view.hidden } : view));
  if (views.every((view) => view.hidden)) return;
  arrange(views, `[data-act=view-hide][data-id="${CSS.escape(id)}"]`);
}

async function remove(id) {
  try {
    deleted = state.list.views.find((view) => view.id === id);
    await api.deleteView(id);
    await loadViews();
    if (state.list.view === id) goTo(state.list.views[0].id);
    fillSheet();
    showViews();
    toast(t("views.deleted"), { act: "view-undelete", label: t("undo"), ms: 10000 });
  } catch (error) {
    toastError(error);
  }
}

async function restore() {
  if (!deleted) return;
  const { name, filter, sort, shared } = deleted;
  deleted = null;
  try {
    await api.createView({ name, filter, sort, shared });
    await loadViews();
    if (sheet.open) fillSheet();
    showViews();
    loadCounts();
  } catch (error) {
    toastError(error);
  }
}
