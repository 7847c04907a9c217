// What an agent says about one suggestion: pin it, set it aside with a reason, link it to the ticket.
import { action } from "./actions.js";
import { api } from "./api.js";
import { currentCard } from "./current.js";
import { h } from "./dom.js";
import { hitOf } from "./hits.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { flush } from "./journal.js";
import { emit, on, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

const REASONS = ["wrong_topic", "outdated", "wrong_language", "too_long", "does_not_work"];
const KINDS = { resolution: "check", reference: "link" };
/** Pinned articles of the open ticket, as suggestions; kept while somebody searches or takes notes. */
let pinnedHits = [];
/** What was set aside last, for the undo. */
let undoable = null;

const pins = () => (state.pins ? state.pins : []);
const pinOf = (id) => pins().find((one) => one.article_id === id);

/** The pinned suggestions of the open ticket. */
export const pinnedSuggestions = () => pinnedHits;

/** The button in a card's head. */
export function pinButton(hit) {
  const pinned = Boolean(pinOf(hit.id));
  const label = t(pinned ? "card.unpin" : "card.pin");
  return h(
    "button.icon-btn.pin",
    { type: "button", "aria-label": label, "aria-pressed": String(pinned), title: label, data: { act: "pin" } },
    icon("pin"),
  );
}

/** "Pinned by Anna". */
export function pinBadge(hit) {
  const pin = pinOf(hit.id);
  if (!pin) return null;
  const own = state.me && pin.user_id === state.me.user.id;
  return h("span.badge.pinned", {}, icon("pin"), own ? t("badge.pinned") : t("badge.pinned_by", { name: pin.by }));
}

/** How the article is linked to the ticket, if it is. */
export function linkedBadge(hit) {
  const link = linkOf(hit.id);
  if (!link) return null;
  const kind = link.kind === "reference" ? "reference" : "resolution";
  return h("span.badge", { class: kind }, icon(KINDS[kind]), t(`badge.linked_${kind}`));
}

const linkOf = (id) =>
  state.open && state.open.links ? state.open.links.find((link) => link.article_id === id) : undefined;

/** "This solved it" and "Related", apart. */
export function linkButtons(hit) {
  const link = linkOf(hit.id);
  return Object.keys(KINDS).map((kind) => {
    const set = Boolean(link) && (link.kind === "reference") === (kind === "reference");
    return h(
      "button.btn.small.ghost",
      { type: "button", "aria-pressed": String(set), title: t(`card.link_${kind}_help`), data: { act: "link", kind } },
      icon(KINDS[kind]),
      t(`card.link_${kind}`),
    );
  });
}

/** Say what the buttons do, and follow the open ticket. */
export function pinActions() {
  action("pin", (element) => togglePin(hitOf(element)));
  action("dismiss", (element) => askReason(element.closest(".card-hit")));
  action("reason", (element) => setAside(hitOf(element), element.dataset.reason));
  action("undo-dismiss", () => undoable && takeBack(undoable));
  action("take-back", (element) => takeBack(element.dataset.id));
  action("link", (element) => link(hitOf(element).hit, element.dataset.kind, element));
  action("unlink", (element) => unlink(element.dataset.id));
  on("opened", () => {
    state.pins = [];
    pinnedHits = [];
  });
  on("suggested", ({ mode = "ticket" }) => {
    if (mode !== "ticket" || !state.suggestion.pins) return;
    state.pins = state.suggestion.pins;
    pinnedHits = state.suggestion.articles.filter((hit) => pinOf(hit.id));
  });
}

async function togglePin({ hit }) {
  const id = ticket().id;
  const pinned = Boolean(pinOf(hit.id));
  try {
    const answer = await (pinned ? api.unpin(id, hit.id) : api.pin(id, hit.id));
    if (!ticket() || ticket().id !== id) return;
    state.pins = answer.pins;
    pinnedHits = pinned ? pinnedHits.filter((one) => one.id !== hit.id) : [...pinnedHits, hit];
    if (state.suggestion) {
      const rest = state.suggestion.articles.filter((one) => !pinOf(one.id));
      const first = pins()
        .map((pin) => [...state.suggestion.articles, ...pinnedHits].find((one) => one.id === pin.article_id))
        .filter(Boolean);
      state.suggestion.articles = [...first, ...rest];
      if (state.mode === "ticket") state.suggestion.pins = answer.pins;
    }
    toast(t(pinned ? "card.unpinned" : "card.pinned"), { kind: "good", ms: 2500 });
    emit("marks");
    emit("cards", hit.id);
  } catch (error) {
    toastError(error);
  }
}

/** Ask why; the next number key answers. */
export function askReason(card) {
  if (!card || card.dataset.section !== "articles" || !ticket()) return;
  const old = card.querySelector(".reasons");
  if (old) {
    old.remove();
    return;
  }
  const choices = REASONS.map((reason, at) =>
    h(
      "button.btn.small",
      { type: "button", data: { act: "reason", reason } },
      h("kbd", { "aria-hidden": "true" }, String(at + 1)),
      t(`reason.${reason}`),
    ),
  );
  const row = h("div.reasons", { role: "group", "aria-label": t("reason.title") }, h("strong", {}, t("reason.title")), choices);
  card.querySelector(".card-head").after(row);
  choices[0].focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** Answer with a number key; returns whether somebody was being asked. */
export function answerReason(key) {
  const row = document.querySelector(".reasons");
  if (!row) return false;
  if (key === "Escape") {
    const card = row.closest(".card-hit");
    row.remove();
    card.focus({ preventScroll: true });
    return true;
  }
  const reason = REASONS[Number(key) - 1];
  if (!reason) return false;
  setAside(hitOf(row), reason);
  return true;
}

async function setAside({ card, hit, rank }, reason) {
  const { id } = ticket();
  const following = card.nextElementSibling || card.previousElementSibling;
  const moveOn = card.contains(document.activeElement);
  try {
    const { confidence } = state.suggestion;
    await api.dismiss(id, hit.id, { reason, revision: hit.revision || 0, rank, confidence: confidence || 0 });
    if (!ticket() || ticket().id !== id) return;
    undoable = hit.id;
    state.pins = pins().filter((pin) => pin.article_id !== hit.id);
    pinnedHits = pinnedHits.filter((one) => one.id !== hit.id);
    state.suggestion.articles = state.suggestion.articles.filter((one) => one !== hit);
    emit("marks");
    emit("cards", moveOn && following ? following.dataset.id : "");
    toast(t("reason.done"), { act: "undo-dismiss", label: t("undo"), ms: 8000 });
    // The list is fetched anew behind it, so that the next best one moves up.
    emit("ask-again");
  } catch (error) {
    toastError(error);
  }
}

async function takeBack(articleId) {
  const { id } = ticket();
  try {
    await api.takeBack(id, articleId);
    undoable = null;
    toast(t("reason.undone"), { kind: "good", ms: 2500 });
    emit("marks");
    emit("ask-again");
  } catch (error) {
    toastError(error);
  }
}

async function link(hit, kind, element) {
  const { id } = ticket();
  const set = element.getAttribute("aria-pressed") === "true";
  try {
    flush();
    const answer = await (set ? api.unlink(id, hit.id) : api.link(id, hit.id, kind));
    take(id, answer, hit.id);
    toast(t(set ? "card.unlinked" : `card.linked_${kind}`), { kind: "good", ms: 3000 });
  } catch (error) {
    toastError(error);
  }
}

async function unlink(articleId) {
  const { id } = ticket();
  try {
    take(id, await api.unlink(id, articleId), articleId);
    toast(t("card.unlinked"), { ms: 3000 });
  } catch (error) {
    toastError(error);
  }
}

function take(id, answer, articleId) {
  if (!ticket() || ticket().id !== id) return;
  state.open.links = answer.links;
  emit("links");
  emit("cards", articleId);
}

/** The number keys mean a reason now. */
export const isAskingReason = () => Boolean(document.querySelector(".reasons"));

/** Do something with the current card. */
export const withCurrent = (fn) => {
  const card = currentCard();
  if (card) fn(card);
};
