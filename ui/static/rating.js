// What the customer said about how it went: in words, and the small form that an agent writes it down in.
import { action } from "./actions.js";
import { api } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { emit, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

const SCORES = [1, 2, 3, 4, 5];
/** What was written down last, to take it back: {id, said}. */
let last = null;

/** "4 of 5 · it worked". */
export function answerInWords({ score, scale, nps, worked }) {
  const words = [
    score === null ? "" : t("rating.score", { score: Math.round(score * 10) / 10, scale }),
    nps === null ? "" : t("rating.nps", { nps }),
    worked === null ? "" : t(worked ? "rating.worked" : "rating.did_not_work"),
  ].filter(Boolean);
  return words.join(" · ") || t("rating.commented");
}

/** Write down whether it worked; returns whether that was stored. */
export async function rate(said) {
  const { id } = ticket();
  try {
    const answer = await api.rate(id, said);
    told(id, answer.links);
    last = { id, said: answer.satisfaction.source_id };
    action("undo-rating", takeBack);
    toast(t(said.worked === false ? "rating.stored_unsolved" : "rating.stored"), {
      kind: "good",
      act: "undo-rating",
      label: t("undo"),
      ms: 8000,
    });
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}

function told(id, links) {
  if (ticket() && ticket().id === id) state.open.links = links;
  emit("rated");
}

async function takeBack() {
  if (!last) return;
  const { id, said } = last;
  last = null;
  try {
    const answer = await api.unrate(id, said);
    told(id, answer.links);
    toast(t("rating.taken_back"));
  } catch (error) {
    toastError(error);
  }
}

/** The form: did it work, how satisfied, in their words. */
export function ratingForm({ close }) {
  const choice = (name, value, label) =>
    h("label.choice", {}, h("input", { type: "radio", name, value }), h("span", {}, label));
  const comment = h("input", { type: "text", id: "rating-comment", maxlength: "4000", "aria-label": t("rating.comment"), placeholder: t("rating.comment") });
  const form = h(
    "form.rating",
    {},
    h("fieldset", {}, h("legend", {}, t("rating.question")), choice("worked", "yes", t("yes")), choice("worked", "no", t("no"))),
    h("fieldset", {}, h("legend", {}, t("rating.score_label")), SCORES.map((n) => choice("score", String(n), String(n)))),
    comment,
    h("div.rating-foot", {},
      h("button.btn.small.primary", { type: "submit" }, t("rating.save")),
      h("button.btn.small.ghost", { type: "button", data: { act: "close-rating" } }, t("cancel"))),
  );
  action("close-rating", close);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const worked = form.elements.worked.value;
    const score = form.elements.score.value;
    const said = { worked: worked ? worked === "yes" : null, score: score ? Number(score) : null, comment: comment.value };
    if (said.worked === null && said.score === null && !said.comment.trim()) {
      form.querySelector("input").focus();
      return;
    }
    if (await rate(said)) close();
  });
  return form;
}
