// Beginning to write: the draft of an article's next revision, or of its translation, opened in the editor.
import { go } from "../page_frame.js";
import { toastError } from "../toast.js";
import { upkeep } from "./upkeep_api.js";

/** Open the editor on an article's draft; where somebody began one already, the server gives that one. */
export async function beginDraft(wish, tab) {
  try {
    const { draft } = await upkeep.begin(wish);
    go({ tab, draft: draft.id });
  } catch (error) {
    toastError(error);
  }
}
