// Passing a ticket on: to whom, what goes along, and what exactly is sent, before it is sent.
import { action } from "./actions.js";
import { api } from "./api.js";
import { debounce, fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { emit, ticket } from "./state.js";
import { recall, remember } from "./storage.js";
import { toast, toastError } from "./toast.js";

const EMAIL = "email";
const STATUSES = ["pending", "open", "solved"];
let dialog = null;
let parts = {};
let shown = null;
let turn = 0;
let sending = false;

/** Build the dialog; it stays closed until it is asked for. */
export function passOnDialog() {
  parts = {
    to: h("fieldset.pass-to"),
    comment: h("textarea", { id: "pass-comment", rows: "2", maxlength: "10000" }),
    followUp: h("input", { id: "pass-follow-up", type: "date" }),
    status: h("select", { id: "pass-status" }, STATUSES.map((one) => h("option", { value: one }, t(`status_one.${one}`)))),
    notes: h("input", { id: "pass-notes", type: "checkbox" }),
    notesLine: h("label.pass-notes", { hidden: true, for: "pass-notes" }),
    preview: h("div.pass-preview", { tabindex: "0", role: "group", "aria-labelledby": "pass-preview-title", dir: "auto" }),
    previewTitle: h("h3", { id: "pass-preview-title" }),
    problem: h("div.pass-problem", { role: "alert" }),
    send: h("button.btn.primary", { type: "submit" }, t("pass_on.title"), h("kbd", {}, "Enter")),
  };
  const form = h(
    "form.pass-form",
    { novalidate: true },
    parts.to,
    field("pass-comment", "pass_on.comment", parts.comment),
    h("div.pass-row", {}, field("pass-follow-up", "pass_on.follow_up", parts.followUp), field("pass-status", "pass_on.status", parts.status)),
    parts.notesLine,
    parts.previewTitle,
    parts.preview,
    parts.problem,
    h("div.pass-foot", {}, h("button.btn", { type: "button", data: { act: "close-pass-on" } }, t("close")), parts.send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  parts.comment.addEventListener("input", later);
  parts.followUp.addEventListener("input", later);
  parts.notes.addEventListener("change", preview);
  parts.to.addEventListener("change", preview);
  parts.to.addEventListener("input", (event) => event.target.type === "email" && later());
  parts.comment.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && send());
  dialog = h(
    "dialog.sheet.pass-on",
    { "aria-labelledby": "pass-title" },
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "pass-title" }, t("pass_on.title")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-pass-on" } }, icon("close")),
    ),
    form,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", byNumber);
  action("pass-on", open);
  action("close-pass-on", () => dialog.close());
  return dialog;
}

function field(id, label, input) {
  return h("div.pass-field", {}, h("label", { for: id }, t(label)), input);
}

async function open() {
  if (!ticket() || dialog.open) return;
  try {
    const choice = await api.teams();
    fillIn(choice);
    dialog.showModal();
    const first = parts.to.querySelector("input:checked") || parts.to.querySelector("input[type=email]") || parts.comment;
    first.focus();
    preview();
  } catch (error) {
    toastError(error);
  }
}

function fillIn(choice) {
  const last = recall("passed-on");
  const usual = choice.teams.find((team) => team.id === last && team.way !== "off") || choice.teams.find((team) => team.way !== "off");
  fill(
    parts.to,
    h("legend", {}, t("pass_on.to")),
    choice.teams.map((team, n) => teamLine(team, n, team === usual)),
    choice.teams.length ? null : h("p.pass-none", {}, t("pass_on.no_teams")),
    emailLine(choice, !usual),
  );
  parts.comment.value = "";
  parts.followUp.value = choice.follow_up;
  parts.status.value = "pending";
  parts.notes.checked = false;
  parts.notesLine.hidden = true;
  parts.problem.textContent = "";
  shown = null;
  sending = false;
}

function teamLine(team, n, checked) {
  const facts = [t(`pass_on.way_${team.way}`), team.outside ? t("pass_on.outside") : ""].filter(Boolean).join(" · ");
  return h(
    "label.pass-choice",
    {},
    h("input", { type: "radio", name: "pass-to", value: team.id, checked, disabled: team.way === "off" }),
    h("span.pass-name", { dir: "auto" }, team.name),
    h("span.pass-way", {}, facts),
    n < 9 ? h("kbd", { "aria-hidden": "true" }, String(n + 1)) : null,
  );
}

function emailLine(choice, checked) {
  const input = h("input", { type: "email", id: "pass-email", "aria-label": t("pass_on.email"), autocomplete: "off", disabled: !choice.mail });
  const radio = h("input", { type: "radio", name: "pass-to", value: EMAIL, checked: checked && choice.mail, disabled: !choice.mail });
  input.addEventListener("focus", () => {
    if (radio.checked) return;
    radio.checked = true;
    preview();
  });
  return h(
    "div.pass-choice",
    {},
    h("label", {}, radio, h("span.pass-name", {}, t("pass_on.email"))),
    choice.mail ? input : h("span.pass-way", {}, t("pass_on.way_off")),
  );
}

/** Digits choose a team while the cursor is among them. */
function byNumber(event) {
  if (!/^[1-9]$/.test(event.key) || event.target.type !== "radio") return;
  const radio = parts.to.querySelectorAll("label.pass-choice input")[Number(event.key) - 1];
  if (!radio || radio.disabled) return;
  event.preventDefault();
  radio.checked = true;
  radio.focus();
  preview();
}

function wish() {
  const to = new FormData(dialog.querySelector("form")).get("pass-to") || "";
  const email = parts.to.querySelector("input[type=email]");
  return {
    team: to === EMAIL ? "" : to,
    email: to === EMAIL && email ? email.value.trim() : "",
    notes: parts.notes.checked,
    comment: parts.comment.value,
    follow_up: parts.followUp.value || null,
  };
}

const later = debounce(() => preview(), 250);

/** Fetch what would be sent; only the newest wish is shown. */
async function preview() {
  later.cancel();
  const mine = ++turn;
  const wanted = wish();
  if (!wanted.team && !wanted.email) return showPreview(null, t("pass_on.choose"));
  if (!shown || shown.to !== wanted.team + wanted.email || shown.notes !== wanted.notes) showPreview(null, t("pass_on.loading"));
  try {
    const answer = await api.previewPassOn(ticket().id, wanted);
    if (mine === turn) showPreview({ ...answer, to: wanted.team + wanted.email, notes: wanted.notes }, answer.text);
  } catch (error) {
    if (mine === turn) showPreview(null, error.message || t("error.offline"));
  }
  return undefined;
}

function showPreview(found, text) {
  shown = found;
  parts.send.disabled = !found || sending;
  parts.previewTitle.textContent = t(found && found.way === "inside" ? "pass_on.preview_inside" : "pass_on.preview");
  parts.previewTitle.append(
    ...(found && found.address ? [h("span.pass-address", { dir: "auto" }, found.address)] : []),
    ...(found && found.redacted ? [h("span.badge", {}, icon("lock"), t("pass_on.redacted"))] : []),
  );
  fill(parts.preview, found && found.way === "mail" ? h("strong.pass-subject", {}, found.subject) : null, text);
  if (!found) return;
  parts.problem.textContent = "";
  parts.notesLine.hidden = !found.private;
  fill(parts.notesLine, parts.notes, h("span", {}, t("pass_on.with_notes", { n: found.private })));
}

async function send() {
  if (sending || !shown) return;
  sending = true;
  parts.send.disabled = true;
  const one = ticket();
  try {
    // The words in the field may be newer than the preview below.
    await preview();
    if (!shown) return;
    const answer = await api.passOn(one.id, {
      ...wish(),
      version: shown.version,
      seen: shown.seen,
      status: parts.status.value,
    });
    if (wish().team) remember("passed-on", wish().team);
    dialog.close();
    toast(t("pass_on.done", { name: answer.name }), { kind: "good" });
    emit("reload");
    emit("look-again");
  } catch (error) {
    parts.problem.textContent = [error.message || t("error.offline"), error.hint].filter(Boolean).join(" ");
    if (error.code === "conflict") emit("reload");
  } finally {
    sending = false;
    parts.send.disabled = !shown;
  }
}
