// The open ticket: its head with customer and fields, the messages, and what is asked once it is solved.
import { action, perform } from "./actions.js";
import { afterContact } from "./after.js";
import { customerPanel, showCustomer } from "./customer.js";
import { fill, h } from "./dom.js";
import { focusEditor } from "./editor.js";
import { fieldsForm } from "./fields.js";
import { languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { canBecomeArticle, makeArticleButton } from "./make_article.js";
import { initials, messageLog, refreshMessages, showMessages, showNoMessages } from "./messages.js";
import { emit, on, state, ticket } from "./state.js";

export { initials } from "./messages.js";

let head = null;
let top = null;
/** Tickets that one came from by the customer's earlier ones: [{id, subject, panel}]. */
let trail = [];
let step = "";
let known = -1;

/** Build the pane around the composer. */
export function conversationPane(composer) {
  top = h("div.ticket-top");
  head = h("div.ticket-head", { hidden: true }, top, fieldsForm(), customerPanel());
  action("open-earlier", (element) => follow(element.dataset.id));
  action("back", back);
  action("note-kind", writeNote);
  on("opened", () => {
    if (!step) trail = [];
    const reopen = step === "back-to-panel";
    step = "";
    showHead();
    showMessages();
    if (reopen) showCustomer(true);
    known = newest();
  });
  on("reloaded", () => {
    showHead();
    refreshMessages(known);
    known = newest();
  });
  on("fields", showHead);
  on("nothing-open", () => {
    head.hidden = true;
    showNoMessages();
  });
  return h("section.pane.conversation-pane", { "aria-label": t("pane.conversation") }, head, messageLog(), afterContact(), composer);
}

const newest = () => (ticket().messages.length ? ticket().messages.at(-1).number : -1);

function follow(id) {
  // Whoever opens a ticket wants to read it; the panel is there again on the way back.
  trail.push({ id: ticket().id, subject: ticket().subject || ticket().id, panel: showCustomer(false) });
  step = "earlier";
  emit("open", id);
}

function back() {
  const last = trail.pop();
  if (!last) return;
  step = last.panel ? "back-to-panel" : "back";
  emit("open", last.id);
}

function writeNote() {
  if (!ticket()) return;
  emit("show-pane", "conversation");
  perform("reply-kind", { dataset: { kind: "note" } });
  focusEditor();
}

function showHead() {
  head.hidden = false;
  fill(top, backButton(), title(ticket()), customerLine(ticket()));
}

function backButton() {
  const last = trail.at(-1);
  if (!last) return null;
  return h(
    "button.btn.ghost.small.back",
    { type: "button", data: { act: "back" }, title: `${t("ticket.back", { subject: last.subject })} (u)` },
    icon("back"),
    h("span", { dir: "auto" }, t("ticket.back", { subject: last.subject })),
  );
}

function title(one) {
  return h(
    "div.ticket-title",
    {},
    h("h2", { dir: "auto" }, one.subject || t("ticket.no_subject")),
    h("span.status", { class: one.status }, t(`status_one.${one.status}`)),
    one.priority !== "normal"
      ? h("span.badge", { class: one.priority === "low" ? "" : "warn" }, priorityName(one.priority))
      : null,
    h("span.grow"),
    canBecomeArticle(one) ? makeArticleButton() : null,
    h(
      "button.icon-btn",
      { type: "button", "aria-label": t("keys.pass_on"), title: `${t("keys.pass_on")} (p)`, data: { act: "pass-on" } },
      icon("pass"),
    ),
    h(
      "button.icon-btn",
      { type: "button", id: "edit-fields", "aria-label": t("fields.edit"), title: `${t("fields.edit")} (e)`,
        "aria-expanded": String(!document.getElementById("fields")?.hidden), "aria-controls": "fields", data: { act: "fields" } },
      icon("edit"),
    ),
  );
}

const priorityName = (word) => {
  const key = `priority.${word}`;
  return t(key) === key ? word : t(key);
};

function customerLine(one) {
  const { customer } = one;
  const earlier = state.open.earlier_total || 0;
  const name = customer ? customer.name || customer.email : t("customer.unknown");
  const facts = [
    customer ? customer.company : "",
    one.id,
    one.assignee_name ? t("ticket.assigned", { name: one.assignee_name }) : t("ticket.nobody"),
    one.product,
    one.channel ? t(`channel.${one.channel}`) : "",
    languageName(one.locale),
  ].filter(Boolean);
  return h(
    "button.customer-line",
    { type: "button", "aria-expanded": String(!document.getElementById("customer-card")?.hidden), "aria-controls": "customer-card",
      title: `${t("keys.customer")} (i)`, data: { act: "customer" } },
    h("span.avatar", { "aria-hidden": "true" }, initials(name)),
    h("span.customer-name", { dir: "auto" }, name),
    h("span.facts", { dir: "auto" }, facts.join(" · ")),
    earlier > 0 ? h("span.badge", {}, t("customer.earlier", { n: earlier })) : null,
    icon("down"),
  );
}
