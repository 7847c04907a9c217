// Short messages at the edge of the screen, read out by screen readers.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

let host = null;

/** The element that holds the messages. */
export function toastHost() {
  host = h("div.toasts", { role: "status", "aria-live": "polite" });
  return host;
}

/** Show a message for a while; with a button if there is something to do about it. */
export function toast(text, { kind = "info", act = "", label = "", ms = 5000 } = {}) {
  if (!host) return;
  const button = act ? h("button.btn.small", { type: "button", data: { act } }, label) : null;
  const close = h(
    "button.icon-btn",
    { type: "button", "aria-label": t("close"), data: { act: "close-toast" } },
    icon("close"),
  );
  const element = h("div.toast", { class: kind }, h("span", {}, text), button, close);
  host.replaceChildren(element);
  if (ms) setTimeout(() => element.remove(), ms);
}

/** Show what went wrong in the server's words. */
export function toastError(error) {
  // The page asks to sign in again, and keeps everything that is typed.
  if (error.status === 401) return;
  const text = error.message || t(error.code === "offline" ? "error.offline" : "error.internal");
  toast(error.hint ? `${text} ${error.hint}` : text, { kind: "error", ms: 9000 });
}
