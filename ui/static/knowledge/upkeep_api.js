// The REST API of what keeps articles true. Empty wishes are left out of the address.
import { ask, query } from "../api.js";

const id = encodeURIComponent;

/** A filter without what is empty. */
const filtered = (filter) => query(Object.fromEntries(Object.entries(filter).map(([key, value]) => [key, value ?? ""])));

export const upkeep = {
  counts: () => ask("GET", "/upkeep/counts"),
  articles: (filter) => ask("GET", `/articles${filtered(filter)}`),
  article: (articleId) => ask("GET", `/articles/${id(articleId)}`),
  compare: (one, other) => ask("GET", `/articles/${id(one)}/compare${query({ other })}`),
  move: (articleId, wish) => ask("POST", `/articles/${id(articleId)}/moves`, wish),
  bulk: (wish) => ask("POST", "/articles/bulk", wish),
  begin: (wish) => ask("POST", "/article-drafts", wish),
  saveDraft: (draftId, wish) => ask("PUT", `/article-drafts/${id(draftId)}`, wish),
  verification: (filter) => ask("GET", `/upkeep/verification${filtered(filter)}`),
  signals: (filter) => ask("GET", `/upkeep/signals${filtered(filter)}`),
  undoSignal: (signalId) => ask("POST", `/upkeep/signals/${id(signalId)}/undo`, {}),
  flags: (filter) => ask("GET", `/flags${filtered(filter)}`),
  closeFlag: (flagId, outcome) => ask("PUT", `/flags/${id(flagId)}`, outcome),
  pairs: (filter) => ask("GET", `/upkeep/pairs${filtered(filter)}`),
  decide: (pairId, wish) => ask("POST", `/upkeep/pairs/${id(pairId)}`, wish),
  undoPair: (pairId) => ask("POST", `/upkeep/pairs/${id(pairId)}/undo`, {}),
  pairJob: () => ask("GET", "/upkeep/pairs/job"),
  searchPairs: () => ask("POST", "/upkeep/pairs/search", {}),
  unused: (filter) => ask("GET", `/upkeep/unused${filtered(filter)}`),
  keep: (ids) => ask("POST", "/upkeep/unused/keep", { ids }),
  undoKeep: (ids) => ask("POST", "/upkeep/unused/undo", { ids }),
  unkeep: (ids) => ask("POST", "/upkeep/unused/unkeep", { ids }),
  translations: (filter) => ask("GET", `/upkeep/translations${filtered(filter)}`),
  changes: (articleId) => ask("GET", `/upkeep/translations/${id(articleId)}`),
  settings: () => ask("GET", "/upkeep/settings"),
  saveSettings: (wish) => ask("PUT", "/upkeep/settings", wish),
  choices: () => ask("GET", "/search/choices"),
  users: () => ask("GET", "/users"),
};
