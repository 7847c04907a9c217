// The box at the top of the right column: search, or notes during a call. Suggestions follow every keystroke.
import { action } from "./actions.js";
import { api } from "./api.js";
import { debounce, h, latest } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { note } from "./journal.js";
import { emit, on, state, ticket } from "./state.js";

const MAX_ASKED = 4000;
let box = null;
let notes = null;
let toggle = null;
let root = null;

/** Build the box. */
export function askBox() {
  box = h("input", {
    type: "search",
    id: "ask",
    maxlength: String(MAX_ASKED),
    placeholder: t("ask.placeholder"),
    "aria-label": t("ask.label"),
    autocomplete: "off",
    "aria-controls": "suggestions",
  });
  notes = h("textarea", {
    id: "call-notes",
    rows: "4",
    maxlength: String(MAX_ASKED),
    placeholder: t("ask.call_placeholder"),
    "aria-label": t("ask.call_label"),
    hidden: true,
  });
  toggle = h(
    "button.btn.small.call-toggle",
    { type: "button", "aria-pressed": "false", title: t("ask.call_help"), data: { act: "call-mode" } },
    icon("phone"),
    h("span", {}, t("ask.call")),
  );
  box.addEventListener("input", typed);
  notes.addEventListener("input", typed);
  action("call-mode", toggleCall);
  action("search-for", (element) => searchFor(element.dataset.q));
  on("opened", reset);
  root = h(
    "div.ask",
    { role: "search" },
    h(
      "div.ask-line",
      {},
      h("label.ask-field", {}, icon("search"), box, h("kbd", { "aria-hidden": "true" }, "/")),
      toggle,
    ),
    notes,
  );
  return root;
}

/** Put the cursor into the box. */
export function focusAsk() {
  emit("show-pane", "suggestions");
  if (notes.hidden) {
    box.focus();
    box.select();
  } else {
    notes.focus();
  }
}

/** Empty the box; the open ticket's own suggestions come back. Returns whether there was anything to empty. */
export function clearAsk() {
  const had = Boolean(words());
  box.value = "";
  if (!notes.hidden) notes.value = "";
  if (had) typed();
  return had;
}

const words = () => (notes.hidden ? box.value : notes.value).trim();

function reset() {
  box.value = "";
  notes.value = "";
  later.cancel();
  logLater.cancel();
}

function toggleCall() {
  const on_ = notes.hidden;
  notes.hidden = !on_;
  box.disabled = on_;
  root.classList.toggle("calling", on_);
  toggle.setAttribute("aria-pressed", String(on_));
  if (on_) {
    notes.value = notes.value || box.value;
    notes.focus();
  }
  emit("calling", on_);
  typed();
}

function searchFor(text) {
  if (!notes.hidden) toggleCall();
  box.value = text;
  box.focus();
  typed();
}

function typed() {
  emit("asking", words());
  later();
  logLater();
}

const later = debounce(() => ask(), 80);
const logLater = debounce(() => {
  const q = words();
  if (!q) return;
  note("searched", { detail: { mode: notes.hidden ? "search" : "call", characters: q.length } });
  if (state.suggestion && state.suggestion.query && !state.suggestion.confident) logMiss(q);
}, 2000);

/** Words that stand for a while are a question: asked as one, so that the server logs that nothing good was found. */
function logMiss(q) {
  api.suggest({ text: q, ticket_id: ticket() ? ticket().id : "" }).catch(() => {});
}

const ask = latest(async () => {
  const q = words();
  if (!q) {
    state.mode = "ticket";
    emit("back-to-ticket");
    return;
  }
  state.mode = notes.hidden ? "search" : "call";
  const one = ticket();
  try {
    const answer =
      /["“”]/.test(q) && notes.hidden
        ? await phraseSearch(q)
        : await api.suggest({ text: q, ticket_id: one ? one.id : "", typing: true });
    // Somebody who typed on in the meantime gets that answer, not this one.
    if (words() !== q) return;
    state.suggestion = answer;
    emit("suggested", { q, mode: state.mode });
  } catch (error) {
    emit("suggest-failed", { q, error });
  }
});

/** Phrases in quotation marks stand word for word: that is the search's work, not the suggestions'. */
async function phraseSearch(q) {
  const { articles } = await api.search({ q: q.replace(/[“”]/g, '"'), limit: 10 });
  return {
    query: q,
    locale: "und",
    confident: articles.length > 0,
    confidence: 0,
    exact: true,
    articles,
    tickets: [],
    canned: [],
    took_ms: 0,
  };
}
