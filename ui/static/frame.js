// The frame around the three columns: top bar, panes, bottom tab bar on narrow screens.
import { action } from "./actions.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { on } from "./state.js";
import { toastHost } from "./toast.js";
import { isEmbedded, topBar } from "./top_bar.js";

/** What one wants to see of a ticket first: beside another help desk, which shows the conversation, the suggestions. */
const firstPane = () => (isEmbedded() ? "suggestions" : "conversation");

/** Build the frame around the panes and return its root. */
export function frame({ list, conversation, suggestions }) {
  const panes = h(
    "div.columns",
    { data: { pane: firstPane() } },
    h("h1.sr", {}, t("workspace.title")),
    list,
    conversation,
    suggestions,
  );
  action("show-pane", (element) => showPane(element.dataset.pane));
  action("close-list", () => showPane("conversation"));
  on("show-pane", showPane);
  // Where the list lies over the conversation, a click beside it puts it away.
  conversation.addEventListener("pointerdown", () => panes.dataset.pane === "list" && showPane("conversation"));
  on("opened", () => showPane(firstPane()));
  return h("div.frame", {}, topBar("workspace", { first: listToggle(), keys: true }), panes, tabBar(), toastHost());
}

function listToggle() {
  return h(
    "button.icon-btn.list-toggle",
    { type: "button", "aria-label": t("pane.list"), title: t("pane.list"), data: { act: "show-pane", pane: "list" } },
    icon("list"),
  );
}

function tabBar() {
  const tab = (pane, name) =>
    h("button.tab", { type: "button", data: { act: "show-pane", pane } }, icon(name), h("span", {}, t(`pane.${pane}`)));
  return h(
    "nav.tabbar",
    { "aria-label": t("pane.nav") },
    tab("list", "list"),
    tab("conversation", "chat"),
    tab("suggestions", "bulb"),
  );
}

/** Show one pane where there is no room for all. */
export function showPane(name) {
  const panes = document.querySelector(".columns");
  if (!panes) return;
  panes.dataset.pane = name;
  for (const tab of document.querySelectorAll(".tabbar .tab")) {
    if (tab.dataset.pane === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
}
