// Reading a whole article in place, opened at the heading that matched.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h, highlight, setRendered } from "./dom.js";
import { day, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { about, note } from "./journal.js";
import { emit, state } from "./state.js";
import { toastError } from "./toast.js";

const kept = new Map();

/** Say what "read" does on a card, and on a source of the draft. */
export function readingActions() {
  action("read", (element) => toggle(element.closest(".card-hit")));
  action("read-translation", (element) => read(element.closest(".card-hit"), element.dataset.id, 0));
  action("read-source", (element) => readFromDraft(element.dataset.id, element.dataset.kind));
}

async function toggle(card) {
  const open = !card.classList.contains("reading");
  card.classList.toggle("reading", open);
  for (const control of card.querySelectorAll("[data-act=read]")) control.setAttribute("aria-expanded", String(open));
  card.querySelector(".read-more").textContent = t(open ? "card.close" : "card.read");
  const old = card.querySelector(".whole");
  if (old) old.remove();
  if (!open) return;
  const hit = state.suggestion.articles.find((one) => one.id === card.dataset.id);
  note("opened", { ...about(hit, Number(card.dataset.rank)), detail: { by: "place" } });
  await read(card, hit.id, hit.revision, hit);
}

async function read(card, id, revision, hit = null) {
  let place = card.querySelector(".whole");
  if (!place) {
    place = h("div.whole", { tabindex: "-1", "aria-label": t("reading.label") });
    card.insertBefore(place, card.querySelector(".why, .card-actions"));
  }
  try {
    const answer = await fetchArticle(id, revision);
    if (card.classList.contains("reading")) show(place, answer, hit);
  } catch (error) {
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
  fill(
    place,
    h(
      "div.whole-head",
      {},
      hit ? null : h("strong", { dir: "auto" }, article.revision.title),
      h(
        "span.muted",
        {},
        t("reading.revision", { n: article.revision.number, when: article.updated_at ? day(article.updated_at) : "–" }),
      ),
      h("span.grow"),
      others,
    ),
    answer.outdated ? h("p.remark", {}, icon("warn"), t("badge.outdated_help")) : null,
    body,
  );
  if (hit) goTo(place, hit.passage.heading);
}

function goTo(place, heading) {
  const found = [...place.querySelectorAll("h1, h2, h3, h4, h5, h6")].find(
    (element) => element.textContent.trim() === heading,
  );
  if (!found) return;
  found.classList.add("matched");
  place.scrollTop = found.offsetTop - place.offsetTop - 8;
}

const SECTIONS = { article: "articles", ticket: "tickets", canned: "canned" };

/** Show where a sentence of the draft comes from among the suggestions; an article that is not there is put on top. */
function readFromDraft(id, kind) {
  emit("show-pane", "suggestions");
  emit("show-section", SECTIONS[kind]);
  const list = document.getElementById("suggestions");
  let card = list.querySelector(`.card-hit[data-id="${CSS.escape(id)}"]`);
  if (!card && kind === "article") {
    card = h("article.card-hit.reading.extra", { data: { id, rank: "0" } });
    list.prepend(card);
    read(card, id, 0);
  }
  if (!card) return;
  card.scrollIntoView({ block: "start" });
  if (kind === "article" && !card.classList.contains("reading")) toggle(card);
}
