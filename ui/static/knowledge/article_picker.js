// Choosing another article to link to; the link names its id, so it holds when the article is renamed.
import { api } from "../api.js";
import { debounce, fill, h, latest } from "../dom.js";
import { t } from "../i18n.js";
import { localeTag } from "./parts.js";

const MOST = 8;

/** A search that opens in place; choose(article) gets {id, title}. Arrow keys and Enter choose, Escape puts it away. */
export function articlePicker(choose, { label = t("writing.pick_article") } = {}) {
  const input = h("input", { type: "search", placeholder: label, "aria-label": label, autocomplete: "off" });
  const found = h("ul.k-picks", { "aria-label": t("writing.articles_found") });
  const element = h("div.k-picker", { hidden: true }, input, found);
  let before = null;

  const close = () => {
    element.hidden = true;
    input.value = "";
    fill(found);
    if (before) before.focus();
  };
  const search = latest(async (text) => {
    if (!text.trim()) {
      fill(found);
      return;
    }
    try {
      const answer = await api.search({ q: text, limit: MOST });
      if (input.value !== text) return;
      show(answer.articles || []);
    } catch (_) {
      fill(found, h("li.muted", {}, t("error.offline")));
    }
  });
  const show = (articles) => fill(found, articles.length ? articles.map(pick) : h("li.muted", {}, t("writing.no_article")));
  const pick = (article) => {
    const one = h("button.k-pick", { type: "button" }, h("span", { dir: "auto" }, article.title), localeTag(article.locale));
    one.addEventListener("click", () => {
      close();
      choose(article);
    });
    return h("li", {}, one);
  };
  input.addEventListener("input", debounce(() => search(input.value), 120));
  element.addEventListener("keydown", (event) => {
    const all = [input, ...found.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + step))].focus();
    else if (event.key === "Enter" && document.activeElement === input && all[1]) all[1].click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element,
    open() {
      before = document.activeElement;
      element.hidden = false;
      input.focus();
    },
  };
}
