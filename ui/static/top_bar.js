// The bar at the top of every page: where one is, where else one may go, language, colours, who is signed in.
import { api } from "./api.js";
import { themeButton } from "./appearance.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { flush } from "./journal.js";
import { state } from "./state.js";
import { toastError } from "./toast.js";

/** The pages with the smallest role that may open them; the server decides, this only hides what it would refuse. */
const PAGES = [
  ["workspace", "/ui/", "chat", "agent"],
  ["knowledge", "/ui/knowledge", "book", "contributor"],
  ["lead", "/ui/lead", "chart", "lead"],
];
const ROLES = ["agent", "contributor", "publisher", "lead", "admin"];

/** Whether the page stands in a frame of another program's page. */
export const isEmbedded = () => document.documentElement.dataset.embed === "yes";

/** Whether who is signed in may do all that a role may. */
export const allows = (role) => ROLES.indexOf(state.me.role) >= ROLES.indexOf(role);

/** Build the bar for a page; `first` stands before everything else, `keys` says that the page has a sheet of keys. */
export function topBar(page, { first = null, keys = false } = {}) {
  const { user, role, demo } = state.me;
  return h(
    "header.top",
    {},
    first,
    h("a.brand", { href: isEmbedded() ? "/ui/?embed=1" : "/ui/", "aria-label": t("workspace.title") }, mark(), h("span", {}, "Svar")),
    demo ? h("span.badge.demo", { title: t("demo.fine") }, t("demo.badge")) : null,
    pages(page),
    h("span.grow"),
    h("span.top-extras", { id: "top-extras" }),
    languageSelect(),
    themeButton(),
    keys && h(
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

/** Where one may go; nothing where that is one page only, and none in another program's page. */
function pages(current) {
  const mine = PAGES.filter(([, , , role]) => allows(role));
  if (isEmbedded() || mine.length < 2) return null;
  return h(
    "nav.page-nav",
    { "aria-label": t("page.nav") },
    mine.map(([name, href, picture]) =>
      h(
        "a.page-link",
        { href, title: t(`page.${name}`), "aria-current": name === current ? "page" : null },
        icon(picture),
        h("span", {}, t(`page.${name}`)),
      ),
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
