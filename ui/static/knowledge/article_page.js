// A published article: what it says, how far it can be trusted, what may be done with it, and its history.
import { fill, h, setRendered } from "../dom.js";
import { languageName, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { knowledge } from "./api.js";
import { articleMoves } from "./article_moves.js";
import { historyPanel } from "./article_history.js";
import { showChanges } from "./changes_view.js";
import { articleBadges, button, errorLine, iconButton, localeTag, onDay, reasonText } from "./parts.js";
import { useKeys } from "./page_keys.js";
import { colleagues, nameOf } from "./people_names.js";

/** Show an article in a place, as the address asks. */
export async function openArticle(place, asked) {
  fill(place, h("p.k-waits.muted", { role: "status" }, t("customer.loading")));
  try {
    const [found] = await Promise.all([knowledge.article(asked.article), colleagues().catch(() => [])]);
    // An article that was merged answers with the one that took its place.
    const past = await knowledge.history(found.article.id).catch(() => ({ revisions: [], log: [] }));
    build(place, asked, found, past);
  } catch (error) {
    const back = button(t("article.back"), () => go({ tab: asked.tab }));
    fill(place, h("div.k-waits", {}, errorLine(error), back));
  }
}

function build(place, asked, found, past) {
  const article = { ...found.article, verification: past.article ? past.article.verification : found.article.verification };
  const panel = h("div.k-panel-place");
  const body = h("div.a-text", { tabindex: "0", role: "region", "aria-label": t("article.text") });
  const again = () => openArticle(place, { ...asked, from: "", to: "", published: "" });
  const moves = articleMoves({ article, allowed: past.allowed || [], panel, again });
  const read = () => fill(body, found.html ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), found.html) : h("p.muted", {}, t("article.no_text")));
  const compare = (from, to) => showChanges(body, article.id, { from, to });
  const history = historyPanel({ article, past, moves, read, compare });
  fill(
    place,
    h(
      "article.a-page",
      {},
      h(
        "header.a-head",
        {},
        h("div.k-line", {}, iconButton("left", t("article.back"), () => go({ tab: asked.tab })), h("span.grow"), moves.element),
        h("h2.a-title", { dir: "auto", lang: article.locale }, article.revision.title),
        h("div.k-badges", {}, localeTag(article.locale), articleBadges(doubts(article)), article.product ? h("span.muted", { dir: "auto" }, article.product) : null),
        facts(article),
        notices(found, article, asked),
        panel,
      ),
      h("div.a-body", {}, body, history.element),
    ),
  );
  if (asked.from && asked.to) compare(asked.from, asked.to);
  else read();
  useKeys({
    e: () => moves.act("edit"),
    v: () => moves.act("verify"),
    h: () => history.focus(),
    r: read,
    u: () => go({ tab: asked.tab }),
    Escape: read,
  });
  const part = window.location.hash.slice(1);
  if (part) body.querySelector(`#${CSS.escape(decodeURIComponent(part))}`)?.scrollIntoView();
}

/** What the facts below do not say. */
const doubts = ({ confidence, governance, verification, unverified_reason }) => ({
  confidence: confidence === "archived" ? confidence : "", governance, verification, unverified_reason,
});

/** Who answers for it, and since when it holds. */
function facts(article) {
  const fact = (label, value) => (value ? h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, value)) : null);
  const every = article.verify_every_days;
  return h(
    "dl.a-facts",
    {},
    fact(t("writing.owner"), nameOf(article.owner_id)),
    fact(t("article.audience"), article.audience && t(`article.audience.${article.audience}`)),
    fact(t("article.confidence"), article.confidence && t(`article.confidence.${article.confidence}`)),
    fact(t("article.published"), onDay(article.published_at || article.updated_at)),
    fact(t("article.verified"), article.verified_at ? [onDay(article.verified_at), article.verified_by ? `, ${nameOf(article.verified_by)}` : ""] : t("article.never_verified")),
    fact(t("article.verify_due"), article.verify_due_at ? onDay(article.verify_due_at) : every === 0 ? t("article.never_due") : null),
    fact(t("writing.locale"), languageName(article.locale)),
    fact(t("article.address"), article.url ? h("a", { href: article.url, target: "_blank", rel: "noopener noreferrer" }, article.url) : null),
  );
}

function notices(found, article, asked) {
  const notice = (picture, kind, ...parts) => h(`p.ed-banner.${kind}`, { role: "status" }, icon(picture), h("span", {}, parts));
  const open = (id, text) => {
    const link = h("button.k-link", { type: "button" }, text);
    link.addEventListener("click", () => go({ tab: asked.tab, ...id }));
    return link;
  };
  return [
    asked.published ? notice("check", "good", t("article.just_published")) : null,
    found.redirected_from ? notice("pass", "note", t("article.redirected")) : null,
    article.merged_into ? notice("pass", "note", t("article.merged"), " ", open({ article: article.merged_into }, t("article.open"))) : null,
    article.unverified_reason ? notice("warn", "warn", t("article.unverified"), ": ", reasonText(article.unverified_reason)) : null,
    article.has_draft || found.draft ? notice("edit", "note", t("article.has_draft"), " ", open({ draft: article.id }, t("candidate.open_draft"))) : null,
  ];
}
