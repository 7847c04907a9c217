// The box at the top of the right column: ask or search, or take notes during a call. Suggestions follow every keystroke.
import { action } from "./actions.js";
import { api } from "./api.js";
import { callNotes, callRow, setCalling } from "./calling.js";
import { focusCard } from "./current.js";
import { debounce, h, latest } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { note } from "./journal.js";
import {
  chosenFilters,
  enterRecents,
  filterRow,
  hideRecents,
  isFiltered,
  recentList,
  rememberSearch,
  showFilters,
  showRecents,
  takeHint,
} from "./search.js";
import { emit, on, state, ticket } from "./state.js";

const MAX_ASKED = 20000;
/** A search by address holds no more. */
const MAX_SEARCHED = 4000;
const LIMIT = 10;
let box = null;
let notes = null;
let toggle = null;
let root = null;
/** What the agent left in order to ask; Escape leads back there. */
let came = null;

/** Build the box. */
export function askBox() {
  // Before the notes listen: they may turn the call mode on again.
  on("opened", reset);
  box = h("input", {
    type: "search",
    id: "ask",
    maxlength: String(MAX_ASKED),
    placeholder: t("ask.placeholder"),
    "aria-label": t("ask.label"),
    autocomplete: "off",
    "aria-controls": "suggestions",
  });
  notes = callNotes();
  toggle = h(
    "button.btn.small.call-toggle",
    { type: "button", "aria-pressed": "false", title: t("ask.call_help"), data: { act: "call-mode" } },
    icon("phone"),
    h("span", {}, t("ask.call")),
  );
  root = h(
    "div.ask",
    { role: "search" },
    h(
      "div.ask-line",
      {},
      h("label.ask-field", {}, icon("search"), box, h("kbd", { "aria-hidden": "true" }, "/")),
      toggle,
    ),
    recentList(),
    filterRow(),
    callRow(notes),
  );
  listen();
  return root;
}

function listen() {
  box.addEventListener("input", typed);
  box.addEventListener("focus", () => !words() && notes.hidden && showRecents());
  box.addEventListener("keydown", onBoxKey);
  notes.addEventListener("input", typed);
  root.addEventListener("focusin", () => showFilters(notes.hidden));
  root.addEventListener("focusout", (event) => {
    if (root.contains(event.relatedTarget)) return;
    hideRecents();
    showFilters(Boolean(words()) && notes.hidden);
  });
  action("call-mode", () => toggleCall(notes.hidden));
  action("search-for", (element) => searchFor(element.dataset.q));
  action("focus-ask", focusAsk);
  on("search-words", searchFor);
  on("filters", typed);
  on("ask-again", () => (words() ? ask() : emit("back-to-ticket")));
  on("call-notes", (found) => {
    if (found && notes.hidden) toggleCall(true, { focus: false });
    else if (!found && !notes.hidden) toggleCall(false, { focus: false });
    else if (found) typed();
  });
}

function onBoxKey(event) {
  if (event.key === "ArrowDown") {
    if (enterRecents() || focusCard()) event.preventDefault();
  } else if (event.key === "Enter" && words()) {
    event.preventDefault();
    settle.cancel();
    settle(0);
  }
}

/** Put the cursor into the box. */
export function focusAsk() {
  emit("show-pane", "suggestions");
  if (document.activeElement !== box && document.activeElement !== document.body) came = document.activeElement;
  if (notes.hidden) {
    box.focus();
    box.select();
  } else {
    notes.focus();
  }
}

/** Empty the box; the open ticket's own suggestions come back. Notes of a call stay. Returns whether there was anything. */
export function clearAsk() {
  if (!notes.hidden) return false;
  const had = Boolean(words());
  box.value = "";
  hideRecents();
  if (had) typed();
  else if (came && came.isConnected) {
    came.focus();
    came = null;
    return true;
  }
  return had;
}

const words = () => (notes.hidden ? box.value : notes.value).trim();

function reset() {
  box.value = "";
  hideRecents();
  for (const timer of [later, again, settle, logLater]) timer.cancel();
}

