// Looking for candidates or pairs anew: a job on the server, with its progress beside the button.
import { fill, h } from "../dom.js";
import { count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { toast, toastError } from "../toast.js";
import { knowledge } from "./api.js";
import { button, when } from "./parts.js";

const LOOK_MS = 1500;
const CANDIDATES = {
  words: { press: "candidate.look_again", busy: "candidate.looking", far: "candidate.looked", failed: "candidate.run_failed", last: "candidate.looked_last" },
  begin: () => knowledge.runCandidates(),
  job: () => knowledge.candidateJob(),
};

/** The button; `again(run)` fetches the list when the job has ended; `what`: {words, begin, job} of another search. */
export function lookAgain(run, again, { words, begin, job } = CANDIDATES) {
  const place = h("span.k-run", { role: "status" });
  show(run);

  function show(now) {
    if (now && now.state === "running") {
      const share = now.all ? now.done / now.all : 0;
      const bar = h("progress", { max: "1", "aria-label": t(words.busy) });
      if (now.all) bar.value = share;
      fill(place, bar, h("span.muted.small-text", {}, now.all ? t(words.far, { done: count(now.done), all: count(now.all) }) : t(words.busy)));
      setTimeout(look, LOOK_MS);
      return;
    }
    const press = button(t(words.press), start, { kind: "ghost" });
    press.prepend(icon("search"));
    if (words.last && now && now.ended_at) press.title = `${t(words.last)} ${when(now.ended_at).textContent}`;
    fill(place, press);
  }

  async function start() {
    try {
      const { run: begun } = await begin();
      show(begun || { state: "running" });
    } catch (error) {
      toastError(error);
    }
  }

  async function look() {
    if (!place.isConnected) return;
    try {
      const { run: now } = await job();
      if (now && now.state === "running") {
        show(now);
        return;
      }
      if (now && now.state === "failed") toast(now.message || t(words.failed), { kind: "error", ms: 9000 });
      show(now);
      again(now);
    } catch (_) {
      setTimeout(look, 3 * LOOK_MS);
    }
  }
  return place;
}
