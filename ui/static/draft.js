// The proposed reply: every sentence shows where it comes from.
import { action } from "./actions.js";
import { conflictRow } from "./conflicts.js";
import { append, fill, h } from "./dom.js";
import { markUsed, passageAround, stepThrough } from "./draft_sentences.js";
import { insert, insertInline, replaceAll, typed, withFields } from "./editor.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { note } from "./journal.js";
import { readable } from "./readable.js";
import { removedSentences, rewriteButtons, rewriting } from "./rewrite.js";
import { silence, waysOut } from "./silence.js";
import { emit, on, state, ticket } from "./state.js";
import { hasStyles, style, styleRow } from "./styles.js";

const BULLET = "- ";
const KIND_ICONS = { article: "quote", canned: "note", ticket: "chat", template: "mail" };
let panel = null;
let pop = null;
let styles = null;
/** What scrolls, and the draft that it holds. */
let body = null;
let shown = null;
let folded = false;
let hadText = false;
let choosing = false;
/** The draft as it was inserted last: chosen in another style, it takes the place of itself. */
let inserted = "";

/** Build the panel. */
export function draftPanel() {
  panel = h("section.draft", { "aria-label": t("draft.title"), hidden: true });
  pop = h("div.pop", { role: "tooltip", id: "draft-source", hidden: true });
  rewriting();
  silence();
  styles = styleRow();
  action("insert-draft", insertDraft);
  action("insert-sentence", (element) => insertSentence(Number(element.dataset.n)));
  action("fold-draft", () => {
    folded = !folded;
    show();
  });
  for (const name of ["mouseover", "focusin"])
    panel.addEventListener(name, (event) => showSource(event.target.closest(".sentence")));
  panel.addEventListener("focusout", () => (pop.hidden = true));
  // Who wants to read a long source may move onto it.
  for (const part of [panel, pop])
    part.addEventListener("mouseleave", (event) => {
      const to = event.relatedTarget;
      if (!(to instanceof Node) || (!pop.contains(to) && !panel.contains(to))) pop.hidden = true;
    });
  panel.addEventListener("keydown", onKey);
  // The cursor stays where it was: an empty reply that loses it shrinks, and the button would move from under the mouse.
  panel.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  on("draft", () => {
    folded = hadText = Boolean(typed().trim());
    show();
  });
  on("rewritten", show);
  on("styled", () => {
    folded = false;
    pop.hidden = true;
    show();
  });
  on("typed", foldOnceWritten);
  on("typed", () => markUsed(panel, state.draft, typed()));
  on("opened", () => {
    pop.hidden = true;
    inserted = "";
    show();
  });
  return h("div.draft-host", {}, panel, pop);
}

function show() {
  const { draft } = state;
  panel.hidden = !draft || (!draft.text && !draft.remarks.length && !draft.escalation);
  panel.dataset.state = !draft ? "none" : draft.text ? "ready" : "empty";
  panel.classList.toggle("folded", folded);
  if (panel.hidden) return;
  const focused = styles.contains(document.activeElement);
  const at = body && shown === draft ? body.scrollTop : 0;
  shown = draft;
  fill(panel, draft.text ? [head(), folded ? null : opened(draft)] : silent(draft));
  if (body) body.scrollTop = at;
  markUsed(panel, draft, typed());
  if (focused && styles.isConnected) styles.querySelector("[aria-checked=true]").focus({ preventScroll: true });
}

/** What an unfolded draft shows under its head. */
function opened(draft) {
  const text = style() === "call" ? bullets(draft) : h("div.draft-text", { dir: "auto" }, segments(draft).flat());
  body = h("div.draft-body", {}, remarks(draft), conflictRow(), text, removedSentences());
  return [styles, body, sourceList()];
}

/** What stands where there is no draft. */
function silent(draft) {
  body = h("div.draft-body", {}, remarks(draft), waysOut());
  return [hasStyles() ? styles : null, body];
}

const remarks = (draft) => draft.remarks.map((text) => h("p.remark", {}, icon("warn"), text));

function head() {
  const foldLabel = t(folded ? "draft.unfold" : "draft.fold");
  return h(
    "div.draft-head",
    {},
    h("span.draft-title", {}, icon("quote"), t("draft.title")),
    h("span.muted", {}, t("draft.sources", { n: sources().length })),
    h("span.grow"),
    style() === "standard" ? rewriteButtons() : null,
    h(
      "button.btn.small.primary",
      { type: "button", data: { act: "insert-draft" } },
      t("draft.insert_all"),
      h("kbd", {}, "d"),
    ),
    h(
      "button.icon-btn",
      {
        type: "button",
        "aria-label": foldLabel,
        title: foldLabel,
        "aria-expanded": String(!folded),
        data: { act: "fold-draft" },
      },
      icon("down"),
    ),
  );
}

/** What to say in a call: sentences up to the next mark of a list are one bullet. */
function bullets(draft) {
  const rows = [];
  for (const pair of segments(draft)) {
    const [before, node] = pair;
    if (!node) continue;
    if (!rows.length || draft.sentences[Number(node.dataset.n)].text.startsWith(BULLET)) rows.push([node]);
    else rows.at(-1).push(before, node);
  }
  return h(
    "ul.draft-text.bullets",
    { dir: "auto" },
    rows.map((row) => h("li", {}, row)),
  );
}

