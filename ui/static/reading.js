// Reading a whole article in place, opened at the place that matched.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h, highlight, setRendered } from "./dom.js";
import { doubtBadge } from "./doubt.js";
import { flagList, markFlags } from "./flags.js";
import { find } from "./hits.js";
import { day, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { about, note } from "./journal.js";
import { mayMakeArticles } from "./make_article.js";
import { markQuote } from "./quotes.js";
import { emit, on } from "./state.js";
import { toastError } from "./toast.js";

const FIRST_WORDS = 8;
const kept = new Map();

/** Say what "read" does on a card, and on a source of the draft. */
export function readingActions() {
  action("read", (element) => toggle(element.closest(".card-hit")));
  action("read-translation", (element) => read(element.closest(".card-hit"), element.dataset.id, 0));
  action("read-source", (element) => readFromDraft(element.dataset.id, element.dataset.kind));
  on("flags", (id) => {
    for (const key of [...kept.keys()]) if (key.startsWith(`${id}|`)) kept.delete(key);
    for (const card of document.querySelectorAll(`.card-hit.reading[data-id="${CSS.escape(id)}"]`)) again(card);
  });
}

/** Open or close an article in its card; resolves once it is there. */
export async function toggle(card) {
  const open = !card.classList.contains("reading");
  card.classList.toggle("reading", open);
  for (const control of card.querySelectorAll("[data-act=read]")) control.setAttribute("aria-expanded", String(open));
  const more = card.querySelector(".read-more");
  if (more) more.textContent = t(open ? "card.close" : "card.read");
  const old = card.querySelector(".whole");
  if (old) {
    const had = old.contains(document.activeElement);
    old.remove();
    if (had) card.focus({ preventScroll: true });
  }
  if (!open) return;
  const hit = find("articles", card.dataset.id);
  if (hit) note("opened", { ...about(hit, Number(card.dataset.rank)), detail: { by: "place" } });
  await read(card, card.dataset.id, hit ? hit.revision : 0, hit);
}

/** Open the article of a card if it is not open yet; resolves to where it is read, or null. */
export async function openInPlace(card) {
  if (!card.classList.contains("reading")) await toggle(card);
  return card.querySelector(".whole");
}

const again = (card) => {
  const hit = find("articles", card.dataset.id);
  return read(card, card.dataset.id, hit ? hit.revision : 0, hit);
};

async function read(card, id, revision, hit = null) {
  let place = card.querySelector(".whole");
  const isNew = !place;
  if (isNew) {
    place = h("div.whole", { tabindex: "0", role: "region", "aria-label": t("reading.label") });
    card.insertBefore(place, card.querySelector(".why, .card-actions"));
  }
  try {
    const answer = await fetchArticle(id, revision);
    if (!card.classList.contains("reading")) return;
    const at = place.scrollTop;
    show(place, answer, hit);
    if (hit && isNew) goTo(place, hit);
    else place.scrollTop = isNew ? 0 : at;
  } catch (error) {
    place.remove();
    toastError(error);
  }
}

async function fetchArticle(id, revision) {
  const key = `${id}|${revision}`;
  if (!kept.has(key)) kept.set(key, await api.article(id, revision || undefined));
  return kept.get(key);
}

function show(place, answer, hit) {
  const { article, translations } = answer;
  const body = answer.html
    ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), answer.html)
    : h("div.plain", { dir: "auto" }, answer.markdown);
  if (hit) highlight(body, hit.passage.terms);
  const others = translations.map((other) =>
    h(
      "button.tag",
      {
        type: "button",
        title: `${languageName(other.locale)}: ${other.title}`,
        data: { act: "read-translation", id: other.id },
      },
      other.locale.toUpperCase(),
    ),
  );
  place.dataset.article = article.id;
  place.dataset.revision = String(article.revision.number);
  fill(
    place,
    h(
      "div.whole-head",
      {},
      hit ? null : h("strong", { dir: "auto" }, article.revision.title),
      // A card says so itself, of the article that it is about.
      hit ? null : doubtBadge({ ...article, verification: answer.verification }),
      h(
        "span.muted",
        {},
        t("reading.revision", { n: article.revision.number, when: article.updated_at ? day(article.updated_at) : "–" }),
      ),
      h("span.grow"),
      mayMakeArticles() ? knowledgeLink(article.id) : null,
      others,
    ),
    answer.outdated ? h("p.remark", {}, icon("warn"), t("badge.outdated_help")) : null,
    flagList(answer.flags || [], article),
    body,
  );
  markFlags(body, answer.flags || []);
}

/** Those who write articles go on where they write them. */
const knowledgeLink = (id) =>
  h(
    "a.icon-btn",
    { href: `/ui/knowledge?${new URLSearchParams({ tab: "articles", article: id })}`, "aria-label": t("reading.knowledge"), title: t("reading.knowledge") },
    icon("book"),
  );

/** The matched passage comes into sight, with its heading if it has one. */
function goTo(place, hit) {
  const headings = [...place.querySelectorAll(".doc :is(h1, h2, h3, h4, h5, h6)")];
  const heading = headings.find((element) => element.textContent.trim() === hit.passage.heading);
  const found = heading || passageStart(place, hit);
  if (!found) return;
  if (heading) heading.classList.add("matched");
  place.scrollTop = found.getBoundingClientRect().top - place.getBoundingClientRect().top + place.scrollTop - 8;
}

function passageStart(place, hit) {
  const words = hit.passage.text.split(/\s+/).slice(0, FIRST_WORDS).join(" ");
  return words ? markQuote(place.querySelector(".doc, .plain"), words, "here") : null;
}

const SECTIONS = { article: "articles", ticket: "tickets", canned: "canned" };

/** Show where a sentence of the draft comes from among the suggestions; an article that is not there is put on top. */
function readFromDraft(id, kind) {
  emit("show-pane", "suggestions");
  emit("show-section", SECTIONS[kind]);
  const list = document.getElementById("suggestions");
  let card = list.querySelector(`.card-hit[data-id="${CSS.escape(id)}"]`);
  if (!card && kind === "article") {
    card = h("article.card-hit.reading.extra", { data: { id, rank: "0", section: "articles", key: `articles/${id}` } });
    list.prepend(card);
    read(card, id, 0);
  }
  if (!card) return;
  card.scrollIntoView({ block: "start" });
  if (kind === "article" && !card.classList.contains("reading")) toggle(card);
}
