// Link accuracy: a random sample of links, each marked right or wrong by somebody who reads the ticket.
import { action } from "../actions.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { asked, go, show } from "../page_frame.js";
import { toastError } from "../toast.js";
import { lead } from "./api.js";
import { cell } from "./figures.js";
import { filterOf } from "./filters.js";

const SIZE = 50;

export const auditTab = { name: "audit", quiet: true, open };

/** Say what the buttons do. */
export function auditActions() {
  action("ld-audit-start", start);
  action("ld-audit-mark", (element) => mark(element.dataset));
}

async function open(place, wish) {
  const intro = h("section.lead-panel.wide", { "aria-labelledby": "audit-title" }, h("h2", { id: "audit-title" }, t("lead.panel.audit")), h("p.muted.small-text", {}, t("lead.read.audit")), h("button.btn.primary", { type: "button", data: { act: "ld-audit-start" } }, t("lead.draw_sample", { n: SIZE })));
  place.append(intro);
  if (!wish.audit) return;
  const { audit, links } = await lead.audit(wish.audit);
  const done = links.filter((one) => one.right !== null && one.right !== undefined).length;
  intro.append(
    h("p", {}, t("lead.audit_done", { done, all: links.length })),
    audit.marked ? h("table.figures", {}, h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, t("figure.link_accuracy")), cell(audit.accuracy)))) : null,
    h("ol.audit", {}, links.map((one) => row(wish.audit, one))),
  );
}

function row(id, one) {
  const button = (right) =>
    h(
      "button.btn.small",
      { type: "button", "aria-pressed": String(one.right === right), data: { act: "ld-audit-mark", audit: id, ticket: one.ticket_id, article: one.article_id, right: String(right) } },
      t(right ? "lead.right" : "lead.wrong"),
    );
  return h(
    "li",
    { class: one.right === null || one.right === undefined ? "" : "is-done" },
    h("a", { href: `/ui/?ticket=${encodeURIComponent(one.ticket_id)}`, dir: "auto" }, one.subject || one.ticket_id),
    h("span.muted", {}, " → "),
    h("a", { href: `/ui/knowledge?article=${encodeURIComponent(one.article_id)}`, dir: "auto" }, one.title || one.article_id),
    h("span.audit-buttons", {}, button(true), button(false)),
  );
}

async function start() {
  try {
    const { audit } = await lead.startAudit({ size: SIZE, ...filterOf() });
    go({ ...asked(), tab: "audit", audit: audit.id });
  } catch (error) {
    toastError(error);
  }
}

async function mark({ audit, ticket, article, right }) {
  try {
    await lead.mark(audit, { ticket_id: ticket, article_id: article, right: right === "true" });
    await show();
  } catch (error) {
    toastError(error);
  }
}
