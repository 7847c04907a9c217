// Why a suggestion is here: the tickets that spoke for it, listed on demand, and the words that it shares.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { count, day, languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { hitOf } from "./hits.js";
import { state } from "./state.js";
import { toastError } from "./toast.js";

const MOST_TERMS = 6;
const CODE = /\d/;
const JOINED = /[\p{L}\p{N}]+(?:[-.:/][\p{L}\p{N}]+)+/gu;

/** The lines under an article's passage: who spoke for it; else, or where a code is among them, the words in common. */
export function evidence(hit) {
  const { terms: words } = hit.passage;
  const tells = words.length > 0 && (!hit.evidence.tickets || words.some((word) => CODE.test(word)));
  return [tells && !hit.evidence.tickets ? null : why(hit.evidence), tells ? terms(hit.passage) : null];
}

function why({ tickets, solved, ticket_ids: ids }) {
  if (!tickets) {
    const { confident, exact } = state.suggestion;
    return confident && !exact ? h("div.why", {}, icon("quote"), h("span", {}, t("why.text"))) : null;
  }
  const text = [
    t("why.linked", { n: tickets, count: count(tickets) }),
    solved ? t("why.solved", { n: solved, count: count(solved) }) : "",
  ];
  if (!ids.length) return h("div.why", {}, icon("people"), h("span", {}, text));
  return h(
    "div.why",
    {},
    icon("people"),
    h(
      "button.why-tickets",
      { type: "button", "aria-expanded": "false", title: t("why.show"), data: { act: "evidence" } },
      text,
      icon("down"),
    ),
  );
}

/** A part of a code stands for the whole: "1042" for "E-1042". */
function whole(word, text) {
  if (!CODE.test(word)) return word;
  return (text.match(JOINED) || []).find((code) => code.split(/[^\p{L}\p{N}]/u).includes(word)) || word;
}

function terms({ terms: found, text }) {
  const words = found.map((word) => whole(word, text));
  const all = [...new Map(words.map((word) => [word.toLowerCase(), word])).values()];
  const shown = [...all.filter((word) => CODE.test(word)), ...all.filter((word) => !CODE.test(word))].slice(0, MOST_TERMS);
  return h(
    "div.why.terms",
    {},
    icon("search"),
    h("span.sr", {}, t("why.terms")),
    shown.map((word) => h("span.term", { class: CODE.test(word) ? "code" : "", dir: "auto" }, word)),
  );
}

/** Say what the button does. */
export function evidenceActions() {
  action("evidence", toggle);
}

async function toggle(element) {
  const { card, hit } = hitOf(element);
  const open = element.getAttribute("aria-expanded") !== "true";
  element.setAttribute("aria-expanded", String(open));
  card.querySelector(".evidence")?.remove();
  if (!open) return;
  const place = h("ul.evidence", { "aria-label": t("why.show") });
  element.closest(".why").after(place);
  try {
    const { tickets } = await api.evidence(hit.evidence.ticket_ids.join(","));
    fill(place, tickets.map(row));
    const more = hit.evidence.tickets - tickets.length;
    if (more > 0) place.append(h("li.muted", {}, t("why.more", { n: more, count: count(more) })));
  } catch (error) {
    place.remove();
    element.setAttribute("aria-expanded", "false");
    toastError(error);
  }
}

function row(one) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", data: { act: "open-ticket", id: one.id } },
      h("span.evidence-subject", { dir: "auto" }, one.subject || t("ticket.no_subject")),
      h("span.tag", { title: languageName(one.locale) }, one.locale.toUpperCase()),
      h("time", { datetime: one.created_at }, day(one.created_at)),
    ),
  );
}
