// Looking for candidates anew: a job on the server, with its progress beside the button.
import { fill, h } from "../dom.js";
import { count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { toast, toastError } from "../toast.js";
import { knowledge } from "./api.js";
import { button, when } from "./parts.js";

const LOOK_MS = 1500;

/** The button; `again` fetches the list when the job has ended. */
export function lookAgain(run, again) {
  const place = h("span.k-run", { role: "status" });
  show(run);

  function show(now) {
    if (now && now.state === "running") {
      const share = now.all ? now.done / now.all : 0;
      const bar = h("progress", { max: "1", "aria-label": t("candidate.looking") });
      if (now.all) bar.value = share;
      fill(place, bar, h("span.muted.small-text", {}, now.all ? t("candidate.looked", { done: count(now.done), all: count(now.all) }) : t("candidate.looking")));
      setTimeout(look, LOOK_MS);
      return;
    }
    const press = button(t("candidate.look_again"), start, { kind: "ghost" });
    press.prepend(icon("search"));
    if (now && now.ended_at) press.title = `${t("candidate.looked_last")} ${when(now.ended_at).textContent}`;
    fill(place, press);
  }

  async function start() {
    try {
      const { run: begun } = await knowledge.runCandidates();
      show(begun || { state: "running" });
    } catch (error) {
      toastError(error);
    }
  }

  async function look() {
    if (!place.isConnected) return;
    try {
      const { run: now } = await knowledge.candidateJob();
      if (now && now.state === "running") {
        show(now);
        return;
      }
      if (now && now.state === "failed") toast(now.message || t("candidate.run_failed"), { kind: "error", ms: 9000 });
      show(now);
      again();
    } catch (_) {
      setTimeout(look, 3 * LOOK_MS);
    }
  }
  return place;
}