/** The draft's text cut into its sentences, each with what stands before it; what stands at the end comes last. */
function segments(draft) {
  const placed = [];
  let at = 0;
  draft.sentences.forEach((sentence, n) => {
    const from = draft.text.indexOf(sentence.text, at);
    if (from < 0) return;
    placed.push({ sentence, n, before: draft.text.slice(at, from) });
    at = from + sentence.text.length;
  });
  const nodes = placed.map(({ sentence, n, before }, place_) => {
    // One number for a run of sentences from the same source; each still shows its own place there.
    const next = placed[place_ + 1];
    const goesOn = next && same(next.sentence.source, sentence.source) && !next.before.includes("\n\n");
    return [readable(before), sentenceNode(sentence, n, !goesOn)];
  });
  return [...nodes, [readable(draft.text.slice(at))]];
}

function sentenceNode(sentence, n, numbered) {
  const number = numbered ? sources().findIndex((source) => same(source, sentence.source)) + 1 : 0;
  const element = h("span.sentence", {
    role: "button",
    // One stop for Tab; the arrow keys go from sentence to sentence.
    tabindex: n ? "-1" : "0",
    "aria-describedby": "draft-source",
    data: { act: "insert-sentence", n: String(n), kind: sentence.source.kind },
  });
  const text = style() === "call" ? sentence.text.replace(BULLET, "") : sentence.text;
  return append(element, [withFields(readable(text)), number ? h("sup", {}, String(number)) : null]);
}

const same = (a, b) => a.kind === b.kind && a.id === b.id;

/** What the draft builds on, in order, each once; courtesy phrases are no source. */
function sources() {
  const found = [];
  for (const { source } of state.draft.sentences) {
    if (source.kind !== "template" && !found.some((other) => same(other, source))) found.push(source);
  }
  return found;
}

function sourceList() {
  const rows = sources().map((source, n) =>
    h(
      "button.source",
      { type: "button", dir: "auto", data: { act: "read-source", id: source.id, kind: source.kind } },
      h("sup", {}, String(n + 1)),
      icon(KIND_ICONS[source.kind]),
      h("span", {}, source.title || source.id),
    ),
  );
  return rows.length ? h("div.sources", {}, rows) : null;
}

function onKey(event) {
  if (event.key === "Escape" && !pop.hidden) {
    event.stopPropagation();
    pop.hidden = true;
  } else stepThrough(panel, event);
}

function showSource(element) {
  if (!element) {
    pop.hidden = true;
    return;
  }
  const { source } = state.draft.sentences[Number(element.dataset.n)];
  const title = source.kind === "template" ? t("draft.template") : source.title || source.id;
  fill(
    pop,
    h(
      "div.pop-title",
      {},
      icon(KIND_ICONS[source.kind]),
      h("span", { dir: "auto" }, title),
      h("span.muted", {}, t(`source.${source.kind}`)),
    ),
    source.quote ? h("blockquote", { dir: "auto" }, passageAround(source)) : null,
    h("div.muted.small-text", {}, t("draft.click_to_insert")),
  );
  pop.hidden = false;
  place(element.getClientRects()[0]);
}

/** Beside the draft where there is room, so that it hides nothing of it; else above the sentence. */
function place(rect) {
  const { width, height } = pop.getBoundingClientRect();
  const beside = panel.getBoundingClientRect().right + 8;
  const roomy = beside + width + 8 < window.innerWidth;
  const above = rect.top - height - 6;
  const top = roomy ? Math.min(rect.top - 8, window.innerHeight - height - 8) : above > 50 ? above : rect.bottom + 6;
  pop.style.left = `${roomy ? beside : Math.max(8, Math.min(rect.left, window.innerWidth - width - 8))}px`;
  pop.style.top = `${top}px`;
}

function useSources(list) {
  const hits = new Map((state.suggestion ? state.suggestion.articles : []).map((hit, n) => [hit.id, [hit, n + 1]]));
  for (const source of list.filter((one) => one.kind === "article")) {
    const [hit, rank] = hits.get(source.id) || [{ id: source.id, title: source.title, revision: source.revision }, 0];
    emit("use-article", hit);
    note("inserted", { article_id: source.id, revision: source.revision, rank, detail: { by: "draft" } });
  }
  for (const source of list.filter((one) => one.kind === "canned" || one.kind === "ticket"))
    note("inserted", { detail: { by: source.kind, source: source.id } });
}

/** Where the sentences of the draft come from, for the reply that is made of them. */
const origins = (list) =>
  list.filter(({ kind }) => kind !== "template").map(({ kind, id, revision }) => ({ kind, id, revision }));

function insertDraft() {
  if (!ticket() || !state.draft || !state.draft.text) return;
  const { text } = state.draft;
  const from = origins(sources());
  const isAnother = inserted && typed().trim() === inserted.trim() && text !== inserted;
  if (isAnother) replaceAll(text, { from, drafted: true, said: t("draft.replaced") });
  else insert(text, { from, drafted: true });
  inserted = text;
  useSources(sources());
  folded = true;
  show();
}

/** Who writes needs the room; who picks sentences goes on picking. */
function foldOnceWritten() {
  const hasText = Boolean(typed().trim());
  if (hasText && !hadText && !choosing && !folded) {
    folded = true;
    show();
  }
  hadText = hasText;
}

function insertSentence(n) {
  const sentence = state.draft.sentences[n];
  choosing = true;
  insertInline(sentence.text, { from: origins([sentence.source]), drafted: true });
  choosing = false;
  useSources([sentence.source]);
}
