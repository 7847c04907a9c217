// Looking for gaps: when it was done last, doing it again, and how far it is.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { ago, count, day, exactly, t } from "../i18n.js";
import { show } from "../page_frame.js";
import { toast, toastError } from "../toast.js";
import { lead } from "./api.js";
import { filterOf } from "./filters.js";

const LOOK_MS = 1500;
/** A run is a process of its own: so many looks may pass until it says that it is there. */
const PATIENCE = 30;
let timer = 0;
let line = null;
/** The newest run that was there when this page asked for another; null while it asked for none. */
let before = null;
let patience = 0;

/** Say what the button does. */
export function runActions() {
  action("ld-run", start);
  action("ld-show-new", () => show());
}

/** The line above the gaps. */
export function runBar({ run }) {
  line = h("span.run-line", { role: "status" });
  watch();
  return h(
    "div.run-bar",
    {},
    run
      ? h("span.muted", { title: exactly(run.finished_at || run.started_at) }, t("lead.looked", { when: ago(run.finished_at || run.started_at) }), ran(run))
      : h("span", {}, t("lead.never_looked")),
    h("span.grow"),
    line,
    h("button.btn.small", { type: "button", data: { act: "ld-run" } }, t("lead.look_again")),
  );
}

function ran(run) {
  const { since, until } = run.window || run;
  return since || until ? ` · ${since ? day(since) : ""}–${until ? day(until) : ""}` : "";
}

async function start() {
  const { since, until, locale, product } = filterOf();
  try {
    const { job } = await lead.job();
    await lead.runGaps({ since, until, locale, product });
    before = job ? job.id : 0;
    patience = PATIENCE;
    await watch();
  } catch (error) {
    toastError(error);
  }
}

/** Ask how far it is until it is done; then show what was found. */
async function watch(seen = false) {
  clearTimeout(timer);
  let job = null;
  try {
    ({ job } = await lead.job());
  } catch (_) {
    // The next press of the button says what is wrong.
  }
  if (!line || !line.isConnected) return;
  const awaited = before !== null && (!job || job.id === before) && patience-- > 0;
  const running = awaited || (job && job.state === "running");
  line.parentElement.querySelector("[data-act=ld-run]").disabled = Boolean(running);
  if (running) {
    const far = !awaited && job.total ? t("lead.progress", { done: count(job.done), total: count(job.total) }) : "";
    fill(line, t(`step.${(!awaited && job.step) || "reading"}`), " ", far);
    timer = setTimeout(() => watch(true), LOOK_MS);
    return;
  }
  const mine = before !== null;
  before = null;
  fill(line);
  if (!seen) return;
  if (job && job.state === "failed") toast(t("lead.run_failed", { why: job.error || "" }), { kind: "error" });
  else if (mine && !isTyped()) show();
  // Nobody's page changes under their hands because a run that they did not ask for has ended.
  else fill(line, h("button.btn.small", { type: "button", data: { act: "ld-show-new" } }, t("lead.show_new")));
}

/** Whether somebody has begun to write on this page. */
const isTyped = () => [...document.querySelectorAll("#gap-note, .gap-ignore.open [name=reason]")].some((field) => field.value);
