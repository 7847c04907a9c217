// Beginning the next revision of an article.
import { go } from "../page_frame.js";
import { toastError } from "../toast.js";
import { knowledge } from "./api.js";

/** Begin the next revision, or go on with the one that somebody began. */
export async function editArticle(articleId, tab) {
  try {
    const { draft } = await knowledge.createDraft({ article_id: articleId });
    go({ tab, draft: draft.id });
  } catch (error) {
    toastError(error);
  }
}
