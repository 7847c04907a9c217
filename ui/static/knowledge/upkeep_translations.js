// Which article exists in which language, which translations are older than their master, and how to go on with them.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { count, day, languageName, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { toastError } from "../toast.js";
import { upkeep } from "./upkeep_api.js";
import { beginDraft } from "./upkeep_begin.js";
import { changesList } from "./upkeep_beside.js";
import { localeTag, nothing, pager } from "./upkeep_facts.js";
import { choice, languages, readFilter, writeFilter } from "./upkeep_filter.js";
import { keyLine, useKeys } from "./upkeep_keys.js";

export { besideDraft } from "./upkeep_beside.js";

const PAGE = 50;
const FILTERS = ["outdated", "missing", "product", "offset"];
const ICONS = { master: "book", current: "check", outdated: "warn", missing: "plus" };

let filter = {};
let answer = { families: [], locales: [], total: 0, coverage: {} };
let view = null;
let turn = 0;
/** The cell whose panel is open, to go back to. */
let opener = null;
let products = [];

export const translationsTab = { name: "translations", role: "contributor", open };

async function open(place) {
  filter = readFilter(FILTERS);
  view = { line: h("div.up-filter"), table: h("div.up-table"), foot: h("div.up-foot"), panel: h("section.up-panel", { "aria-label": t("upkeep.changes"), hidden: true, tabindex: "-1" }) };
  fill(
    place,
    h("section.upkeep.up-translations", { "aria-label": t("tab.translations") }, h("div.up-left", {}, view.line, view.table, view.foot), view.panel),
  );
  action("up-cell", cell);
  action("up-panel-close", closePanel);
  action("up-translate", (element) => beginDraft({ article_id: element.dataset.id }, "translations"));
  action("up-translate-new", (element) => translate(answer.families.find((one) => one.id === element.dataset.family), element.dataset.locale));
  action("up-prev", () => change({ offset: String(Math.max(0, offset() - PAGE)) }));
  action("up-next", () => change({ offset: String(offset() + PAGE) }));
  useKeys(view.table, { j: () => stepCell(1, 0), k: () => stepCell(-1, 0), h: () => stepCell(0, -1), l: () => stepCell(0, 1), Escape: closePanel });
  await load();
}

const offset = () => Number(filter.offset) || 0;

function change(values) {
  filter = { ...filter, offset: "", ...values };
  writeFilter(filter);
  load();
}

async function load() {
  const mine = ++turn;
  try {
    if (!products.length) ({ products } = await upkeep.choices());
    const found = await upkeep.translations({ ...filter, offset: offset(), limit: PAGE });
    if (mine !== turn) return;
    answer = found;
    show();
  } catch (error) {
    if (mine === turn) toastError(error);
  }
}

function show() {
  const { families, locales, total } = answer;
  const held = view.line.contains(document.activeElement) ? document.activeElement.dataset.filter : "";
  fill(
    view.line,
    choice("outdated", filter.outdated, t("upkeep.field.translation"), [["1", t("upkeep.only_outdated")]], (value) => change({ outdated: value })),
    choice("missing", filter.missing, t("upkeep.missing_in"), languages(locales), (value) => change({ missing: value })),
    products.length ? choice("product", filter.product, t("upkeep.field.product"), products.filter(Boolean).map((name) => [name, name]), (value) => change({ product: value })) : null,
    h("span.grow"),
    h("span.muted", { role: "status" }, t("upkeep.families", { n: total, count: count(total) })),
  );
  if (held) view.line.querySelector(`[data-filter="${held}"]`)?.focus();
  if (!families.length) fill(view.table, nothing(t("upkeep.nothing_found"), t("upkeep.nothing_found_hint")));
  else fill(view.table, h("table.up-matrix", {}, head(locales), h("tbody", {}, families.map((one) => row(one, locales)))));
  fill(view.foot, pager({ offset: offset(), shown: families.length, total, size: PAGE }), keyLine([["j", "k", "h", "l", "upkeep.keys.cells"], ["Enter", "upkeep.keys.open"]]));
}

function head(locales) {
  return h(
    "thead",
    {},
    h(
      "tr",
      {},
      h("th", { scope: "col" }, t("upkeep.field.title")),
      locales.map((locale) => h("th.c-locale", { scope: "col" }, h("span", {}, languageName(locale)), coverage(locale))),
    ),
  );
}

