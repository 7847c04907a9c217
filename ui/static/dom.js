// Elements. Text only ever gets in as text; the one exception is what the server rendered from Markdown.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: h("button.btn.small", { data: { act: "send" } }, "text", child, null). */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props || {})) setProp(element, name, value);
  append(element, children);
  return element;
}

function setProp(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "data") for (const [key, item] of Object.entries(value)) element.dataset[key] = item;
  else if (name === "class") element.className = `${element.className} ${value}`.trim();
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** Add children; null and false are left out, anything but nodes becomes text. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Replace what is inside an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/** Put in HTML that kb.markdown.render made on the server; never anything else. */
export function setRendered(element, html) {
  element.innerHTML = html;
  return element;
}

/** An SVG element with attributes. */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Text with its web addresses as links. */
export function linked(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]]/g)) {
    nodes.push(text.slice(at, match.index));
    nodes.push(h("a", { href: match[0], target: "_blank", rel: "noopener noreferrer" }, match[0]));
    at = match.index + match[0].length;
  }
  return [...nodes, text.slice(at)];
}

/** Mark words inside an element, in its text nodes only. */
export function highlight(element, words) {
  const wanted = [...new Set(words)].filter((word) => word.length > 1).sort((a, b) => b.length - a.length);
  if (!wanted.length) return;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.map(escapeRegExp).join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const node of texts) markIn(node, pattern);
}

function markIn(node, pattern) {
  const text = node.data;
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(at, match.index), h("mark", {}, match[0]));
    at = match.index + match[0].length;
  }
  if (at) node.replaceWith(...parts, text.slice(at));
}

function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Wait until nothing was asked for a while, then run with the last arguments. */
export function debounce(fn, ms) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** At most one call in flight; while it runs only the newest wish is kept. */
export function latest(fn) {
  let busy = false;
  let next = null;
  const run = async (args) => {
    if (busy) {
      next = args;
      return;
    }
    busy = true;
    try {
      await fn(...args);
    } finally {
      busy = false;
      if (next) {
        const newest = next;
        next = null;
        run(newest);
      }
    }
  };
  return (...args) => run(args);
}
