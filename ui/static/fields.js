// The ticket's fields: changed at once, taken back with one click, and nobody's change is overwritten unseen.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { emit, on, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

const STATUSES = ["open", "pending", "solved", "closed"];
const PRIORITIES = ["low", "normal", "high", "urgent"];
const FIELDS = ["status", "priority", "type", "assignee_id", "product", "locale", "topic", "tags"];
let form = null;
let note = null;
let users = null;
let choices = {};
/** The last change, to take it back: {id, name, value}. */
let last = null;
/** Changes go one after the other, each on the version that the one before made. */
let queue = Promise.resolve();

/** Build the form; it stays away until it is asked for. */
export function fieldsForm() {
  form = h("form.fields", { id: "fields", "aria-label": t("fields.title"), hidden: true });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => onChange(event.target));
  form.addEventListener("keydown", onKey);
  action("fields", toggle);
  action("undo-field", () => last && change(last.id, last.name, last.value, { undo: false }));
  action("field-set", (element) => settle(element.dataset.name, true));
  action("field-keep", (element) => settle(element.dataset.name, false));
  on("opened", () => show());
  on("reloaded", () => show());
  on("nothing-open", () => (form.hidden = true));
  return form;
}

async function toggle() {
  if (!ticket()) return;
  form.hidden = !form.hidden;
  const button = document.getElementById("edit-fields");
  if (button) button.setAttribute("aria-expanded", String(!form.hidden));
  if (form.hidden) {
    if (button) button.focus();
    return;
  }
  show();
  form.querySelector("select").focus();
  if (users) return;
  try {
    const [people, known] = await Promise.all([api.users(), api.choices()]);
    users = people.users;
    choices = known;
    const { name } = document.activeElement;
    show();
    if (name && form.elements[name]) form.elements[name].focus();
  } catch (error) {
    toastError(error);
  }
}

function show() {
  if (form.hidden || !ticket()) return;
  const one = ticket();
  note = h("div.field-note", { role: "status" });
  const people = users || state.list.users || [];
  fill(
    form,
    select("status", one.status, STATUSES.map((code) => [code, t(`status_one.${code}`)])),
    select("priority", one.priority, withOwn(PRIORITIES, one.priority).map((code) => [code, nameOf("priority", code)])),
    text("type", one.type, choices.types),
    select("assignee_id", one.assignee_id, [
      ["", one.assignee && !one.assignee_id ? t("fields.assignee_unknown", { name: one.assignee }) : t("assignee.nobody")],
      ...people.map((user) => [user.id, user.id === state.me.user.id ? t("fields.me", { name: user.name }) : user.name]),
      ...(one.assignee_id && !people.some((user) => user.id === one.assignee_id)
        ? [[one.assignee_id, one.assignee_name || one.assignee_id]]
        : []),
    ]),
    text("product", one.product, choices.products),
    select("locale", one.locale, withOwn(["sv", "nb", "nn", "da", "en", "und"], one.locale).map((code) => [code, languageName(code)])),
    text("topic", one.topic, choices.topics),
    text("tags", one.tags.join(", "), choices.tags),
    note,
  );
}

const withOwn = (codes, own) => (codes.includes(own) ? codes : [own, ...codes]);

function nameOf(kind, code) {
  const key = `${kind}.${code}`;
  return t(key) === key ? code : t(key);
}

function labelled(name, control) {
  return h("label.field", {}, h("span", {}, t(`fields.${name}`)), control);
}

function select(name, value, options) {
  return labelled(
    name,
    h("select", { name }, options.map(([code, label]) => h("option", { value: code, selected: code === value }, label))),
  );
}

function text(name, value, known) {
  const words = (known || []).map((one) => (typeof one === "string" ? one : one.value)).filter(Boolean);
  const list = words.length && name !== "tags" ? `field-list-${name}` : null;
  return labelled(name, [
    h("input", { type: "text", name, value, maxlength: name === "tags" ? "2000" : "200", list, autocomplete: "off", dir: "auto" }),
    list ? h("datalist", { id: list }, words.slice(0, 100).map((word) => h("option", { value: word }))) : null,
  ]);
}

const splitTags = (words) => [...new Set(words.split(/[,;\n]/).map((word) => word.trim()).filter(Boolean))];

function onChange(control) {
  const { name } = control;
  if (!FIELDS.includes(name) || !ticket()) return;
  change(ticket().id, name, name === "tags" ? splitTags(control.value) : control.value.trim());
}

