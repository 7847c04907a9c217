// What the list asks for: view, filter, order, page; and how that stands in the page's address.
import { state } from "./state.js";

export const PAGE = 50;
/** Fields of a filter with several values -> their names in an address. */
export const LISTS = {
  statuses: "status",
  priorities: "priority",
  types: "type",
  companies: "company",
  products: "product",
  locales: "locale",
  assignees: "assignee",
  tags: "tag",
};
/** Fields with one value. */
export const SINGLES = {
  min_age_h: "min_age_h",
  max_age_h: "max_age_h",
  due: "due",
  follow_up: "follow_up",
  unread: "unread",
  waiting: "waiting",
  text: "q",
};
const NAMES = ["view", "sort", ...Object.values(LISTS), ...Object.values(SINGLES)];

/** A filter as [name, value] pairs of an address. */
export function pairsOf(filter) {
  const pairs = [];
  for (const [field, name] of Object.entries(LISTS)) {
    for (const value of filter[field] || []) pairs.push([name, value]);
  }
  for (const [field, name] of Object.entries(SINGLES)) {
    const value = filter[field];
    if (value !== undefined && value !== null && value !== "" && value !== false) pairs.push([name, String(value)]);
  }
  return pairs;
}

/** What the list asks the server for, as pairs of an address. */
export function question() {
  const { filter, sort, offset } = state.list;
  return [...pairsOf(filter), ["sort", sort], ["limit", String(PAGE)], ["offset", String(offset)]];
}

/** The view that is shown, or null when the address names a filter of its own. */
export const currentView = () => state.list.views.find((view) => view.id === state.list.view) || null;

/** Whether the filter or the order is not what the view says. */
export function isChanged() {
  const view = currentView();
  const own = (filter, sort) => JSON.stringify([pairsOf(filter), sort]);
  return !view || own(view.filter, view.sort) !== own(state.list.filter, state.list.sort);
}

/** Ask for a view from its first page. */
export function chooseView(view) {
  Object.assign(state.list, { view: view.id, filter: copyOf(view.filter), sort: view.sort, offset: 0 });
}

/** Ask for another filter from the first page. */
export function chooseFilter(filter) {
  Object.assign(state.list, { filter: copyOf(filter), offset: 0 });
}

const copyOf = (filter) => JSON.parse(JSON.stringify(filter));

/** Take over what the address names; without anything the first view that is not put away. */
export function readAddress() {
  const asked = new URLSearchParams(window.location.search);
  const view = state.list.views.find((one) => one.id === asked.get("view"));
  const filter = filterOf(asked);
  if (view) chooseView(view);
  else chooseView(state.list.views.find((one) => !one.hidden) || state.list.views[0]);
  if (pairsOf(filter).length) {
    if (!view) state.list.view = "";
    state.list.filter = filter;
  }
  if (asked.get("sort")) state.list.sort = asked.get("sort");
}

function filterOf(asked) {
  const filter = {};
  for (const [field, name] of Object.entries(LISTS)) {
    if (asked.getAll(name).length) filter[field] = asked.getAll(name);
  }
  for (const [field, name] of Object.entries(SINGLES)) {
    const value = asked.get(name);
    if (value === null || value === "") continue;
    if (field.endsWith("_h")) filter[field] = Number(value) || 0;
    else filter[field] = field === "unread" || field === "waiting" ? value === "true" : value;
  }
  return filter;
}

/** Write what is asked for into the address, beside what else stands in it. */
export function writeAddress() {
  const address = new URL(window.location.href);
  for (const name of NAMES) address.searchParams.delete(name);
  for (const [name, value] of addressPairs()) address.searchParams.append(name, value);
  window.history.replaceState(window.history.state, "", address);
}

/** A link that shows the same list to a colleague; nobody else sees a view that is one's own. */
export function linkToList() {
  const address = new URL(window.location.pathname, window.location.href);
  for (const [name, value] of addressPairs(true)) address.searchParams.append(name, value);
  return String(address);
}

function addressPairs(forOthers = false) {
  const { view, filter, sort } = state.list;
  const known = currentView();
  const base = known && !(forOthers && known.mine && !known.shared) ? [["view", view]] : [];
  return isChanged() || !base.length ? [...base, ...pairsOf(filter), ["sort", sort]] : base;
}
