// Where two shown sources contradict each other: one quiet row that unfolds to both places.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { readable } from "./readable.js";
import { state } from "./state.js";

/** A row per draft that has contradictions; null without any. */
export function conflictRow() {
  const { conflicts } = state.draft;
  if (!conflicts.length) return null;
  return h(
    "details.conflicts",
    {},
    h("summary", {}, icon("warn"), t("draft.conflict.row")),
    conflicts.map(({ used, other }) =>
      h(
        "div.places",
        {},
        place(used, t("draft.conflict.used")),
        place(other, t("draft.conflict.differs")),
      ),
    ),
  );
}

function place(source, label) {
  const title = source.title || source.id;
  return h(
    "div.place",
    {},
    h("div.muted", {}, label),
    source.url
      ? h("a", { href: source.url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, title)
      : h("span.place-title", { dir: "auto" }, title),
    h("blockquote", { dir: "auto" }, readable(source.quote)),
  );
}
