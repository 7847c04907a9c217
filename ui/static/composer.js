// Around the editor: draft above, what is missing, the articles it builds on, and the ways to send.
import { action } from "./actions.js";
import { api } from "./api.js";
import { draftPanel } from "./draft.js";
import { fill, h } from "./dom.js";
import { editor, fieldName, focusEditor, missingFields, replyKind, savedNote, selectMissing, typed } from "./editor.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { note } from "./journal.js";
import { nextTicket } from "./list.js";
import { emit, on, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

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
    h(
      "div.composer-box",
      {},
      h("div.composer-head", {}, kinds, h("span.grow"), savedNote()),
      field,
      sources,
      h("div.composer-foot", {}, missing, h("span.grow"), buttons),
    ),
  );
  action("send", () => send("pending"));
  action("send-solve", () => send("solved"));
  action("drop-source", (element) => dropSource(element.dataset.id));
  action("fill-missing", selectMissing);
  action("next-ticket", () => emit("open", nextTicket()));
  action("reload-ticket", () => emit("reload"));
  for (const name of ["typed", "reply-kind", "sources", "opened", "reloaded"]) on(name, show);
  on("opened", hideBanner);
  on("changed-elsewhere", () => showBanner(t("conflict.new"), "info"));
  return root;
}

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
  fill(kinds, segment("reply", "mail"), segment("note", "lock"));
  showSources(isNote);
  showMissing(isNote);
  const empty = !typed().trim();
  const blocked = empty || sending || (!isNote && missingFields().length > 0);
  const button = (act, label, key, primary) =>
    h(
      "button.btn",
      { type: "button", class: primary ? "primary" : "", disabled: blocked, title: t(`${label}_help`), data: { act } },
      t(label),
      key ? h("kbd", {}, key) : null,
    );
  fill(
    buttons,
    isNote
      ? button("send", "reply.save_note", t("key.ctrl_enter"), true)
      : [button("send-solve", "reply.send_solve", "", false), button("send", "reply.send", t("key.ctrl_enter"), true)],
  );
}

function showSources(isNote) {
  const chips = [...state.sources.values()].map((one) =>
    h(
      "span.chip",
      { dir: "auto" },
      icon("link"),
      h("span", {}, one.title),
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
}

/** Remember that the reply builds on an article; it is linked to the ticket when the reply is sent. */
export function addSource(hit) {
  state.sources.set(hit.id, { id: hit.id, title: hit.title, revision: hit.revision });
  emit("sources");
}

/** Send as the selected kind; a note keeps the ticket's status. */
export async function send(status) {
  const one = ticket();
  const isNote = replyKind() === "note";
  if (!one || sending || !typed().trim()) return;
  if (!isNote && missingFields().length) {
    selectMissing();
    return;
  }
  sending = true;
  show();
  try {
    const articles = isNote ? [] : [...state.sources.keys()];
    const answer = await api.reply(one.id, {
      body: typed(),
      status: isNote ? one.status : status,
      version: one.version,
      article_ids: articles,
      public: !isNote,
    });
    sending = false;
    for (const source of isNote ? [] : state.sources.values())
      note("linked", { article_id: source.id, revision: source.revision });
    state.open = answer;
    state.sources.clear();
    emit("sent");
    emit("reloaded");
    emit("replied");
    hideBanner();
    toast(t(isNote ? "reply.note_saved" : status === "solved" ? "reply.sent_solved" : "reply.sent"), {
      kind: "good",
      act: nextTicket() ? "next-ticket" : "",
      label: t("reply.next"),
    });
  } catch (error) {
    sending = false;
    if (error.code === "conflict") showBanner(`${error.message} ${error.hint}`, "warn");
    else toastError(error);
    focusEditor();
  }
  show();
}

function showBanner(text, kind) {
  banner.className = `banner ${kind}`;
  banner.hidden = false;
  fill(
    banner,
    icon("people"),
    h("span", {}, text),
    h("button.btn.small", { type: "button", data: { act: "reload-ticket" } }, t("conflict.show")),
  );
}

/** Take the banner away. */
export function hideBanner() {
  banner.hidden = true;
  fill(banner);
}
