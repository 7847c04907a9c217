// The frame around the three columns: top bar, panes, bottom tab bar on narrow screens.
import { action } from "./actions.js";
import { api } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { flush } from "./journal.js";
import { on, state } from "./state.js";
import { themeButton } from "./appearance.js";
import { toastError, toastHost } from "./toast.js";

/** Whether the page stands in a frame of another program's page. */
export const isEmbedded = () => document.documentElement.dataset.embed === "yes";

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
  return h("div.frame", {}, topBar(), panes, tabBar(), toastHost());
}

function topBar() {
  const { user, role, demo } = state.me;
  return h(
    "header.top",
    {},
    h(
      "button.icon-btn.list-toggle",
      { type: "button", "aria-label": t("pane.list"), title: t("pane.list"), data: { act: "show-pane", pane: "list" } },
      icon("list"),
    ),
    h("a.brand", { href: isEmbedded() ? "/ui/?embed=1" : "/ui/", "aria-label": t("workspace.title") }, mark(), h("span", {}, "Svar")),
    demo ? h("span.badge.demo", { title: t("demo.fine") }, t("demo.badge")) : null,
    h("span.grow"),
    h("span.top-extras", { id: "top-extras" }),
    languageSelect(),
    themeButton(),
    h(
      "button.icon-btn",
      { type: "button", "aria-label": t("keys.title"), title: `${t("keys.title")} (?)`, data: { act: "keys" } },
      icon("keys"),
    ),
    h("span.me", {}, h("span.me-name", {}, user.name), h("span.badge", {}, t(`role.${role}`))),
    h(
      "form",
      { method: "post", action: "/logout", class: "logout" },
      h("button.icon-btn", { "aria-label": t("sign_out"), title: t("sign_out") }, icon("out")),
    ),
  );
}

function languageSelect() {
  const options = state.me.locales.map(({ code, name }) =>
    h("option", { value: code, lang: code, selected: code === state.me.locale }, name),
  );
  const select = h("select.language", { "aria-label": t("language"), id: "language" }, options);
  select.addEventListener("change", async () => {
    try {
      await api.saveMe({ locale: select.value });
      flush({ keepalive: true });
      window.location.reload();
    } catch (error) {
      toastError(error);
    }
  });
  return select;
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
