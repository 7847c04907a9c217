// Notes during a call: kept on the server as they are typed, and in the browser until they are there.
import { action } from "./actions.js";
import { api } from "./api.js";
import { debounce, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { emit, on, state, ticket } from "./state.js";
import { recall, remember } from "./storage.js";
import { toast, toastError } from "./toast.js";

const MAX_NOTES = 20000;
let notes = null;
let row = null;
let saved = null;
/** The ticket that the text belongs to. */
let of = "";
let busy = false;
/** Typed and not yet on the server. */
let dirty = false;

/** The field for the notes. */
export function callNotes() {
  notes = h("textarea", {
    id: "call-notes",
    rows: "5",
    maxlength: String(MAX_NOTES),
    placeholder: t("ask.call_placeholder"),
    "aria-label": t("ask.call_label"),
    hidden: true,
  });
  notes.addEventListener("input", changed);
  action("save-call-notes", keepAsNote);
  on("opened", restore);
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  return notes;
}

/** The field with what belongs under it. */
export function callRow(field) {
  saved = h("span.call-saved", { role: "status" });
  const button = h(
    "button.btn.small",
    { type: "button", title: t("call.keep_help"), data: { act: "save-call-notes" } },
    icon("note"),
    t("call.keep"),
  );
  row = h("div.call-row", { hidden: true }, saved, h("span.grow"), button);
  return [field, row];
}

/** Show or hide what belongs to a call. */
export function setCalling(on_) {
  row.hidden = !on_ || !ticket();
  if (!on_) save();
}

function changed() {
  if (!of) return;
  dirty = true;
  remember(`call.${of}`, notes.value);
  saved.textContent = t("reply.saving");
  later();
}

const later = debounce(() => save(), 600);

async function save(options) {
  later.cancel();
  if (!of || !dirty) return;
  const mine = of;
  const body = notes.value;
  try {
    await api.saveCallNotes(mine, body, options);
    // What was typed meanwhile is saved by itself.
    if (mine !== of || notes.value !== body) return;
    dirty = false;
    remember(`call.${mine}`, "");
    saved.textContent = body ? t("reply.saved") : "";
  } catch (_) {
    if (mine === of) saved.textContent = t("reply.saved_here");
  }
}

/** Bring back what was typed for this ticket, from the browser if the server never got it. */
function restore() {
  const next = ticket().id;
  if (of && of !== next && dirty) {
    const left = of;
    api.saveCallNotes(left, notes.value).then(
      () => remember(`call.${left}`, ""),
      () => {},
    );
  }
  of = next;
  const unsaved = recall(`call.${of}`);
  dirty = Boolean(unsaved);
  notes.value = unsaved || state.open.call_notes || "";
  saved.textContent = notes.value ? t("reply.restored") : "";
  if (unsaved) later();
  emit("call-notes", Boolean(notes.value) && (Boolean(unsaved) || state.open.calling));
}

/** The notes become an internal note on the ticket; the field is emptied. */
async function keepAsNote() {
  const one = ticket();
  const body = notes.value.trim();
  if (!one || busy) return;
  if (!body) {
    notes.focus();
    return;
  }
  busy = true;
  later.cancel();
  try {
    const answer = await api.reply(one.id, {
      body,
      status: one.status,
      version: one.version,
      article_ids: [],
      public: false,
      // The reply that is being written in the editor is another text and stays.
      tab: "call-notes",
    });
    notes.value = "";
    dirty = false;
    remember(`call.${one.id}`, "");
    await api.saveCallNotes(one.id, "");
    if (ticket() && ticket().id === one.id) {
      // What the agent types as a reply in the meantime is left alone.
      state.open = { ...state.open, ...answer, call_notes: "" };
      emit("reloaded");
      emit("call-notes", false);
    }
    toast(t("reply.note_saved"), { kind: "good" });
  } catch (error) {
    toastError(error);
  } finally {
    busy = false;
  }
}
