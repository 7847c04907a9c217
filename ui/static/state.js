// What the page knows, and who wants to hear when it changes.

export const state = {
  me: null,
  /** The list: what is asked for and what came. */
  list: { views: [], counts: {}, view: "", filter: {}, sort: "due", offset: 0, total: 0, tickets: [] },
  /** Answer of GET /tickets/ID for the open ticket; null before the first. */
  open: null,
  /** Where the suggestions come from: "ticket", "search" or "call". */
  mode: "ticket",
  suggestion: null,
  draft: null,
  /** Articles that the reply builds on: id -> {id, title, revision, kind}; kind "resolution" or "reference". */
  sources: new Map(),
  /** Texts that were put into the reply: {kind, id, revision}. */
  origins: [],
  /** What of the reply was put in from the proposed one, as it was proposed. */
  drafted: "",
};

const listeners = new Map();

/** Call a function whenever something of this name happens. */
export function on(name, fn) {
  listeners.set(name, [...(listeners.get(name) || []), fn]);
}

/** Tell everybody who listens. */
export function emit(name, ...args) {
  for (const fn of listeners.get(name) || []) fn(...args);
}

/** The open ticket, or null. */
export const ticket = () => (state.open ? state.open.ticket : null);
