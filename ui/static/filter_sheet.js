// The filter: the dialog that makes one and saves it as a view, and the chips that show it.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { known, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { LISTS, chooseFilter, chooseView, currentView, isChanged } from "./queue_state.js";
import { emit, state } from "./state.js";
import { toast, toastError } from "./toast.js";
import { closeMenu, loadViews, showViews, viewName } from "./views.js";

const STATUSES = ["open", "pending", "solved", "closed"];
const PRIORITIES = ["urgent", "high", "normal", "low"];
const DUES = ["overdue", "today", "day"];
const FOLLOW_UPS = ["set", "reached"];
const HOURS = [1, 4, 24, 72, 168, 720, 2160];
const PEOPLE = ["me", "nobody", "somebody"];
let sheet = null;
/** What the dialog shows: a filter in the making, and the view that it is to replace. */
let draft = { filter: {}, view: null };
let choices = {};
let colleagues = [];

/** The dialog; it stays hidden until it is asked for. */
export function filterSheet() {
  sheet = h("dialog.sheet.filter-sheet", { "aria-labelledby": "filter-title" });
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  return sheet;
}

/** What the dialog and the chips can do. */
export function filterActions() {
  action("open-filter", () => open(null));
  action("edit-view", (element) => open(state.list.views.find((view) => view.id === element.dataset.id)));
  action("close-filter", () => sheet.close());
  action("apply-filter", apply);
  action("clear-draft", () => show({}));
  action("drop-value", (element) => drop(element.dataset.field, element.dataset.value));
  action("save-view", save);
  action("clear-filter", clear);
  action("chip-off", (element) => chipOff(element.dataset.field, element.dataset.value));
}

async function open(view) {
  closeMenu();
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  draft = { filter: {}, view };
  try {
    const [values, users] = await Promise.all([api.choices(), api.users()]);
    choices = values;
    colleagues = users.users;
  } catch (error) {
    toastError(error);
    return;
  }
  show(view ? view.filter : state.list.filter);
  sheet.showModal();
  sheet.querySelector("select").focus();
}

/** Names of colleagues are needed for chips too; fetched once. */
export async function loadColleagues() {
  colleagues = (await api.users()).users;
}

function show(filter, held = "") {
  const name = sheet.querySelector("#view-name");
  const typed = { name: name ? name.value : null, shared: name ? sheet.querySelector("#view-shared").checked : null };
  draft.filter = JSON.parse(JSON.stringify(filter));
  fill(
    sheet,
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "filter-title" }, draft.view ? t("views.edit") : t("filter.title")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-filter" } }, icon("close")),
    ),
    h("div.filter-fields", { tabindex: "0", role: "group", "aria-labelledby": "filter-title" }, fields()),
    saveLine(typed),
    h(
      "div.sheet-foot",
      {},
      h("button.btn.ghost", { type: "button", data: { act: "clear-draft" } }, t("filter.clear")),
      h("span.grow"),
      h("button.btn", { type: "button", data: { act: "save-view" } }, t(draft.view ? "views.save_changes" : "views.save")),
      draft.view ? null : h("button.btn.primary", { type: "button", data: { act: "apply-filter" } }, t("filter.apply")),
    ),
  );
  if (held) sheet.querySelector(`#${held}`)?.focus();
}

function fields() {
  const mentioned = (field, values) => [...new Set([...values, ...(draft.filter[field] || [])])];
  return [
    several("statuses", STATUSES),
    several("assignees", [...PEOPLE, ...colleagues.map((user) => user.id)]),
    several("priorities", mentioned("priorities", [...PRIORITIES, ...(choices.priorities || [])])),
    one("due", DUES),
    several("locales", mentioned("locales", choices.locales || [])),
    several("products", mentioned("products", choices.products || [])),
    several("types", mentioned("types", choices.types || [])),
    several("companies", mentioned("companies", choices.companies || [])),
    several("tags", mentioned("tags", choices.tags || [])),
    one("min_age_h", HOURS),
    one("max_age_h", HOURS),
    one("follow_up", FOLLOW_UPS),
    yes("unread"),
    yes("waiting"),
  ];
}

function several(field, values) {
  const chosen = draft.filter[field] || [];
  const left = values.filter((value) => !chosen.includes(value));
  const id = `f-${field}`;
  const options = left.map((value) => h("option", { value }, valueName(field, value)));
  const any = t(chosen.length ? "filter.add" : "filter.any");
  const select = h("select", { id, disabled: !values.length }, h("option", { value: "" }, any), options);
  select.addEventListener("change", () => show({ ...draft.filter, [field]: [...chosen, select.value] }, id));
  const chips = chosen.map((value) => chip(field, value, "drop-value"));
  return h("div.filter-field", {}, h("label", { for: id }, t(`filter.${field}`)), h("div.filter-values", {}, chips, select));
}

