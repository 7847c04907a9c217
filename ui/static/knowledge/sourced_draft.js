// A draft with the message that each of its lines comes from: by pointing, by the keyboard, or by a click.
import { api } from "../api.js";
import { fill, h, setRendered } from "../dom.js";
import { exactly, t } from "../i18n.js";
import { markQuote } from "../quotes.js";
import { units } from "./offsets.js";

/** Messages of tickets that were looked at: id -> promise of the ticket. */
const tickets = new Map();

/**
 * Render a draft beside its sources.
 * @param {object} draft {title, html, lines: [{text, ticket_id, message, start, end}], missing}.
 * @param {object} options locale: of the text.
 * @returns {object} element; next(): go to the next line that has a source.
 */
export function sourcedDraft(draft, { locale }) {
  const doc = setRendered(h("div.doc", { dir: "auto", lang: locale }), draft.html || "");
  const source = h("aside.k-source", { "aria-live": "polite", "aria-label": t("candidate.source") }, h("p.muted", {}, t("candidate.source_hint")));
  const lines = draft.lines || [];
  lines.forEach((line, at) => markLine(doc, line, at));
  let shown = -1;

  function show(at) {
    if (at === shown || !lines[at]) return;
    shown = at;
    for (const mark of doc.querySelectorAll(".sourced")) mark.classList.toggle("chosen", Number(mark.dataset.line) === at);
    showSource(source, lines[at], () => shown === at);
  }

  const lineOf = (event) => {
    const mark = event.target.closest(".sourced");
    return mark ? Number(mark.dataset.line) : -1;
  };
  for (const kind of ["mouseover", "focusin", "click"]) doc.addEventListener(kind, (event) => lineOf(event) >= 0 && show(lineOf(event)));
  const element = h(
    "section.k-section",
    {},
    h("h3", {}, t("candidate.draft")),
    draft.missing && draft.missing.length ? h("p.k-warning", {}, t("candidate.missing", { n: draft.missing.length })) : null,
    h("div.k-sourced", {}, h("div.k-paper", {}, h("p.k-paper-title", { dir: "auto", lang: locale }, draft.title), doc), source),
  );
  return {
    element,
    next() {
      const marks = [...doc.querySelectorAll(".sourced[tabindex]")];
      if (!marks.length) return;
      const at = marks.findIndex((mark) => Number(mark.dataset.line) === shown);
      marks[(at + 1) % marks.length].focus();
    },
  };
}

function markLine(doc, line, at) {
  const first = markQuote(doc, line.text, "sourced");
  if (!first) return;
  for (const mark of doc.querySelectorAll("mark.sourced:not([data-line])")) mark.dataset.line = String(at);
  first.tabIndex = 0;
  first.setAttribute("role", "button");
  first.setAttribute("aria-label", `${first.textContent} (${t("candidate.source_of_line")})`);
}

async function showSource(place, line, isWanted) {
  fill(place, h("p.muted", { dir: "auto" }, t("customer.loading")));
  try {
    if (!tickets.has(line.ticket_id)) tickets.set(line.ticket_id, api.ticket(line.ticket_id));
    const { ticket } = await tickets.get(line.ticket_id);
    if (!isWanted()) return;
    const message = ticket.messages.find((one) => one.number === line.message) || ticket.messages[line.message];
    fill(place, head(ticket, message), body(message, line), link(ticket));
  } catch (error) {
    tickets.delete(line.ticket_id);
    if (isWanted()) fill(place, h("p.muted", {}, error.message || t("error.offline")));
  }
}

const head = (ticket, message) =>
  h("p.k-source-head", { dir: "auto" }, h("strong", {}, message.name || t(`author.${message.author}`)), h("span.muted", {}, ` ${exactly(message.at)}`));

function body(message, line) {
  const text = message.body;
  const [start, end] = [units(text, line.start), units(text, line.end)];
  return h("p.plain", { dir: "auto" }, text.slice(0, start), h("mark", {}, text.slice(start, end)), text.slice(end));
}

const link = (ticket) =>
  h("p", {}, h("a", { href: `/ui/?ticket=${encodeURIComponent(ticket.id)}`, target: "_blank", rel: "noopener", dir: "auto" }, ticket.subject || ticket.id));
