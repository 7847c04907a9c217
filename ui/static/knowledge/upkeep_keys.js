// Keys of the tabs that keep articles true: letters, while nobody types and no dialog is open.
import { h } from "../dom.js";
import { t } from "../i18n.js";

let current = null;

/** Let keys mean something as long as an element is on the page: {j: () => ..., "?": ...}. */
export function useKeys(root, deeds) {
  if (!current) document.addEventListener("keydown", onKey);
  current = { root, deeds };
}

/** The keys of a tab in one quiet line: [[key, ..., "text.key"], ...]. */
export function keyLine(rows) {
  return h(
    "p.up-keys",
    {},
    rows.map((row) => h("span", {}, row.slice(0, -1).map((key) => h("kbd", {}, key)), " ", t(row.at(-1)))),
  );
}

const types = (element) =>
  element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function onKey(event) {
  if (!current.root.isConnected || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || types(event.target)) return;
  const deed = current.deeds[event.key];
  if (!deed) return;
  // Enter belongs to the button or link that has the focus; on a row's title it means the row.
  if (event.key === "Enter" && event.target.closest("button, a, input, summary") && !event.target.matches("[data-handle]")) return;
  event.preventDefault();
  deed();
}
