// The sentences of the proposed reply: from one to the next by the arrow keys, which are taken, and what is around them.
import { h } from "./dom.js";
import { readable } from "./readable.js";
import { state } from "./state.js";

/** Characters of the source that are shown before and after what is quoted. */
const AROUND = 160;

/** Left and up go to the sentence before, right and down to the next; Home and End to the first and the last. */
export function stepThrough(panel, event) {
  if (!event.target.matches(".sentence") || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...panel.querySelectorAll(".sentence")];
  const from = all.indexOf(event.target);
  const to = { ArrowRight: from + 1, ArrowDown: from + 1, ArrowLeft: from - 1, ArrowUp: from - 1, Home: 0, End: all.length - 1 };
  const next = all[to[event.key]];
  if (!next) return;
  event.preventDefault();
  for (const one of all) one.tabIndex = one === next ? 0 : -1;
  next.focus();
}

/** Mark the sentences that stand in the reply. */
export function markUsed(panel, draft, reply) {
  if (!draft) return;
  for (const element of panel.querySelectorAll(".sentence")) {
    const sentence = draft.sentences[Number(element.dataset.n)];
    element.classList.toggle("used", Boolean(sentence) && reply.includes(sentence.text));
  }
}

/** The quoted words in the passage they stand in, if the passage is known here; else the quoted words. */
export function passageAround(source) {
  const passage = passageOf(source);
  const at = passage.indexOf(source.quote);
  if (at < 0) return readable(source.quote);
  const end = at + source.quote.length;
  const before = cut(passage.slice(0, at), -AROUND);
  const after = cut(passage.slice(end), AROUND);
  return [
    h("span.muted", {}, readable(before)),
    h("mark", {}, readable(source.quote)),
    h("span.muted", {}, readable(after)),
  ];
}

function passageOf(source) {
  const { suggestion } = state;
  if (!suggestion) return "";
  const hit = (name) => suggestion[name].find((one) => one.id === source.id);
  if (source.kind === "article") return hit("articles") ? hit("articles").passage.text : "";
  if (source.kind === "ticket") return hit("tickets") ? hit("tickets").resolution : "";
  return "";
}

/** The end (n < 0) or the beginning of a text, cut at a space. */
function cut(text, n) {
  if (text.length <= Math.abs(n)) return text;
  return n < 0 ? `… ${text.slice(n).replace(/^\S*\s/, "")}` : `${text.slice(0, n).replace(/\s\S*$/, "")} …`;
}