function one(field, values) {
  const id = `f-${field}`;
  const now = String(draft.filter[field] ?? "");
  const options = values.map((value) =>
    h("option", { value: String(value), selected: String(value) === now }, valueName(field, value)),
  );
  const select = h("select", { id }, h("option", { value: "" }, t("filter.any")), options);
  select.addEventListener("change", () => {
    const value = field.endsWith("_h") ? (select.value === "" ? null : Number(select.value)) : select.value;
    show({ ...draft.filter, [field]: value }, id);
  });
  return h("div.filter-field", {}, h("label", { for: id }, t(`filter.${field}`)), select);
}

function yes(field) {
  const box = h("input", { type: "checkbox", id: `f-${field}`, checked: Boolean(draft.filter[field]) });
  box.addEventListener("change", () => {
    draft.filter[field] = box.checked;
  });
  return h("label.filter-yes", {}, box, t(`filter.${field}`));
}

function saveLine({ name, shared }) {
  const view = draft.view;
  const input = h("input", {
    type: "text",
    id: "view-name",
    maxlength: "60",
    value: name ?? (view ? view.name : ""),
    placeholder: t("views.name_hint"),
    autocomplete: "off",
  });
  const box = h("input", { type: "checkbox", id: "view-shared", checked: shared ?? (view ? view.shared : false) });
  return h(
    "div.view-save",
    {},
    h("label", { for: "view-name" }, t("views.name")),
    input,
    h("label.filter-yes", {}, box, t("views.shared")),
  );
}

/** What a value is called. */
function valueName(field, value) {
  if (field === "statuses") return t(`status_one.${value}`);
  if (field === "priorities") return known(`priority.${value}`) ? t(`priority.${value}`) : value;
  if (field === "locales") return languageName(value);
  if (field === "due" || field === "follow_up") return t(`${field}.${value}`);
  if (field.endsWith("_h")) return value % 24 ? t("age.hours", { n: value }) : t("age.days", { n: value / 24 });
  if (field === "assignees") {
    if (PEOPLE.includes(value)) return t(`assignee.${value}`);
    const user = colleagues.find((one_) => one_.id === value);
    return user ? user.name : t("assignee.unknown");
  }
  return value === true ? t(`filter.${field}`) : String(value);
}

function chip(field, value, act) {
  const name = valueName(field, value);
  return h(
    "span.filter-chip",
    { dir: "auto" },
    h("span", {}, name),
    h(
      "button.icon-btn.tiny",
      { type: "button", "aria-label": t("filter.drop", { what: name }), data: { act, field, value: String(value) } },
      icon("close"),
    ),
  );
}

/** Each value of the filter that the view does not have by itself: [field, value]. */
function extra() {
  const view = currentView();
  const base = view ? view.filter : {};
  const found = [];
  for (const [field, value] of Object.entries(state.list.filter)) {
    if (field in LISTS) {
      for (const each of value) if (!(base[field] || []).includes(each)) found.push([field, each]);
    } else if (value !== base[field] && value !== "" && value !== null && value !== false) found.push([field, value]);
  }
  return found;
}

/** The chips of what narrows the list further than its view, with a way to save it; nothing where nothing does. */
export function filterChips() {
  const parts = extra().filter(([field]) => field !== "text");
  if (!parts.length && !(isChanged() && !state.list.filter.text)) return [];
  const clear_ = h("button.btn.small.ghost", { type: "button", data: { act: "clear-filter" } }, t("filter.clear"));
  return [parts.map(([field, value]) => chip(field, value, "chip-off")), clear_];
}

/** In words, what keeps tickets out of the list. */
export const whatNarrows = () =>
  extra().map(([field, value]) => (field === "text" ? t("filter.words", { words: value }) : valueName(field, value)));

function without(filter, field, value) {
  if (!(field in LISTS)) return { ...filter, [field]: null };
  return { ...filter, [field]: (filter[field] || []).filter((each) => each !== value) };
}

function drop(field, value) {
  show(without(draft.filter, field, value), `f-${field}`);
}

function chipOff(field, value) {
  chooseFilter(without(state.list.filter, field, value));
  emit("list-changed");
}

function clear() {
  const view = currentView() || state.list.views.find((one_) => !one_.hidden) || state.list.views[0];
  chooseView(view);
  const search = document.getElementById("filter");
  if (search) search.value = "";
  emit("list-changed");
}

function apply() {
  sheet.close();
  chooseFilter(draft.filter);
  showViews();
  emit("show-pane", "list");
  emit("list-changed");
}

async function save() {
  const input = sheet.querySelector("#view-name");
  if (!input.value.trim()) {
    input.focus();
    input.setAttribute("aria-invalid", "true");
    toast(t("views.name_missing"), { kind: "error" });
    return;
  }
  const sort = draft.view ? draft.view.sort : state.list.sort;
  const filter = Object.fromEntries(Object.entries(draft.filter).filter(([, value]) => value !== null));
  const wish = { name: input.value, filter, sort, shared: sheet.querySelector("#view-shared").checked };
  try {
    const { view } = draft.view ? await api.replaceView(draft.view.id, wish) : await api.createView(wish);
    await loadViews();
    sheet.close();
    chooseView(state.list.views.find((one_) => one_.id === view.id));
    showViews();
    emit("show-pane", "list");
    emit("list-changed");
    toast(t("views.saved", { name: viewName(view) }));
  } catch (error) {
    toastError(error);
  }
}
