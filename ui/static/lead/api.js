// What the lead's page asks the server for.
import { ask, query } from "../api.js";

const at = (id) => `/gaps/${encodeURIComponent(id)}`;

export const lead = {
  dashboard: (filter) => ask("GET", `/measures/dashboard${query(filter)}`),
  definitions: () => ask("GET", "/measures/definitions"),
  articles: (wish) => ask("GET", `/measures/articles${query(wish)}`),
  searches: (filter) => ask("GET", `/measures/searches${query(filter)}`),
  ticketsOf: (wish) => ask("GET", `/measures/tickets${query(wish)}`),
  startAudit: (wish) => ask("POST", "/measures/audits", wish),
  audit: (id) => ask("GET", `/measures/audits/${id}`),
  mark: (id, mark) => ask("POST", `/measures/audits/${id}/marks`, mark),
  gaps: (wish) => ask("GET", `/gaps${query(wish)}`),
  gap: (id) => ask("GET", at(id)),
  singles: (wish) => ask("GET", `/gaps/singles${query(wish)}`),
  runGaps: (wish) => ask("POST", "/gaps/run", wish),
  job: () => ask("GET", "/gaps/job"),
  doGap: (id, verb, body = {}) => ask("POST", `${at(id)}/${verb}`, body),
  capture: (ticketIds) => ask("POST", "/candidates/from-tickets", { ticket_ids: ticketIds, check: false }),
  users: () => ask("GET", "/users"),
};

/** The address of a file to download. */
export const exportAddress = (name, filter) => `/api/v1/exports/${name}${query(filter)}`;
