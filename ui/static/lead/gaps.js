// The gaps: what is asked and not answered, the most work first, and the one that is chosen beside them.
import { append, h } from "../dom.js";
import { count, languageName, moment, t } from "../i18n.js";
import { icon } from "../icons.js";
import { asked, go } from "../page_frame.js";
import { state } from "../state.js";
import { toastError } from "../toast.js";
import { lead } from "./api.js";
import { inUnit } from "./figures.js";
import { filterOf } from "./filters.js";
import { gapDetail } from "./gap_detail.js";
import { runBar } from "./gap_run.js";
import { bar, nothing } from "./overview.js";

const CAUSES = ["no_article", "not_found", "dismissed", "contradicted", "hidden_by_audience", "other_language", "outdated"];
const MOST_SINGLES = 200;
const STATUSES = ["open", "in_work", "done", "ignored"];

export const gapsTab = { name: "gaps", open };

async function open(place, wish) {
  const { locale, product } = filterOf(wish);
  const found = await lead.gaps({ run: wish.run, cause: wish.cause, status: wish.status, locale, product });
  state.gaps = found;
  const chosen = wish.gap || (found.gaps[0] && window.innerWidth > 1000 ? found.gaps[0].id : "");
  const detail = h("section.gap-detail", { "aria-label": t("lead.gap") });
  append(place, [
    runBar(found),
    found.run ? summary(found) : null,
    filters(wish, found),
    h("div.gap-split", { class: wish.gap ? "has-choice" : "" }, list(found.gaps, chosen), detail),
    found.run ? singles(found) : null,
  ]);
  if (chosen) await gapDetail(detail, chosen);
}

function summary({ counts, pareto, changes }) {
  const covered = Object.entries(counts.covered || {}).filter(([name]) => name !== "none");
  const left = Object.entries(counts.left_out || {}).filter(([, n]) => n);
  return h(
    "div.gap-summary",
    {},
    h("p", {}, t("lead.gap_counts", { tickets: count(counts.tickets), uncovered: count(counts.uncovered), singles: count(counts.singles || 0) })),
    pareto && pareto.eighty_work ? h("p", {}, t("lead.eighty_work", { n: pareto.eighty_work })) : null,
    h(
      "p.muted.small-text",
      {},
      covered.map(([name, n]) => t("lead.pair", { name: t(`coverage.${name}`), n: count(n) })).join(" · "),
      left.length ? ` · ${t("lead.left_out")} ${left.map(([name, n]) => t("lead.pair", { name: t(`left_out.${name}`), n: count(n) })).join(", ")}` : "",
    ),
    changes && changes.length
      ? h("details.chart-table", {}, h("summary", {}, t("lead.changes", { n: changes.length })), h("ul", {}, changes.map(change)))
      : null,
  );
}

const change = (one) => h("li", {}, t(`change.${one.kind}`), " ", h("button.link-btn", { type: "button", data: { act: "ld-open-gap", id: one.gap_id } }, labelOf(one.gap_id)));

const labelOf = (id) => state.gaps.gaps.find((one) => one.id === id)?.label || id;

function filters(wish, { runs }) {
  const pick = (name, values, label, all) => {
    const element = h(
      "select",
      { "aria-label": t(`lead.${name}`) },
      h("option", { value: "" }, all),
      values.map((value) => h("option", { value, selected: value === (wish[name] || "") }, label(value))),
    );
    element.addEventListener("change", () => go({ ...asked(), [name]: element.value, gap: "" }));
    return element;
  };
  const runName = (id) => {
    const one = runs.find((run) => String(run.id) === String(id));
    return one ? moment(one.finished_at || one.started_at) : String(id);
  };
  return h(
    "div.lead-filter",
    {},
    pick("cause", CAUSES, (value) => t(`cause.${value}`), t("lead.all_causes")),
    pick("status", STATUSES, (value) => t(`gap_status.${value}`), t("lead.all_statuses")),
    runs.length > 1 ? pick("run", runs.map((run) => String(run.id)), runName, t("lead.newest_run")) : null,
  );
}

function list(gaps, chosen) {
  if (!gaps.length) return nothing("lead.no_gaps");
  const most = Math.max(...gaps.map((one) => one.work)) || 1;
  return h(
    "ol.gap-list",
    { "aria-label": t("tab.gaps") },
    gaps.map((one) =>
      h(
        "li",
        {},
        h(
          "button.gap-row",
          { type: "button", "aria-current": one.id === chosen ? "true" : null, data: { act: "ld-open-gap", id: one.id } },
          h("span.gap-label", { dir: "auto" }, one.label),
          bar(one.work / most),
          h(
            "span.gap-facts",
            {},
            h("span.badge", { class: one.cause === "no_article" ? "warn" : "" }, t(`cause.${one.cause}`)),
            h("span", {}, t("lead.tickets", { n: one.asked })),
            trend(one.trend),
            h("span.muted", {}, Object.keys(one.languages).map(languageName).join(", ")),
            one.status !== "open" ? h("span.badge", {}, t(`gap_status.${one.status}`)) : null,
            h("span.gap-share", { title: t("lead.share_of_work") }, inUnit(one.share, "share")),
          ),
        ),
      ),
    ),
  );
}

/** More or fewer than before, in words for who cannot see the arrow. */
export function trend(value) {
  const kind = value > 1.15 ? "up" : value < 0.87 ? "down" : "same";
  return h("span.trend", { class: kind, title: t(`trend.${kind}`) }, icon(kind === "same" ? "right" : kind), h("span.sr", {}, t(`trend.${kind}`)));
}

function singles({ counts }) {
  if (!counts.singles) return null;
  const list_ = h("ul");
  const box = h("details.chart-table.gap-singles", {}, h("summary", {}, t("lead.single_cases", { n: counts.singles })), list_);
  box.addEventListener("toggle", async () => {
    if (!box.open || list_.childElementCount) return;
    try {
      const { singles: cases } = await lead.singles({ run: asked().run, limit: MOST_SINGLES });
      append(list_, cases.map((one) => h("li", {}, h("a", { href: `/ui/?ticket=${encodeURIComponent(one.id)}`, dir: "auto" }, one.text || one.id))));
    } catch (error) {
      toastError(error);
    }
  });
  return box;
}
