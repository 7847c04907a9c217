// Writing a canned reply: its text with merge fields, and where it belongs.
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { fieldName } from "./editor.js";
import { languageName, t } from "./i18n.js";
import { state } from "./state.js";

const MAX = { title: 200, shortcut: 40, folder: 80, body: 20000 };

/** Put the form into an element.
 *
 * @param each The canned reply to change; with an empty id a copy; null for a new one.
 * @param done Called with what was saved, or null when it was given up. */
export function cannedForm(place, each, { fields, folders, locale, done }) {
  const isNew = !each || !each.id;
  const mayShare = state.me.role !== "agent";
  const input = (name, value, more = {}) =>
    h("input", { type: "text", name, id: `canned-${name}`, value, maxlength: String(MAX[name]), autocomplete: "off", ...more });
  const title = input("title", each ? each.title : "", { required: true });
  const shortcut = input("shortcut", each ? each.shortcut.replace(/^[;/]+/, "") : "", { pattern: "[;\\/]?[\\p{L}\\p{N}_\\-]*" });
  const folder = input("folder", each ? each.folder : "", { list: "canned-folder-names" });
  const language = h(
    "select",
    { name: "locale", id: "canned-locale" },
    state.me.locales.map(({ code }) =>
      h("option", { value: code, selected: code === (each ? each.locale : locale) }, languageName(code)),
    ),
  );
  const body = h("textarea", { name: "body", id: "canned-body", rows: "9", required: true, maxlength: String(MAX.body), dir: "auto" });
  body.value = each ? each.body : "";
  const personal = h("input", {
    type: "checkbox",
    id: "canned-personal",
    checked: each ? each.personal || !mayShare : !mayShare,
    disabled: !isNew || !mayShare,
  });
  const problem = h("p.form-problem", { role: "alert", hidden: true });
  const names = h("div.field-buttons", { role: "group", "aria-label": t("canned.fields") }, fields.map((field) => fieldButton(field, body)));
  const label = (control, key) => h("label", { for: control.id }, h("span", {}, t(key)), control);
  const form = h(
    "form.canned-form",
    {},
    h("h3", {}, t(isNew ? "canned.new" : "canned.edit")),
    label(title, "canned.title"),
    h("div.form-row", {}, label(shortcut, "canned.shortcut"), label(language, "canned.language"), label(folder, "canned.folder")),
    h("datalist", { id: "canned-folder-names" }, folders.map((name) => h("option", { value: name }))),
    label(body, "canned.text"),
    names,
    h("label.check-label", {}, personal, h("span", {}, t("canned.only_me"))),
    mayShare ? null : h("p.muted.small-text", {}, t("canned.share_role")),
    problem,
    h(
      "div.book-buttons",
      {},
      h("button.btn.small.primary", { type: "submit" }, t("canned.save")),
      h("button.btn.small", { type: "button", data: { cancel: "yes" } }, t("canned.cancel")),
    ),
  );
  form.querySelector("[data-cancel]").addEventListener("click", () => done(null));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wish = { title: title.value, body: body.value, locale: language.value, shortcut: shortcut.value, folder: folder.value };
    if (each) Object.assign(wish, { product: each.product, tags: each.tags });
    try {
      const answer = isNew
        ? await api.createCanned({ ...wish, personal: personal.checked })
        : await api.changeCanned(each.id, { ...wish, revision: each.revision });
      done(answer.canned);
    } catch (error) {
      problem.hidden = false;
      problem.textContent = [error.message || t("error.offline"), error.hint].filter(Boolean).join(" ");
    }
  });
  fill(place, form);
  title.focus();
}

function fieldButton(field, body) {
  const button = h("button.chip-button", { type: "button", title: `{{${field}}}` }, fieldName(field));
  button.addEventListener("click", () => {
    body.focus();
    document.execCommand("insertText", false, `{{${field}}}`);
  });
  return button;
}
