// The keyboard. Letters work when nobody types; with a modifier they work everywhere.
import { perform } from "./actions.js";
import { clearAsk, focusAsk } from "./asking.js";
import { cardKey } from "./card_keys.js";
import { clear as selectNone, toggleInHand } from "./bulk.js";
import { insertHit } from "./cards.js";
import { send } from "./composer.js";
import { focusEditor } from "./editor.js";
import { moveInList } from "./list.js";
import { closeSheet, openSheet, sheetIsOpen } from "./sheet.js";
import { emit, ticket } from "./state.js";
import { visibleHits } from "./suggestions.js";
import { goKey, startGo } from "./views.js";

/** Keys that mean something while nobody types. */
const PLAIN = {
  j: () => moveInList(1),
  k: () => moveInList(-1),
  x: () => toggleInHand(),
  b: () => perform("bulk"),
  g: () => startGo(),
  r: () => {
    emit("show-pane", "conversation");
    focusEditor();
  },
  d: () => perform("insert-draft"),
  ";": () => perform("canned-book"),
  p: () => perform("pass-on"),
  i: () => perform("customer"),
  e: () => perform("fields"),
  n: () => perform("note-kind"),
  a: () => perform("make-article"),
  u: () => perform("back"),
  w: () => perform("after-focus"),
  v: () => perform("next-style"),
  c: () => perform("call-mode"),
  "/": () => focusAsk(),
  "?": () => openSheet(),
};

/** Listen on the whole page. */
export function keys() {
  document.addEventListener("keydown", onKey);
}

const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

function onKey(event) {
  if (event.isComposing) return;
  // A dialog has keys of its own.
  if (document.querySelector("dialog[open]") && !sheetIsOpen()) return;
  if (!sheetIsOpen() && cardKey(event)) return;
  if (event.key === "Escape") {
    escape(event);
    return;
  }
  if (sheetIsOpen()) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send(event.shiftKey ? "solved" : "pending");
    return;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-5]$/.test(event.code)) {
    event.preventDefault();
    pick(Number(event.code.slice(5)));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (goKey(event.key)) {
    event.preventDefault();
    return;
  }
  const act = /^[1-5]$/.test(event.key) ? () => pick(Number(event.key)) : PLAIN[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function pick(rank) {
  const found = visibleHits()[rank - 1];
  if (found && ticket()) insertHit(found.hit, found.section, rank);
}

function escape(event) {
  if (sheetIsOpen()) {
    closeSheet();
    return;
  }
  const inAsk = event.target.closest(".ask");
  if (inAsk && clearAsk()) {
    event.preventDefault();
    return;
  }
  if (isTyping(event.target)) event.target.blur();
  else if (!selectNone()) emit("show-pane", "conversation");
}
