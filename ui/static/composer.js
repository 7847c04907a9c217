// Around the editor: draft above, what is missing, the articles it builds on, and the ways to send.
import { action } from "./actions.js";
import { api } from "./api.js";
import { cannedPicker } from "./canned_picker.js";
import { checkPanel, hideCheck, isWarned, overrides, showCheck } from "./check.js";
import { draftPanel } from "./draft.js";
import { fill, h } from "./dom.js";
import { editor, fieldName, focusEditor, missingFields, replyKind, savedNote, selectMissing, typed } from "./editor.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { flush } from "./journal.js";
import { nextTicket } from "./list.js";
import { emit, on, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";
import { tab } from "./typed.js";
import { elsewherePanel } from "./typed_elsewhere.js";

const RESOLUTION = "resolution";
const REFERENCE = "reference";
let root = null;
let kinds = null;
let banner = null;
let sources = null;
let missing = null;
let buttons = null;
let sending = false;

/** Build the lower part of the conversation pane. */
export function composer() {
  kinds = h("div.segmented", { role: "group", "aria-label": t("reply.kind") });
  banner = h("div.banner", { role: "alert", hidden: true });
  sources = h("div.chips", { id: "reply-sources" });
  missing = h("div.missing", { id: "reply-missing", role: "status" });
  buttons = h("div.send");
  const field = editor();
  root = h(
    "div.composer",
    {},
    draftPanel(),
    banner,
    elsewherePanel(),
    checkPanel(),
    h(
      "div.composer-box",
      {},
      h("div.composer-head", {}, kinds, h("span.grow"), savedNote(), bookButton(), copyButton()),
      field,
      sources,
      h("div.composer-foot", {}, missing, h("span.grow"), buttons),
    ),
    cannedPicker(),
  );
  action("send", () => send("pending"));
  action("send-solve", () => send("solved"));
  action("send-anyway", sendAnyway);
  action("copy-reply", () => copy());
  action("drop-source", (element) => dropSource(element.dataset.id));
  action("source-kind", (element) => changeKind(element.dataset.id));
  action("fill-missing", selectMissing);
  action("next-ticket", () => emit("open", nextTicket()));
  action("reload-ticket", () => emit("reload"));
  for (const name of ["typed", "reply-kind", "sources", "opened", "reloaded"]) on(name, show);
  on("opened", hideBanner);
  on("changed-elsewhere", () => showBanner(t("conflict.new"), "info"));
  return root;
}

const headButton = (act, name, label, key) =>
  h("button.icon-btn", { type: "button", "aria-label": label, title: key ? `${label} (${key})` : label, data: { act } }, icon(name));
const bookButton = () => headButton("canned-book", "book", t("canned.book"), ";");
const copyButton = () => headButton("copy-reply", "copy", t("reply.copy"), "");

function show() {
  if (!ticket()) return;
  const isNote = replyKind() === "note";
  root.classList.toggle("is-note", isNote);
  const segment = (kind, name) =>
    h(
      "button",
      { type: "button", "aria-pressed": String(replyKind() === kind), data: { act: "reply-kind", kind } },
      icon(name),
      t(`reply.kind_${kind}`),
    );
  // Built anew only when it changes: what has the focus keeps it.
  if (kinds.dataset.shown !== replyKind()) fill(kinds, segment("reply", "mail"), segment("note", "lock"));
  kinds.dataset.shown = replyKind();
  showSources(isNote);
  showMissing(isNote);
  showButtons(isNote);
}

function showButtons(isNote) {
  const empty = !typed().trim();
  const blocked = empty || sending || (!isNote && missingFields().length > 0);
  const button = (act, label, key, primary) =>
    h(
      "button.btn",
      { type: "button", class: primary ? "primary" : "", disabled: blocked, title: t(`${label}_help`), data: { act } },
      t(label),
      key ? h("kbd", {}, key) : null,
    );
  const look = `${isNote}|${blocked}`;
  if (buttons.dataset.look === look) return;
  buttons.dataset.look = look;
  fill(
    buttons,
    isNote
      ? button("send", "reply.save_note", t("key.ctrl_enter"), true)
      : [button("send-solve", "reply.send_solve", "", false), button("send", "reply.send", t("key.ctrl_enter"), true)],
  );
}

function showSources(isNote) {
  const held = sources.contains(document.activeElement) ? document.activeElement.dataset : null;
  const chips = [...state.sources.values()].map((one) =>
    h(
      "span.chip",
      { dir: "auto", class: one.kind },
      icon(one.kind === REFERENCE ? "link" : "check"),
      h("span.chip-title", {}, one.title),
      h(
        "button.chip-kind",
        {
          type: "button",
          title: t("reply.link_kind_help"),
          "aria-label": t("reply.link_kind", { title: one.title, kind: t(`reply.link_${one.kind}`) }),
          data: { act: "source-kind", id: one.id },
        },
        t(`reply.link_${one.kind}`),
      ),
      h(
        "button.icon-btn.tiny",
        {
          type: "button",
          "aria-label": t("reply.drop_source", { title: one.title }),
          data: { act: "drop-source", id: one.id },
        },
        icon("close"),
      ),
    ),
  );
  fill(sources, chips.length && !isNote ? [h("span.chips-label", {}, t("reply.sources")), chips] : null);
  if (!held) return;
  const same = [...sources.querySelectorAll("button")].find(
    (one) => one.dataset.act === held.act && one.dataset.id === held.id,
  );
  if (same) same.focus();
}

function showMissing(isNote) {
  const fields = missingFields();
  if (!fields.length || isNote) {
    fill(missing);
    return;
  }
  fill(
    missing,
    icon("warn"),
    h("span", {}, t("reply.missing", { fields: fields.map(fieldName).join(", ") })),
    h("button.btn.ghost.small", { type: "button", data: { act: "fill-missing" } }, t("reply.fill_in")),
  );
}

function dropSource(id) {
  state.sources.delete(id);
  emit("sources");
  focusEditor();
}

function changeKind(id) {
  const one = state.sources.get(id);
  if (!one) return;
  one.kind = one.kind === REFERENCE ? RESOLUTION : REFERENCE;
  emit("sources");
}

/** Remember that the reply builds on an article; it is linked to the ticket when the reply is sent.
 *
 * `kind`: whether it solves the problem or is only worth reading; who has inserted its text once does not lose that. */
export function addSource(hit, { kind = RESOLUTION } = {}) {
  const known = state.sources.get(hit.id);
  const now = known && known.kind === RESOLUTION ? RESOLUTION : kind;
  state.sources.set(hit.id, { id: hit.id, title: hit.title, revision: hit.revision, kind: now });
  emit("sources");
}

/** Send as the selected kind; a note keeps the ticket's status. What the server warns of is shown first. */
export async function send(status, allowed = {}) {
  const one = ticket();
  const isNote = replyKind() === "note";
  if (!one || sending || !typed().trim()) return;
  if (!isNote && missingFields().length) {
    selectMissing();
    return;
  }
  // Who has read that it is another language and sends again means it.
  if (isWarned("language") && !isWarned("internal")) allowed = { ...overrides(), ...allowed };
  sending = true;
  show();
  try {
    // What was done comes before what was sent.
    flush();
    const answer = await api.reply(one.id, {
      ...text(allowed),
      status: isNote ? one.status : status,
      version: one.version,
      links: isNote ? [] : [...state.sources.values()].map(({ id, kind }) => ({ article_id: id, kind })),
      public: !isNote,
      tab,
      drafted: state.drafted,
    });
    sending = false;
    hideCheck();
    sent(answer, isNote, status);
  } catch (error) {
    sending = false;
    if (error.answer && error.answer.check) showCheck(error, { deed: "send", status });
    else {
      if (error.code === "conflict") showBanner(`${error.message} ${error.hint}`, "warn");
      else toastError(error);
      focusEditor();
    }
  }
  show();
}

const text = (allowed) => ({ body: typed(), origins: state.origins, ...allowed });

function sent(answer, isNote, status) {
  state.open = answer;
  if (!isNote) state.sources.clear();
  emit("sent");
  emit("reloaded");
  emit("replied", { solved: !isNote && status === "solved" });
  hideBanner();
  toast(t(isNote ? "reply.note_saved" : status === "solved" ? "reply.sent_solved" : "reply.sent"), {
    kind: "good",
    act: nextTicket() ? "next-ticket" : "",
    label: t("reply.next"),
  });
}

function sendAnyway(element) {
  const allowed = overrides();
  if (element.dataset.deed === "copy") copy(allowed);
  else send(element.dataset.status, allowed);
}

/** Copy the reply for another program; what may not be sent may not be copied. */
async function copy(allowed = {}) {
  const one = ticket();
  const body = typed();
  if (!one || !body.trim()) return;
  if (replyKind() === "reply" && missingFields().length) {
    selectMissing();
    toast(t("reply.missing", { fields: missingFields().map(fieldName).join(", ") }), { kind: "error" });
    return;
  }
  try {
    if (replyKind() === "reply") await api.copied(one.id, text(allowed));
    hideCheck();
    await window.navigator.clipboard.writeText(body);
    toast(t("reply.copied"), { kind: "good", ms: 2500 });
  } catch (error) {
    if (error.answer && error.answer.check) showCheck(error, { deed: "copy" });
    else if (error.status !== undefined) toastError(error);
    else toast(t("reply.not_copied"), { kind: "error" });
  }
}

function showBanner(text_, kind) {
  banner.className = `banner ${kind}`;
  banner.hidden = false;
  fill(
    banner,
    icon("people"),
    h("span", {}, text_),
    h("button.btn.small", { type: "button", data: { act: "reload-ticket" } }, t("conflict.show")),
  );
}

/** Take the banner away. */
export function hideBanner() {
  banner.hidden = true;
  fill(banner);
}
