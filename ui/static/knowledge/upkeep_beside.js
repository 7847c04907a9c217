// The master beside the draft of its translation: its text, and what changed in it since the translation was made.
import { h, setRendered } from "../dom.js";
import { t } from "../i18n.js";
import { markQuote } from "../quotes.js";
import { upkeep } from "./upkeep_api.js";
import { localeTag } from "./upkeep_facts.js";

/** The master of a draft that translates one, with its changed paragraphs marked; null for any other draft. */
export async function besideDraft(draft) {
  if (!draft.translation_of) return null;
  const [master, found] = await Promise.all([
    upkeep.article(draft.translation_of),
    // Of a translation that was never published nothing can be out of date.
    draft.base_revision ? upkeep.changes(draft.id).catch(() => null) : null,
  ]);
  const { article, html, markdown } = master;
  const doc = html
    ? setRendered(h("div.doc", { dir: "auto", lang: article.locale }), html)
    : h("div.plain", { dir: "auto", lang: article.locale }, markdown);
  const changes = (found && found.changes) || [];
  for (const change of changes) {
    if (change.after) markQuote(doc, change.after, "up-changed", t(`upkeep.change.${change.kind}`));
  }
  const removed = changes.filter((change) => change.kind === "removed");
  return h(
    "section.upkeep.up-beside",
    { "aria-label": t("upkeep.master"), tabindex: "0" },
    h("div.up-title-line", {}, localeTag(article.locale), h("h2", { dir: "auto" }, article.revision.title)),
    found || !draft.base_revision ? h("p.muted", { role: "status" }, summary(draft, found)) : null,
    removed.length ? changesList({ changes: removed, article, master: article }) : null,
    doc,
  );
}

function summary(draft, found) {
  if (!draft.base_revision) return t("upkeep.new_translation");
  return found.changes.length ? t("upkeep.changes_n", { n: found.changes.length }) : noChanges(found);
}

/** Where nothing is known to have changed though the master is newer, e.g. because it was imported later. */
const noChanges = ({ article, master }) =>
  t(master.updated_at && article.updated_at && master.updated_at > article.updated_at ? "upkeep.changes_unknown" : "upkeep.no_changes");

/** The paragraphs of a master that changed, before and after. */
export function changesList({ changes, article, master }) {
  if (!changes.length) return h("p.muted.up-unknown", {}, noChanges({ article, master }));
  return h(
    "ol.up-changes",
    { lang: master.locale || null },
    changes.map((change) =>
      h(
        "li",
        {},
        h("div.up-facts", {}, h("span.badge", {}, t(`upkeep.change.${change.kind}`)), change.heading ? h("strong", { dir: "auto" }, change.heading) : null),
        change.before ? h("p.up-before", { dir: "auto" }, h("del", {}, change.before)) : null,
        change.after ? h("p.up-after", { dir: "auto" }, h("ins", {}, change.after)) : null,
      ),
    ),
  );
}
