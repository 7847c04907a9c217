// The language model behind the suggested reply, if the server has one: checked sentences flow into the draft.
import { action } from "./actions.js";
import { api } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { emit, on, state, ticket } from "./state.js";
import { toast } from "./toast.js";

const OTHER_LANGUAGE = "draft.other_language";
/** What the composer wrote; the model's version can always be put back to it. */
let composed = null;
let removed = [];
let running = null;

/** Listen for what the buttons want. */
export function rewriting() {
  action("rewrite-draft", (element) => run(element.dataset.style));
  action("stop-rewriting", () => {
    stop();
    back();
  });
  action("original-draft", back);
  for (const name of ["draft", "styled", "opened"]) on(name, forget);
}

/** The buttons in the head of the draft; none where no model is set. */
export function rewriteButtons() {
  if (!state.me.language_model || !state.draft || !state.draft.text) return null;
  if (running)
    return [h("span.muted", { role: "status" }, t("rewrite.working")), button("stop-rewriting", t("rewrite.stop"))];
  if (composed) return button("original-draft", t("rewrite.original"));
  const foreign = (state.draft.notes || []).includes(OTHER_LANGUAGE);
  return foreign
    ? button("rewrite-draft", t("rewrite.translate"), "translate")
    : button("rewrite-draft", t("rewrite.button"), "rewrite");
}

/** What the model wrote and no source supports, struck out, with the reason. */
export function removedSentences() {
  if (!removed.length) return null;
  const rows = removed.map(({ text, reason }) =>
    h("li", {}, h("del", { dir: "auto" }, text), " ", h("span.muted", {}, t(`draft.reason.${reason}`))),
  );
  return h("ul.removed", {}, rows);
}

function button(act, label, style = "") {
  return h("button.btn.small", { type: "button", title: style ? t("rewrite.help") : null, data: { act, style } }, label);
}

function forget() {
  stop();
  composed = null;
  removed = [];
}

function stop() {
  if (running) running.abort();
  running = null;
}

function show(draft, gone) {
  state.draft = draft;
  removed = gone;
  emit("rewritten");
}

async function run(style) {
  const one = ticket();
  if (!one || running || !state.draft) return;
  const mine = new AbortController();
  running = mine;
  composed = state.draft;
  show(state.draft, []);
  try {
    const tell = (name, data) => mine === running && take(name, data);
    await api.rewrite({ ticket_id: one.id, style }, tell, mine.signal);
    if (mine !== running) return;
    running = null;
    emit("rewritten");
  } catch (error) {
    // Stopped, or another ticket was opened in the meantime.
    if (mine !== running) return;
    running = null;
    back();
    const said = (error.code && error.message) || t("error.offline");
    toast(`${said} ${t("rewrite.kept_original")}`);
  }
}

/** Put the composer's draft back, whatever came so far. */
function back() {
  const before = composed;
  composed = null;
  show(before, []);
}

function take(name, data) {
  if (name === "draft") show(data, []);
  else if (name === "sentence") show(replaced(state.draft, data), [...removed, ...data.removed]);
  else if (name === "done") show(data, data.removed);
}

/** The draft with one sentence in the model's words; the final one comes with `done`. */
function replaced(draft, { index, kept }) {
  const old = draft.sentences[index];
  if (!old || !kept.length) return draft;
  let at = 0;
  for (const { text } of draft.sentences.slice(0, index)) at = draft.text.indexOf(text, at) + text.length;
  const from = draft.text.indexOf(old.text, at);
  const text = kept.join(" ");
  const sentences = draft.sentences.map((sentence, n) => (n === index ? { ...old, text } : sentence));
  return { ...draft, sentences, text: draft.text.slice(0, from) + text + draft.text.slice(from + old.text.length) };
}
