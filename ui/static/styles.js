// The alternatives to the suggested reply: one of a few styles, fetched when it is asked for.
import { action } from "./actions.js";
import { api } from "./api.js";
import { h, latest } from "./dom.js";
import { t } from "./i18n.js";
import { emit, on, state, ticket } from "./state.js";
import { toastError } from "./toast.js";

const STYLES = ["standard", "short", "steps", "canned", "call"];
const STANDARD = "standard";
const CALL = "call";
const UNCONFIDENT = "draft.unconfident";
/** Drafts of the open ticket by what they answer and their style. */
let kept = new Map();
/** The style that is shown. */
let shown = STANDARD;
/** What was chosen before a call began. */
let before = STANDARD;
/** Notes of a call, which are then what the draft answers; empty for the ticket itself. */
let asked = "";
let calling = false;
let group = null;

/** Build the row of styles. */
export function styleRow() {
  group = h(
    "div.styles",
    { role: "radiogroup", "aria-label": t("draft.styles"), "aria-keyshortcuts": "v" },
    STYLES.map((style) =>
      h("button.style", { type: "button", role: "radio", data: { act: "style", style } }, t(`draft.style.${style}`)),
    ),
  );
  mark();
  group.addEventListener("keydown", onKey);
  action("style", (element) => choose(element.dataset.style));
  action("next-style", () => hasStyles() && choose(beside(1)));
  on("opened", reset);
  on("draft", () => {
    if (kept.get(key(STANDARD, "")) !== state.draft) kept = new Map([[key(STANDARD, ""), state.draft]]);
    if (shown !== STANDARD || asked) show();
  });
  on("calling", follow);
  on("suggested", ({ q = "", mode = "ticket" }) => mode === CALL && q !== asked && answer(q));
  on("back-to-ticket", () => asked && answer(""));
  return group;
}

/** The style that is shown. */
export const style = () => shown;

/** Whether another style may have something to say: not where nothing that was found is to be trusted. */
export function hasStyles() {
  const { draft } = state;
  return Boolean(draft) && (Boolean(draft.text) || (shown !== STANDARD && !draft.notes.includes(UNCONFIDENT)));
}

const key = (name, q) => `${name}|${q}`;
const beside = (steps) => STYLES[(STYLES.indexOf(shown) + steps + STYLES.length) % STYLES.length];

function reset() {
  kept = new Map();
  asked = "";
  before = STANDARD;
  if (shown !== CALL || !calling) shown = STANDARD;
  mark();
}

/** A call begins with what to say next, and ends with what was chosen before. */
function follow(on_) {
  calling = on_;
  if (on_) before = shown;
  choose(on_ ? CALL : before);
}

function answer(q) {
  asked = q;
  show();
}

function choose(name) {
  if (name === shown) return;
  shown = name;
  mark();
  show();
}

function mark() {
  for (const button of group.children) {
    const chosen = button.dataset.style === shown;
    button.setAttribute("aria-checked", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
}

/** Show the draft that is meant now; the one that is there stays until it has come. */
const show = latest(async () => {
  const one = ticket();
  if (!one || !kept.size) return;
  const [own, name, q] = [kept, shown, asked];
  try {
    if (!own.has(key(name, q))) {
      group.dataset.waiting = "yes";
      own.set(key(name, q), await api.draft({ ticket_id: one.id, style: name, ...(q ? { text: q } : {}) }));
    }
  } catch (error) {
    if (own === kept) toastError(error);
  }
  group.dataset.waiting = "";
  // Another ticket, style or question was chosen meanwhile: its own turn comes.
  if (own !== kept || key(name, q) !== key(shown, asked) || !own.has(key(name, q))) return;
  state.draft = own.get(key(name, q));
  emit("styled");
});

function onKey(event) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!steps) return;
  event.preventDefault();
  choose(beside(steps));
  group.querySelector("[aria-checked=true]").focus({ preventScroll: true });
}
