// Keys of this page: each view says which letters it knows; they work while nobody types.
import { closeSheet, openSheet, sheetIsOpen } from "../sheet.js";

let plain = {};
let typing = {};

/**
 * Take over the keys for what is shown now; the ones before are forgotten.
 * @param {object} keys Key -> function; works while nobody types. Return false to leave the key to the browser.
 * @param {object} everywhere The same with "Ctrl+" before the letter; these work while somebody types, too.
 */
export function useKeys(keys = {}, everywhere = {}) {
  plain = keys;
  typing = everywhere;
}

/** Listen on the whole page. */
export function pageKeys() {
  document.addEventListener("keydown", onKey);
}

const isTyping = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function onKey(event) {
  if (event.isComposing || event.defaultPrevented) return;
  if (sheetIsOpen()) {
    if (event.key === "Escape") closeSheet();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    run(typing[`Ctrl+${event.shiftKey ? "Shift+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`], event);
    return;
  }
  if (event.altKey) return;
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    return;
  }
  if (isTyping(event.target)) return;
  // Enter on a button or a link is theirs; on a row it is the view's.
  if (event.key === "Enter" && event.target.closest("button, a, summary, label") && !event.target.closest(".k-row")) return;
  if (event.key === "?") {
    event.preventDefault();
    openSheet();
    return;
  }
  run(plain[event.key], event);
}

function run(act, event) {
  if (!act || act(event) === false) return;
  event.preventDefault();
}
