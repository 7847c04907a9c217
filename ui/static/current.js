// The card that the keys mean: the one with the focus, else the one that was in use last, else the first.
import { on } from "./state.js";

let list = null;
let last = "";

/** Follow the focus inside the list of suggestions. */
export function watchCards(element) {
  list = element;
  list.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card-hit");
    if (card) take(card);
  });
  list.addEventListener("keydown", onArrow);
  on("opened", () => (last = ""));
}

const cards = () => [...list.querySelectorAll(".card-hit")];

/** The card that the keys mean, or null where there is none. */
export function currentCard() {
  const all = cards();
  return all.find((card) => card.dataset.key === last) || all[0] || null;
}

/** Make a card the one that the keys mean. */
export function take(card) {
  last = card.dataset.key;
  for (const each of cards()) each.tabIndex = each === card ? 0 : -1;
}

/** Put the focus on a card; returns whether there is one. */
export function focusCard(card = currentCard()) {
  if (!card) return false;
  take(card);
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  return true;
}

/** Keep a card where it was on the screen: by scrolling, and by an empty space where there is nothing to scroll. */
export function stay(kept, before) {
  list.style.removeProperty("--above");
  list.style.removeProperty("--below");
  if (!kept) return;
  const moved = () => kept.getBoundingClientRect().top - before;
  list.scrollTop += moved();
  if (moved() < -1) list.style.setProperty("--above", `${-moved()}px`);
  if (moved() > 1) {
    list.style.setProperty("--below", `${moved()}px`);
    list.scrollTop += moved();
  }
}

function onArrow(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const card = event.target.closest(".card-hit");
  // Inside what is being read, or in a field, the arrows belong to that.
  if (!card || event.target.closest(".whole, textarea, input, select")) return;
  if (step) {
    const all = cards();
    const next = all[all.indexOf(card) + step];
    if (!next) return;
    event.preventDefault();
    focusCard(next);
  } else if (event.key === "Enter" && event.target === card) {
    event.preventDefault();
    card.querySelector("[data-act=read], [data-act=unfold-card]")?.click();
  }
}
