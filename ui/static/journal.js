// What the agent does with suggestions, sent in small batches; never in the way of the work.
import { api } from "./api.js";
import { on, state, ticket } from "./state.js";

let waiting = [];
let timer = 0;

/** Write down one deed: note("inserted", { article_id, revision, rank }). */
export function note(kind, fields = {}) {
  const confidence = state.suggestion ? state.suggestion.confidence : 0;
  waiting.push({ kind, ticket_id: ticket() ? ticket().id : "", confidence: confidence || 0, ...fields });
  clearTimeout(timer);
  timer = setTimeout(() => flush(), waiting.length > 40 ? 0 : 1200);
}

/** Send what is waiting. */
export function flush(options) {
  clearTimeout(timer);
  if (!waiting.length) return;
  const batch = waiting.splice(0, 100);
  api.log(batch, options).catch((error) => {
    // Not reached, or signed out: try once more with the next deed. Refused: trying again would not help.
    if ((error.status === 0 || error.status === 401 || error.status >= 500) && waiting.length < 200)
      waiting = [...batch, ...waiting];
  });
}

/** Send the rest when the page goes away. */
export function watchUnload() {
  window.addEventListener("pagehide", () => flush({ keepalive: true }));
  on("signed-in", () => flush());
}

/** The fields that tell which suggestion a deed was about. */
export function about(hit, rank) {
  return { article_id: hit.id, revision: hit.revision || 0, rank };
}
