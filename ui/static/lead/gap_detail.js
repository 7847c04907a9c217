// One gap: why it is one, what to do about it, who asks, what was done, and whether that helped.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { count, day, exactly, ago, languageName, t } from "../i18n.js";
import { state } from "../state.js";
import { allows } from "../top_bar.js";
import { toast, toastError } from "../toast.js";
import { lead } from "./api.js";
import { duration, inUnit } from "./figures.js";
import { closureTable } from "./closure.js";

const TWO_WEEKS_MS = 14 * 86400000;
const MANY = 12;
let place = null;
let shown = null;
let people = null;

/** Say what the buttons do. */
export function gapActions() {
  action("ld-remedy", remedy);
  action("ld-gap-status", (element) => change("status", { status: element.dataset.status }));
  action("ld-gap-ignore", () => form().classList.toggle("open"));
  action("ld-gap-ignore-now", ignore);
  action("ld-gap-note", note);
  action("ld-gap-task", () => change("task", {}, t("lead.task_sent")));
}

const form = () => place && place.querySelector(".gap-ignore");

/** Fill an element with a gap. */
export async function gapDetail(element, id) {
  place = element;
  try {
    people ||= (await lead.users()).users;
    shown = await lead.gap(id);
  } catch (error) {
    toastError(error);
    return;
  }
  draw();
}

/** Draw the gap; what somebody is typing meanwhile stays. */
function draw() {
  const typed = [...place.querySelectorAll("input[id]")].map((field) => [field.id, field.value]);
  const held = place.contains(document.activeElement) ? document.activeElement.id : "";
  const ignoring = Boolean(form() && form().classList.contains("open")) && shown.gap.status !== "ignored";
  content();
  for (const [id, value] of typed) if (value) place.querySelector(`#${id}`).value = value;
  if (ignoring) form().classList.add("open");
  if (held) place.querySelector(`#${held}`)?.focus();
}

function content() {
  const { gap, closure, notes, history, log } = shown;
  fill(
    place,
    h("h2", { dir: "auto" }, gap.label),
    h("p.gap-why", {}, h("b", {}, t(`cause.${gap.cause}`)), ". ", t(`cause_why.${gap.cause}`)),
    gap.missing_words && gap.missing_words.length ? h("p", {}, t("lead.missing_words"), " ", gap.missing_words.map((word) => h("span.badge", { dir: "auto" }, word))) : null,
    near(gap),
    buttons(gap),
    ignoreForm(),
    facts(gap),
    weeks(gap.per_week),
    examples(gap),
    closure ? closureTable(closure) : null,
    h("h3", {}, t("lead.notes")),
    h("ul.gap-notes", {}, (notes || []).map((one) => h("li", {}, h("span", { dir: "auto" }, one.body), h("span.muted.small-text", {}, ` ${one.user || one.user_name || ""} ${ago(one.at)}`)))),
    noteForm(),
    runs(history),
    logOf(log),
  );
}

function near(gap) {
  if (!gap.nearest) return h("p.muted", {}, t("lead.nothing_near"));
  return h(
    "p",
    {},
    t("lead.nearest"),
    " ",
    h("a", { href: `/ui/knowledge?article=${encodeURIComponent(gap.nearest.id)}`, dir: "auto" }, gap.nearest.title),
    h("span.muted", {}, ` ${languageName(gap.nearest.locale)}, ${t("lead.confidence", { share: inUnit(gap.nearest.confidence, "share") })}`),
  );
}

function buttons(gap) {
  const move = (status) => h("button.btn.small", { type: "button", data: { act: "ld-gap-status", status } }, t(`lead.mark_${status}`));
  return h(
    "div.gap-buttons",
    {},
    h("button.btn.primary", { type: "button", data: { act: "ld-remedy" } }, t(`remedy.${gap.remedy}`)),
    assign(gap),
    gap.status === "open" ? move("in_work") : null,
    gap.status === "open" || gap.status === "in_work" ? move("done") : null,
    gap.status === "ignored" || gap.status === "done" ? move("open") : null,
    gap.status !== "ignored" ? h("button.btn.small", { type: "button", data: { act: "ld-gap-ignore" } }, t("lead.ignore")) : null,
    h("button.btn.small", { type: "button", data: { act: "ld-gap-task" } }, t("lead.make_task")),
  );
}

function assign(gap) {
  const select = h(
    "select",
    { "aria-label": t("lead.assignee") },
    h("option", { value: "" }, t("lead.nobody")),
    people.map((one) => h("option", { value: one.id, selected: one.id === gap.assignee_id }, one.name)),
  );
  select.addEventListener("change", () => change("assign", { user_id: select.value }));
  return select;
}

function ignoreForm() {
  const until = new Date(Date.now() + 2 * TWO_WEEKS_MS).toISOString().slice(0, 10);
  return h(
    "form.gap-ignore",
    {},
    h("label", {}, t("lead.ignore_why"), h("input", { type: "text", name: "reason", id: "gap-reason", maxlength: "500" })),
    h("label", {}, t("lead.ignore_until"), h("input", { type: "date", name: "until", id: "gap-until", value: until })),
    h("p.muted.small-text", {}, t("lead.ignore_hint")),
    h("button.btn.small", { type: "button", data: { act: "ld-gap-ignore-now" } }, t("lead.ignore")),
  );
}

