// What the page can do without comes once it is at rest: Gradio, which frames the page and shows nothing by itself.

const REST_MS = 2500;

/** Fetch what was left for later, when nothing else is to be done. Call it once the page stands. */
export function fetchLater() {
  const held = document.getElementById("svar-later");
  if (!held) return;
  const begin = () => held.replaceWith(document.importNode(held.content, true));
  window.setTimeout(() => (window.requestIdleCallback ? window.requestIdleCallback(begin) : begin()), REST_MS);
}
