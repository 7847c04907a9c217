// Opening a ticket: conversation, suggestions and draft at once, each as soon as it is there.
import { api } from "./api.js";
import { addSource } from "./composer.js";
import { leaveTicket, typed } from "./editor.js";
import { moment, t } from "./i18n.js";
import { emit, on, state, ticket } from "./state.js";
import { recall, remember } from "./storage.js";
import { toastError } from "./toast.js";

const LOOK_AGAIN_MS = 20000;
const KEPT = 40;
/** Suggestions and drafts of tickets that were open before: "id|version" -> {suggestion, draft}. */
const answers = new Map();
let turn = 0;

/** Listen for what other parts want to have opened. */
export function work() {
  on("open", (id) => open(id));
  on("reload", reload);
  on("back-to-ticket", () => answer());
  on("use-article", addSource);
  on("sources", keepSources);
  on("sent", () => answers.clear());
  on("marks", () => answers.clear());
  on("listed", lookForChanges);
  window.addEventListener("popstate", () => open(wanted(), { push: false }));
  window.setInterval(() => document.hidden || emit("look-again"), LOOK_AGAIN_MS);
}

/** The ticket that the address names, if it names one. */
export const wanted = () => new URLSearchParams(window.location.search).get("ticket") || "";

/** The page's address with another ticket; what else stands in it, such as embed=1, stays. */
function addressOf(id) {
  const address = new URL(window.location.href);
  address.searchParams.set("ticket", id);
  return address.search;
}

/** Open a ticket. */
export async function open(id, { push = true } = {}) {
  if (!id || (ticket() && ticket().id === id)) {
    if (id) emit("show-pane", "conversation");
    return;
  }
  const mine = ++turn;
  if (ticket()) leaveTicket();
  const asked = { ticket_id: id };
  // All three at once: nobody waits for anybody.
  const coming = { suggestion: api.suggest(asked), draft: api.draft(asked) };
  coming.suggestion.catch(() => {});
  coming.draft.catch(() => {});
  try {
    const answer_ = await api.ticket(id);
    if (mine !== turn) return;
    take(answer_);
    if (push) window.history.pushState({}, "", addressOf(id));
    emit("opened");
    emit("sources");
    await answer(coming, mine);
  } catch (error) {
    if (mine !== turn) return;
    toastError(error);
    if (!ticket()) emit("nothing-open");
  }
}

function take(opened) {
  state.open = opened;
  state.mode = "ticket";
  state.suggestion = null;
  state.draft = null;
  state.sources = new Map(recalledSources(opened.ticket.id).map((one) => [one.id, { kind: "resolution", ...one }]));
  document.title = `${opened.ticket.subject || opened.ticket.id} · Svar`;
}

/** Show the open ticket's own suggestions and draft, from before or from the server. */
async function answer(coming = null, mine = turn) {
  const one = ticket();
  if (!one) return;
  const key = `${one.id}|${one.version}`;
  const kept = answers.get(key) || {};
  answers.set(key, kept);
  if (answers.size > KEPT) answers.delete(answers.keys().next().value);
  const asked = { ticket_id: one.id };
  const current = () => mine === turn && state.mode === "ticket";
  const suggest = async () => {
    kept.suggestion = kept.suggestion || (await (coming ? coming.suggestion : api.suggest(asked)));
    if (!current()) return;
    state.suggestion = kept.suggestion;
    emit("suggested", {});
  };
  const write = async () => {
    kept.draft = kept.draft || (await (coming ? coming.draft : api.draft(asked)));
    if (mine !== turn) return;
    state.draft = kept.draft;
    emit("draft");
  };
  await Promise.all([
    suggest().catch((error) => current() && emit("suggest-failed", { q: "", error })),
    write().catch(() => {}),
  ]);
}

/** Fetch the open ticket again; what is typed stays. */
async function reload() {
  const one = ticket();
  if (!one) return;
  try {
    const fresh = await api.ticket(one.id);
    state.open = fresh;
    emit("reloaded");
    emit("replied");
    document.querySelector(".banner").hidden = true;
    await answer();
  } catch (error) {
    toastError(error);
  }
}

function lookForChanges() {
  const one = ticket();
  const row = one && state.list.tickets.find((other) => other.id === one.id);
  if (row && row.version > one.version) emit("changed-elsewhere");
}

const sourcesPlace = (id) => `sources.${state.me.user.id}.${id}`;

function keepSources() {
  if (!ticket()) return;
  const list = [...state.sources.values()];
  remember(sourcesPlace(ticket().id), list.length ? JSON.stringify(list) : "");
}

function recalledSources(id) {
  try {
    const list = JSON.parse(recall(sourcesPlace(id)) || "[]");
    return Array.isArray(list) ? list : [];
  } catch (_) {
    return [];
  }
}