function ignore() {
  const { reason, until } = Object.fromEntries(new FormData(form()));
  if (!reason.trim()) {
    form().querySelector("[name=reason]").focus();
    toast(t("lead.reason_missing"), { kind: "error" });
    return;
  }
  form().querySelector("[name=reason]").value = "";
  change("ignore", { reason: reason.trim(), until: until ? `${until}T23:59:59Z` : null });
}

function noteForm() {
  return h(
    "div.gap-note",
    {},
    h("input", { type: "text", id: "gap-note", maxlength: "2000", "aria-label": t("lead.note"), placeholder: t("lead.note") }),
    h("button.btn.small", { type: "button", data: { act: "ld-gap-note" } }, t("lead.add_note")),
  );
}

function note() {
  const input = place.querySelector("#gap-note");
  const body = input.value.trim();
  if (!body) {
    input.focus();
    return;
  }
  input.value = "";
  change("note", { body }, "", () => (place.querySelector("#gap-note").value ||= body));
}

function facts(gap) {
  const names = (values, name = (value) => value) => Object.entries(values || {}).map(([key, n]) => t("lead.pair", { name: key ? name(key) : t("lead.no_product"), n: count(n) })).join(", ");
  const rows = [
    ["lead.fact_tickets", count(gap.asked)],
    ["lead.fact_searches", gap.searches ? count(gap.searches) : ""],
    ["lead.fact_customers", count(gap.customers)],
    ["lead.fact_minutes", duration(gap.minutes)],
    ["lead.fact_languages", names(gap.languages, languageName)],
    ["lead.fact_products", names(gap.products)],
    ["lead.fact_share", inUnit(gap.share, "share")],
  ].filter(([, value]) => value);
  return h("dl.gap-facts-list", {}, rows.map(([name, value]) => [h("dt", {}, t(name)), h("dd", {}, value)]));
}

function weeks(perWeek) {
  if (!perWeek || perWeek.length < 2) return null;
  const most = Math.max(...perWeek.map((one) => one.tickets));
  return h(
    "div.week-bars",
    { role: "img", "aria-label": t("lead.per_week") },
    perWeek.slice(-MANY * 2).map((one) => {
      const bar = h("span", { title: `${one.week}: ${one.tickets}` });
      bar.style.height = `${Math.max(4, (100 * one.tickets) / most)}%`;
      return bar;
    }),
  );
}

function examples(gap) {
  const ids = gap.tickets || [];
  return h(
    "div",
    {},
    h("h3", {}, t("lead.examples")),
    h("ul.gap-examples", {}, (gap.examples || []).map((one) => h("li", {}, h("a", { href: ticketAddress(one.id || one.ticket_id || one), dir: "auto" }, one.text || one.subject || one.id || one)))),
    ids.length
      ? h("details.chart-table", {}, h("summary", {}, t("lead.all_tickets", { n: ids.length })), h("p.ticket-ids", {}, ids.map((id) => [h("a", { href: ticketAddress(id) }, id), " "])))
      : null,
  );
}

const ticketAddress = (id) => `/ui/?ticket=${encodeURIComponent(id)}`;

function runs(history) {
  if (!history || history.length < 2) return null;
  return h(
    "details.chart-table",
    {},
    h("summary", {}, t("lead.earlier_runs", { n: history.length })),
    h("ul", {}, history.map(({ run, row }) => h("li", {}, day(run.finished_at || run.started_at || run), ": ", t("lead.tickets", { n: row.asked }), ", ", t(`cause.${row.cause}`)))),
  );
}

function logOf(log) {
  if (!log || !log.length) return null;
  return h(
    "details.chart-table",
    {},
    h("summary", {}, t("lead.log")),
    h("ul", {}, log.map((one) => h("li", { title: exactly(one.at) }, `${ago(one.at)}: ${one.verb} ${one.actor_name || one.actor || ""}`))),
  );
}

/** Do something with the gap; where that fails, `undo` brings back what was typed. */
async function change(verb, body, said = "", undo = () => {}) {
  try {
    await lead.doGap(shown.gap.id, verb, body);
    if (said) toast(said, { kind: "good" });
    shown = await lead.gap(shown.gap.id);
    draw();
    const row = state.gaps && state.gaps.gaps.find((one) => one.id === shown.gap.id);
    if (row) Object.assign(row, shown.gap);
  } catch (error) {
    undo();
    toastError(error);
  }
}

/** Do what the cause asks for: write, add the question, edit, widen, translate or verify. */
async function remedy() {
  const { gap } = shown;
  if (!allows("contributor")) return;
  if (gap.remedy !== "capture") {
    const tab = gap.remedy === "translate" ? "translations" : gap.remedy === "verify" ? "verification" : "articles";
    window.location.assign(`/ui/knowledge?tab=${tab}&article=${encodeURIComponent(gap.article_id || (gap.nearest && gap.nearest.id) || "")}`);
    return;
  }
  try {
    const answer = await lead.capture(gap.tickets.slice(0, 50));
    if (answer.draft) window.location.assign(`/ui/knowledge?tab=drafts&draft=${encodeURIComponent(answer.draft.id)}`);
  } catch (error) {
    toastError(error);
  }
}
