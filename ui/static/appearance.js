// Light and dark: the system's wish until the user has one of their own.
import { action } from "./actions.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { recall, remember } from "./storage.js";

const system = window.matchMedia("(prefers-color-scheme: dark)");

/** The button in the top bar. */
export function themeButton() {
  const button = h("button.icon-btn", { type: "button", id: "theme", data: { act: "theme" } });
  const show = () => {
    const dark = document.documentElement.dataset.theme === "dark";
    const label = t(dark ? "theme.to_light" : "theme.to_dark");
    button.replaceChildren(icon(dark ? "sun" : "moon"));
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  action("theme", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remember("theme", next);
    document.documentElement.dataset.theme = next;
    show();
  });
  system.addEventListener("change", () => {
    if (recall("theme")) return;
    document.documentElement.dataset.theme = system.matches ? "dark" : "light";
    show();
  });
  show();
  return button;
}
