// The tickets behind a candidate; one that does not belong is unticked and stays out of the article.
import { h } from "../dom.js";
import { count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { localeTag, when } from "./parts.js";

/** The list; without() gives the ids that were unticked. */
export function candidateTickets(candidate) {
  const out = new Set();
  const isOpen = candidate.state === "open";
  const rows = candidate.tickets.map((ticket) => row(ticket, isOpen ? out : null));
  const left = candidate.ticket_count - candidate.tickets.length;
  const element = h(
    "section.k-section",
    {},
    h("h3", {}, t("candidate.tickets_title"), " ", h("span.muted", {}, count(candidate.ticket_count))),
    isOpen ? h("p.muted.small-text", {}, t("candidate.untick")) : null,
    h("ul.k-tickets", {}, rows),
    left > 0 ? h("p.muted", {}, t("candidate.older", { n: left, count: count(left) })) : null,
  );
  return { element, without: () => [...out] };
}

function row(ticket, out) {
  const subject = ticket.subject || t("ticket.no_subject");
  const tick = out ? h("input", { type: "checkbox", checked: true, "aria-label": t("candidate.belongs", { subject }) }) : null;
  const item = h(
    "li.k-ticket",
    {},
    tick,
    h(
      "div",
      {},
      h(
        "div.k-ticket-head",
        {},
        h("a", { href: `/ui/?ticket=${encodeURIComponent(ticket.id)}`, target: "_blank", rel: "noopener", dir: "auto" }, subject, icon("open")),
        localeTag(ticket.locale),
        h("span.muted", { dir: "auto" }, ticket.customer || ""),
        h("span.grow"),
        h("span.muted", {}, when(ticket.created_at)),
      ),
      h("p.k-said", { dir: "auto", lang: ticket.locale }, ticket.question),
      ticket.answer ? h("p.k-said.answer", { dir: "auto", lang: ticket.locale }, h("span.sr", {}, t("candidate.answer")), ticket.answer) : null,
    ),
  );
  if (tick) {
    tick.addEventListener("change", () => {
      if (tick.checked) out.delete(ticket.id);
      else out.add(ticket.id);
      item.classList.toggle("out", !tick.checked);
    });
  }
  return item;
}
