// One card per suggestion, and what its buttons do.
import { action } from "./actions.js";
import { h, highlight, setRendered } from "./dom.js";
import { insert, insertInline, withFields } from "./editor.js";
import { ago, count, day, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { about, note } from "./journal.js";
import { emit, state, ticket } from "./state.js";
import { toast } from "./toast.js";

const UNVERIFIED = { wip: "state.wip", not_validated: "state.not_validated" };

/** An article with the passage that answers. */
export function articleCard(hit, rank) {
  const passage = hit.passage.html
    ? setRendered(h("div.doc.passage", { dir: "auto" }), hit.passage.html)
    : h("div.plain.passage", { dir: "auto" }, hit.passage.text);
  highlight(passage, hit.passage.terms);
  return h(
    "article.card-hit",
    { data: { id: hit.id, rank: String(rank), section: "articles" } },
    h(
      "div.card-head",
      {},
      number(rank),
      h(
        "button.card-title",
        { type: "button", dir: "auto", "aria-expanded": "false", data: { act: "read" } },
        hit.title,
      ),
      dismissButton(),
    ),
    h("div.badges", {}, badges(hit)),
    hit.passage.heading ? h("div.passage-heading", { dir: "auto" }, hit.passage.heading) : null,
    passage,
    why(hit.evidence),
    h(
      "div.card-actions",
      {},
      h(
        "button.btn.small.primary-soft",
        { type: "button", data: { act: "insert-passage" } },
        icon("insert"),
        t("card.insert"),
      ),
      hit.url
        ? h(
            "button.btn.small.ghost",
            { type: "button", data: { act: "insert-link" } },
            icon("link"),
            t("card.insert_link"),
          )
        : null,
      h("span.grow"),
      hit.url ? iconButton("copy-link", "copy", t("card.copy_link")) : null,
      hit.url
        ? h(
            "a.icon-btn",
            {
              href: hit.url,
              target: "_blank",
              rel: "noopener noreferrer",
              "aria-label": t("card.open"),
              title: t("card.open"),
              data: { act: "opened-article" },
            },
            icon("open"),
          )
        : null,
      h(
        "button.btn.small.ghost.read-more",
        { type: "button", "aria-expanded": "false", data: { act: "read" } },
        t("card.read"),
      ),
    ),
  );
}

function badges(hit) {
  const differs = ticket() && hit.locale !== ticket().locale;
  return [
    h("span.tag", { class: differs ? "differs" : "", title: languageName(hit.locale) }, hit.locale.toUpperCase()),
    hit.audience === "public"
      ? null
      : h("span.badge.internal", { title: t("audience.help") }, icon("lock"), t(`audience.${hit.audience}`)),
    differs ? untranslated(hit) : null,
    hit.outdated ? h("span.badge.warn", { title: t("badge.outdated_help") }, icon("warn"), t("badge.outdated")) : null,
    stateBadge(hit),
    hit.product ? h("span.fact", { dir: "auto" }, hit.product) : null,
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
  if (UNVERIFIED[hit.state]) return h("span.badge", {}, t(UNVERIFIED[hit.state]));
  if (hit.verified_at)
    return h(
      "span.fact.good",
      { title: day(hit.verified_at) },
      icon("verified"),
      t("badge.verified", { when: ago(hit.verified_at) }),
    );
  return hit.updated_at
    ? h("span.fact", { title: day(hit.updated_at) }, icon("clock"), t("badge.updated", { when: ago(hit.updated_at) }))
    : null;
}

function why(evidence) {
  if (!evidence.tickets) {
    const { confident, exact } = state.suggestion;
    return confident && !exact ? h("div.why", {}, icon("quote"), h("span", {}, t("why.text"))) : null;
  }
  return h(
    "div.why",
    {},
    icon("people"),
    h(
      "span",
      {},
      t("why.linked", { n: evidence.tickets, count: count(evidence.tickets) }),
      evidence.solved ? t("why.solved", { n: evidence.solved, count: count(evidence.solved) }) : "",
    ),
  );
}

/** A similar solved ticket with how it was solved. */
export function ticketCard(hit, rank) {
  return h(
    "article.card-hit",
    { data: { id: hit.id, rank: String(rank), section: "tickets" } },
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
    hit.resolution
      ? hit.html
        ? setRendered(h("div.doc.passage", { dir: "auto" }), hit.html)
        : h("div.plain.passage", { dir: "auto" }, hit.resolution)
      : h("p.muted", {}, t("card.no_resolution")),
    h(
      "div.card-actions",
      {},
      hit.resolution
        ? h(
            "button.btn.small.primary-soft",
            { type: "button", data: { act: "insert-passage" } },
            icon("insert"),
            t("card.insert"),
          )
        : null,
      h("span.grow"),
      unfold(),
    ),
  );
}

function moreLikeIt(hit) {
  const more = hit.count - 1;
  if (!more) return null;
  const title = t("badge.more_like_it_title", { ids: hit.others.join(", ") });
  return h("span.fact.more-like-it", { title }, icon("people"), t("badge.more_like_it", { n: more, count: count(more) }));
}

/** A canned reply with its fields filled. */
export function cannedCard(hit, rank) {
  return h(
    "article.card-hit",
    { data: { id: hit.id, rank: String(rank), section: "canned" } },
    h(
      "div.card-head",
      {},
      number(rank),
      h("span.card-title", { dir: "auto" }, hit.title),
      hit.shortcut ? h("span.tag.shortcut", {}, `;${hit.shortcut}`) : null,
    ),
    h("div.plain.passage", { dir: "auto" }, withFields(hit.filled)),
    h(
      "div.card-actions",
      {},
      h(
        "button.btn.small.primary-soft",
        { type: "button", data: { act: "insert-passage" } },
        icon("insert"),
        t("card.insert"),
      ),
      h("span.grow"),
      unfold(),
    ),
  );
}

const number = (rank) => h("kbd.rank", { title: t("card.key", { n: rank }) }, String(rank));
const unfold = () =>
  h(
    "button.btn.small.ghost",
    { type: "button", "aria-expanded": "false", data: { act: "unfold-card" } },
    t("card.unfold"),
  );
const dismissButton = () => iconButton("dismiss", "dismiss", t("card.dismiss"));
const iconButton = (act, name, label) =>
  h("button.icon-btn", { type: "button", "aria-label": label, title: label, data: { act } }, icon(name));

function hitOf(element) {
  const card = element.closest(".card-hit");
  const { id, section, rank } = card.dataset;
  return { card, section, rank: Number(rank), hit: state.suggestion[section].find((one) => one.id === id) };
}

/** Insert the text of a suggestion into the reply. */
export function insertHit(hit, section, rank) {
  if (section === "articles") {
    insert(hit.passage.text);
    emit("use-article", hit);
    note("inserted", { ...about(hit, rank), detail: { by: "passage" } });
  } else if (section === "tickets") {
    insert(hit.resolution);
    note("inserted", { rank, detail: { by: "ticket", source: hit.id } });
  } else {
    insert(hit.filled);
    note("inserted", { rank, detail: { by: "canned", source: hit.id } });
  }
}

/** Say what the buttons on the cards do. */
export function cardActions() {
  action("insert-passage", (element) => {
    const { hit, section, rank } = hitOf(element);
    insertHit(hit, section, rank);
  });
  action("insert-link", (element) => {
    const { hit, rank } = hitOf(element);
    insertInline(`[${hit.title.replace(/[[\]]/g, "")}](${hit.url})`);
    emit("use-article", hit);
    note("inserted", { ...about(hit, rank), detail: { by: "link" } });
  });
  action("copy-link", async (element) => {
    const { hit, rank } = hitOf(element);
    try {
      await navigator.clipboard.writeText(hit.url);
      toast(t("card.copied"), { kind: "good", ms: 2500 });
      note("copied", about(hit, rank));
    } catch (_) {
      toast(hit.url, { ms: 15000 });
    }
  });
  action("opened-article", (element) => {
    const { hit, rank } = hitOf(element);
    note("opened", { ...about(hit, rank), detail: { by: "web" } });
  });
  action("unfold-card", (element) => {
    const open = element.closest(".card-hit").classList.toggle("open");
    element.setAttribute("aria-expanded", String(open));
    element.textContent = t(open ? "card.fold" : "card.unfold");
  });
}
