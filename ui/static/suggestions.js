// The right column: how sure Svar is, and articles, similar tickets and canned replies.
import { action } from "./actions.js";
import { askBox } from "./asking.js";
import { articleCard, cannedCard, ticketCard } from "./cards.js";
import { fill, h } from "./dom.js";
import { count, t } from "./i18n.js";
import { icon } from "./icons.js";
import { about, note } from "./journal.js";
import { on, state, ticket } from "./state.js";

const SECTIONS = ["articles", "tickets", "canned"];
const CARDS = { articles: articleCard, tickets: ticketCard, canned: cannedCard };
const SURE = 0.8;
let verdict = null;
let tabs = null;
let list = null;
let said = null;
let section = "articles";
let shown = "";
let forced = false;

/** Build the pane. */
export function suggestionsPane() {
  verdict = h("div.verdict");
  tabs = h("div.tabs", { role: "tablist", "aria-label": t("suggestions.sections") });
  list = h("div.sugs", { id: "suggestions", data: { q: "", state: "idle" } });
  said = h("div.sr", { role: "status", "aria-live": "polite", id: "suggestions-said" });
  action("section", (element) => {
    section = element.dataset.section;
    show();
  });
  on("show-section", (name) => {
    if (name === section || !hits(name).length) return;
    section = name;
    show();
  });
  action("show-anyway", () => {
    forced = true;
    show();
  });
  action("dismiss", dismiss);
  on("opened", () => waiting(""));
  on("asking", (q) => waiting(q));
  on("suggested", ({ q = "", mode = "ticket" }) => {
    forced = mode !== "ticket";
    pickSection();
    show(q);
    logShown(q, mode);
  });
  on("suggest-failed", failed);
  return h("aside.pane.suggestions-pane", { "aria-label": t("pane.suggestions") }, askBox(), said, verdict, tabs, list);
}

/** The suggestions that the number keys mean: those of the open section. */
export function visibleHits() {
  return list.dataset.state === "ready" ? hits(section).map((hit) => ({ hit, section })) : [];
}

const hits = (name) => (state.suggestion ? state.suggestion[name] : []);

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

function pickSection() {
  if (!hits(section).length) section = SECTIONS.find((name) => hits(name).length) || "articles";
  if (hits("articles").length) section = "articles";
}

function show(q = list.dataset.q) {
  const found = state.suggestion;
  const any = SECTIONS.some((name) => hits(name).length);
  const trusted = found.confident || forced;
  showVerdict(found, any);
  list.dataset.q = q;
  list.dataset.state = any && trusted ? "ready" : "empty";
  list.scrollTop = 0;
  tabs.hidden = !any || !trusted;
  fill(tabs, SECTIONS.map(tab));
  if (!any || !trusted) fill(list, emptyState(any));
  else
    fill(
      list,
      hits(section).length
        ? hits(section).map((hit, n) => CARDS[section](hit, n + 1))
        : h("p.empty", {}, t(`suggestions.no_${section}`)),
    );
  say(found, any && trusted);
}

function say(found, ready) {
  const text = ready
    ? `${t("suggestions.said", { n: found.articles.length + found.tickets.length + found.canned.length })}, ${t(`confidence.${word(found)}`)}`
    : t("suggestions.nothing");
  if (said.textContent !== text) said.textContent = text;
}

function word(found) {
  if (!found.confident) return "unsure";
  return found.confidence >= SURE ? "sure" : "likely";
}

/** Never 100: nothing here is certain. Rounded down, so that nothing reads as good that was too low to be shown. */
const percent = (chance) => Math.min(99, Math.floor(chance * 100 + 1e-6));

/** The chance in words, e.g. "about 7 in 10 such lists are useful": the number that the team's setting is compared with. */
const inTen = (found) =>
  found.in_ten ? t("confidence.in_ten", { n: found.in_ten }) : t("confidence.in_ten_none");

function showVerdict(found, any) {
  // Where nothing is shown, the list itself says so.
  if (found.exact || !any || !(found.confident || forced)) {
    fill(verdict);
    return;
  }
  const level = word(found);
  const bars = h("span.bars", { "aria-hidden": "true", class: level }, h("i"), h("i"), h("i"));
  fill(
    verdict,
    bars,
    h("strong", { class: level, title: t(`confidence.${level}_why`) }, t(`confidence.${level}`)),
    h(
      "span.muted",
      { title: t("confidence.percent", { percent: percent(found.confidence) }) },
      found.confident ? inTen(found) : t("confidence.unsure_why"),
    ),
  );
}

function tab(name) {
  return h(
    "button.tab",
    { type: "button", role: "tab", "aria-selected": String(name === section), data: { act: "section", section: name } },
    t(`suggestions.${name}`),
    h("span.count", {}, count(hits(name).length)),
  );
}

const closest = (found) => t("suggestions.closest", { chance: inTen(found), least: found.least_in_ten });

function emptyState(any) {
  const subject = ticket() ? ticket().subject : "";
  return h(
    "div.empty-state",
    {},
    icon("bulb"),
    h("p.empty-title", {}, t("suggestions.nothing")),
    any ? h("p.muted", {}, closest(state.suggestion)) : null,
    h("p.muted", {}, t("suggestions.nothing_hint")),
    h(
      "div.empty-actions",
      {},
      subject && state.mode === "ticket"
        ? h(
            "button.btn.small",
            { type: "button", data: { act: "search-for", q: subject } },
            icon("search"),
            t("suggestions.search_subject"),
          )
        : null,
      any
        ? h("button.btn.small.ghost", { type: "button", data: { act: "show-anyway" } }, t("suggestions.show_anyway"))
        : null,
    ),
  );
}

function dismiss(element) {
  const card = element.closest(".card-hit");
  const hit = state.suggestion.articles.find((one) => one.id === card.dataset.id);
  note("dismissed", about(hit, Number(card.dataset.rank)));
  state.suggestion.articles = state.suggestion.articles.filter((one) => one !== hit);
  show();
}

function logShown(q, mode) {
  const key = `${ticket() ? ticket().id : ""}|${q}|${state.suggestion.articles.map((hit) => hit.id).join(",")}`;
  if (key === shown || mode !== "ticket" || !state.suggestion.confident) return;
  shown = key;
  state.suggestion.articles.forEach((hit, n) => note("shown", about(hit, n + 1)));
}
