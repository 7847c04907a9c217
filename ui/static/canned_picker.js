// ";" at the beginning of a word opens the canned replies; what is typed after it narrows them down.
import { api } from "./api.js";
import { fill, h, latest } from "./dom.js";
import { replaceRange, replyKind, textArea, withFields } from "./editor.js";
import { count, languageName, t } from "./i18n.js";
import { note } from "./journal.js";
import { on, ticket } from "./state.js";
import { toastError } from "./toast.js";

/** ";" and what follows it up to the cursor, at the beginning of a word. */
const TYPED = /(?:^|[\s([{"'–-])(;([\p{L}\p{N}_-]{0,40}))$/u;
const LIMIT = 30;
let box = null;
let list = null;
let preview = null;
let said = null;
let found = [];
let chosen = 0;
/** Where the ";" stands; -1 while the picker is closed. */
let at = -1;
/** A ";" that was closed by Esc stays a semicolon. */
let refused = -1;

/** Build the picker; it lies above the editor and listens to it. */
export function cannedPicker() {
  list = h("div.picker-list", { role: "listbox", id: "canned-list", "aria-label": t("canned.pick") });
  preview = h("div.picker-preview", { "aria-hidden": "true" });
  said = h("div.sr", { role: "status", "aria-live": "polite" });
  box = h("div.picker", { hidden: true }, list, preview);
  const area = textArea();
  area.setAttribute("aria-haspopup", "listbox");
  area.setAttribute("aria-autocomplete", "list");
  area.addEventListener("input", follow);
  area.addEventListener("keydown", onKey);
  area.addEventListener("blur", () => window.setTimeout(() => document.activeElement !== area && close(), 150));
  for (const name of ["click", "select"]) area.addEventListener(name, () => at >= 0 && !match() && close());
  // The cursor stays in the text.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) take(Number(row.dataset.n));
  });
  on("opened", close);
  return [box, said];
}

function match() {
  const area = textArea();
  if (area.selectionStart !== area.selectionEnd) return null;
  const before = area.value.slice(Math.max(0, area.selectionStart - 60), area.selectionStart);
  const hit = TYPED.exec(before);
  return hit ? { at: area.selectionStart - hit[1].length, words: hit[2] } : null;
}

function follow(event) {
  const hit = event.isComposing || replyKind() !== "reply" ? null : match();
  if (!hit || hit.at === refused) {
    close();
    if (!hit) refused = -1;
    return;
  }
  at = hit.at;
  look(hit.words);
}

const look = latest(async (words) => {
  const one = ticket();
  if (!one) return;
  try {
    const answer = await api.canned({ q: words.replaceAll("-", " "), ticket_id: one.id, limit: LIMIT });
    const exact = await withHyphen(words, one);
    if (at < 0) return;
    found = exact.length ? [...exact, ...answer.canned.filter((row) => !exact.some((same) => same.id === row.id))] : answer.canned;
    chosen = 0;
    show();
  } catch (error) {
    close();
    toastError(error);
  }
});

/** A shortcut may itself have a hyphen in it. */
async function withHyphen(words, one) {
  return words.includes("-") ? (await api.canned({ q: words, ticket_id: one.id, limit: LIMIT })).canned : [];
}

function show() {
  const area = textArea();
  box.hidden = false;
  fill(list, found.length ? found.map(row) : h("p.empty", {}, t("canned.none")));
  list.setAttribute("role", found.length ? "listbox" : "presentation");
  area.setAttribute("aria-controls", "canned-list");
  mark();
  said.textContent = t("canned.found", { n: found.length });
}

function row(one, n) {
  return h(
    "div.picker-row",
    { role: "option", id: `canned-${n}`, "aria-selected": "false", data: { n: String(n) } },
    h("span.tag.shortcut", {}, one.shortcut ? `;${one.shortcut}` : "–"),
    h("span.picker-title", { dir: "auto" }, one.title),
    one.folder ? h("span.muted.picker-folder", { dir: "auto" }, one.folder) : null,
    one.personal ? h("span.badge", {}, t("canned.mine")) : null,
    h("span.grow"),
    one.uses ? h("span.muted", { title: t("canned.uses", { n: one.uses, count: count(one.uses) }) }, `${count(one.uses)}×`) : null,
    h("span.tag", { title: languageName(one.locale) }, one.locale.toUpperCase()),
  );
}

function mark() {
  const rows = [...list.querySelectorAll("[role=option]")];
  rows.forEach((element, n) => element.setAttribute("aria-selected", String(n === chosen)));
  const area = textArea();
  if (!rows.length) {
    area.removeAttribute("aria-activedescendant");
    fill(preview);
    return;
  }
  area.setAttribute("aria-activedescendant", rows[chosen].id);
  rows[chosen].scrollIntoView({ block: "nearest" });
  fill(preview, withFields(found[chosen].filled, found[chosen].values));
  preview.dir = "auto";
}

function onKey(event) {
  if (at < 0 || box.hidden || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    chosen = (chosen + step + found.length) % found.length;
    mark();
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey && found.length) take(chosen);
  else if (event.key === "Escape") {
    refused = at;
    close();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function take(n) {
  const one = found[n];
  const start = at;
  const end = textArea().selectionStart;
  close();
  textArea().focus();
  replaceRange(start, Math.max(start, end), one.filled, { from: { kind: "canned", id: one.id, revision: one.revision } });
  note("inserted", { detail: { by: "canned", source: one.id, shortcut: one.shortcut } });
}

function close() {
  if (at < 0 && box.hidden) return;
  at = -1;
  box.hidden = true;
  said.textContent = "";
  textArea().removeAttribute("aria-activedescendant");
  textArea().removeAttribute("aria-controls");
}
