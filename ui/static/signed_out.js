// The session has run out while somebody works: sign in again in another tab; what is typed waits here.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { action } from "./actions.js";
import { emit, on, state } from "./state.js";

const ASK_MS = 2500;
let dialog = null;
let timer = 0;

/** Build the dialog; it opens when the server says that nobody is signed in. */
export function signedOutDialog() {
  dialog = h(
    "dialog.sheet.signed-out",
    { "aria-labelledby": "signed-out-title" },
    h("h2", { id: "signed-out-title" }, t("signed_out.title")),
    h("p", {}, t("signed_out.kept")),
    h(
      "p.signed-out-buttons",
      {},
      h(
        "a.btn.primary",
        { href: "/login?next=%2Fui%2F%3Fsigned-in", target: "_blank", rel: "opener" },
        icon("open"),
        t("signed_out.sign_in"),
      ),
      h("button.btn", { type: "button", data: { act: "signed-in-again" } }, t("signed_out.again")),
    ),
    h("p.muted.small-text", {}, t("signed_out.hint")),
  );
  action("signed-in-again", ask);
  // Esc would leave a page on which nothing works.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  on("signed-out", open);
  window.addEventListener("focus", () => dialog.open && ask());
  return dialog;
}

function open() {
  if (!state.me || dialog.open) return;
  dialog.showModal();
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(ask, ASK_MS);
}

/** Not by way of api.js: its refusal is what opened the dialog. */
async function ask() {
  if (!dialog.open) return;
  try {
    const response = await fetch("/api/v1/me", { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (response.ok) {
      const me = await response.json();
      // Somebody else's text is not for these eyes: their page begins anew, the text stays kept under its owner's name.
      if (me.user.id !== state.me.user.id) {
        window.location.reload();
        return;
      }
      clearTimeout(timer);
      dialog.close();
      emit("signed-in");
      return;
    }
  } catch (_) {
    // No connection right now.
  }
  wait();
}
