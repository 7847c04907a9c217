// The customer: what every system knows, what they bought, what they said last, and their other tickets.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { ago, count, day, exactly, languageName, moment, t } from "./i18n.js";
import { icon } from "./icons.js";
import { answerInWords, ratingForm } from "./rating.js";
import { on, state, ticket } from "./state.js";
import { toastError } from "./toast.js";

const PAGE = 10;
let panel = null;
let known = null;
let shownFor = "";

/** Build the panel; it stays away until it is asked for. */
export function customerPanel() {
  panel = h("section.customer-card", { id: "customer-card", tabindex: "-1", "aria-label": t("customer.title"), hidden: true });
  panel.addEventListener("keydown", onKey);
  action("customer", toggle);
  action("more-earlier", more);
  action("record-answer", recordAnswer);
  on("opened", refresh);
  on("reloaded", refresh);
  on("rated", refresh);
  on("links", refresh);
  on("nothing-open", () => (panel.hidden = true));
  return panel;
}

/** Put it away, or show it again; returns whether it was in sight. */
export function showCustomer(wanted) {
  const was = !panel.hidden;
  if (ticket() && was !== wanted) toggle();
  return was;
}

function toggle() {
  if (!ticket()) return;
  panel.hidden = !panel.hidden;
  document.querySelector(".customer-line").setAttribute("aria-expanded", String(!panel.hidden));
  if (panel.hidden) {
    document.querySelector(".customer-line").focus();
    return;
  }
  load();
  panel.focus({ preventScroll: true });
}

/** What belongs to another ticket must not stay in sight. */
function refresh() {
  if (!panel.hidden) load();
}

async function load() {
  const { id } = ticket();
  if (shownFor !== id) fill(panel, h("p.muted", {}, t("customer.loading")));
  try {
    const answer = await api.customer(id, { limit: PAGE });
    if (!ticket() || ticket().id !== id) return;
    known = answer;
    shownFor = id;
    show();
  } catch (error) {
    toastError(error);
    fill(panel, h("p.muted", {}, t("customer.failed")));
  }
}

async function more() {
  const { id } = ticket();
  try {
    const answer = await api.customer(id, { limit: PAGE, offset: known.earlier.length });
    if (!ticket() || ticket().id !== id) return;
    const first = answer.earlier[0];
    known.earlier = [...known.earlier, ...answer.earlier];
    show();
    if (first) panel.querySelector(`.earlier[data-id="${CSS.escape(first.id)}"]`)?.focus();
  } catch (error) {
    toastError(error);
  }
}

function show() {
  if (!known.customer) {
    fill(panel, h("p.muted", {}, t("customer.nobody")), ticketFacts());
    return;
  }
  fill(
    panel,
    h("div.customer-columns", {}, h("div", {}, facts(), satisfaction()), h("div", {}, earlier(), links())),
    systems(),
  );
}

const pairs = (rows) =>
  h(
    "dl",
    {},
    rows.filter(([, value]) => value).map(([name, value]) => [h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, value)]),
  );

function ticketFacts() {
  const one = ticket();
  return pairs([
    [t("customer.received"), exactly(one.created_at)],
    [t("customer.tags"), one.tags.join(", ")],
  ]);
}

function facts() {
  const one = ticket();
  const { customer, company, languages, products, asked_about: asked, first_seen: since } = known;
  // A node of its own each time: one that is put in twice is moved.
  const unknown = () => h("span.muted", {}, t("customer.not_known"));
  return [
    h("h3", {}, t("customer.facts")),
    pairs([
      [t("customer.email"), customer.email || unknown()],
      [t("customer.company"), company || unknown()],
      [t("customer.languages"), languages.length ? languages.map(languageName).join(", ") : unknown()],
      [t("customer.products"), products.length ? products.join(", ") : unknown()],
      [t("customer.asked_about"), asked.join(", ")],
      [t("customer.since"), since ? day(since) : ""],
      [t("customer.received"), moment(one.created_at)],
      [t("customer.tags"), one.tags.join(", ")],
    ]),
  ];
}

