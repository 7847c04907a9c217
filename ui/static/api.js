// The REST API. An answer that is no success becomes an ApiError with the server's own words.

const BASE = "/api/v1";

export class ApiError extends Error {
  constructor(status, { code = "internal", message = "", hint = "" } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

async function ask(method, path, body, options = {}) {
  const init = { method, credentials: "same-origin", headers: { Accept: "application/json" }, ...options };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(BASE + path, init);
  } catch (_) {
    throw new ApiError(0, { code: "offline" });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new ApiError(response.status, answer.error);
}

const query = (values) => {
  const kept = Object.entries(values).filter(([, value]) => value !== "" && value !== undefined);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
};
const id = encodeURIComponent;

export const api = {
  me: () => ask("GET", "/me"),
  saveMe: (wishes) => ask("PUT", "/me", wishes),
  tickets: (filter) => ask("GET", `/tickets${query(filter)}`),
  ticket: (ticketId) => ask("GET", `/tickets/${id(ticketId)}`),
  reply: (ticketId, reply) => ask("POST", `/tickets/${id(ticketId)}/reply`, reply),
  saveTyped: (ticketId, body, options) => ask("PUT", `/tickets/${id(ticketId)}/draft`, { body }, options),
  suggest: (question) => ask("POST", "/suggest", question),
  draft: (question) => ask("POST", "/draft", question),
  search: (filter) => ask("GET", `/search${query(filter)}`),
  article: (articleId, revision) => ask("GET", `/articles/${id(articleId)}${query({ revision })}`),
  canned: (filter) => ask("GET", `/canned${query(filter)}`),
  log: (events, options) => ask("POST", "/events", { events }, options),
};
