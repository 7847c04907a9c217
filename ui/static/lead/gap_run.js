// Looking for gaps: when it was done last, doing it again, and how far it is.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { ago, count, day, exactly, t } from "../i18n.js";
import { show } from "../page_frame.js";
import { toast, toastError } from "../toast.js";
import { lead } from "./api.js";
import { filterOf } from "./filters.js";

const LOOK_MS = 1500;
let timer = 0;
let line = null;

/** Say what the button does. */
export function runActions() {
  action("ld-run", start);
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
    await lead.runGaps({ since, until, locale, product });
    watch();
  } catch (error) {
    toastError(error);
  }
}

/** Ask how far it is until it is done; then the page shows what was found. */
async function watch(seen = false) {
  clearTimeout(timer);
  let job = null;
  try {
    ({ job } = await lead.job());
  } catch (_) {
    // The next press of the button says what is wrong.
  }
  if (!line || !line.isConnected) return;
  const button = line.parentElement.querySelector("[data-act=ld-run]");
  const running = job && job.state === "running";
  button.disabled = Boolean(running);
  if (running) {
    const far = job.total ? t("lead.progress", { done: count(job.done), total: count(job.total) }) : "";
    fill(line, t(`step.${job.step || "reading"}`), " ", far);
    timer = setTimeout(() => watch(true), LOOK_MS);
    return;
  }
  fill(line);
  if (seen && job && job.state === "failed") toast(t("lead.run_failed", { why: job.error || "" }), { kind: "error" });
  else if (seen) show();
}
