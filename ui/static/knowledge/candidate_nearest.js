// The nearest articles side by side: the same question may be answered already.
import { h, setRendered } from "../dom.js";
import { t } from "../i18n.js";
import { go } from "../page_frame.js";
import { articleBadges, button, localeTag, percent, when } from "./parts.js";

/** The three articles; reveal() brings them into sight. */
export function candidateNearest(candidate) {
  const found = candidate.nearest || [];
  const element = h(
    "section.k-section.k-nearest",
    { hidden: !found.length, tabindex: "-1", "aria-label": t("candidate.nearest") },
    h("h3", {}, t("candidate.nearest")),
    candidate.proposal === "contradiction" ? h("p.k-warning", {}, t("candidate.contradiction_hint")) : null,
    h("div.k-three", {}, found.map(card)),
  );
  return {
    element,
    reveal() {
      const box = element.closest(".k-detail");
      const head = box.querySelector(".k-detail-head");
      box.scrollTop += element.getBoundingClientRect().top - head.getBoundingClientRect().bottom - 12;
      element.focus({ preventScroll: true });
    },
  };
}

function card(article) {
  const body = article.html
    ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), article.html)
    : h("p.muted", { dir: "auto" }, article.summary || "");
  return h(
    "article.k-card",
    {},
    h(
      "header",
      {},
      h("h4", { dir: "auto", lang: article.locale }, article.title),
      h("p.k-row-facts", {}, article.confidence >= 0.01 ? h("span.k-chance", { title: t("candidate.chance") }, percent(article.confidence)) : null, localeTag(article.locale), articleBadges({ ...article, confidence: article.confidence_state }), h("span.muted", {}, when(article.updated_at))),
    ),
    h("div.k-card-body", { tabindex: "0", role: "region", "aria-label": article.title }, body),
    button(t("article.open"), () => go({ tab: "candidates", article: article.id }), { kind: "ghost" }),
  );
}
