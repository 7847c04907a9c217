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

/** Ask for a stream of server-sent events; ends after `done`, throws on `error` and on a stream that just stops. */
async function stream(path, body, tell, signal) {
  const headers = { Accept: "text/event-stream", "Content-Type": "application/json" };
  const init = { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(body), signal };
  const response = await fetch(BASE + path, init);
  if (!response.ok) throw new ApiError(response.status, (await response.json().catch(() => ({}))).error);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new ApiError(0, { code: "offline" });
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) || [];
      if (name === "error") throw new ApiError(response.status, JSON.parse(data).error);
      if (name) tell(name, JSON.parse(data));
      if (name === "done") return;
    }
  }
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
  rewrite: (wish, tell, signal) => stream("/rewrite", wish, tell, signal),
  search: (filter) => ask("GET", `/search${query(filter)}`),
  article: (articleId, revision) => ask("GET", `/articles/${id(articleId)}${query({ revision })}`),
  canned: (filter) => ask("GET", `/canned${query(filter)}`),
  log: (events, options) => ask("POST", "/events", { events }, options),
};
