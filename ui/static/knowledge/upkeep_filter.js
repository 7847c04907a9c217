// The line of filters above a list. What is chosen stands in the address, so that a list can be kept and shared.
import { debounce, h } from "../dom.js";
import { languageName, t } from "../i18n.js";
import { icon } from "../icons.js";
import { asked } from "../page_frame.js";

/** What the address says of some filters, each "" where it says nothing. */
export function readFilter(names) {
  const wish = asked();
  return Object.fromEntries(names.map((name) => [name, wish[name] || ""]));
}

/** Write values into the address without opening the tab anew: whoever types keeps the caret. */
export function writeFilter(values) {
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === "" || value === 0 || value === null || value === undefined) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  window.history.replaceState({}, "", address);
}

/** A field for words; calls back once nobody typed for a moment. */
export function textField(value, label, onChange) {
  const field = h("input", {
    type: "search", id: "up-text", value, placeholder: label, "aria-label": label, maxlength: "200", autocomplete: "off",
  });
  field.addEventListener("input", debounce(() => onChange(field.value.trim()), 200));
  return h("div.up-search", {}, icon("search"), field);
}

/** A choice: [[value, words], ...] with "all" first. */
export function choice(name, value, label, options, onChange) {
  const select = h(
    "select",
    { "aria-label": label, title: label, class: value ? "is-set" : "", data: { filter: name } },
    h("option", { value: "" }, t("upkeep.any", { what: label })),
    options.map(([key, words]) => h("option", { value: key, selected: key === value }, words)),
  );
  select.addEventListener("change", () => {
    select.classList.toggle("is-set", select.value !== "");
    onChange(select.value);
  });
  return select;
}

/** Choices of languages, by their names. */
export const languages = (codes) => codes.filter(Boolean).map((code) => [code, languageName(code)]);

/** A few buttons of which one is pressed: [[value, words, count], ...]. */
export function segments(label, value, options, act) {
  return h(
    "div.up-segments",
    { role: "group", "aria-label": label },
    options.map(([key, words, n]) =>
      h(
        "button.up-segment",
        { type: "button", "aria-pressed": String(key === value), data: { act, value: key } },
        words,
        n ? h("span.count", {}, String(n)) : null,
      ),
    ),
  );
}
