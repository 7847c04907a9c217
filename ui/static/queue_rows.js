// One ticket in the list.
import { initials } from "./conversation.js";
import { h } from "./dom.js";
import { ago, languageName, moment, span, t } from "./i18n.js";
import { icon } from "./icons.js";

const CHANNELS = { email: "mail", chat: "chat", phone: "phone", web: "web" };
const HOUR = 3600000;

/** A row; `selected` says whether it is chosen for a change of many. */
export function queueRow(one, { selected = false } = {}) {
  const name = one.customer ? one.customer.name || one.customer.email : "";
  // An archive that nobody ever opened is not news.
  const isNew = one.unread > 0 && one.status !== "solved" && one.status !== "closed";
  const company = one.customer ? one.customer.company : "";
  return h(
    "div.row",
    {
      role: "option",
      tabindex: "-1",
      id: `ticket-${one.id}`,
      "aria-selected": "false",
      "aria-checked": selected ? "true" : "false",
      class: isNew ? "is-unread" : "",
      data: { act: "open-ticket", id: one.id },
    },
    h("span.row-check", { "aria-hidden": "true", data: { act: "select-row", id: one.id } }, icon("check")),
    h(
      "div.row-top",
      {},
      isNew ? h("span.dot", {}, h("span.sr", {}, t("list.unread"))) : null,
      h("span.row-name", { dir: "auto" }, name || t("customer.unknown"), company ? h("span.row-company", {}, ` · ${company}`) : null),
      timeOf(one),
    ),
    h("div.row-subject", { dir: "auto" }, one.subject || t("ticket.no_subject")),
    h("div.row-preview", { dir: "auto" }, one.preview),
    h(
      "div.row-foot",
      {},
      h("span.tag", { title: languageName(one.locale) }, one.locale === "und" ? "–" : one.locale.toUpperCase()),
      one.product ? h("span.row-product", { dir: "auto" }, one.product) : null,
      CHANNELS[one.channel]
        ? h("span.channel", { title: t(`channel.${one.channel}`) }, icon(CHANNELS[one.channel]))
        : null,
      h("span.grow"),
      (one.others || []).map(colleague),
      urgency(one),
      dueMark(one),
      assignee(one),
    ),
  );
}

function timeOf(one) {
  const waits = one.standing.waits_since;
  const title = waits ? t("list.waits_since", { when: moment(waits) }) : moment(one.last_at);
  return h("time", { datetime: one.last_at, title, class: waits ? "waits" : "" }, ago(one.last_at));
}

function urgency(one) {
  if (one.priority !== "high" && one.priority !== "urgent") return null;
  return h("span.badge.warn", {}, t(`priority.${one.priority}`));
}

/** When the next thing is due: in red when that has passed. */
export function dueMark(one, now = Date.now()) {
  const { due_at: due, due_kind: kind } = one.standing;
  if (!due) return null;
  const left = new Date(due).getTime() - now;
  const late = left < 0;
  const title = t("due.title", { what: t(`due_kind.${kind}`), when: moment(due) });
  const label = late ? h("span.sr", {}, t("due.overdue")) : null;
  const state = late ? "late" : left < 4 * HOUR ? "soon" : "";
  return h("span.badge.due", { class: state, title }, icon("clock"), label, (late ? "−" : "") + span(Math.abs(left)));
}

/** Somebody who has the ticket open just now. */
function colleague(other) {
  const label = t(`presence.${other.doing}`, { name: other.name });
  return h(
    "span.row-other",
    { title: label, data: { doing: other.doing } },
    h("span", { "aria-hidden": "true" }, initials(other.name)),
    h("span.sr", {}, label),
  );
}

function assignee(one) {
  if (!one.assignee_name) return null;
  const label = t("list.assigned", { name: one.assignee_name });
  return h(
    "span.row-assignee",
    { title: label, class: one.assignee_id ? "" : "is-outside" },
    h("span", { "aria-hidden": "true" }, initials(one.assignee_name)),
    h("span.sr", {}, label),
  );
}
