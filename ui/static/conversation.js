// The open ticket: its head, the customer, the messages.
import { action } from "./actions.js";
import { fill, h, linked, setRendered } from "./dom.js";
import { ago, day, languageName, moment, t } from "./i18n.js";
import { icon } from "./icons.js";
import { on, state, ticket } from "./state.js";

const FOLD = 1600;
let head = null;
let messages = null;

/** Build the pane around the composer. */
export function conversationPane(composer) {
  head = h("div.ticket-head");
  messages = h("div.messages", {
    tabindex: "0",
    role: "log",
    "aria-label": t("conversation.messages"),
    "aria-live": "off",
  });
  action("customer", toggleCustomer);
  action("unfold", (element) => {
    element.previousElementSibling.classList.remove("long");
    element.remove();
  });
  keepAtEnd();
  on("opened", show);
  on("reloaded", show);
  on("nothing-open", showNothing);
  return h("section.pane.conversation-pane", { "aria-label": t("pane.conversation") }, head, messages, composer);
}

/** The newest message stays in sight while draft and editor below change their height. */
function keepAtEnd() {
  let atEnd = true;
  messages.addEventListener("scroll", () => {
    atEnd = messages.scrollTop + messages.clientHeight > messages.scrollHeight - 40;
  });
  new ResizeObserver(() => {
    if (atEnd) messages.scrollTop = messages.scrollHeight;
  }).observe(messages);
}

function showNothing() {
  fill(head);
  fill(messages, h("div.empty-state", {}, icon("chat"), h("p", {}, t("conversation.none"))));
}

function show() {
  const one = ticket();
  fill(head, title(one), customerLine(one), customerCard(one));
  fill(messages, one.messages.map(message));
  messages.dataset.ticket = one.id;
  messages.scrollTop = messages.scrollHeight;
}

function title(one) {
  return h(
    "div.ticket-title",
    {},
    h("h2", { dir: "auto" }, one.subject || t("ticket.no_subject")),
    h("span.status", { class: one.status }, t(`status_one.${one.status}`)),
    one.priority !== "normal"
      ? h("span.badge", { class: one.priority === "low" ? "" : "warn" }, t(`priority.${one.priority}`))
      : null,
  );
}

function customerLine(one) {
  const { customer } = one;
  const earlier = state.open.earlier.length;
  const name = customer ? customer.name || customer.email : t("customer.unknown");
  const facts = [one.id, one.product, one.channel ? t(`channel.${one.channel}`) : "", languageName(one.locale)].filter(
    Boolean,
  );
  return h(
    "button.customer-line",
    { type: "button", "aria-expanded": "false", "aria-controls": "customer-card", data: { act: "customer" } },
    h("span.avatar", { "aria-hidden": "true" }, initials(name)),
    h("span.customer-name", { dir: "auto" }, name),
    h("span.facts", { dir: "auto" }, facts.join(" · ")),
    earlier ? h("span.badge", {}, t("customer.earlier", { n: earlier })) : null,
    icon("down"),
  );
}

function customerCard(one) {
  const { customer } = one;
  const attributes = customer ? Object.entries(customer.attributes) : [];
  const rows = [
    [t("customer.email"), customer ? customer.email : ""],
    [t("customer.since"), day(one.created_at)],
    [t("customer.tags"), one.tags.join(", ")],
    ...attributes,
  ].filter(([, value]) => value);
  const facts = h(
    "dl",
    {},
    rows.map(([name, value]) => [h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, value)]),
  );
  const earlier = state.open.earlier.map((other) =>
    h(
      "button.earlier",
      { type: "button", data: { act: "open-ticket", id: other.id } },
      h("span.earlier-subject", { dir: "auto" }, other.subject),
      h("span", {}, t(`status_one.${other.status}`)),
      h("time", {}, ago(other.created_at)),
    ),
  );
  const links = state.open.links.map((link) =>
    h(
      "a.earlier",
      { href: link.url || "#", target: "_blank", rel: "noopener noreferrer" },
      icon("link"),
      h("span.earlier-subject", { dir: "auto" }, link.title),
    ),
  );
  return h(
    "div.customer-card",
    { id: "customer-card", hidden: true },
    facts,
    earlier.length ? [h("h3", {}, t("customer.earlier_title")), earlier] : null,
    links.length ? [h("h3", {}, t("customer.links_title")), links] : null,
  );
}

function toggleCustomer(element) {
  const card = document.getElementById("customer-card");
  card.hidden = !card.hidden;
  element.setAttribute("aria-expanded", String(!card.hidden));
}

function message(one) {
  const kind = one.public ? one.author : "note";
  const name =
    one.name ||
    (one.author === "customer" && ticket().customer ? ticket().customer.name : "") ||
    t(`author.${one.author}`);
  const label = !one.public ? t("message.note") : one.author === "bot" ? t("author.bot") : "";
  const mark = one.author === "bot" ? icon("bot") : one.public ? initials(name) : icon("lock");
  return h(
    "article.message",
    { class: kind, "aria-label": `${name}, ${moment(one.at)}` },
    h(
      "div.message-head",
      {},
      h("span.avatar", { "aria-hidden": "true" }, mark),
      h("span.message-name", { dir: "auto" }, name),
      label ? h("span.badge", {}, label) : null,
      h("time", { datetime: one.at, title: moment(one.at) }, moment(one.at)),
    ),
    body(one),
  );
}

function body(one) {
  if (one.html) return setRendered(h("div.doc", { dir: "auto" }), one.html);
  const text = h("div.plain", { dir: "auto" }, linked(one.body));
  if (one.body.length <= FOLD) return text;
  text.classList.add("long");
  return [text, h("button.btn.ghost.small", { type: "button", data: { act: "unfold" } }, t("message.unfold"))];
}

/** First letters of a name, at most two. */
export function initials(name) {
  const letters = name
    .split(/[\s@.]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => [...part][0].toUpperCase());
  return letters.join("");
}
