// The text of an article beside a list: read it, see what was said about it, decide.
import { fill, h, setRendered } from "../dom.js";
import { day, t } from "../i18n.js";
import { icon } from "../icons.js";
import { markQuote } from "../quotes.js";
import { upkeep } from "./upkeep_api.js";
import { axes, localeTag } from "./upkeep_facts.js";

const NARROW = "(max-width: 799px)";

/** A pane that shows one article at a time; newest wish wins. */
export function reader() {
  const place = h("section.up-reader", { "aria-label": t("upkeep.reader"), tabindex: "0" });
  let turn = 0;
  const show = async (id, { quotes = [], notes = [], buttons = [] } = {}) => {
    const mine = ++turn;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await upkeep.article(id);
      if (mine === turn) draw(place, answer, { quotes, notes, buttons });
    } catch (error) {
      if (mine === turn) fill(place, h("p.empty", {}, error.message || t("error.internal")));
    } finally {
      if (mine === turn) place.removeAttribute("aria-busy");
    }
  };
  const clear = (words) => {
    turn += 1;
    fill(place, words ? h("p.empty", {}, words) : null);
  };
  /** Where the text stands below the list instead of beside it, a click on a row goes there. */
  const come = () => window.matchMedia(NARROW).matches && place.scrollIntoView({ block: "start" });
  return { place, show, clear, come };
}

function draw(place, { article, html, markdown, flags = [] }, { quotes, notes, buttons }) {
  const body = html
    ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), html)
    : h("div.plain", { dir: "auto", lang: article.locale }, markdown);
  const said = [...quotes, ...flags.map((flag) => flag.text || flag.quote || "")].filter(Boolean);
  for (const quote of new Set(said)) markQuote(body, quote, "up-doubted", t("upkeep.doubted_here"));
  place.scrollTop = 0;
  fill(
    place,
    h(
      "div.up-reader-head",
      {},
      h("div.up-title-line", {}, localeTag(article.locale), h("h2", { dir: "auto" }, article.revision.title)),
      h(
        "div.up-facts",
        {},
        axes(article),
        article.product ? h("span.fact", { dir: "auto" }, article.product) : null,
        h("span.fact.muted", {}, t("reading.revision", { n: article.revision.number, when: article.updated_at ? day(article.updated_at) : "–" })),
        article.url
          ? h("a.fact", { href: article.url, target: "_blank", rel: "noopener noreferrer" }, icon("open"), t("card.open"))
          : null,
      ),
      notes.length ? h("ul.up-notes", {}, notes.map((note) => h("li", {}, note))) : null,
      buttons.length ? h("div.up-buttons", {}, buttons) : null,
    ),
    body,
  );
}
