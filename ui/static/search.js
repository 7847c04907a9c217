// Around the search box: filters, what was searched before, and what was probably meant.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { emit, on, state } from "./state.js";
import { toastError } from "./toast.js";

const STATES = ["validated", "not_validated", "wip"];
const AUDIENCES = ["public", "partner", "internal"];
const none = () => ({ locale: "", product: "", state: "", audience: "" });
let filters = none();
let choices = null;
let chips = null;
let recents = null;
let known = null;
/** What POST /ask or GET /search said beside the hits: {q, did_you_mean, elsewhere}. */
let hint = null;

/** The filters that are set, without the empty ones. */
export const chosenFilters = () => Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
/** Whether any filter is set. */
export const isFiltered = () => Object.keys(chosenFilters()).length > 0;

/** The row of filters under the box; hidden until somebody searches. */
export function filterRow() {
  chips = h("div.ask-filters", { role: "group", "aria-label": t("filter.label"), hidden: true });
  action("clear-filters", () => setFilters(none()));
  action("any-language", () => setFilters({ ...filters, locale: "" }));
  action("did-you-mean", (element) => emit("search-words", element.dataset.q));
  chips.addEventListener("change", (event) => {
    setFilters({ ...filters, [event.target.name]: event.target.value });
  });
  on("asking", () => (hint = null));
  return chips;
}

/** Show the row while somebody searches, and as long as a filter is set. */
export async function showFilters(searching) {
  const wanted = searching || isFiltered();
  if (chips.hidden === !wanted && chips.childElementCount) return;
  chips.hidden = !wanted;
  if (!wanted || chips.childElementCount) return;
  paint();
  if (choices) return;
  try {
    choices = await api.searchChoices();
    paint();
  } catch (_) {
    choices = null;
  }
}

function setFilters(next) {
  filters = next;
  paint();
  emit("filters");
}

function paint() {
  const held = chips.contains(document.activeElement) ? document.activeElement.name : "";
  const { products = [], locales = [] } = choices || {};
  fill(
    chips,
    chip("locale", locales.map((code) => [code, languageName(code)])),
    products.length ? chip("product", products.map((name) => [name, name])) : null,
    chip("state", STATES.map((name) => [name, t(`state.${name}`)])),
    chip("audience", AUDIENCES.map((name) => [name, t(`audience.${name}`)])),
    isFiltered()
      ? h(
          "button.icon-btn",
          { type: "button", "aria-label": t("filter.clear"), title: t("filter.clear"), data: { act: "clear-filters" } },
          icon("close"),
        )
      : null,
  );
  if (held) chips.querySelector(`[name="${held}"]`)?.focus();
}

function chip(name, options) {
  const select = h(
    "select.chip-select",
    { name, class: filters[name] ? "set" : "", "aria-label": t(`filter.${name}`) },
    h("option", { value: "" }, t(`filter.${name}`)),
    options.map(([value, label]) => h("option", { value, selected: value === filters[name] }, label)),
  );
  return select;
}

/** Take over what was said beside the hits. */
export function takeHint(answer) {
  hint = answer;
}

/** What was probably meant, and where else there is something; null where there is nothing to say. */
export function hintLine() {
  if (!hint || state.mode !== "search") return null;
  const { did_you_mean: meant, elsewhere = {} } = hint;
  const others = Object.values(elsewhere).reduce((sum, n) => sum + n, 0);
  return [
    meant
      ? h(
          "p.hint",
          {},
          `${t("ask.did_you_mean")} `,
          h("button.link-btn", { type: "button", dir: "auto", data: { act: "did-you-mean", q: meant } }, meant),
        )
      : null,
    others
      ? h(
          "p.hint",
          {},
          h(
            "button.link-btn",
            { type: "button", data: { act: "any-language" } },
            t("ask.elsewhere", { n: others, languages: Object.keys(elsewhere).map(languageName).join(", ") }),
          ),
        )
      : null,
  ];
}

/** What was searched before, under the empty box. */
export function recentList() {
  recents = h("div.recents", { hidden: true });
  action("forget-search", (element) => forget(element.dataset.q));
  action("forget-searches", () => forget(""));
  recents.addEventListener("keydown", onRecentKey);
  return recents;
}

/** Show the list; fetched once and kept up to date. */
export async function showRecents() {
  try {
    known = known || (await api.searches()).searches;
  } catch (_) {
    return;
  }
  const box = document.getElementById("ask");
  if (document.activeElement !== box || box.value) return;
  paintRecents();
}

function paintRecents() {
  recents.hidden = !known.length;
  fill(
    recents,
    h(
      "div.recents-head",
      {},
      h("span", { id: "recents-title" }, t("ask.recent")),
      h("button.btn.small.ghost", { type: "button", data: { act: "forget-searches" } }, t("ask.forget_all")),
    ),
    h("ul", { "aria-labelledby": "recents-title" }, known.map(recentRow)),
  );
}

function recentRow({ words }) {
  return h(
    "li",
    {},
    h("button.recent", { type: "button", dir: "auto", data: { act: "search-for", q: words } }, icon("clock"), words),
    h(
      "button.icon-btn.tiny",
      { type: "button", "aria-label": t("ask.forget", { words }), data: { act: "forget-search", q: words } },
      icon("close"),
    ),
  );
}

/** Put the list away. */
export function hideRecents() {
  if (recents) recents.hidden = true;
}

/** Go into the list with the arrow key; returns whether it is there. */
export function enterRecents() {
  if (!recents || recents.hidden) return false;
  recents.querySelector(".recent")?.focus();
  return true;
}

function onRecentKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...recents.querySelectorAll(".recent")];
  const at = rows.indexOf(event.target);
  if (at + step < 0) document.getElementById("ask").focus();
  else rows[Math.min(rows.length - 1, at + step)]?.focus();
}

/** Remember what stood in the box long enough to be meant. */
export async function rememberSearch(q) {
  try {
    known = (await api.rememberSearch(q)).searches;
  } catch (_) {
    known = null;
  }
}

async function forget(q) {
  try {
    known = (await api.forgetSearches(q)).searches;
    document.getElementById("ask").focus();
    paintRecents();
  } catch (error) {
    toastError(error);
  }
}
