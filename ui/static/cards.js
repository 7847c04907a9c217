// One card per suggestion, and what its buttons do.
import { action } from "./actions.js";
import { evidence } from "./evidence.js";
import { copyHitLink, hitOf, insertHit, insertHitLink, insertSteps } from "./hits.js";
import { fill, h, highlight, setRendered } from "./dom.js";
import { doubtBadge } from "./doubt.js";
import { withFields } from "./editor.js";
import { ago, count, day, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { about, note } from "./journal.js";
import { linkButtons, linkedBadge, pinBadge, pinButton } from "./pins.js";
import { state, ticket } from "./state.js";

export { insertHit } from "./hits.js";

const UNVERIFIED = { wip: "state.wip", not_validated: "state.not_validated" };
const SHORTEST_TERM = 4;

/** An article with the passage that answers. */
export function articleCard(hit, rank) {
  const passage = hit.passage.html
    ? setRendered(h("div.doc.passage", { dir: "auto" }), hit.passage.html)
    : h("div.plain.passage", { dir: "auto" }, hit.passage.text);
  highlight(passage, hit.passage.terms);
  return card(
    "articles",
    hit,
    rank,
    h(
      "div.card-head",
      {},
      number(rank),
      h(
        "button.card-title",
        { type: "button", dir: "auto", "aria-expanded": "false", data: { act: "read" } },
        hit.title,
      ),
      ticket() ? pinButton(hit) : null,
      ticket() ? iconButton("dismiss", "dismiss", t("card.dismiss")) : null,
    ),
    h("div.badges", {}, badges(hit)),
    hit.passage.heading ? h("div.passage-heading", { dir: "auto" }, hit.passage.heading) : null,
    hit.passage.text ? passage : null,
    evidence(hit),
    articleButtons(hit),
    moreButtons(hit),
  );
}

/** Bring up to date what a card that stays says of itself. */
export function refreshCard(card, hit) {
  if (card.dataset.section !== "articles") return;
  const line = card.querySelector(".badges");
  if (line) fill(line, badges(hit));
  replace(card.querySelector(".pin"), () => pinButton(hit));
  const links = [...card.querySelectorAll("[data-act=link]")];
  if (links.length) linkButtons(hit).forEach((button, n) => replace(links[n], () => button));
}

function replace(old, make) {
  if (!old) return;
  const had = old === document.activeElement;
  const fresh = make();
  old.replaceWith(fresh);
  if (had) fresh.focus({ preventScroll: true });
}

function card(section, hit, rank, ...parts) {
  return h(
    "article.card-hit",
    {
      tabindex: rank === 1 ? "0" : "-1",
      "aria-label": t("card.label", { n: rank, title: hit.title || hit.subject || "" }),
      data: { id: hit.id, rank: String(rank), section, key: `${section}/${hit.id}` },
    },
    parts,
  );
}

function articleButtons(hit) {
  return h(
    "div.card-actions",
    {},
    insertButton(hit.passage.customer_text ?? hit.passage.text),
    hit.passage.steps ? labelled("insert-steps", "steps", t("card.steps", { n: hit.passage.steps })) : null,
    hit.url ? labelled("insert-link", "link", t("card.insert_link")) : null,
    h("span.grow"),
    h(
      "button.icon-btn",
      {
        type: "button",
        "aria-label": t("card.more"),
        title: t("card.more"),
        "aria-expanded": "false",
        data: { act: "more-actions" },
      },
      icon("more"),
    ),
    h(
      "button.btn.small.ghost.read-more",
      { type: "button", "aria-expanded": "false", data: { act: "read" } },
      t("card.read"),
    ),
  );
}

function moreButtons(hit) {
  return h(
    "div.card-actions.more",
    { hidden: true },
    ticket() ? linkButtons(hit) : null,
    labelled("compare", "compare", t("card.compare")),
    labelled("flag", "flag", t("card.flag")),
    hit.url ? labelled("copy-link", "copy", t("card.copy_link")) : null,
    hit.url
      ? h(
          "a.btn.small.ghost",
          { href: hit.url, target: "_blank", rel: "noopener noreferrer", data: { act: "opened-article" } },
          icon("open"),
          t("card.open"),
        )
      : null,
  );
}

function badges(hit) {
  const differs = ticket() && hit.locale !== ticket().locale;
  const flagged = (state.suggestion && state.suggestion.flags && state.suggestion.flags[hit.id]) || 0;
  return [
    h("span.tag", { class: differs ? "differs" : "", title: languageName(hit.locale) }, hit.locale.toUpperCase()),
    pinBadge(hit),
    linkedBadge(hit),
    flagged ? h("span.badge.warn", {}, icon("flag"), t("badge.flagged", { n: flagged })) : null,
    hit.audience === "public"
      ? null
      : h("span.badge.internal", { title: t("audience.help") }, icon("lock"), t(`audience.${hit.audience}`)),
    differs ? untranslated(hit) : null,
    hit.outdated ? h("span.badge.warn", { title: t("badge.outdated_help") }, icon("warn"), t("badge.outdated")) : null,
    stateBadge(hit),
    hit.product ? h("span.fact", { dir: "auto" }, hit.product) : null,
    hit.stale ? h("span.fact.muted", {}, t("badge.stale")) : null,
  ];
}

/** Says so where the customer cannot read the article in his own language; bokmål and nynorsk serve each other. */
function untranslated(hit) {
  const own = ticket().locale;
  const read = own === "nb" || own === "nn" ? ["nb", "nn"] : [own];
  if (own === "und" || [hit.locale, ...hit.other_locales].some((each) => read.includes(each))) return null;
  const [key, language] = hit.other_locales.length ? ["badge.not_in", own] : ["badge.only_in", hit.locale];
  return h("span.badge", {}, t(key, { language: languageName(language) }));
}

function stateBadge(hit) {
  const doubted = doubtBadge(hit);
  if (doubted) return doubted;
  const age = hit.updated_at
    ? h("span.fact", { title: day(hit.updated_at) }, icon("clock"), t("badge.updated", { when: ago(hit.updated_at) }))
    : null;
  if (UNVERIFIED[hit.state]) return [h("span.badge", {}, t(UNVERIFIED[hit.state])), age];
  if (!hit.verified_at) return age;
  return h(
    "span.fact.good",
    { title: hit.updated_at ? t("badge.updated", { when: day(hit.updated_at) }) : day(hit.verified_at) },
    icon("verified"),
    t("badge.verified", { when: ago(hit.verified_at) }),
  );
}

/** A similar solved ticket with how it was solved. */
export function ticketCard(hit, rank) {
  const passage = hit.html
    ? setRendered(h("div.doc.passage", { dir: "auto" }), hit.html)
    : h("div.plain.passage", { dir: "auto" }, hit.resolution);
  highlight(passage, askedWords());
  return card(
    "tickets",
    hit,
    rank,
    h(
      "div.card-head",
      {},
      number(rank),
      h(
        "button.card-title",
        { type: "button", dir: "auto", data: { act: "open-ticket", id: hit.id } },
        hit.subject || t("ticket.no_subject"),
      ),
    ),
    h(
      "div.badges",
      {},
      h("span.tag", { title: languageName(hit.locale) }, hit.locale.toUpperCase()),
      hit.solved ? h("span.fact.good", {}, icon("check"), t("badge.solved")) : null,
      moreLikeIt(hit),
      hit.closed_at ? h("span.fact", { title: day(hit.closed_at) }, icon("clock"), ago(hit.closed_at)) : null,
      h("span.fact", {}, hit.id),
    ),
    hit.resolution ? passage : h("p.muted", {}, t("card.no_resolution")),
    h(
      "div.card-actions",
      {},
      insertButton(hit.resolution),
      labelled("open-ticket", "open", t("card.open_ticket"), { id: hit.id }),
      h("span.grow"),
      unfold(),
    ),
  );
}

/** The words that were asked, without the shortest: what of an answer to somebody else may be marked. */
function askedWords() {
  const words = (state.suggestion.query || "").match(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu) || [];
  return words.filter((word) => word.length >= SHORTEST_TERM);
}

function moreLikeIt(hit) {
  const more = hit.count - 1;
  if (!more) return null;
  const title = t("badge.more_like_it_title", { ids: hit.others.join(", ") });
  return h("span.fact.more-like-it", { title }, icon("people"), t("badge.more_like_it", { n: more, count: count(more) }));
}

/** A canned reply with its fields filled. */
export function cannedCard(hit, rank) {
  const passage = h("div.plain.passage", { dir: "auto" }, withFields(hit.filled));
  highlight(passage, askedWords());
  return card(
    "canned",
    hit,
    rank,
    h(
      "div.card-head",
      {},
      number(rank),
      h("span.card-title", { dir: "auto" }, hit.title),
      hit.shortcut ? h("span.tag.shortcut", {}, `;${hit.shortcut}`) : null,
    ),
    passage,
    h("div.card-actions", {}, insertButton(hit.filled), h("span.grow"), unfold()),
  );
}

const number = (rank) => h("kbd.rank", { title: t("card.key", { n: rank }), "aria-hidden": "true" }, String(rank));
const unfold = () =>
  h(
    "button.btn.small.ghost",
    { type: "button", "aria-expanded": "false", data: { act: "unfold-card" } },
    t("card.unfold"),
  );
const labelled = (act, name, label, data = {}) =>
  h("button.btn.small.ghost", { type: "button", data: { act, ...data } }, icon(name), label);
const iconButton = (act, name, label) =>
  h("button.icon-btn", { type: "button", "aria-label": label, title: label, data: { act } }, icon(name));

function insertButton(text) {
  if (!text) return null;
  return h(
    "button.btn.small.primary-soft",
    { type: "button", data: { act: "insert-passage" } },
    icon("insert"),
    t("card.insert"),
  );
}

/** Say what the buttons on the cards do. */
export function cardActions() {
  action("insert-passage", (element) => {
    const { hit, section, rank } = hitOf(element);
    insertHit(hit, section, rank);
  });
  action("insert-steps", (element) => {
    const { hit, rank } = hitOf(element);
    insertSteps(hit, rank);
  });
  action("insert-link", (element) => {
    const { hit, rank } = hitOf(element);
    insertHitLink(hit, rank);
  });
  action("copy-link", (element) => {
    const { hit, rank } = hitOf(element);
    copyHitLink(hit, rank);
  });
  action("opened-article", (element) => {
    const { hit, rank } = hitOf(element);
    note("opened", { ...about(hit, rank), detail: { by: "web" } });
  });
  action("more-actions", (element) => {
    const row = element.closest(".card-hit").querySelector(".card-actions.more");
    row.hidden = !row.hidden;
    element.setAttribute("aria-expanded", String(!row.hidden));
  });
  action("unfold-card", (element) => {
    const open = element.closest(".card-hit").classList.toggle("open");
    element.setAttribute("aria-expanded", String(open));
    element.textContent = t(open ? "card.fold" : "card.unfold");
  });
}
