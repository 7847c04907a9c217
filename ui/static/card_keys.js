// Keys for the current suggestion: read it, say that it does not help, flag, pin, compare, insert its steps.
import { currentCard, focusCard } from "./current.js";
import { openCompare } from "./compare.js";
import { startFlag } from "./flags.js";
import { hitOf, insertSteps } from "./hits.js";
import { answerReason, askReason, isAskingReason } from "./pins.js";
import { perform } from "./actions.js";
import { emit, ticket } from "./state.js";
import { visibleHits } from "./suggestions.js";

const DEEDS = {
  o: read,
  h: askReason,
  l: link,
  f: startFlag,
  m: (card) => ticket() && hitOf(card).section === "articles" && perform("pin", card),
  "=": openCompare,
};

/** Do what a key means for the current card; returns whether it meant anything. */
export function cardKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (!typing && isAskingReason() && answerReason(event.key)) return taken(event);
  if (typing) return false;
  if (event.shiftKey && /^Digit[1-5]$/.test(event.code)) {
    const found = visibleHits()[Number(event.code.slice(5)) - 1];
    if (found && found.section === "articles" && ticket()) insertSteps(found.hit, Number(event.code.slice(5)));
    return taken(event);
  }
  const deed = DEEDS[event.key];
  const card = deed && currentCard();
  if (!card) return false;
  emit("show-pane", "suggestions");
  focusCard(card);
  deed(card);
  return taken(event);
}

function taken(event) {
  event.preventDefault();
  return true;
}

function link(card) {
  card.querySelector("[data-act=insert-link]")?.click();
}

function read(card) {
  (card.querySelector(".card-head [data-act=read]") || card.querySelector("[data-act=unfold-card]"))?.click();
}
