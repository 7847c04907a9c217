// The reply: typing, inserting with a working undo, placeholders; what is kept of it is in typed.js.
import { action } from "./actions.js";
import { fill, h } from "./dom.js";
import { known, t } from "./i18n.js";
import { emit, on, state, ticket } from "./state.js";
import { toast } from "./toast.js";
import { flush, forget, keep, restored } from "./typed.js";

/** What blocks sending: a merge field, or what was redacted in somebody else's ticket. */
export const FIELD =
  /\{\{[ \t]*([A-Za-z_]+(?:\.[A-Za-z_]+)*)[ \t]*\}\}|\[(name|email|phone|card|iban|national-id|order|address|number|url)\](?!\()/g;
const MAX_PAINTED = 20000;
const MAX_ORIGINS = 200;
let area = null;
let paint = null;
let saved = null;
let kind = "reply";

/** Build the text field with the layer behind it that paints placeholders. */
export function editor() {
  area = h("textarea", {
    id: "reply",
    rows: "3",
    spellcheck: "true",
    "aria-label": t("reply.label"),
    placeholder: t("reply.placeholder"),
    "aria-describedby": "reply-missing",
    "aria-keyshortcuts": "r",
  });
  paint = h("div.paint", { "aria-hidden": "true" });
  saved = h("span.saved", { role: "status" });
  area.addEventListener("input", onInput);
  area.addEventListener("scroll", () => (paint.scrollTop = area.scrollTop));
  action("reply-kind", (element) => setKind(element.dataset.kind, { keep: true }));
  action("undo-replace", undo);
  on("opened", restore);
  on("sent", clear);
  on("kept", setSaved);
  return h("div.editor", {}, paint, area);
}

/** Where the autosave says what it did. */
export const savedNote = () => saved;
/** The text field itself. */
export const textArea = () => area;
/** What is typed. */
export const typed = () => area.value;
/** "reply" to the customer or "note" to colleagues. */
export const replyKind = () => kind;
/** Put the cursor into the text. */
export const focusEditor = () => area.focus();

/** Fields that are still to be filled, each once. */
export function missingFields() {
  return [...new Set([...area.value.matchAll(FIELD)].map((match) => match[1] || match[2]))];
}

/** A field in the user's words. */
export function fieldName(field) {
  const key = `field.${field}`;
  return known(key) ? t(key) : field;
}

/** Select the first field that is still to be filled. */
export function selectMissing() {
  // Never FIELD.exec: it would remember where it was, and the next search would begin there.
  const match = area.value.matchAll(FIELD).next().value;
  if (match) selectRange(match.index, match.index + match[0].length);
}

/** Select a sentence of the reply; nothing if it is no longer there. */
export function selectText(text) {
  const at = area.value.indexOf(text);
  if (at >= 0) selectRange(at, at + text.length);
  else area.focus();
}

function selectRange(start, end) {
  area.focus();
  area.setSelectionRange(start, end);
}

/** Insert text at the cursor as if it were typed, so that Ctrl+Z takes it back.
 *
 * `from` says where it comes from, {kind, id, revision} or several of them: the server looks for text that is for
 * colleagues alone. `drafted`: it was proposed, so that it can be told later how much of it was changed. */
export function insert(text, { apart = true, from = null, drafted = false } = {}) {
  if (area.readOnly || !text) return;
  // Where only one pane shows, a hidden field could not take the cursor.
  emit("show-pane", "conversation");
  area.focus();
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const lead = apart && before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const tail = apart && after && !after.startsWith("\n") ? "\n\n" : "";
  credit(text, from, drafted);
  type(lead + text + tail);
  // A text that fills an empty reply is read from its beginning.
  area.scrollTop = before ? area.scrollHeight : 0;
}

/** Insert inside a line, with a space where one is needed. */
export function insertInline(text, options = {}) {
  const before = area.value.slice(0, area.selectionStart);
  insert(before && !/\s$/.test(before) ? ` ${text}` : text, { ...options, apart: false });
}

/** Put a text in the place of some characters, as if it were typed. */
export function replaceRange(start, end, text, { from = null } = {}) {
  if (area.readOnly) return;
  selectRange(start, end);
  credit(text, from, false);
  type(text);
}

/** Put a text in the place of the whole reply; one click or Ctrl+Z brings the old one back. */
export function replaceAll(text, { from = null, drafted = false, said = "" } = {}) {
  if (area.readOnly) return;
  const had = area.value.trim();
  area.focus();
  area.select();
  if (drafted) state.drafted = "";
  credit(text, from, drafted);
  type(text);
  area.scrollTop = 0;
  if (had && said) toast(said, { act: "undo-replace", label: t("undo"), ms: 10000 });
}

function type(text) {
  // Deprecated, but the only way that keeps the browser's own undo.
  document.execCommand(text ? "insertText" : "delete", false, text);
}

function undo(element) {
  area.focus();
  document.execCommand("undo");
  if (element) element.closest(".toast").remove();
}

function credit(text, from, drafted) {
  const news = [from].flat().filter(Boolean);
  for (const { kind: what, id, revision = 0 } of news) {
    if (!state.origins.some((one) => one.kind === what && one.id === id && one.revision === revision))
      state.origins.push({ kind: what, id, revision });
  }
  state.origins = state.origins.slice(-MAX_ORIGINS);
  if (drafted) state.drafted = state.drafted ? `${state.drafted}\n${text}` : text;
}

function setKind(next, { keep: isWish = false } = {}) {
  kind = next;
  area.setAttribute("aria-label", t(kind === "note" ? "reply.note_label" : "reply.label"));
  area.placeholder = t(kind === "note" ? "reply.note_placeholder" : "reply.placeholder");
  emit("reply-kind");
  if (isWish && area.value) keepIt();
}

function onInput() {
  repaint();
  if (!area.value.trim()) forgetCredit();
  if (ticket()) keepIt();
  emit("typed");
}

function keepIt() {
  const { origins, drafted } = state;
  keep(ticket().id, { body: area.value, public: kind === "reply", origins, drafted });
}

function forgetCredit() {
  state.origins = [];
  state.drafted = "";
}

function setSaved(key) {
  saved.textContent = key ? t(`reply.${key}`) : "";
  saved.dataset.state = key;
}

/** Save what belongs to the ticket that is about to be left. */
export const leaveTicket = () => flush();

function restore() {
  const before = restored();
  area.value = before.body;
  state.origins = [...before.origins];
  state.drafted = before.drafted;
  setKind(before.body && before.public === false ? "note" : "reply");
  setSaved(area.value ? "restored" : "");
  repaint();
  emit("typed");
}

function clear() {
  if (ticket()) forget(ticket().id);
  area.value = "";
  forgetCredit();
  setSaved("");
  repaint();
  emit("typed");
}

function repaint() {
  const text = area.value;
  area.closest(".editor").dataset.filled = text ? "yes" : "";
  if (text.length > MAX_PAINTED || !/\{\{|\[/.test(text)) {
    fill(paint);
    return;
  }
  fill(paint, withFields(text), "\n");
  paint.scrollTop = area.scrollTop;
}

/** Text with its placeholders marked; `values` are [start, end] of what was filled in, marked as well. */
export function withFields(text, values = []) {
  // The server counts characters, the browser halves of some.
  if (/[\ud800-\udfff]/.test(text)) values = [];
  const open = [...text.matchAll(FIELD)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    node: () => h("span.field-mark", { title: fieldName(match[1] || match[2]) }, match[0]),
  }));
  const done = values.map(([start, end]) => ({
    start,
    end,
    node: () => h("span.value-mark", {}, text.slice(start, end)),
  }));
  const parts = [];
  let at = 0;
  for (const { start, end, node } of [...open, ...done].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    parts.push(text.slice(at, start), node());
    at = end;
  }
  return [...parts, text.slice(at)];
}
