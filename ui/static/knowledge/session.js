// A draft that is being edited: what it says, what of it the server has, and what is to be done where the two differ.
import { on as onPage, state } from "../state.js";
import { recall, remember } from "../storage.js";
import { knowledge } from "./api.js";

const PAUSE_MS = 1500;
const KEEP_MS = 250;
const RETRY_MS = [2000, 4000, 8000, 15000];
/** What a browser sends along while it leaves a page. */
const MAX_LAST = 60000;
/** What a writer may change; the rest of a draft follows from moves. */
const FIELDS = [
  "title", "body", "summary", "tags", "questions", "locale", "product", "audience", "confidence", "governance",
  "translation_of", "owner_id", "master_revision",
];

const key = (draftId) => `article.${state.me.user.id}.${draftId}`;
const fieldsOf = (draft) => Object.fromEntries(FIELDS.filter((name) => name in draft).map((name) => [name, draft[name]]));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
/** The server tidies up blanks; that alone is no difference. */
const tidy = (value) => (Array.isArray(value) ? value.map(tidy) : typeof value === "string" ? value.trim().replace(/[ \t]+/g, " ") : value);
const alike = (one, other) => same(tidy(one), tidy(other));

/** What becomes of fields that two people changed: {merged, clashes}; only what both changed differently clashes. */
export function merge(base, mine, theirs) {
  const merged = {};
  const clashes = [];
  for (const name of Object.keys(theirs)) {
    const isMine = !alike(mine[name], base[name]);
    const isTheirs = !alike(theirs[name], base[name]);
    if (isMine && isTheirs && !alike(mine[name], theirs[name])) clashes.push(name);
    merged[name] = isMine ? mine[name] : theirs[name];
  }
  return { merged, clashes };
}

let current = null;
onPage("signed-in", () => current && current.flush());
window.addEventListener("online", () => current && current.flush());
window.addEventListener("pagehide", () => current && current.last());

/** What this browser has kept of a draft and the server may not have: {fields, version, at}; null for nothing. */
function kept(draftId) {
  try {
    const found = JSON.parse(recall(key(draftId)) || "null");
    return found && found.fields && typeof found.fields.body === "string" ? found : null;
  } catch (_) {
    return null;
  }
}

/** Fetch a draft and begin to edit it. Throws an ApiError where there is none. */
export async function openSession(draftId) {
  const answer = await knowledge.draft(draftId);
  const session = new Session(draftId, answer);
  current = session;
  session.restore();
  return session;
}

/** One draft in one tab. Events: changed(name), replaced(), status(name), answer(), conflict(), refused(error). */
class Session {
  constructor(draftId, answer) {
    this.id = draftId;
    this.listeners = new Map();
    this.timers = { save: 0, keep: 0 };
    this.tries = 0;
    this.busy = null;
    this.theirs = null;
    this.isOpen = true;
    this.take(answer);
    this.fields = fieldsOf(this.draft);
    this.stored = fieldsOf(this.draft);
  }

  on(name, fn) {
    this.listeners.set(name, [...(this.listeners.get(name) || []), fn]);
  }

  emit(name, ...args) {
    for (const fn of this.listeners.get(name) || []) fn(...args);
  }

  /** Take over what the server says of the draft, its article and what may be done; the text is left alone. */
  take(answer) {
    this.answer = { ...this.answer, ...answer };
    this.draft = answer.draft || this.draft;
    this.version = this.draft.version;
  }

  may(move) {
    return (this.answer.allowed || []).includes(move);
  }

  isDirty() {
    return !same(this.fields, this.stored);
  }

  /** Change a field; kept in the browser at once, on the server after a pause. */
  set(name, value) {
    if (same(this.fields[name], value)) return;
    this.fields[name] = value;
    this.tries = 0;
    this.emit("changed", name);
    this.emit("status", "waiting");
    clearTimeout(this.timers.keep);
    this.timers.keep = setTimeout(() => this.keep(), KEEP_MS);
    this.plan(PAUSE_MS);
  }

  /** What only this browser had is gone on with; where somebody has changed the draft since, both are shown. */
  restore() {
    const found = kept(this.id);
    if (!found) return;
    const fields = { ...this.stored, ...found.fields };
    if (FIELDS.every((name) => alike(fields[name] ?? null, this.stored[name] ?? null))) {
      this.forget();
    } else if (found.version === this.version) {
      this.fields = fields;
      this.restored = true;
      this.plan(PAUSE_MS);
    } else {
      this.fields = fields;
      this.meet(this.draft, found.base || {});
    }
  }

