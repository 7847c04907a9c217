// The REST API. An answer that is no success becomes an ApiError with the server's own words.
import { emit } from "./state.js";

const BASE = "/api/v1";
/** After so long what came with the page is no longer what the server would say. */
const FRESH_MS = 10000;
/** Answers that came with the page itself, by address; each is taken once. */
const brought = JSON.parse(document.getElementById("svar-start")?.textContent || "{}");

export class ApiError extends Error {
  constructor(status, { code = "internal", message = "", hint = "" } = {}, answer = {}) {
    super(message);
    this.status = status;
    /** The whole answer: some refusals say more than words. */
    this.answer = answer;
    this.code = code;
    this.hint = hint;
  }
}

/** One request; the answer, or an ApiError thrown. */
export async function ask(method, path, body, options = {}) {
  const known = method === "GET" && performance.now() < FRESH_MS ? brought[path] : undefined;
  delete brought[path];
  if (known) return known;
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
  if (response.status === 401) emit("signed-out");
  throw new ApiError(response.status, answer.error, answer);
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

/** "?a=1&b=2" without what is empty. */
export const query = (values) => {
  const kept = Object.entries(values).filter(([, value]) => value !== "" && value !== undefined);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
};
const id = encodeURIComponent;

export const api = {
  me: (page = "") => ask("GET", `/me${query({ page })}`),
  saveMe: (wishes) => ask("PUT", "/me", wishes),
  queue: (pairs) => ask("GET", `/tickets?${new URLSearchParams(pairs)}`),
  queueIds: (pairs) => ask("GET", `/tickets/ids?${new URLSearchParams(pairs)}`),
  choices: () => ask("GET", "/tickets/choices"),
  changeTicket: (ticketId, change) => ask("PATCH", `/tickets/${id(ticketId)}`, change),
  changeTickets: (wish) => ask("POST", "/tickets/bulk", wish),
  undoChange: (undoId) => ask("POST", `/tickets/bulk/${id(undoId)}/undo`),
  views: () => ask("GET", "/views"),
  viewCounts: () => ask("GET", "/views/counts"),
  createView: (view) => ask("POST", "/views", view),
  replaceView: (viewId, view) => ask("PUT", `/views/${id(viewId)}`, view),
  deleteView: (viewId) => ask("DELETE", `/views/${id(viewId)}`),
  arrangeViews: (order, hidden) => ask("PUT", "/views/order", { order, hidden }),
  ticket: (ticketId) => ask("GET", `/tickets/${id(ticketId)}`),
  customer: (ticketId, page) => ask("GET", `/tickets/${id(ticketId)}/customer${query(page)}`),
  rate: (ticketId, said) => ask("POST", `/tickets/${id(ticketId)}/satisfaction`, said),
  unrate: (ticketId, saidId) => ask("DELETE", `/tickets/${id(ticketId)}/satisfaction/${id(saidId)}`),
  reply: (ticketId, reply) => ask("POST", `/tickets/${id(ticketId)}/reply`, reply),
  copied: (ticketId, text) => ask("POST", `/tickets/${id(ticketId)}/copied`, text),
  saveTyped: (ticketId, typed, options) => ask("PUT", `/tickets/${id(ticketId)}/draft`, typed, options),
  typedElsewhere: (ticketId, known) => ask("GET", `/tickets/${id(ticketId)}/drafts${query(known)}`),
  suggest: (question) => ask("POST", "/suggest", question),
  draft: (question) => ask("POST", "/draft", question),
  rewrite: (wish, tell, signal) => stream("/rewrite", wish, tell, signal),
  ask: (question) => ask("POST", "/ask", question),
  wanted: (question) => ask("POST", "/wanted", question),
  evidence: (ids) => ask("GET", `/evidence${query({ ids })}`),
  steps: (articleId, place) => ask("GET", `/articles/${id(articleId)}/steps${query(place)}`),
  compare: (one, other) => ask("GET", `/articles/${id(one)}/compare${query({ other })}`),
  pin: (ticketId, articleId) => ask("PUT", `/tickets/${id(ticketId)}/pins/${id(articleId)}`),
  unpin: (ticketId, articleId) => ask("DELETE", `/tickets/${id(ticketId)}/pins/${id(articleId)}`),
  dismiss: (ticketId, articleId, why) => ask("PUT", `/tickets/${id(ticketId)}/dismissals/${id(articleId)}`, why),
  takeBack: (ticketId, articleId) => ask("DELETE", `/tickets/${id(ticketId)}/dismissals/${id(articleId)}`),
  link: (ticketId, articleId, kind) => ask("POST", `/tickets/${id(ticketId)}/links`, { article_id: articleId, kind }),
  unlink: (ticketId, articleId) => ask("DELETE", `/tickets/${id(ticketId)}/links/${id(articleId)}`),
  flag: (flag) => ask("POST", "/flags", flag),
  closeFlag: (flagId, outcome) => ask("PUT", `/flags/${flagId}`, outcome),
  saveCallNotes: (ticketId, body, options) => ask("PUT", `/tickets/${id(ticketId)}/call-notes`, { body }, options),
  searches: () => ask("GET", "/searches"),
  rememberSearch: (q) => ask("POST", "/searches", { q }),
  forgetSearches: (q) => ask("DELETE", `/searches${query({ q })}`),
  searchChoices: () => ask("GET", "/search/choices"),
  search: (filter) => ask("GET", `/search${query(filter)}`),
  article: (articleId, revision) => ask("GET", `/articles/${id(articleId)}${query({ revision })}`),
  canned: (filter) => ask("GET", `/canned${query(filter)}`),
  createCanned: (wish) => ask("POST", "/canned", wish),
  changeCanned: (cannedId, wish) => ask("PUT", `/canned/${id(cannedId)}`, wish),
  removeCanned: (cannedId) => ask("DELETE", `/canned/${id(cannedId)}`),
  log: (events, options) => ask("POST", "/events", { events }, options),
  presence: (ticketId, life) => ask("POST", `/presence/${id(ticketId)}`, life),
  takeOver: (ticketId, page) => ask("POST", `/presence/${id(ticketId)}/take-over`, { page }),
  leave: (ticketId, page, options) => ask("DELETE", `/presence/${id(ticketId)}${query({ page })}`, undefined, options),
  users: () => ask("GET", "/users"),
  mentions: () => ask("GET", "/mentions"),
  readMentions: (ticketId) => ask("POST", "/mentions/read", { ticket_id: ticketId }),
  teams: () => ask("GET", "/teams"),
  previewPassOn: (ticketId, wish) => ask("POST", `/tickets/${id(ticketId)}/pass-on/preview`, wish),
  passOn: (ticketId, wish) => ask("POST", `/tickets/${id(ticketId)}/pass-on`, wish),
  retryPost: (postId) => ask("POST", `/outbox/${id(postId)}/retry`),
};
