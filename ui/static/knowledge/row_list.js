// A list of rows on the left: one is chosen, j and k go up and down, the detail follows.
import { fill, h } from "../dom.js";

/**
 * Make a list.
 * @param {object} options label: what the list is; render(row): children of a row; choose(row): called when one is chosen.
 * @returns {object} element; show(rows, chosenId): fill it; move(step): choose another; chosen(): the chosen row or null;
 *   groups are rows of the form {heading}.
 */
export function rowList({ label, render, choose }) {
  const element = h("ul.k-rows", { "aria-label": label });
  let rows = [];
  let current = "";

  const at = () => rows.findIndex((row) => row.id === current);
  const find = (id) => [...element.querySelectorAll(".k-row")].find((row) => row.dataset.id === id);

  function mark() {
    for (const row of element.querySelectorAll(".k-row")) {
      if (row.dataset.id === current) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  function pick(id, { focus = false } = {}) {
    const row = rows.find((one) => one.id === id);
    if (!row) return;
    current = id;
    mark();
    const found = find(id);
    if (focus && found) found.focus();
    if (found) found.scrollIntoView({ block: "nearest" });
    choose(row);
  }

  element.addEventListener("click", (event) => {
    const row = event.target.closest(".k-row");
    if (row) pick(row.dataset.id);
  });

  return {
    element,
    show(all, chosenId = "") {
      const held = element.contains(document.activeElement);
      rows = all.filter((row) => !row.heading);
      fill(
        element,
        all.map((row) =>
          row.heading
            ? h("li.k-heading", {}, h("h2", {}, row.heading))
            : h("li", {}, h("button.k-row", { type: "button", data: { id: row.id } }, render(row))),
        ),
      );
      if (rows.some((row) => row.id === chosenId)) pick(chosenId, { focus: held });
      else current = "";
    },
    pick,
    move(step) {
      if (!rows.length) return;
      const to = at() < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at() + step));
      pick(rows[to].id, { focus: true });
    },
    chosen: () => rows.find((row) => row.id === current) || null,
    /** The row that takes the place of one that goes away; "" where it was the only one. */
    after(id) {
      const place = rows.findIndex((row) => row.id === id);
      const next = rows[place + 1] || rows[place - 1];
      return next ? next.id : "";
    },
  };
}
