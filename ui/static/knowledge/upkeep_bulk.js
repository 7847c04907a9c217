// Moves of several articles at once: what was done can be taken back, what was refused says why.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { state } from "../state.js";
import { toast, toastError } from "../toast.js";
import { upkeep } from "./upkeep_api.js";
import { loadCounts } from "./upkeep_counts.js";

const UNDO_MS = 12000;
const AUDIENCES = ["author", "internal", "partner", "public"];

/**
 * The bar that appears while rows are chosen.
 * @param {object} wishes rows: from rowsOf; moves: which ones, in order; articleOf(id): the row's article; after(done): show anew.
 */
export function bulkBar({ rows, moves, articleOf, after }) {
  const bar = h("div.up-bulk", { role: "region", "aria-label": t("upkeep.bulk.title"), hidden: true });
  const refused = h("div.up-refused", { hidden: true });
  const draw = () => drawBar(bar, rows, moves);
  bar.addEventListener("change", (event) => event.target.matches("[data-move]") && showValue(bar));
  action("up-clear", () => rows.clear());
  action("up-apply", async () => {
    const wish = wished(bar);
    if (wish) await moveMany({ ids: rows.chosen(), wish, articleOf, refused, after, rows });
  });
  action("up-refused-close", () => fill(refused).toggleAttribute("hidden", true));
  return { place: h("div.up-bulk-place", {}, bar, refused), draw, refused };
}

function drawBar(bar, rows, moves) {
  const n = rows.chosen().length;
  const begins = bar.hidden && n > 0;
  bar.hidden = n === 0;
  if (!n) return;
  if (!begins && bar.firstChild) {
    bar.querySelector(".up-bulk-count").textContent = selected(n);
    return;
  }
  const options = moves.map((move) => h("option", { value: move }, t(`upkeep.move.${move}`)));
  fill(
    bar,
    h("strong.up-bulk-count", { role: "status" }, selected(n)),
    h("select", { "aria-label": t("upkeep.bulk.what"), data: { move: "yes" } }, options),
    h("span.up-bulk-value"),
    h("button.btn.small.primary", { type: "button", data: { act: "up-apply" } }, t("upkeep.bulk.apply")),
    h("span.grow"),
    h("button.icon-btn", { type: "button", "aria-label": t("select.none"), title: t("select.none"), data: { act: "up-clear" } }, icon("close")),
  );
  showValue(bar);
}

const selected = (n) => t("select.count", { n }).replace(/\d+/, count(n));

/** The field that goes with the chosen move. */
async function showValue(bar) {
  const move = bar.querySelector("[data-move]").value;
  const place = fill(bar.querySelector(".up-bulk-value"));
  const pick = (options) => h("select", { "aria-label": t(`upkeep.move.${move}`), data: { value: "yes" } }, options);
  if (move === "set_audience") {
    fill(place, pick(AUDIENCES.map((value) => h("option", { value }, t(`audience.${value}`)))));
  } else if (move === "set_verify_every") {
    const days = [30, 90, 180, 365].map((n) => h("option", { value: String(n) }, t("upkeep.days", { n })));
    fill(place, pick([h("option", { value: "" }, t("upkeep.as_team")), days, h("option", { value: "0" }, t("upkeep.never_expires"))]));
  } else if (move === "set_owner") {
    try {
      const { users } = await upkeep.users();
      if (bar.querySelector("[data-move]").value !== move) return;
      // Oneself is what one most likely means; nobody only on purpose.
      const people = users.map(({ id, name }) => h("option", { value: id, selected: id === state.me.user.id }, name));
      fill(place, pick([people, h("option", { value: "" }, t("upkeep.nobody"))]));
    } catch (error) {
      toastError(error);
    }
  }
}

function wished(bar) {
  const move = bar.querySelector("[data-move]").value;
  const field = bar.querySelector("[data-value]");
  const value = field ? field.value : "";
  if (move === "set_audience") return { move, audience: value };
  // Until the names are there nobody is chosen: that is not the same as choosing nobody.
  if (move === "set_owner") return field && { move, owner_id: value };
  if (move === "set_verify_every") return { move, days: value === "" ? null : Number(value) };
  return { move };
}

/** Move articles and say what became of it: {ids, wish, articleOf, refused, after, rows}. */
export async function moveMany({ ids, wish, articleOf, refused, after, rows = null }) {
  const before = new Map(ids.map((id) => [id, { ...articleOf(id) }]));
  try {
    const answer = await upkeep.bulk({ ids, ...wish });
    if (rows) rows.clear();
    say(answer.done, wish, { before, after, refused });
    if (refused) showRefused(refused, answer.refused, before);
    after(answer.done);
    loadCounts();
    return answer;
  } catch (error) {
    toastError(error);
    return null;
  }
}

function say(done, wish, { before, after, refused }) {
  if (!done.length) return;
  action("up-undo", () => takeBack(done, wish.move, { before, after, refused }));
  toast(t(`upkeep.done.${wish.move}`, { n: done.length }), { kind: "good", ms: UNDO_MS, act: "up-undo", label: t("undo") });
}

/** Everything is as it was before the move: dates, people, interval. What changed since is told with its reason. */
async function takeBack(ids, undoes, { before, after, refused }) {
  try {
    const answer = await upkeep.bulk({ ids, move: "undo", undoes });
    if (answer.done.length) toast(t("upkeep.undone", { n: answer.done.length }));
    if (refused) showRefused(refused, answer.refused, before);
    else if (answer.refused.length) toastError(answer.refused[0]);
  } catch (error) {
    toastError(error);
  }
  after(ids);
  loadCounts();
}

function showRefused(place, refused, before) {
  place.hidden = !refused.length;
  if (!refused.length) return;
  fill(
    place,
    h(
      "div.up-refused-head",
      {},
      icon("warn"),
      h("strong", { role: "status" }, t("upkeep.refused", { n: refused.length })),
      h("span.grow"),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "up-refused-close" } }, icon("close")),
    ),
    h(
      "ul",
      {},
      refused.map(({ id, message }) => h("li", {}, h("strong", { dir: "auto" }, before.get(id)?.title || id), " ", h("span.muted", {}, message))),
    ),
  );
}
