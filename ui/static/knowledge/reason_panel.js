// A small form in place, for what needs a reason, a person or a date; Escape puts it away.
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { errorLine } from "./parts.js";

/**
 * Ask in a place of the page.
 * @param {Element} place Where the form is put; what was there is replaced.
 * @param {object} options legend; choices [[value, text]] as radio buttons with keys 1-9; note (label of a text field);
 *   required: the note may not be empty; extra: elements of the caller; submit: the button's text; danger;
 *   send({reason, note, form}): may throw an ApiError, which is shown in the form.
 */
export function reasonPanel(place, { legend, choices = [], note = "", required = false, extra = [], submit, danger = false, send }) {
  const before = document.activeElement;
  const radios = choices.map(([value, text], at) =>
    h(
      "label",
      {},
      h("input", { type: "radio", name: "reason", value, checked: at === 0 }),
      h("kbd", { "aria-hidden": "true" }, String(at + 1)),
      text,
    ),
  );
  const field = note ? h("textarea.k-note", { name: "note", rows: "2", maxlength: "2000", placeholder: note, "aria-label": note, required }) : null;
  const fault = h("div");
  const go = h(`button.btn.small.${danger ? "danger" : "primary"}`, { type: "submit" }, submit);
  const cancel = h("button.btn.small.ghost", { type: "button" }, t("cancel"));
  const form = h(
    "form.k-panel",
    {},
    h("fieldset", {}, h("legend", {}, legend), radios),
    extra,
    field,
    fault,
    h("div.k-panel-buttons", {}, h("span.grow"), cancel, go),
  );
  const stop = () => {
    fill(place);
    if (before && before.isConnected) before.focus();
  };
  cancel.addEventListener("click", stop);
  form.addEventListener("keydown", (event) => onKey(event, form, radios, stop));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = new FormData(form);
    go.disabled = true;
    try {
      await send({ reason: values.get("reason") || "", note: (values.get("note") || "").trim(), form: values });
      if (form.isConnected) fill(place);
    } catch (error) {
      go.disabled = false;
      fill(fault, errorLine(error));
    }
  });
  fill(place, form);
  const first = form.querySelector("input:not([hidden]), select, textarea") || go;
  first.focus();
  return { close: stop };
}

function onKey(event, form, radios, stop) {
  event.stopPropagation();
  if (event.key === "Escape") {
    event.preventDefault();
    stop();
  } else if (/^[1-9]$/.test(event.key) && !event.target.matches("textarea, input[type=text], input[type=datetime-local]")) {
    const label = radios[Number(event.key) - 1];
    if (!label) return;
    event.preventDefault();
    label.querySelector("input").checked = true;
    label.querySelector("input").focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target.matches("input[type=radio]"))) {
    event.preventDefault();
    form.requestSubmit();
  }
}
