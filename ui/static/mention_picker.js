// "@" in an internal note: colleagues to choose from, by keyboard.
import { action, perform } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { insert, replyKind } from "./editor.js";
import { t } from "./i18n.js";
import { on, state } from "./state.js";

const MOST = 6;
const AT = /(?:^|[\s(,;:])@([\p{L}\p{N}][\p{L}\p{N} .'’-]{0,40})?$/u;
let box = null;
let coming = null;
let shown = [];
let chosen = 0;

/** Build the list of colleagues; it opens above the field while a name is being typed. */
export function mentionPicker() {
  box = h("div.mention-picker", { id: "mention-picker", role: "listbox", "aria-label": t("mentions.pick"), hidden: true });
  action("pick-colleague", (element) => pick(Number(element.dataset.n)));
  action("ask-colleague", askColleague);
  document.addEventListener("input", (event) => event.target.id === "reply" && look());
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("focusin", (event) => event.target.id !== "reply" && close());
  // The field must keep the cursor while one clicks.
  box.addEventListener("mousedown", (event) => event.preventDefault());
  for (const name of ["opened", "sent", "reply-kind"]) on(name, close);
  return box;
}

/** Begin a note that asks a colleague. */
function askColleague() {
  const button = document.createElement("button");
  button.dataset.kind = "note";
  perform("reply-kind", button);
  const area = field();
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  insert("@");
}

const field = () => document.getElementById("reply");

async function look() {
  if (replyKind() !== "note" || !AT.test(before())) return close();
  coming = coming || api.users().catch(() => ({ users: [] }));
  const colleagues = (await coming).users;
  // More may have been typed while they came.
  const wanted = AT.exec(before());
  if (!wanted) return close();
  const name = wanted[1] || "";
  const fits = (one) => one.id !== state.me.user.id && ` ${fold(one.name)}`.includes(` ${fold(name)}`);
  shown = colleagues.filter(fits).slice(0, MOST);
  // A whole name with words behind it is no search any more.
  if (!shown.length && (name.includes(" ") || name.length > 12)) return close();
  if (shown.some((one) => fold(one.name) === fold(name).trim() && name !== name.trim())) return close();
  chosen = 0;
  show();
  return undefined;
}

const before = () => field().value.slice(Math.max(0, field().selectionStart - 60), field().selectionStart);
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function show() {
  box.hidden = false;
  fill(
    box,
    shown.length
      ? shown.map((one, n) =>
          h(
            "div.mention-option",
            { role: "option", id: `colleague-${n}`, "aria-selected": String(n === chosen), data: { act: "pick-colleague", n: String(n) } },
            h("span", { dir: "auto" }, one.name),
            h("span.mention-role", {}, t(`role.${one.role}`)),
          ),
        )
      : h("div.mention-option.none", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("mentions.nobody")),
  );
  field().setAttribute("aria-controls", "mention-picker");
  if (shown.length) field().setAttribute("aria-activedescendant", `colleague-${chosen}`);
  else field().removeAttribute("aria-activedescendant");
}

function close() {
  if (!box || box.hidden) return;
  box.hidden = true;
  shown = [];
  fill(box);
  field().removeAttribute("aria-activedescendant");
  field().removeAttribute("aria-controls");
}

function onKey(event) {
  if (box.hidden || event.target.id !== "reply" || event.isComposing) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Escape") close();
  else if (plain && shown.length && event.key === "ArrowDown") move(1);
  else if (plain && shown.length && event.key === "ArrowUp") move(-1);
  else if (plain && shown.length && (event.key === "Enter" || event.key === "Tab")) pick(chosen);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function move(step) {
  chosen = (chosen + step + shown.length) % shown.length;
  show();
}

function pick(n) {
  const one = shown[n];
  const match = AT.exec(before());
  close();
  if (!one || !match) return;
  const area = field();
  area.setSelectionRange(area.selectionStart - (match[1] || "").length, area.selectionStart);
  // As if it were typed, so that Ctrl+Z takes it back.
  insert(`${one.name} `, { apart: false });
}