function satisfaction() {
  const said = known.satisfaction;
  const row = (answer) =>
    h(
      "li",
      {},
      h("span", { class: answer.worked === false ? "bad-text" : "" }, answerInWords(answer)),
      h("time", { datetime: answer.at, title: exactly(answer.at) }, day(answer.at)),
      answer.ticket_id && answer.ticket_id !== ticket().id ? h("span.muted", {}, answer.ticket_id) : null,
      answer.comment ? h("q", { dir: "auto" }, answer.comment.slice(0, 400)) : null,
    );
  return [
    h("h3", {}, t("customer.satisfaction")),
    said.length ? h("ul.answers", {}, said.slice(0, 3).map(row)) : h("p.muted", {}, t("customer.no_answer")),
    h("div.rating-place", {}, recordButton()),
  ];
}

const recordButton = () =>
  h("button.btn.small", { type: "button", data: { act: "record-answer" } }, icon("edit"), t("rating.record"));

function recordAnswer(element) {
  const place = element.closest(".rating-place");
  fill(place, ratingForm({ close: () => fill(place, recordButton()) }));
  place.querySelector("input").focus();
}

function earlier() {
  const rows = known.earlier.map((other) =>
    h(
      "li",
      {},
      h(
        "button.earlier",
        { type: "button", data: { act: "open-earlier", id: other.id } },
        h("span.earlier-subject", { dir: "auto" }, other.subject || t("ticket.no_subject")),
        h("span.status", { class: other.status }, t(`status_one.${other.status}`)),
        h("time", { datetime: other.created_at, title: exactly(other.created_at) }, day(other.created_at)),
      ),
    ),
  );
  const left = known.earlier_total - known.earlier.length;
  return [
    h("h3", {}, t("customer.earlier_title"), known.earlier_total > 0 ? h("span.count", {}, count(known.earlier_total)) : null),
    rows.length ? h("ul.earlier-list", {}, rows) : h("p.muted", {}, t("customer.no_earlier")),
    left > 0
      ? h("button.btn.ghost.small", { type: "button", data: { act: "more-earlier" } }, t("customer.more_earlier", { n: left }))
      : null,
  ];
}

function links() {
  if (!state.open.links.length) return null;
  const row = (link) =>
    h(
      "li",
      {},
      h(
        /^https?:/i.test(link.url) ? "a.earlier" : "span.earlier",
        /^https?:/i.test(link.url) ? { href: link.url, target: "_blank", rel: "noopener noreferrer" } : {},
        icon("link"),
        h("span.earlier-subject", { dir: "auto" }, link.title),
        link.outcome ? h("span.badge", { class: link.outcome === "unsolved" ? "bad" : "good" }, t(`outcome.${link.outcome}`)) : null,
      ),
    );
  return [h("h3", {}, t("customer.links_title")), h("ul.earlier-list", {}, state.open.links.map(row))];
}

function systems() {
  if (!known.systems.length) return h("p.muted", {}, t("customer.no_system"));
  return h("div.systems", {}, known.systems.map(system));
}

function system(one) {
  const when = one.updated_at || one.imported_at;
  const told = one.updated_at ? t("customer.updated", { when: ago(one.updated_at) }) : when ? t("customer.imported", { when: ago(when) }) : "";
  const rows = one.from_tickets
    ? Object.entries(one.fields)
    : [
        [t("customer.name"), one.name],
        [t("customer.email"), one.email],
        [t("customer.company"), one.company],
        [t("customer.languages"), one.locale ? languageName(one.locale) : ""],
        [t("customer.products"), one.products.join(", ")],
        ...Object.entries(one.fields),
      ];
  return h(
    "section.system",
    {},
    h(
      "h3",
      { dir: "auto" },
      one.from_tickets ? t("customer.from_tickets") : one.source,
      one.source_id ? h("span.muted", { dir: "auto" }, one.source_id) : null,
      when ? h("time.muted", { datetime: when, title: exactly(when) }, told) : null,
      one.stale ? h("span.badge.warn", {}, t("customer.stale")) : null,
    ),
    pairs(rows),
  );
}

function onKey(event) {
  if (event.target.matches("input, textarea, select")) {
    if (event.key === "Escape") event.target.closest(".rating-place")?.querySelector("[data-act=close-rating]")?.click();
    if (event.key === "Escape") event.stopPropagation();
    return;
  }
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    toggle();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...panel.querySelectorAll("button.earlier, [data-act=more-earlier]")];
  if (!items.length) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? 0 : at - 1;
  items[Math.min(items.length - 1, Math.max(0, next))].focus();
}
