// The reply: typing, inserting with a working undo, placeholders, autosave.
import { action } from "./actions.js";
import { api } from "./api.js";
import { debounce, fill, h } from "./dom.js";
import { known, t } from "./i18n.js";
import { emit, on, state, ticket } from "./state.js";
import { recall, remember } from "./storage.js";

/** What blocks sending: a merge field, or what was redacted in somebody else's ticket. */
export const FIELD =
  /\{\{[ \t]*([A-Za-z_][A-Za-z_.]*)[ \t]*\}\}|\[(name|email|phone|card|iban|national-id|order|address|number|url)\](?!\()/g;
const MAX_PAINTED = 20000;
const MAX_SAVED = 100000;
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
  });
  paint = h("div.paint", { "aria-hidden": "true" });
  saved = h("span.saved", { role: "status" });
  area.addEventListener("input", onInput);
  area.addEventListener("scroll", () => (paint.scrollTop = area.scrollTop));
  action("reply-kind", (element) => setKind(element.dataset.kind));
  on("opened", restore);
  on("sent", clear);
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  return h("div.editor", {}, paint, area);
}

/** Where the autosave says what it did. */
export const savedNote = () => saved;
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
  FIELD.lastIndex = 0;
  const match = FIELD.exec(area.value);
  if (!match) return;
  area.focus();
  area.setSelectionRange(match.index, match.index + match[0].length);
}

/** Insert text at the cursor as if it were typed, so that Ctrl+Z takes it back. */
export function insert(text, { apart = true } = {}) {
  // Where only one pane shows, a hidden field could not take the cursor.
  emit("show-pane", "conversation");
  area.focus();
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const lead = apart && before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const tail = apart && after && !after.startsWith("\n") ? "\n\n" : "";
  // Deprecated, but the only way that keeps the browser's own undo.
  document.execCommand("insertText", false, lead + text + tail);
  // A text that fills an empty reply is read from its beginning.
  area.scrollTop = before ? area.scrollHeight : 0;
}

/** Insert inside a line, with a space where one is needed. */
export function insertInline(text) {
  const before = area.value.slice(0, area.selectionStart);
  insert(before && !/\s$/.test(before) ? ` ${text}` : text, { apart: false });
}

function setKind(next) {
  kind = next;
  area.setAttribute("aria-label", t(kind === "note" ? "reply.note_label" : "reply.label"));
  area.placeholder = t(kind === "note" ? "reply.note_placeholder" : "reply.placeholder");
  emit("reply-kind");
}

const autosave = debounce(() => save(), 800);

function onInput() {
  repaint();
  if (ticket()) remember(`reply.${ticket().id}`, JSON.stringify({ body: area.value, at: Date.now() }));
  setSaved(area.value.length > MAX_SAVED ? "reply.too_long" : "reply.saving");
  autosave();
  emit("typed");
}

async function save(options) {
  autosave.cancel();
  const one = ticket();
  if (!one || !recall(`reply.${one.id}`) || area.value.length > MAX_SAVED) return;
  const body = area.value;
  try {
    await api.saveTyped(one.id, body, options);
    if (ticket() && ticket().id === one.id && area.value === body) {
      remember(`reply.${one.id}`, "");
      setSaved(body ? "reply.saved" : "");
    }
  } catch (_) {
    setSaved("reply.saved_here");
  }
}

function setSaved(key) {
  saved.textContent = key ? t(key) : "";
  saved.dataset.state = key.replace("reply.", "");
}

/** Save what belongs to the ticket that is about to be left. */
export const leaveTicket = () => save();

function restore() {
  const one = ticket();
  let unsaved = null;
  try {
    unsaved = JSON.parse(recall(`reply.${one.id}`) || "null");
  } catch (_) {
    unsaved = null;
  }
  area.value = unsaved ? unsaved.body : state.open.reply_draft;
  setKind("reply");
  setSaved(area.value ? "reply.restored" : "");
  repaint();
  if (unsaved) autosave();
  emit("typed");
}

function clear() {
  autosave.cancel();
  if (ticket()) remember(`reply.${ticket().id}`, "");
  area.value = "";
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

/** Text with its placeholders marked. */
export function withFields(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(FIELD)) {
    parts.push(text.slice(at, match.index), h("span.field-mark", { title: fieldName(match[1] || match[2]) }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}