/** Put a field to a value: in sight at once, on the server after the changes before it. */
function change(id, name, value, { undo = true } = {}) {
  const one = ticket();
  if (!one || one.id !== id || same(one[name], value)) return;
  const before = one[name];
  put(name, value);
  queue = queue.then(() => save({ id, name, value, before, undo }));
}

async function save({ id, name, value, before, undo, again = false }) {
  const shown = () => ticket() && ticket().id === id;
  const version = shown() ? ticket().version : undefined;
  try {
    const answer = await api.changeTicket(id, { version, [name]: value });
    if (shown()) take(answer);
    last = undo ? { id, name, value: before } : null;
    toast(t("fields.changed", { field: t(`fields.${name}`), value: inWords(name, value) }), {
      kind: "good",
      act: undo ? "undo-field" : "",
      label: t("undo"),
      ms: 8000,
    });
    emit("replied", { fields: true });
  } catch (error) {
    if (error.code === "conflict" && shown() && !again) await meet({ id, name, value, before, undo });
    else {
      if (shown()) put(name, before);
      toastError(error);
    }
  }
}

/** Somebody else changed the ticket: another field goes together with ours, the same one is asked about. */
async function meet({ id, name, value, before, undo }) {
  let fresh = null;
  try {
    fresh = await api.ticket(id);
  } catch (error) {
    put(name, before);
    toastError(error);
    return;
  }
  if (!ticket() || ticket().id !== id) return;
  const theirs = fresh.ticket[name];
  const old = ticket();
  const others = FIELDS.filter((each) => each !== name && !same(old[each], fresh.ticket[each]));
  const clash = !same(theirs, before) && !same(theirs, value);
  state.open = { ...state.open, ...fresh };
  // Before the form is drawn anew: a field that fell back for a moment would send its text once more when it is left.
  if (!clash) state.open.ticket[name] = value;
  emit("reloaded");
  if (clash) {
    ask(name, value, theirs);
    return;
  }
  if (others.length) say(t("fields.others", { fields: others.map((each) => `${t(`fields.${each}`)}: ${inWords(each, fresh.ticket[each])}`).join(", ") }));
  put(name, value);
  await save({ id, name, value, before: theirs, undo, again: true });
}

let wish = null;

function ask(name, mine, theirs) {
  wish = { id: ticket().id, name, value: mine };
  if (form.hidden) toggle();
  fill(
    note,
    icon("people"),
    h("span", {}, t("fields.conflict", { field: t(`fields.${name}`), theirs: inWords(name, theirs), mine: inWords(name, mine) })),
    h("button.btn.small", { type: "button", data: { act: "field-set", name } }, t("fields.set_mine", { value: inWords(name, mine) })),
    h("button.btn.small.ghost", { type: "button", data: { act: "field-keep", name } }, t("fields.keep_theirs")),
  );
  note.querySelector("button").focus();
}

function settle(name, mine) {
  fill(note);
  const one = wish;
  wish = null;
  if (mine && one && one.name === name) change(one.id, name, one.value);
  form.elements[name]?.focus();
}

function say(words) {
  if (note) fill(note, icon("people"), h("span", {}, words));
}

function take(answer) {
  const { messages } = state.open.ticket;
  const more = answer.ticket.messages.length !== messages.length;
  state.open = { ...state.open, ticket: answer.ticket, links: answer.links };
  emit(more ? "reloaded" : "fields");
}

function put(name, value) {
  state.open.ticket[name] = value;
  if (name === "assignee_id") state.open.ticket.assignee_name = (users || []).find((user) => user.id === value)?.name || "";
  const control = form.elements[name];
  if (control) control.value = Array.isArray(value) ? value.join(", ") : value;
  emit("fields");
}

const same = (one, other) => JSON.stringify(one ?? "") === JSON.stringify(other ?? "");

function inWords(name, value) {
  if (name === "status") return t(`status_one.${value}`);
  if (name === "priority") return nameOf("priority", value);
  if (name === "locale") return languageName(value);
  if (name === "assignee_id") return (users || []).find((user) => user.id === value)?.name || t("assignee.nobody");
  return (Array.isArray(value) ? value.join(", ") : value) || t("fields.empty");
}

function onKey(event) {
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    onChange(event.target);
  }
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  toggle();
}