/** How many of the articles exist in a language and are up to date, as a bar and in words. */
function coverage(locale) {
  const found = answer.coverage[locale];
  if (!found) return null;
  const all = found.current + found.outdated + found.missing;
  if (!all) return null;
  const share = Math.round((100 * found.current) / all);
  const words = t("upkeep.coverage", { current: count(found.current), outdated: count(found.outdated), missing: count(found.missing) });
  return h("span.up-coverage", { title: words }, h("span.up-bar", { "aria-hidden": "true" }, bar(share)), h("span", {}, `${share} %`), h("span.sr", {}, words));
}

function bar(share) {
  const inner = h("span.up-bar-in");
  inner.style.width = `${share}%`;
  return inner;
}

function row(family, locales) {
  return h(
    "tr",
    { data: { family: family.id } },
    h("th.c-title", { scope: "row", dir: "auto" }, family.title, family.product ? h("span.fact.muted", {}, family.product) : null),
    locales.map((locale) => h("td.c-locale", {}, cellButton(family, locale))),
  );
}

function cellButton(family, locale) {
  const found = family.cells[locale] || { state: "missing" };
  const words = t(`upkeep.cell.${found.state}`);
  const label = `${languageName(locale)}: ${words}${found.title ? `, ${found.title}` : `, ${family.title}`}`;
  return h(
    "button.up-cell-btn",
    { type: "button", class: `is-${found.state}`, "aria-label": label, title: found.title || words, data: { act: "up-cell", family: family.id, locale, state: found.state, id: found.id || "" } },
    icon(ICONS[found.state]),
    h("span", {}, words),
  );
}

function stepCell(down, right) {
  const lines = [...view.table.querySelectorAll("tbody tr")].map((line) => [...line.querySelectorAll(".up-cell-btn")]);
  if (!lines.length) return;
  const at = lines.findIndex((line) => line.includes(document.activeElement));
  const x = at < 0 ? 0 : lines[at].indexOf(document.activeElement);
  const to = lines[Math.max(0, Math.min(lines.length - 1, at < 0 ? 0 : at + down))];
  to[Math.max(0, Math.min(to.length - 1, x + right))].focus();
}

function cell(element) {
  const { state, id, locale, family } = element.dataset;
  opener = element;
  if (state === "outdated") showChanges(id);
  else if (state === "missing") showMissing(answer.families.find((one) => one.id === family), locale);
  else go({ tab: "translations", article: id });
}

/** The draft of a new translation starts with the master's text, so that steps, links and pictures stay in their places. */
async function translate(family, locale) {
  const master = Object.values(family.cells).find((one) => one.state === "master");
  try {
    const { article, markdown } = await upkeep.article(master.id);
    const { title, summary, tags = [] } = article.revision;
    await beginDraft(
      { title, body: markdown, summary: summary || "", tags, locale, product: article.product, audience: article.audience, governance: article.governance, translation_of: master.id },
      "translations",
    );
  } catch (error) {
    toastError(error);
  }
}

async function showChanges(id) {
  try {
    const found = await upkeep.changes(id);
    const when = found.master.updated_at ? day(found.master.updated_at) : "–";
    showPanel(
      [localeTag(found.article.locale), " ", found.article.title],
      t("upkeep.changed_since", { title: found.master.title, when }),
      h("button.btn.primary", { type: "button", data: { act: "up-translate", id } }, icon("edit"), t("upkeep.bring_up_to_date")),
      changesList(found),
    );
  } catch (error) {
    toastError(error);
  }
}

function showMissing(family, locale) {
  const language = languageName(locale);
  showPanel(
    [localeTag(locale), " ", family.title],
    t("upkeep.missing_help", { language }),
    h("button.btn.primary", { type: "button", data: { act: "up-translate-new", family: family.id, locale } }, icon("plus"), t("upkeep.translate_into", { language })),
  );
}

function showPanel(title, words, button, ...rest) {
  view.panel.hidden = false;
  fill(
    view.panel,
    h(
      "div.up-panel-head",
      {},
      h("div", {}, h("h2", { dir: "auto" }, title), h("p.muted", {}, words)),
      h("span.grow"),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "up-panel-close" } }, icon("close")),
    ),
    h("div.up-buttons", {}, button),
    rest,
  );
  view.panel.querySelector(".btn.primary").focus();
}

function closePanel() {
  if (view.panel.hidden) return;
  view.panel.hidden = true;
  fill(view.panel);
  if (opener && opener.isConnected) opener.focus();
}
