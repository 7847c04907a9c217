// A page of tabs beside the workspace: the bar at the top, the tabs with their counts, and the tab that is open.
//
// What is shown stands in the address (?tab=NAME&...), so that every view can be kept, shared and gone back to.
import { action, listen } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { count, t, useCatalogue } from "./i18n.js";
import { fetchLater } from "./later.js";
import { signedOutDialog } from "./signed_out.js";
import { emit, state } from "./state.js";
import { toastError, toastHost } from "./toast.js";
import { allows, topBar } from "./top_bar.js";

let tabs = [];
let shown = null;
let room = null;
/** What the address keeps when another tab is opened. */
let kept = [];

/** What the address asks for, as an object of texts. */
export const asked = () => Object.fromEntries(new URLSearchParams(window.location.search));

/**
 * Go somewhere within the page.
 * @param {object} values What the address shall ask for; empty ones are left out.
 * @param {object} options replace: no step of the browser's history, e.g. while somebody types into a filter.
 */
export function go(values, { replace = false } = {}) {
  const said = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const address = `${window.location.pathname}?${new URLSearchParams(said)}`;
  window.history[replace ? "replaceState" : "pushState"]({}, "", address);
  show();
}

/**
 * Start a page.
 * @param {string} page Its name: the mount point is [data-svar=NAME], and so are its texts called.
 * @param {Array} list Tabs in their order: {name, role?, count?(): number, open(place, asked): void|Promise, leave?(): boolean}.
 *   `open` fills an empty element; it is called again whenever the address changes. `leave` may refuse by false.
 * @param {object} options dialogs(): elements that the page needs beside its tabs; keys: it has a sheet of keys (action "keys");
 *   keep: what the address keeps from tab to tab. A tab with `quiet` has no button: one gets there from elsewhere.
 */
export async function startPage(page, list, { dialogs = () => [], keys = false, keep = [] } = {}) {
  const place = mountPoint(page);
  state.me = await api.me(page);
  useCatalogue(state.me.locale, state.me.catalogue);
  document.title = `${t(`page.${page}`)} – Svar`;
  tabs = list.filter((tab) => allows(tab.role || "agent"));
  room = h("main.page-room", { id: "page-room", tabindex: "-1" });
  const frame = h("div.frame.page-frame", {}, topBar(page, { keys }), h("h1.sr", {}, t(`page.${page}`)), tabList(), room, toastHost());
  place.replaceChildren(frame, signedOutDialog(), ...dialogs());
  kept = keep;
  action("tab", (element) => go({ ...keptOf(asked()), tab: element.dataset.tab }));
  action("close-toast", (element) => element.closest(".toast").remove());
  listen(place);
  window.addEventListener("popstate", show);
  await show();
  place.dataset.ready = "yes";
  fetchLater();
}

const keptOf = (wish) => Object.fromEntries(kept.filter((name) => name in wish).map((name) => [name, wish[name]]));

/** Write a number beside a tab; nothing for 0 and for what is not known. */
export function setCount(name, n) {
  const badge = document.querySelector(`[data-tab="${name}"] .tab-count`);
  if (badge) fill(badge, n ? count(n) : "");
}

/** Open what the address asks for; the first tab where it asks for none that there is. */
export async function show() {
  const wish = asked();
  const next = tabs.find((tab) => tab.name === wish.tab) || tabs[0];
  if (!next) return;
  if (shown && shown.leave && shown.leave(wish) === false) return;
  shown = next;
  for (const element of document.querySelectorAll(".page-tab")) {
    if (element.dataset.tab === next.name) {
      element.setAttribute("aria-current", "page");
      element.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else element.removeAttribute("aria-current");
  }
  room.dataset.tab = next.name;
  const place = h("div.page-tab-room");
  fill(room, place);
  try {
    await next.open(place, wish);
    emit("tab-shown", next.name);
  } catch (error) {
    toastError(error);
  }
}

/** The mount point. Gradio's page has none: waiting until it is built would cost half a second. */
function mountPoint(page) {
  const found = document.querySelector(`[data-svar=${page}]`);
  if (found) return found;
  const made = h("div.svar", { id: "svar", data: { svar: page } });
  document.body.append(made);
  return made;
}

function tabList() {
  return h(
    "nav.page-tabs",
    { "aria-label": t("page.tabs") },
    tabs.filter((tab) => !tab.quiet).map((tab) =>
      h(
        "button.page-tab",
        { type: "button", data: { act: "tab", tab: tab.name } },
        h("span", {}, t(`tab.${tab.name}`)),
        h("span.tab-count"),
      ),
    ),
  );
}
