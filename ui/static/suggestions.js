// The right column: how sure Svar is, and articles, similar tickets and canned replies.
import { action } from "./actions.js";
import { askBox } from "./asking.js";
import { articleCard, cannedCard, refreshCard, ticketCard } from "./cards.js";
import { focusCard, stay, take, watchCards } from "./current.js";
import { fill, h } from "./dom.js";
import { count, t } from "./i18n.js";
import { icon } from "./icons.js";
import { about, note } from "./journal.js";
import { pinnedSuggestions } from "./pins.js";
import { markQuote } from "./quotes.js";
import { hintLine } from "./search.js";
import { nothingGood, setAsideFoot } from "./nothing.js";
import { emit, on, state, ticket } from "./state.js";
import { inTen, verdictLine, word } from "./verdict.js";

const SECTIONS = ["articles", "tickets", "canned"];
const CARDS = { articles: articleCard, tickets: ticketCard, canned: cannedCard };
let verdict = null;
let hints = null;
let tabs = null;
let list = null;
let said = null;
let section = "articles";
let shown = "";
let forced = false;
/** The article on top before anything was held in place: the one that answers. */
let top = "";

/** Build the pane. */
export function suggestionsPane() {
  verdict = h("div.verdict");
  hints = h("div.hints");
  tabs = h("div.tabs", { role: "tablist", "aria-label": t("suggestions.sections") });
  list = h("div.sugs", {
    id: "suggestions",
    role: "region",
    tabindex: "-1",
    "aria-label": t("pane.suggestions"),
    data: { q: "", state: "idle" },
  });
  said = h("div.sr", { role: "status", "aria-live": "polite", id: "suggestions-said" });
  watchCards(list);
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) emit("next-section", step);
  });
  listen();
  return h(
    "aside.pane.suggestions-pane",
    { "aria-label": t("pane.suggestions") },
    askBox(),
    said,
    verdict,
    hints,
    tabs,
    list,
  );
}

function listen() {
  action("section", (element) => choose(element.dataset.section));
  action("show-anyway", () => {
    forced = true;
    show();
  });
  on("show-section", (name) => name !== section && hits(name).length && choose(name));
  on("next-section", (step) => {
    const names = SECTIONS.filter((name) => hits(name).length);
    if (names.length > 1) choose(names[(names.indexOf(section) + step + names.length) % names.length]);
  });
  on("opened", () => waiting(""));
  on("asking", (q) => waiting(q));
  on("suggested", arrive);
  on("suggest-failed", failed);
  on("answered", showAnswer);
  on("recount", (id) => {
    const card = cardOf(id);
    if (card && card.hit) refreshCard(card, { ...card.hit });
  });
  on("cards", (id) => {
    show(list.dataset.q, heldCard(), { still: false });
    const card = id && cardOf(id);
    if (card) focusCard(card);
  });
}

/** The suggestions that the number keys mean: those of the open section, as they are shown. */
export function visibleHits() {
  return list.dataset.state === "ready" ? shownHits().map((hit) => ({ hit, section })) : [];
}

const hits = (name) => (state.suggestion ? state.suggestion[name] : []);
const cardOf = (id) => list.querySelector(`.card-hit[data-id="${CSS.escape(id)}"]`);

/** Of a list that is not to be trusted, what somebody pinned is shown all the same. */
function shownHits() {
  const found = hits(section);
  if (trusted() || section !== "articles") return trusted() ? found : [];
  return found.filter(isPinned);
}

const isPinned = (hit) => (state.pins || []).some((pin) => pin.article_id === hit.id);
const trusted = () => Boolean(state.suggestion) && (state.suggestion.confident || forced);

function choose(name) {
  const back = tabs.contains(document.activeElement);
  section = name;
  show();
  if (back) tabs.querySelector("[aria-selected=true]")?.focus();
}

function waiting(q) {
  list.dataset.state = "loading";
  list.dataset.asked = q;
  if (!q && !state.suggestion)
    fill(
      list,
      [1, 2, 3].map(() => h("div.skeleton", { "aria-hidden": "true" })),
    );
}

function failed({ q, error }) {
  list.dataset.q = q;
  list.dataset.state = "error";
  fill(verdict);
  fill(hints);
  fill(tabs);
  fill(
    list,
    h(
      "div.empty-state",
      {},
      icon("warn"),
      h("p", {}, error.message || t("error.offline")),
      error.hint ? h("p.muted", {}, error.hint) : null,
    ),
  );
}

function arrive({ q = "", mode = "ticket" }) {
  forced = mode !== "ticket";
  top = hits("articles").length ? hits("articles")[0].id : "";
  if (mode === "call") putPinsFirst();
  const held = heldCard();
  if (!held || held.dataset.section !== section) pickSection();
  if (held && held.dataset.section === section) keepPlace(held);
  show(q, held);
  logShown(q, mode);
}

function putPinsFirst() {
  const pinned = pinnedSuggestions();
  const rest = hits("articles").filter((hit) => !pinned.some((one) => one.id === hit.id));
  state.suggestion.articles = [...pinned, ...rest];
}

/** The card that somebody reads or uses right now: it must not move away. Who searches wants to see something new. */
function heldCard() {
  const focused = document.activeElement?.closest?.("#suggestions .card-hit");
  if (focused || state.mode === "search" || state.mode !== list.dataset.mode) return focused;
  return list.querySelector(".card-hit:hover") || list.querySelector(".card-hit.reading, .card-hit.open:not(.answer)");
}

