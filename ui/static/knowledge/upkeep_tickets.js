// Tickets in the workspace, opened beside this page.
import { h } from "../dom.js";

/** A link to a ticket by its id. */
export const ticketLink = (id) =>
  h("a", { href: `/ui/?ticket=${encodeURIComponent(id)}`, target: "_blank", rel: "noopener" }, id);
