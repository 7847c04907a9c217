// The numbers beside the tabs: what waits in each, fetched when a tab is opened and when something was done.
import { setCount } from "../page_frame.js";
import { on } from "../state.js";
import { upkeep } from "./upkeep_api.js";

on("tab-shown", () => loadCounts());

/** Fetch the numbers; they are no reason to bother anybody, so what fails stays as it is. */
export async function loadCounts() {
  try {
    const { verification, signals, pairs, unused, translations } = await upkeep.counts();
    setCount("verification", verification.due + verification.overdue + verification.unverified);
    setCount("signals", signals.open);
    setCount("pairs", pairs.duplicate + pairs.contradiction);
    setCount("unused", unused.proposed);
    setCount("translations", translations.outdated);
  } catch (_) {
    // The tabs themselves say what is wrong.
  }
}
