// Two articles side by side, with what the one says and the other does not.
import { action } from "./actions.js";
import { api } from "./api.js";
import { fill, h, setRendered } from "./dom.js";
import { doubtBadge } from "./doubt.js";
import { ago, t } from "./i18n.js";
import { icon } from "./icons.js";
import { markQuote } from "./quotes.js";
import { state } from "./state.js";
import { toast, toastError } from "./toast.js";

let dialog = null;
let body = null;
let selects = [];

/** Build the dialog; it stays hidden until it is asked for. */
export function compareDialog() {
  selects = ["one", "other"].map((side) => h("select", { "aria-label": t(`compare.${side}`), name: side, autofocus: side === "other" }));
  body = h("div.compare-body", { tabindex: "0", role: "region", "aria-label": t("compare.title") });
  dialog = h(
    "dialog.sheet.compare",
    { "aria-labelledby": "compare-title" },
    h(
      "div.sheet-head",
      {},
      h("h2", { id: "compare-title" }, t("compare.title")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-compare" } }, icon("close")),
    ),
    h("div.compare-heads", {}, selects),
    body,
  );
  for (const select of selects) select.addEventListener("change", load);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  action("compare", (element) => openCompare(element.closest(".card-hit")));
  action("close-compare", () => dialog.close());
  return dialog;
}

/** Lay a card's article beside the one that comes after it. */
export function openCompare(card) {
  const articles = state.suggestion ? state.suggestion.articles : [];
  if (articles.length < 2 || (card && card.dataset.section !== "articles")) {
    toast(t("compare.too_few"));
    return;
  }
  const at = Math.max(0, articles.findIndex((hit) => card && hit.id === card.dataset.id));
  const places = [at, at + 1 < articles.length ? at + 1 : at - 1];
  selects.forEach((select, side) => {
    fill(
      select,
      articles.map((hit, n) =>
        h("option", { value: hit.id, selected: n === places[side] }, `${hit.title} (${hit.locale.toUpperCase()})`),
      ),
    );
  });
  dialog.showModal();
  load();
}

async function load() {
  const [one, other] = selects.map((select) => select.value);
  fill(body, h("div.skeleton", { "aria-hidden": "true" }));
  if (one === other) {
    fill(body, h("p.muted", {}, t("compare.same")));
    return;
  }
  try {
    const answer = await api.compare(one, other);
    if (selects[0].value !== one || selects[1].value !== other) return;
    show(answer);
  } catch (error) {
    dialog.close();
    toastError(error);
  }
}

function show({ one, other, rows, differences }) {
  const kinds = new Set(rows.flatMap((row) => [row.one, row.other].flatMap((side) => (side ? side.marks : []))).map((mark) => mark.kind));
  fill(
    body,
    h(
      "p.compare-sum",
      { role: "status" },
      differences ? t("compare.differences", { n: differences }) : t("compare.none"),
      [...kinds].map((kind) => [" ", h(`mark.diff-${kind}`, {}, t(`compare.kind.${kind}`))]),
    ),
    h("div.compare-row.facts", {}, h("div", {}, facts(one)), h("div", {}, facts(other))),
    rows.map((row) =>
      h("div.compare-row", { class: row.one && row.other ? "" : "alone" }, cell(row.one, one), cell(row.other, other)),
    ),
  );
  body.scrollTop = 0;
}

function facts(article) {
  const when = article.verified_at
    ? t("badge.verified", { when: ago(article.verified_at) })
    : article.updated_at
      ? t("badge.updated", { when: ago(article.updated_at) })
      : "";
  const doubted = doubtBadge(article);
  return [h("strong", { dir: "auto" }, article.revision.title), doubted || h("span.muted", {}, when)];
}

function cell(side, article) {
  if (!side) return h("div.compare-cell.missing", {}, h("span.muted", {}, t("compare.missing")));
  const doc = side.html
    ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), side.html)
    : h("div.plain", { dir: "auto" }, side.text);
  // The longer ones first: a number inside a step is marked inside it.
  const marks = [...side.marks].sort((a, b) => b.text.length - a.text.length);
  for (const mark of marks) markQuote(doc, mark.text, `diff-${mark.kind}`, t(`compare.kind.${mark.kind}`));
  return h("div.compare-cell", {}, doc);
}
