// The collection of canned replies: found, read, inserted; own and shared ones written and taken away here.
import { action } from "./actions.js";
import { api } from "./api.js";
import { cannedForm } from "./canned_form.js";
import { debounce, fill, h, latest } from "./dom.js";
import { insert, replyKind, withFields } from "./editor.js";
import { count, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { note } from "./journal.js";
import { state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

const MINE = "\u0000mine";
let dialog = null;
let search = null;
let folders = null;
let list = null;
let side = null;
let found = [];
let known = [];
let folder = "";
let chosen = "";
/** Somebody writes in the form; a list that comes meanwhile leaves it alone. */
let writing = false;

/** Build the dialog; it stays closed until it is asked for. */
export function cannedBook() {
  search = h("input", { type: "search", id: "canned-search", placeholder: t("canned.search"), "aria-label": t("canned.search"), maxlength: "200" });
  search.addEventListener("input", debounce(() => load(), 120));
  folders = h("div.book-folders", { role: "group", "aria-label": t("canned.folders") });
  list = h("div.book-list", { role: "listbox", tabindex: "0", "aria-label": t("canned.book") });
  side = h("div.book-side", { tabindex: "0", role: "group", "aria-label": t("canned.text") });
  dialog = h(
    "dialog.sheet.book",
    { "aria-labelledby": "book-title" },
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "book-title" }, t("canned.book")),
      h("span.grow"),
      h("button.btn.small.primary", { type: "button", data: { act: "canned-new" } }, icon("plus"), t("canned.new")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "canned-close" } }, icon("close")),
    ),
    h("div.book-body", {}, h("div.book-left", {}, h("div.filter", {}, icon("search"), search), folders, list), side),
  );
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  list.addEventListener("keydown", onListKey);
  search.addEventListener("keydown", (event) => event.key === "ArrowDown" && move(event, 0));
  action("canned-book", open);
  action("canned-close", () => dialog.close());
  action("canned-folder", (element) => pickFolder(element.dataset.folder));
  action("canned-new", () => edit(null));
  action("canned-edit", () => edit(one()));
  action("canned-copy", () => edit({ ...one(), id: "", personal: true, shortcut: one().shortcut }));
  action("canned-remove", remove);
  action("canned-insert", take);
  return dialog;
}

const one = () => found.find((each) => each.id === chosen) || null;

async function open() {
  if (dialog.open) return;
  dialog.showModal();
  search.value = "";
  folder = "";
  writing = false;
  await load();
  if (!writing) search.focus();
}

const load = latest(async () => {
  try {
    const answer = await api.canned({ q: search.value.trim(), ticket_id: ticket() ? ticket().id : "" });
    found = answer.canned;
    known = answer.fields;
    if (!shown().some((each) => each.id === chosen)) chosen = shown().length ? shown()[0].id : "";
    show();
  } catch (error) {
    toastError(error);
  }
});

const shown = () =>
  found.filter((each) => !folder || (folder === MINE ? each.personal : each.folder === folder));

function pickFolder(name) {
  folder = name === folder ? "" : name;
  chosen = shown().length ? shown()[0].id : "";
  show();
  const same = [...folders.children].find((element) => element.dataset.folder === name);
  if (same) same.focus();
}

function show() {
  const names = [...new Set(found.map((each) => each.folder).filter(Boolean))].sort((a, b) => a.localeCompare(b));
  const button = (name, label) =>
    h(
      "button.chip-button",
      { type: "button", dir: "auto", "aria-pressed": String(folder === name), data: { act: "canned-folder", folder: name } },
      label,
    );
  fill(folders, found.some((each) => each.personal) ? button(MINE, t("canned.mine")) : null, names.map((name) => button(name, name)));
  const rows = shown();
  fill(list, rows.map(row));
  list.setAttribute("role", rows.length ? "listbox" : "group");
  if (!rows.length) fill(list, h("p.empty", {}, t("canned.none")));
  list.setAttribute("aria-activedescendant", chosen ? `book-${chosen}` : "");
  if (!writing) read();
}