function toggleCall(on_, { focus = true } = {}) {
  notes.hidden = !on_;
  box.disabled = on_;
  root.classList.toggle("calling", on_);
  toggle.setAttribute("aria-pressed", String(on_));
  showFilters(false);
  setCalling(on_);
  if (on_) {
    notes.value = notes.value || box.value;
    box.value = "";
    if (focus) notes.focus();
  }
  emit("calling", on_);
  typed();
}

function searchFor(text) {
  if (!notes.hidden) toggleCall(false);
  box.value = text;
  box.focus();
  hideRecents();
  typed();
}

function typed() {
  if (words()) hideRecents();
  emit("asking", words());
  later();
  settle.cancel();
  if (words()) settle();
  logLater();
}

const later = debounce(() => ask(), 80);
const again = debounce(() => ask(), 300);
/** Off the typing path: asked once the words have stood for a moment. */
const settle = debounce(() => answer(), 350);
const logLater = debounce(() => {
  const q = words();
  if (!q) return;
  note("searched", { detail: { mode: notes.hidden ? "search" : "call", characters: q.length } });
  if (notes.hidden) rememberSearch(q.slice(0, MAX_SEARCHED));
  if (state.suggestion && state.suggestion.query && !state.suggestion.confident) logMiss(q);
}, 2000);

/** Words that stand for a while are a question: asked as one, so that the server logs that nothing good was found. */
function logMiss(q) {
  api.suggest(question(q)).catch(() => {});
}

/** Of a very long text its beginning is asked, of the notes of a call their end. */
const cut = (q) => (notes.hidden ? q.slice(0, MAX_ASKED) : q.slice(-MAX_ASKED));
const question = (q) => ({ text: cut(q), ticket_id: ticket() ? ticket().id : "", call: !notes.hidden });
const isExact = (q) => /["“”]/.test(q) && notes.hidden;

const ask = latest(async () => {
  again.cancel();
  const q = words();
  if (!q) {
    state.mode = "ticket";
    emit("back-to-ticket");
    return;
  }
  state.mode = notes.hidden ? "search" : "call";
  const mode = state.mode;
  try {
    const found =
      notes.hidden && (isExact(q) || isFiltered()) ? await filtered(q) : await api.suggest({ ...question(q), typing: true });
    // Somebody who typed on in the meantime gets that answer, not this one.
    if (words() !== q) return;
    state.suggestion = found;
    emit("suggested", { q, mode });
  } catch (error) {
    // A crowded server answers who asks again; what is shown stays meanwhile.
    if (error.code === "crowded") again();
    else if (words() === q) emit("suggest-failed", { q, error });
  }
});

/** The sentence that answers, and what was probably meant. */
async function answer() {
  const q = words();
  if (!q || !notes.hidden) return;
  try {
    const exact = isExact(q) || isFiltered();
    const found = exact ? await search(q, { answer: true }) : await api.ask({ ...question(q), typing: true });
    if (words() !== q || state.mode !== "search") return;
    takeHint(found);
    emit("answered", { ...found, q });
  } catch (_) {
    // The hits are there; nobody is told that a sentence could not be marked.
  }
}

const search = (q, wishes = {}) =>
  api.search({ q: q.slice(0, MAX_SEARCHED).replace(/[“”]/g, '"'), limit: LIMIT, ...chosenFilters(), ...wishes });

/** Filters and phrases in quotation marks are the search's work; tickets and canned replies are filtered here. */
async function filtered(q) {
  const { locale = "", product = "", state: wanted = "", audience = "" } = chosenFilters();
  const [found, rest] = await Promise.all([
    search(q),
    isExact(q) ? null : api.suggest({ ...question(q), typing: true }),
  ]);
  const fits = (one) => (!locale || one.locale === locale) && (!product || !one.product || one.product === product);
  const others = rest && !wanted && !audience ? rest : { tickets: [], canned: [] };
  return {
    query: q,
    locale: rest ? rest.locale : "und",
    confident: rest ? rest.confident : found.articles.length > 0,
    confidence: rest ? rest.confidence : 0,
    in_ten: rest ? rest.in_ten : 0,
    least_in_ten: rest ? rest.least_in_ten : undefined,
    exact: isExact(q),
    articles: found.articles,
    flags: found.flags,
    tickets: others.tickets.filter(fits),
    canned: others.canned.filter(fits),
    took_ms: 0,
  };
}
