// Finding words in what is shown: by letters and digits alone, so that markup and white space do not matter.
import { h } from "./dom.js";

const LETTER = /[\p{L}\p{N}]/u;
const lower = (letter) => letter.toLowerCase()[0];

/** Mark the first place of an element that reads like a quote; returns the first mark, or null where it does not stand. */
export function markQuote(root, quote, name, title = "") {
  const wanted = [...lettersIn(quote)].join("");
  if (!wanted) return null;
  const letters = [];
  const places = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data } = walker.currentNode;
    for (let at = 0; at < data.length; at += 1) {
      if (!LETTER.test(data[at])) continue;
      letters.push(lower(data[at]));
      places.push([walker.currentNode, at]);
    }
  }
  const start = letters.join("").indexOf(wanted);
  if (start < 0) return null;
  return wrap(places.slice(start, start + wanted.length), name, title);
}

/** Whether two texts read alike. */
export const readAlike = (one, other) => [...lettersIn(one)].join("") === [...lettersIn(other)].join("");

function* lettersIn(text) {
  for (let at = 0; at < text.length; at += 1) if (LETTER.test(text[at])) yield lower(text[at]);
}

function wrap(places, name, title) {
  const spans = new Map();
  for (const [node, at] of places) {
    const span = spans.get(node);
    if (span) span[1] = at + 1;
    else spans.set(node, [at, at + 1]);
  }
  let first = null;
  for (const [node, [start, end]] of spans) {
    const mark = h(`mark.${name}`, title ? { title } : {}, node.data.slice(start, end));
    node.replaceWith(node.data.slice(0, start), mark, node.data.slice(end));
    first = first || mark;
  }
  return first;
}