/** Leave the suggestion that is being read where it was, also if it is none any more. */
function keepPlace(held) {
  const old = [...list.querySelectorAll(".card-hit")].indexOf(held);
  const name = held.dataset.section;
  const found = state.suggestion[name];
  const fresh = found.find((hit) => hit.id === held.dataset.id);
  const hit = fresh || (held.hit ? { ...held.hit, stale: true } : null);
  if (!hit) return;
  const others = found.filter((one) => one !== fresh);
  others.splice(Math.min(old, others.length), 0, hit);
  state.suggestion = { ...state.suggestion, [name]: others };
}

function pickSection() {
  if (!hits(section).length) section = SECTIONS.find((name) => hits(name).length) || "articles";
  if (hits("articles").length) section = "articles";
}

function show(q = list.dataset.q, held = heldCard(), { still = true } = {}) {
  const found = state.suggestion;
  if (!found) return;
  const any = SECTIONS.some((name) => hits(name).length);
  const ready = any && trusted();
  const before = held && held.isConnected ? held.getBoundingClientRect().top : 0;
  showVerdict(found, any);
  fill(hints, hintLine());
  const changed = list.dataset.q !== q || list.dataset.ticket !== (ticket() ? ticket().id : "");
  list.dataset.q = q;
  list.dataset.mode = state.mode;
  list.dataset.ticket = ticket() ? ticket().id : "";
  list.dataset.state = ready || shownHits().length ? "ready" : "empty";
  tabs.hidden = !any || !trusted();
  fill(tabs, SECTIONS.map(tab));
  const kept = place(ready, any, held);
  if (!kept && changed) list.scrollTop = 0;
  stay(still ? kept : null, before);
  say(found, ready);
}

/** Put the cards into the list around the one that must not move; returns that one. */
function place(ready, any, held) {
  const cards = shownHits().map((hit, n) => {
    const stays = held && held.dataset.id === hit.id && held.dataset.section === section;
    return stays ? renumbered(held, hit, n + 1) : made(hit, n + 1);
  });
  const kept = held && cards.includes(held) ? held : null;
  const empty = ready && !hits(section).length ? h("p.empty", {}, t(`suggestions.no_${section}`)) : null;
  const rest = [
    empty,
    ready ? null : nothingGood(any),
    section === "articles" && state.mode === "ticket" ? setAsideFoot() : null,
  ].filter(Boolean);
  if (!kept) {
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...cards, ...rest);
    if (focused && held) focusCard(cardOf(held.dataset.id) || cards[0]);
    return held ? cardOf(held.dataset.id) : null;
  }
  for (const child of [...list.children]) if (child !== kept) child.remove();
  kept.before(...cards.slice(0, cards.indexOf(kept)));
  kept.after(...cards.slice(cards.indexOf(kept) + 1), ...rest);
  take(kept);
  return kept;
}

function made(hit, rank) {
  const card = CARDS[section](hit, rank);
  card.hit = hit;
  if (section === "articles" && state.mode === "search" && hit.id === top) asAnswer(card);
  return card;
}

function renumbered(card, hit, rank) {
  card.hit = hit;
  card.dataset.rank = String(rank);
  const number = card.querySelector(".rank");
  if (number) number.textContent = String(rank);
  card.classList.toggle("stale", Boolean(hit.stale));
  refreshCard(card, hit);
  return card;
}

/** The best hit of a search shows its whole passage, so that nothing moves when its answering sentence is marked. */
function asAnswer(card) {
  const key = state.suggestion.exact ? "answer.exact" : state.suggestion.confident ? "answer.sure" : "answer.closest";
  card.classList.add("answer", "open");
  card.prepend(h("div.answer-label", {}, icon("quote"), t(key)));
}

function showAnswer({ q, answer }) {
  fill(hints, hintLine());
  const card = answer && list.dataset.q === q ? cardOf(answer.article_id) : null;
  const passage = card && card.classList.contains("answer") ? card.querySelector(".passage") : null;
  if (!passage || passage.querySelector("mark.answer")) return;
  const first = markQuote(passage, answer.text, "answer");
  if (first) said.textContent = `${t("answer.said")} ${answer.text}`;
}

function say(found, ready) {
  const all = found.articles.length + found.tickets.length + found.canned.length;
  const sure = found.exact ? "" : `, ${t(`confidence.${word(found)}`)}. ${found.confident ? inTen(found) : ""}`;
  const text = ready ? `${t("suggestions.said", { n: all })}${sure}`.trim() : t("suggestions.nothing");
  if (said.textContent !== text) said.textContent = text;
}

function showVerdict(found, any) {
  // Where nothing is shown, the list itself says so.
  if (found.exact || !any || !(found.confident || forced)) {
    fill(verdict);
    return;
  }
  fill(verdict, verdictLine(found));
}

function tab(name) {
  return h(
    "button.tab",
    { type: "button", role: "tab", "aria-selected": String(name === section), data: { act: "section", section: name } },
    t(`suggestions.${name}`),
    h("span.count", {}, count(hits(name).length)),
  );
}

function logShown(q, mode) {
  const key = `${ticket() ? ticket().id : ""}|${q}|${state.suggestion.articles.map((hit) => hit.id).join(",")}`;
  if (key === shown || mode !== "ticket" || !state.suggestion.confident) return;
  shown = key;
  state.suggestion.articles.forEach((hit, n) => note("shown", about(hit, n + 1)));
}
