// Two texts of an article as one, with what was added and taken away word by word.
import { fill, h, setRendered } from "../dom.js";
import { count, t } from "../i18n.js";
import { knowledge } from "./api.js";
import { errorLine } from "./parts.js";

/** The paragraphs of a comparison {blocks: [{kind, html}]}. */
export const changesIn = ({ blocks }) =>
  h("div.doc.changes", { dir: "auto" }, blocks.map((block) => setRendered(h(`div.change-${block.kind}`), block.html)));

/** Show a diff in a place; ends are {from, to}, by default what is published and the draft. */
export async function showChanges(place, articleId, ends = {}) {
  place.setAttribute("aria-busy", "true");
  try {
    const found = await knowledge.diff(articleId, ends);
    const isSame = !found.added && !found.removed;
    fill(
      place,
      h("p.muted", { role: "status" }, isSame ? t("changes.none") : t("changes.sum", { added: count(found.added), removed: count(found.removed) }), found.shortened ? ` ${t("changes.shortened")}` : ""),
      found.title_html ? setRendered(h("h2.ed-preview-title", { dir: "auto" }), found.title_html) : null,
      changesIn(found),
    );
  } catch (error) {
    fill(place, errorLine(error));
  } finally {
    place.removeAttribute("aria-busy");
  }
}