function row(each) {
  return h(
    "div.book-row",
    { role: "option", id: `book-${each.id}`, "aria-selected": String(each.id === chosen), data: { id: each.id } },
    h("span.book-name", { dir: "auto" }, each.title),
    each.shortcut ? h("span.tag.shortcut", {}, `;${each.shortcut}`) : null,
    each.personal ? h("span.badge", {}, t("canned.mine")) : null,
    h("span.grow"),
    h("span.tag", { title: languageName(each.locale) }, each.locale.toUpperCase()),
  );
}

function read() {
  const each = one();
  if (!each) {
    fill(side, h("p.empty", {}, t("canned.none")));
    return;
  }
  const act = (name, label, kind = "") => h("button.btn.small", { type: "button", class: kind, data: { act: name } }, t(label));
  const facts = [
    languageName(each.locale),
    each.folder,
    each.personal ? t("canned.personal") : t("canned.shared"),
    t("canned.uses", { n: each.uses, count: count(each.uses) }),
    each.changeable || each.source === "svar" ? "" : t("canned.from", { source: each.source }),
  ];
  fill(
    side,
    h("h3", { dir: "auto" }, each.title),
    h("p.muted.small-text", { dir: "auto" }, facts.filter(Boolean).join(" · ")),
    h("div.plain.book-text", { dir: "auto" }, withFields(each.filled, each.values)),
    h(
      "div.book-buttons",
      {},
      ticket() ? act("canned-insert", "canned.insert", "primary") : null,
      each.changeable ? act("canned-edit", "canned.edit") : null,
      act("canned-copy", "canned.copy"),
      h("span.grow"),
      each.changeable ? act("canned-remove", "canned.remove", "danger") : null,
    ),
  );
}

function choose(element) {
  if (!element || !element.dataset.id) return;
  chosen = element.dataset.id;
  for (const other of list.querySelectorAll("[role=option]"))
    other.setAttribute("aria-selected", String(other === element));
  list.setAttribute("aria-activedescendant", element.id);
  element.scrollIntoView({ block: "nearest" });
  writing = false;
  read();
}

function move(event, step) {
  const rows = [...list.querySelectorAll("[role=option]")];
  if (!rows.length) return;
  event.preventDefault();
  list.focus();
  const from = rows.findIndex((element) => element.dataset.id === chosen);
  choose(rows[Math.min(rows.length - 1, Math.max(0, from + step))]);
}

function onListKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move(event, step);
  else if (event.key === "Enter" && one()) take();
}

function take() {
  const each = one();
  if (!each || !ticket()) return;
  dialog.close();
  const from = replyKind() === "reply" ? { kind: "canned", id: each.id, revision: each.revision } : null;
  insert(each.filled, { from });
  note("inserted", { detail: { by: "canned", source: each.id, shortcut: each.shortcut } });
}

function edit(each) {
  const folderNames = [...new Set(found.map((other) => other.folder).filter(Boolean))];
  const locale = (ticket() && ticket().locale !== "und" && ticket().locale) || state.me.locale;
  writing = true;
  cannedForm(side, each, {
    fields: known,
    folders: folderNames,
    locale,
    done: async (saved) => {
      writing = false;
      if (saved) {
        chosen = saved.id;
        folder = "";
        search.value = "";
        await load();
        toast(t("canned.saved"), { kind: "good", ms: 2500 });
      } else read();
      list.focus();
    },
  });
}

async function remove() {
  const each = one();
  if (!each) return;
  const sure = side.querySelector("[data-act=canned-remove]");
  // The second click means it; a dialog over a dialog would be more to read than to do.
  if (!sure.dataset.sure) {
    sure.dataset.sure = "yes";
    sure.textContent = t("canned.remove_sure");
    return;
  }
  try {
    await api.removeCanned(each.id);
    chosen = "";
    await load();
    toast(t("canned.removed"), { ms: 2500 });
    list.focus();
  } catch (error) {
    toastError(error);
  }
}
