// The numbers beside this part's tabs: open candidates, and drafts that wait for me.
import { setCount } from "../page_frame.js";
import { knowledge } from "./api.js";
import { waitsForMe } from "./drafts.js";

/** Fetch them once the page stands; numbers are not worth a message. */
export async function startCounts() {
  const [candidates, drafts] = await Promise.allSettled([knowledge.candidates({ limit: 1 }), knowledge.drafts({ limit: 200 })]);
  if (candidates.status === "fulfilled") setCount("candidates", candidates.value.counts.open);
  if (drafts.status === "fulfilled") setCount("drafts", drafts.value.drafts.filter(waitsForMe).length);
}
