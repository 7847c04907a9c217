// The tickets that a figure is of: so that every number on the page can be counted again.
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { asked } from "../page_frame.js";
import { lead, exportAddress } from "./api.js";
import { filterOf } from "./filters.js";
import { nothing } from "./overview.js";

const SHOWN = 500;

export const ticketsTab = { name: "tickets", quiet: true, open };

async function open(place) {
  const { figure = "handled" } = asked();
  const filter = filterOf();
  const [of, counted] = await Promise.all([lead.ticketsOf({ ...filter, figure }), lead.ticketsOf({ ...filter, figure, part: "true" })]);
  const some = counted.total !== of.total ? counted : null;
  place.append(
    h("div.run-bar", {}, h("button.btn.small", { type: "button", data: { act: "tab-back" } }, t("lead.back")), h("span.grow"), h("a.btn.small", { href: exportAddress("tickets.csv", { ...filter, figure }), download: "" }, t("lead.as_csv"))),
    h("section.lead-panel.wide", { "aria-labelledby": "figure-tickets" }, h("h2", { id: "figure-tickets" }, t(`figure.${figure}`)), some ? list("lead.counted", some) : null, list("lead.of_these", of)),
  );
}

function list(key, { ids, total, hidden }) {
  if (hidden) return h("p.muted", {}, t(`lead.hidden_${hidden}`));
  if (!total) return nothing("lead.no_tickets");
  return h(
    "details.chart-table",
    { open: true },
    h("summary", {}, t(key, { n: total })),
    h("p.ticket-ids", {}, ids.slice(0, SHOWN).map((id) => [h("a", { href: `/ui/?ticket=${encodeURIComponent(id)}` }, id), " "]), total > SHOWN ? t("lead.more_in_file", { n: total - SHOWN }) : ""),
  );
}
