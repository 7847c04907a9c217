// A suggestion behind a card, and putting its text into the reply.
import { api } from "./api.js";
import { insert, insertInline } from "./editor.js";
import { t } from "./i18n.js";
import { about, note } from "./journal.js";
import { emit, state } from "./state.js";
import { toast, toastError } from "./toast.js";

const KINDS = { articles: "article", tickets: "ticket", canned: "canned" };

/** The card around an element, with its suggestion, its section and its place in the list. */
export function hitOf(element) {
  const card = element.closest(".card-hit");
  const { id, section, rank } = card.dataset;
  return { card, section, rank: Number(rank), hit: find(section, id) };
}

/** A suggestion by its id; null where it is not there any more. */
export const find = (section, id) =>
  (state.suggestion && state.suggestion[section] ? state.suggestion[section] : []).find((one) => one.id === id) || null;

const from = (hit, section) => ({
  from: { kind: KINDS[section], id: hit.id, revision: hit.revision || 0, audience: hit.audience || "" },
});

/** Insert the text of a suggestion into the reply. */
export function insertHit(hit, section, rank) {
  if (section === "articles") {
    insert(hit.passage.customer_text ?? hit.passage.text, from(hit, section));
    emit("use-article", hit);
    note("inserted", { ...about(hit, rank), detail: { by: "passage" } });
  } else if (section === "tickets") {
    insert(hit.resolution, from(hit, section));
    note("inserted", { rank, detail: { by: "ticket", source: hit.id } });
  } else {
    insert(hit.filled, from(hit, section));
    note("inserted", { rank, detail: { by: "canned", source: hit.id } });
  }
}

/** Insert the numbered procedure of the passage's section, whole. */
export async function insertSteps(hit, rank) {
  if (!hit.passage || !hit.passage.steps) {
    toast(t("card.no_steps"));
    return;
  }
  try {
    const { start, end } = hit.passage;
    const answer = await api.steps(hit.id, { revision: hit.revision, start, end });
    if (!answer.text) throw new Error(t("card.no_steps"));
    insert(answer.text, from(hit, "articles"));
    emit("use-article", hit);
    note("inserted", { ...about(hit, rank), detail: { by: "steps" } });
  } catch (error) {
    toastError(error);
  }
}

/** Insert a link to an article inside the line that is being written. */
export function insertHitLink(hit, rank) {
  insertInline(`[${hit.title.replace(/[[\]]/g, "")}](${hit.url})`, from(hit, "articles"));
  emit("use-article", hit);
  note("inserted", { ...about(hit, rank), detail: { by: "link" } });
}

/** Copy an article's address. */
export async function copyHitLink(hit, rank) {
  try {
    await navigator.clipboard.writeText(hit.url);
    toast(t("card.copied"), { kind: "good", ms: 2500 });
    note("copied", about(hit, rank));
  } catch (_) {
    toast(hit.url, { ms: 15000 });
  }
}
