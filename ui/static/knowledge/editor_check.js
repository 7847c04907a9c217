// The checklist, how easy the text reads, and its links; updated while one writes, each finding with its place.
import { debounce, fill, h, latest } from "../dom.js";
import { count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { knowledge } from "./api.js";
import { errorLine, percent } from "./parts.js";
import { units } from "./offsets.js";

const PAUSE_MS = 900;
const ORDER = { failed: 0, by_hand: 1, passed: 2 };
const PICTURES = { failed: "warn", by_hand: "eye", passed: "check" };

/**
 * The panel.
 * @param {object} session The draft.
 * @param {object} options jump(start, end): select a place of the text; told(n): how many points are open.
 */
export function checkPanel(session, { jump, told }) {
  const element = h("div.ed-check", {}, h("p.muted", {}, t("customer.loading")));
  let found = null;

  const look = latest(async () => {
    try {
      found = await knowledge.check(session.text());
      told(found.score.failed);
      show();
    } catch (error) {
      if (error.status !== 401 && !found) fill(element, errorLine(error));
    }
  });
  const later = debounce(look, PAUSE_MS);
  session.on("changed", later);
  session.on("replaced", later);

  const place = (where, label) => {
    if (!where) return null;
    const button = h("button.btn.small.ghost", { type: "button", "aria-label": t("writing.show_place", { what: label }) }, t("writing.show"));
    const { body } = session.fields;
    button.addEventListener("click", () => jump(units(body, where.start), units(body, where.end)));
    return button;
  };

  function show() {
    const items = [...found.checklist].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
    fill(
      element,
      h("p.ed-score", { role: "status" }, h("strong", {}, t("writing.score", { passed: count(found.score.passed), all: count(items.length) }))),
      h(
        "ul.ed-list",
        {},
        items.map((item) =>
          h("li", { class: `is-${item.state}` }, icon(PICTURES[item.state]), h("span", {}, h("span.sr", {}, `${t(`writing.check.${item.state}`)}: `), item.text), place(item.place, item.text)),
        ),
      ),
      reading(found.reading),
      links(found.links, place),
      near(found.nearest),
    );
  }
  return { element, show: () => (found ? show() : look()) };
}

function reading({ lix, text, words, level }) {
  const facts = level === "too_short" ? text : `${text} (LIX ${count(Math.round(lix))}, ${t("writing.words", { n: words, count: count(words) })})`;
  return h("section", {}, h("h3", {}, t("writing.reading")), h("p", {}, facts));
}

function links(all, place) {
  if (!all.length) return null;
  const bad = all.filter((one) => one.state === "broken" || one.state === "redirected");
  const fine = all.length - bad.length;
  return h(
    "section",
    {},
    h("h3", {}, t("writing.links")),
    h(
      "ul.ed-list",
      {},
      bad.map((one) =>
        h("li", { class: "is-failed" }, icon("warn"), h("span", { dir: "auto" }, t(`writing.link.${one.state}`, { text: one.text || one.target }), h("span.muted.ed-target", {}, one.target)), place(one.place, one.text || one.target)),
      ),
    ),
    fine ? h("p.muted", {}, t("writing.links_fine", { n: fine, count: count(fine) })) : null,
  );
}

function near(nearest) {
  if (!nearest || !nearest.length) return null;
  return h(
    "section",
    {},
    h("h3", {}, t("writing.near")),
    h(
      "ul.ed-list",
      {},
      nearest.map((one) => {
        const open = h("button.k-link", { type: "button", dir: "auto" }, one.title);
        open.addEventListener("click", () => go({ tab: "articles", article: one.id }));
        return h("li", {}, h("span.k-chance", {}, percent(one.confidence)), open);
      }),
    ),
  );
}
