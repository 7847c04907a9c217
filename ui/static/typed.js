// Nothing typed is ever lost: kept in the browser at once, on the server a moment later, and again until it is there.
import { api } from "./api.js";
import { debounce } from "./dom.js";
import { emit, on, state, ticket } from "./state.js";
import { recallAll, recallHere, remember, rememberHere } from "./storage.js";

export const MAX_SENT = 100000;
const MAX_KEPT = 250000;
const PAUSE_MS = 800;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
/** What another tab has written into this browser so lately that it is surely about to save it itself. */
const FRESH_MS = 5000;
/** ticket id -> what the server does not have yet; several where somebody went on working without a connection. */
const waiting = new Map();
/** ticket id -> {base, seen}: the version that the text grew from, and the newest of another tab that was told of. */
const versions = new Map();
let tries = 0;
let timer = 0;
let isOut = false;
let busy = false;

/** A tab keeps its name when it is loaded again, and never shares it: copying a tab copies what it remembers. */
export const tab = (() => {
  const [how] = window.performance.getEntriesByType("navigation");
  const before = how && (how.type === "reload" || how.type === "back_forward") ? recallHere("tab") : "";
  const name = before || Array.from(window.crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join("");
  rememberHere("tab", name);
  return name;
})();

const place = (ticketId, whose = tab) => `reply.${state.me.user.id}.${ticketId}.${whose}`;
const version = (ticketId) => {
  if (!versions.has(ticketId)) versions.set(ticketId, { base: 0, seen: 0 });
  return versions.get(ticketId);
};

/** Begin to listen: to the network, to other tabs, to somebody who has signed in again. */
export function keepTyped() {
  window.addEventListener("pagehide", () => flush({ keepalive: true }));
  window.addEventListener("online", () => again());
  window.addEventListener("focus", () => look());
  window.addEventListener("storage", debounce(lookAtStored, 1500));
  on("signed-out", () => (isOut = true));
  on("signed-in", () => {
    isOut = false;
    again();
  });
}

/** The text to go on with when a ticket is opened: what only this browser has, else what the server has. */
export function restored() {
  const one = state.open;
  const id = one.ticket.id;
  const [newest] = kept(id);
  versions.set(id, { base: one.reply_version, seen: one.reply_version });
  const stored = { body: one.reply_draft, public: one.reply_public, origins: one.reply_origins, drafted: one.reply_drafted };
  if (!newest) return stored;
  const { entry, whose } = newest;
  // What it grew from may have been changed elsewhere since: then the server's answer to the save says so.
  versions.set(id, { base: entry.base || 0, seen: Math.min(entry.base || 0, one.reply_version) });
  keep(id, entry, whose);
  return entry;
}

/** Everything that this browser has of a ticket's reply and the server has not, newest first. */
function kept(ticketId) {
  const found = [];
  if (waiting.has(ticketId)) found.push({ entry: waiting.get(ticketId), whose: tab });
  for (const [key, text] of recallAll(place(ticketId, ""))) {
    try {
      const entry = JSON.parse(text);
      const whose = key.slice(key.lastIndexOf(".") + 1);
      const isAbout = typeof entry.body === "string" && (whose === tab || Date.now() - entry.at > FRESH_MS);
      if (isAbout) found.push({ entry, whose });
    } catch (_) {
      // Not ours.
    }
  }
  return found.sort((a, b) => b.entry.at - a.entry.at);
}

/** Keep what is typed: {body, public, origins, drafted}. */
export function keep(ticketId, typed, from = "") {
  const entry = { ...typed, base: version(ticketId).base, at: Date.now(), from };
  waiting.set(ticketId, entry);
  const here = remember(place(ticketId), JSON.stringify(entry));
  emit("kept", entry.body.length > MAX_SENT ? "too_long" : here ? "saving" : "saving_only_there");
  soon(PAUSE_MS);
}

/** Forget what is kept of a ticket: it has been sent. */
export function forget(ticketId) {
  waiting.delete(ticketId);
  versions.delete(ticketId);
  remember(place(ticketId), "");
}

/** What a text grew from is now what another tab wrote. */
export function adopt(ticketId, other) {
  const mine = version(ticketId);
  mine.base = other.version;
  mine.seen = Math.max(mine.seen, other.version);
}

function soon(ms) {
  clearTimeout(timer);
  timer = setTimeout(() => flush(), ms);
}

function again() {
  tries = 0;
  flush();
}

/** Save all that waits, now. */
export async function flush(options) {
  clearTimeout(timer);
  if (isOut || (busy && !options)) return;
  busy = true;
  for (const [id, entry] of [...waiting]) {
    if (entry.body.length > MAX_KEPT) {
      emit("kept", "too_long");
      continue;
    }
    if (!(await save(id, entry, options))) break;
  }
  busy = false;
}

/** Save one text; returns whether the next one is worth trying. */
async function save(id, entry, options) {
  const { base, seen } = version(id);
  const { body, origins, drafted } = entry;
  try {
    const wish = { body, public: entry.public, origins, drafted, tab, base, seen };
    const answer = await api.saveTyped(id, wish, options);
    tries = 0;
    if (versions.has(id) && answer.version) version(id).base = answer.version;
    if (waiting.get(id) === entry) {
      waiting.delete(id);
      remember(place(id), "");
      if (entry.from && entry.from !== tab) remember(place(id, entry.from), "");
      if (isOpen(id)) emit("kept", body.length > MAX_SENT ? "too_long" : body ? "saved" : "");
    } else soon(PAUSE_MS);
    tell(id, answer.others);
    return true;
  } catch (error) {
    if (error.status === 404 || error.status === 400) {
      waiting.delete(id);
      return true;
    }
    emit("kept", window.navigator.onLine === false || error.status === 0 ? "offline" : "saved_here");
    if (error.status !== 401) soon(RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
    return false;
  }
}

const isOpen = (id) => ticket() !== null && ticket().id === id;

/** Say that another tab has a newer text; once for every text. */
function tell(id, others) {
  const [newest] = others;
  if (!newest || !isOpen(id)) return;
  const mine = version(id);
  if (newest.version <= mine.seen) return;
  mine.seen = newest.version;
  emit("typed-elsewhere", newest);
}

/** Ask whether another tab has gone on with the same reply. */
const look = debounce(async () => {
  const one = ticket();
  if (!one || isOut) return;
  try {
    const { others } = await api.typedElsewhere(one.id, { tab, seen: version(one.id).seen });
    tell(one.id, others);
  } catch (_) {
    // The next save says it, too.
  }
}, 300);

function lookAtStored(event) {
  if (ticket() && event.key && event.key.startsWith(`svar.${place(ticket().id, "")}`)) look();
}
