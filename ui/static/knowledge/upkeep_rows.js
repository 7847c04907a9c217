// Rows that one walks through by keys: one in hand, any number chosen. The focus lies on a row's title.
import { h } from "../dom.js";
import { t } from "../i18n.js";

/**
 * Watch over the rows ([data-row=ID], with a [data-handle] that takes the focus) inside an element.
 * @param {HTMLElement} root Where the rows are, now and later.
 * @param {object} wishes onHand(id): another row is in hand; onChosen(ids): others are chosen.
 */
export function rowsOf(root, { onHand = () => {}, onChosen = () => {} } = {}) {
  const chosen = new Set();
  let hand = "";
  const all = () => [...root.querySelectorAll("[data-row]")];
  const find = (id) => all().find((row) => row.dataset.row === id);
  const mark = () => {
    for (const row of all()) {
      row.classList.toggle("in-hand", row.dataset.row === hand);
      row.classList.toggle("is-chosen", chosen.has(row.dataset.row));
      const box = row.querySelector("input[data-choose]");
      if (box) box.checked = chosen.has(row.dataset.row);
    }
  };
  const take = (id, { focus = true } = {}) => {
    const row = find(id);
    hand = row ? id : "";
    mark();
    if (!row) return;
    row.scrollIntoView({ block: "nearest" });
    if (focus) row.querySelector("[data-handle]").focus({ preventScroll: true });
    onHand(id);
  };
  const choose = (ids, yes = true) => {
    for (const id of ids) if (yes) chosen.add(id);
    else chosen.delete(id);
    mark();
    onChosen([...chosen]);
  };
  root.addEventListener("change", (event) => {
    if (event.target.matches("input[data-choose]")) choose([event.target.closest("[data-row]").dataset.row], event.target.checked);
    if (event.target.matches("input[data-choose-all]")) choose(all().map((row) => row.dataset.row), event.target.checked);
  });
  root.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && row.dataset.row !== hand && event.target.matches("[data-handle]")) take(row.dataset.row, { focus: false });
  });
  return {
    take,
    choose,
    mark,
    inHand: () => (find(hand) ? hand : ""),
    chosen: () => [...chosen],
    toggle: () => hand && choose([hand], !chosen.has(hand)),
    clear: () => choose([...chosen], false),
    /** What is meant: the chosen rows, else the one in hand. */
    meant: () => (chosen.size ? [...chosen] : hand ? [hand] : []),
    step: (by) => {
      const ids = all().map((row) => row.dataset.row);
      if (ids.length) take(ids[Math.max(0, Math.min(ids.length - 1, ids.indexOf(hand) + by))]);
    },
    /** The row that is in hand once some go away: the next that stays, else the one before. */
    after: (gone) => {
      const ids = all().map((row) => row.dataset.row);
      const at = Math.max(0, ids.indexOf(hand));
      const stays = (id) => !gone.includes(id);
      return ids.slice(at).find(stays) || ids.slice(0, at).reverse().find(stays) || "";
    },
  };
}

/** The box that chooses a row. */
export const chooseBox = (id, title) =>
  h("input", { type: "checkbox", "aria-label": t("upkeep.choose", { title }), data: { choose: id } });

/** The box that chooses all rows that are shown. */
export const chooseAllBox = () =>
  h("input", { type: "checkbox", "aria-label": t("upkeep.choose_all"), title: t("upkeep.choose_all"), data: { chooseAll: "yes" } });
