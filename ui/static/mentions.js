// Where colleagues named us in their notes: a count in the top bar and a list.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { ago, t } from "./i18n.js";
import { icon } from "./icons.js";
import { emit, on, state, ticket } from "./state.js";
import { toastError } from "./toast.js";

let button = null;
let badge = null;
let dialog = null;
let list = null;
let unread = 0;

/** Build the button; it goes into the top bar. */
export function mentionsButton() {
  badge = h("span.count-badge", { "aria-hidden": "true", hidden: true });
  button = h("button.icon-btn.mentions-btn", { type: "button", data: { act: "mentions" } }, icon("at"), badge);
  count(0);
  on("look-again", look);
  on("opened", read);
  on("reloaded", read);
  on("room", () => state.room && count(state.room.mentions));
  look();
  return button;
}

/** Build the list; it stays closed until it is asked for. */
export function mentionsDialog() {
  list = h("div.mention-list", { tabindex: "0", role: "group", "aria-labelledby": "mentions-title" });
  dialog = h(
    "dialog.sheet.mentions",
    { "aria-labelledby": "mentions-title" },
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "mentions-title" }, t("mentions.title")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-mentions" } }, icon("close")),
    ),
    list,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  action("mentions", open);
  action("close-mentions", () => dialog.close());
  action("open-mention", (element) => {
    dialog.close();
    if (ticket() && ticket().id === element.dataset.id) read();
    emit("open", element.dataset.id);
  });
  return dialog;
}

function count(n) {
  unread = n;
  const label = n ? t("mentions.unread", { n }) : t("mentions.title");
  button.setAttribute("aria-label", label);
  button.title = label;
  badge.hidden = !n;
  badge.textContent = n > 99 ? "99+" : String(n);
}

async function look() {
  try {
    count((await api.mentions()).unread);
  } catch (_) {
    // The next look will do.
  }
}

async function read() {
  if (!unread || !ticket()) return;
  try {
    count((await api.readMentions(ticket().id)).unread);
  } catch (_) {
    // They stay unread, which is the safe side.
  }
}

async function open() {
  try {
    const { mentions } = await api.mentions();
    fill(list, mentions.length ? mentions.map(row) : h("p.nothing", {}, t("mentions.none")));
    dialog.showModal();
  } catch (error) {
    toastError(error);
  }
}

function row(one) {
  return h(
    "button.mention-row",
    { type: "button", class: one.read ? "" : "unread", data: { act: "open-mention", id: one.ticket_id } },
    h(
      "span.mention-top",
      {},
      h("strong", { dir: "auto" }, one.by_name),
      one.read ? null : h("span.badge.warn", {}, t("mentions.new")),
      h("span.grow"),
      h("time", { datetime: one.at }, ago(one.at)),
    ),
    h("span.mention-subject", { dir: "auto" }, `${one.ticket_id} · ${one.subject || t("ticket.no_subject")}`),
    h("span.mention-text", { dir: "auto" }, one.excerpt),
  );
}
