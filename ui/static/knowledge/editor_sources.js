// Where a draft came from: its tickets, and the message behind each line.
import { api } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { units } from "./offsets.js";
import { errorLine } from "./parts.js";

/** The panel; follows the caret of the text field. Null where the draft came from no ticket. */
export function sourcesPanel(session, area) {
  const { sources = [], from_tickets: tickets = [] } = session.draft;
  if (!sources.length && !tickets.length) return null;
  const place = h("div.k-source", { "aria-live": "polite" });
  const element = h(
    "div",
    {},
    sources.length ? [h("p.muted.small-text", {}, t("writing.sources_hint")), place] : null,
    h("h3", {}, t("writing.from_tickets", { n: tickets.length })),
    h("ul.ed-tickets", {}, tickets.map((id) => h("li", {}, h("a", { href: `/ui/?ticket=${encodeURIComponent(id)}`, target: "_blank", rel: "noopener" }, id)))),
    h("p.muted.small-text", {}, t("writing.tickets_linked")),
  );
  /** Lines of the text as it came, so that a line is found again when others were put in before it. */
  const began = session.draft.body.split("\n");
  const known = new Map(sources.map((one) => [(began[one.line] || "").trim(), one]).filter(([line]) => line));
  let shown = null;

  async function show(source) {
    if (source === shown) return;
    shown = source;
    if (!source) {
      fill(place, h("p.muted", {}, t("writing.no_source")));
      return;
    }
    try {
      const { ticket } = await api.ticket(source.ticket_id);
      if (shown !== source) return;
      const message = ticket.messages.find((one) => one.number === source.message) || ticket.messages[source.message];
      const text = message.body;
      const [start, end] = [units(text, source.start), units(text, source.end)];
      fill(
        place,
        h("p.k-source-head", {}, h("a", { href: `/ui/?ticket=${encodeURIComponent(ticket.id)}`, target: "_blank", rel: "noopener", dir: "auto" }, ticket.subject || ticket.id)),
        h("p.plain", { dir: "auto" }, text.slice(0, start), h("mark", {}, text.slice(start, end)), text.slice(end)),
      );
    } catch (error) {
      if (shown === source) fill(place, errorLine(error));
    }
  }

  const onCaret = () => {
    if (!element.isConnected || document.activeElement !== area) return;
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const next = area.value.indexOf("\n", start);
    show(known.get(area.value.slice(start, next < 0 ? undefined : next).trim()) || null);
  };
  for (const kind of ["keyup", "click", "focus"]) area.addEventListener(kind, onCaret);
  return { element, show: onCaret };
}
