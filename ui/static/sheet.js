// The sheet of keys.
import { action } from "./actions.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** Keys by area: [group, [keys..., text], ...]. A new key is one more line in its group. */
const GROUPS = [
  [
    "keys.group.list",
    ["j", "k", "keys.move"],
    ["Enter", "keys.open"],
    ["x", "keys.select"],
    ["b", "keys.bulk"],
    ["g", "g", "keys.go"],
  ],
  [
    "keys.group.conversation",
    ["i", "keys.customer"],
    ["e", "keys.fields"],
    ["n", "keys.note"],
    ["u", "keys.back"],
    ["w", "keys.after"],
    ["p", "keys.pass_on"],
    ["a", "keys.make_article"],
    ["@", "keys.mention"],
    ["r", "keys.reply"],
  ],
  [
    "keys.group.suggestions",
    ["/", "keys.search"],
    ["c", "keys.call"],
    ["1–5", "keys.insert"],
    ["Alt", "1–5", "keys.insert_typing"],
    ["Shift", "1–5", "keys.insert_steps"],
    ["↓", "↑", "keys.cards"],
    ["o", "keys.read"],
    ["l", "keys.link"],
    ["h", "1–5", "keys.not_helpful"],
    ["m", "keys.pin"],
    ["=", "keys.compare"],
    ["f", "keys.flag"],
  ],
  [
    "keys.group.reply",
    ["d", "keys.draft"],
    ["v", "keys.style"],
    ["←", "→", "keys.sentences"],
    [";", "keys.canned"],
    ["Ctrl", "Enter", "keys.send"],
    ["Ctrl", "Shift", "Enter", "keys.send_solve"],
    ["Ctrl", "Z", "keys.undo"],
    ["Esc", ";", "keys.canned_book"],
  ],
  [
    "keys.group.everywhere",
    ["Esc", "keys.leave"],
    ["?", "keys.title"],
  ],
];
let sheet = null;

/** Build the sheet; it stays hidden until it is asked for. */
export function keySheet(groups = GROUPS) {
  const body = h("div.sheet-body", { tabindex: "0", role: "group", "aria-labelledby": "sheet-title" }, groups.map(group));
  sheet = h(
    "dialog.sheet.key-sheet",
    { "aria-labelledby": "sheet-title" },
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "sheet-title" }, t("keys.title")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-keys" } }, icon("close")),
    ),
    body,
  );
  sheet.addEventListener("click", (event) => event.target === sheet && closeSheet());
  action("keys", openSheet);
  action("close-keys", closeSheet);
  return sheet;
}

function group([title, ...rows]) {
  return h("section.key-group", {}, h("h3", {}, t(title)), h("dl.key-rows", {}, rows.map(row)));
}

function row(keys) {
  const names = keys.slice(0, -1).map((key) => h("kbd", {}, key));
  return h("div.key-row", {}, h("dt", {}, t(keys.at(-1))), h("dd.key-names", {}, names));
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
