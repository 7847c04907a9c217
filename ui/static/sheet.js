// The sheet of keys.
import { action } from "./actions.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const ROWS = [
  ["j", "k", "keys.move"],
  ["Enter", "keys.open"],
  ["1–5", "keys.insert"],
  ["Alt", "1–5", "keys.insert_typing"],
  ["d", "keys.draft"],
  ["v", "keys.style"],
  ["r", "keys.reply"],
  ["/", "keys.search"],
  ["c", "keys.call"],
  ["Ctrl", "Enter", "keys.send"],
  ["Ctrl", "Shift", "Enter", "keys.send_solve"],
  ["Ctrl", "Z", "keys.undo"],
  ["Esc", "keys.leave"],
  ["?", "keys.title"],
];
let sheet = null;

/** Build the sheet; it stays hidden until it is asked for. */
export function keySheet() {
  const rows = ROWS.map((row) =>
    h(
      "div.key-row",
      {},
      h("span", {}, t(row.at(-1))),
      h(
        "span.key-names",
        {},
        row.slice(0, -1).map((key) => h("kbd", {}, key)),
      ),
    ),
  );
  sheet = h(
    "dialog.sheet",
    { "aria-labelledby": "sheet-title" },
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "sheet-title" }, t("keys.title")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-keys" } }, icon("close")),
    ),
    rows,
  );
  sheet.addEventListener("click", (event) => event.target === sheet && closeSheet());
  action("keys", openSheet);
  action("close-keys", closeSheet);
  return sheet;
}

/** Show it over the page. */
export function openSheet() {
  if (!sheet.open) sheet.showModal();
}

/** Put it away. */
export function closeSheet() {
  sheet.close();
}

/** Whether it is in the way. */
export const sheetIsOpen = () => sheet.open;