  /** Somebody else has written: what does not clash is put together, the rest is for the writer to choose. */
  meet(theirs, base) {
    const { merged, clashes } = merge(base, this.fields, fieldsOf(theirs));
    this.theirs = theirs;
    this.clashes = clashes;
    /** With mine where it clashes. */
    this.merged = merged;
    if (clashes.length) this.emit("conflict");
    else this.settle(merged);
  }

  keep() {
    clearTimeout(this.timers.keep);
    if (!this.isDirty()) return;
    remember(key(this.id), JSON.stringify({ fields: this.fields, base: this.stored, version: this.version, at: Date.now() }));
  }

  forget() {
    clearTimeout(this.timers.keep);
    remember(key(this.id), "");
  }

  plan(ms) {
    clearTimeout(this.timers.save);
    this.timers.save = setTimeout(() => this.flush(), ms);
  }

  /** Save now; resolves when everything up to here is on the server, or false where it cannot get there. */
  async flush() {
    clearTimeout(this.timers.save);
    if (this.busy) await this.busy;
    if (!this.isDirty()) return true;
    if (this.theirs) return false;
    this.busy = this.save();
    const done = await this.busy;
    this.busy = null;
    if (done && this.isDirty()) return this.flush();
    return done;
  }

  async save() {
    const sent = { ...this.fields };
    this.keep();
    this.emit("status", "saving");
    try {
      const { draft, allowed } = await knowledge.saveDraft(this.id, { version: this.version, ...sent });
      this.stored = sent;
      this.tries = 0;
      this.take(allowed ? { draft, allowed } : { draft });
      if (!this.isDirty()) this.forget();
      this.emit("status", "saved");
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  failed(error) {
    if (error.code === "draft_changed") {
      this.meet(error.answer.draft || error.answer.error.draft, this.stored);
      return;
    }
    const isPassing = error.status === 0 || error.status >= 500 || error.status === 401;
    this.emit("status", isPassing ? "here" : "refused");
    if (!isPassing) {
      this.emit("refused", error);
    } else if (error.status !== 401 && this.isOpen) {
      this.plan(RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)]);
      this.tries += 1;
    }
  }

  /** There is a newer version: where nothing is typed here it is shown, else the next save says so. */
  async hear(version) {
    if (!version || version <= this.version || this.isDirty() || this.busy || this.theirs) return;
    const answer = await knowledge.draft(this.id);
    if (this.isDirty() || this.busy || !this.isOpen) return;
    this.take(answer);
    this.fields = fieldsOf(this.draft);
    this.stored = fieldsOf(this.draft);
    this.emit("replaced");
    this.emit("answer");
  }

  /** End a conflict: go on with these fields on top of what the server has. */
  settle(fields) {
    this.take({ draft: this.theirs });
    this.stored = fieldsOf(this.theirs);
    this.theirs = null;
    this.fields = { ...this.stored, ...fields };
    this.emit("replaced");
    if (this.isDirty()) this.plan(0);
    else this.forget();
  }

  /** Make a move; what is typed is saved first. Throws the server's refusal. */
  async move(move, wish = {}) {
    if (!(await this.flush()) && move !== "discard") return null;
    const answer = await knowledge.moveDraft(this.id, { move, version: this.version, ...wish });
    if (answer.draft) {
      this.take(answer);
      this.emit("answer");
    } else {
      this.forget();
      this.end();
    }
    return answer;
  }

  /** The draft as it stands here, for the check, the trial and the preview. */
  text() {
    return { article_id: this.id, from_tickets: this.draft.from_tickets || [], ...this.fields };
  }

  /** The page goes away: what is not saved stays in the browser and is sent along if it is small enough. */
  last() {
    if (!this.isDirty() || this.theirs) return;
    this.keep();
    const wish = { version: this.version, ...this.fields };
    if (JSON.stringify(wish).length < MAX_LAST) knowledge.saveDraft(this.id, wish, { keepalive: true }).catch(() => {});
  }

  /** There is no draft any more. */
  end() {
    this.isOpen = false;
    this.isGone = true;
    clearTimeout(this.timers.save);
    clearTimeout(this.timers.keep);
    if (current === this) current = null;
  }

  /** Leave the editor: saves in the background; what cannot be saved waits in the browser. */
  close() {
    if (!this.isOpen) return;
    this.keep();
    this.flush();
    this.isOpen = false;
    if (current === this) current = null;
  }
}
