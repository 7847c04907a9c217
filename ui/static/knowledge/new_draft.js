// A blank draft, in the team's template.
import { go } from "../page_frame.js";
import { state } from "../state.js";
import { knowledge } from "./api.js";

/** Begin one as the address asks and open it; a blank one that was left behind is taken instead of another. */
export async function newDraft(asked) {
  const locale = asked.locale || state.me.locale;
  const open = (draft) => go({ tab: asked.tab || "drafts", draft: draft.id, fresh: "1" }, { replace: true });
  const isBlank = (draft) => draft.version === 1 && !draft.title && !draft.base_revision && !draft.translation_of && draft.created_by === state.me.user.id;
  if (!asked.title && !asked.product) {
    const { drafts } = await knowledge.drafts({ mine: "1", state: "editing", limit: 200 });
    const left = drafts.find((draft) => isBlank(draft) && draft.locale === locale);
    if (left) {
      open(left);
      return;
    }
  }
  const { markdown } = await knowledge.template(locale).catch(() => ({ markdown: "" }));
  const wish = { title: asked.title || "", body: markdown, locale, product: asked.product || "" };
  const { draft } = await knowledge.createDraft(wish);
  open(draft);
}
