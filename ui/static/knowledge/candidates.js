// Candidates: what closed tickets ask for, one row per question; the chosen one stands beside the list.
import { debounce, fill, h } from "../dom.js";
import { count, languageName, t } from "../i18n.js";
import { go, setCount } from "../page_frame.js";
import { toastError } from "../toast.js";
import { note } from "./address.js";
import { knowledge } from "./api.js";
import { candidateRow } from "./candidate_row.js";
import { candidateView } from "./candidate_view.js";
import { lookAgain } from "./candidate_run.js";
import { badge, button, emptyState, errorLine, select } from "./parts.js";
import { useKeys } from "./page_keys.js";
import { rowList } from "./row_list.js";

const PROPOSALS = ["", "new", "update", "contradiction"];
const STATES = ["open", "drafted", "published", "dismissed", "merged", "rejected"];
const FILTERS = ["state", "proposal", "locale", "product", "text", "order"];
const PAGE = 50;

export const candidatesTab = { name: "candidates", open };

async function open(place, asked) {
  const filter = Object.fromEntries(FILTERS.map((name) => [name, asked[name] || ""]));
  filter.state = filter.state || "open";
  const head = h("div.k-head");
  const more = h("div.k-more");
  const detail = h("section.k-detail", { "aria-label": t("candidate.chosen"), tabindex: "-1" });
  const view = candidateView(detail, { gone });
  const split = h("div.split", { data: { pane: asked.candidate ? "detail" : "list" } });
  const list = rowList({ label: t("tab.candidates"), render: candidateRow, choose: debounce(choose, 60) });
  const rows = [];
  fill(place, append(split, head, list.element, more, detail));
  keys();

  function choose(row) {
    note({ candidate: row.id });
    view.show(row);
  }

  /** A candidate that was decided leaves the list, and the next one takes its place. */
  function gone(id) {
    const next = list.after(id);
    rows.splice(rows.findIndex((row) => row.id === id), 1);
    list.show(rows, next);
    if (!rows.length) nothing();
    fetchCounts();
  }

  function keys() {
    useKeys({
      j: () => list.move(1),
      k: () => list.move(-1),
      ArrowDown: () => list.move(1),
      ArrowUp: () => list.move(-1),
      Enter: () => view.act("write"),
      w: () => view.act("own"),
      a: () => view.act("question"),
      c: () => view.act("compare"),
      x: () => view.act("dismiss"),
      s: () => view.act("source"),
      "/": () => head.querySelector("input").focus(),
      Escape: () => (split.dataset.pane = "list"),
    });
    list.element.addEventListener("click", () => (split.dataset.pane = "detail"));
  }

  function nothing() {
    const narrowed = FILTERS.some((name) => name !== "order" && name !== "state" && filter[name]);
    const clear = button(t("filter.clear"), () => go({ tab: "candidates" }));
    const text = narrowed ? "candidate.nothing_matches" : `candidate.nothing.${filter.state}`;
    fill(detail, emptyState(narrowed ? "search" : "check", t(text), narrowed ? "" : t("candidate.nothing_hint"), narrowed ? clear : null));
  }

  async function fetchCounts() {
    try {
      const { counts } = await knowledge.candidates({ ...filter, limit: 1 });
      setCount("candidates", counts.open);
    } catch (_) {
      // The number beside the tab is not worth a message.
    }
  }

  async function load(offset = 0) {
    list.element.setAttribute("aria-busy", "true");
    try {
      const answer = await knowledge.candidates({ ...filter, limit: PAGE, offset });
      if (!offset) rows.length = 0;
      rows.push(...answer.candidates);
      if (!offset) fill(head, ...heading(filter, answer, () => load()));
      setCount("candidates", answer.counts.open);
      const first = window.innerWidth > 900 && rows.length ? rows[0].id : "";
      const wished = rows.some((row) => row.id === asked.candidate) ? asked.candidate : first;
      list.show(rows, offset ? (list.chosen() || {}).id : wished);
      fill(more, answer.more ? button(t("candidate.more"), () => load(rows.length)) : null);
      if (!rows.length) nothing();
      if (asked.candidate && wished !== asked.candidate && !offset) view.show({ id: asked.candidate });
    } catch (error) {
      if (offset) toastError(error);
      else fill(detail, errorLine(error), button(t("list.retry"), () => load()));
    } finally {
      list.element.removeAttribute("aria-busy");
    }
  }

  await load();
}

/** The left column is head, rows and what follows them; the detail stands beside it. */
function append(split, head, rows, more, detail) {
  split.append(h("div.k-left", {}, head, h("div.k-scroll", {}, rows, more)), detail);
  return split;
}

function heading(filter, { counts, reject_counts: rejects, locales, products, run }, again) {
  const set = (values) => go({ tab: "candidates", ...filter, ...values }, { replace: true });
  const search = h("input", {
    type: "search",
    value: filter.text,
    placeholder: t("candidate.search"),
    "aria-label": t("candidate.search"),
    autocomplete: "off",
  });
  const later = debounce(() => {
    set({ text: search.value.trim() });
    const anew = document.querySelector(".k-head input[type=search]");
    if (anew) {
      anew.focus();
      anew.setSelectionRange(anew.value.length, anew.value.length);
    }
  }, 350);
  search.addEventListener("input", later);
  const number = (name) => ({ new: counts.new, update: counts.update, contradiction: counts.contradiction })[name] || 0;
  const proposals = PROPOSALS.map((name) => [name, name ? `${t(`candidate.proposal.${name}`)} (${count(number(name))})` : t("candidate.any_proposal")]);
  const states = STATES.map((name) => [name, `${t(`candidate.state.${name}`)} (${count(counts[name] || 0)})`]);
  const any = (all, text, name = (value) => value) => [["", text], ...all.map((value) => [value, name(value)])];
  return [
    h("div.k-line", {}, h("h2.sr", {}, t("tab.candidates")), search, lookAgain(run, again)),
    h(
      "div.k-filters",
      {},
      select(t("candidate.state"), states, filter.state, (state) => set({ state })),
      filter.state === "open" ? select(t("candidate.proposal"), proposals, filter.proposal, (proposal) => set({ proposal })) : null,
      locales.length > 1 ? select(t("filter.locales"), any(locales, t("candidate.any_locale"), languageName), filter.locale, (locale) => set({ locale })) : null,
      products.length > 1 ? select(t("filter.products"), any(products, t("candidate.any_product")), filter.product, (product) => set({ product })) : null,
      select(t("sort.label"), ["newest", "tickets"].map((name) => [name, t(`candidate.order.${name}`)]), filter.order || "newest", (order) => set({ order })),
    ),
    filter.state === "rejected" ? rejections(rejects) : null,
  ];
}

/** Why tickets were left out, with numbers: what is not proposed can be looked at, too. */
function rejections(rejects) {
  const found = Object.entries(rejects || {});
  if (!found.length) return null;
  return h("p.k-reasons", {}, found.map(([reason, n]) => badge(`${t(`candidate.rejected.${reason}`)} ${count(n)}`)));
}
