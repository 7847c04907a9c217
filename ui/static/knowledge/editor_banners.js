// What a writer must know before going on: sent back, the published text has changed, the source wrote something else.
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { toastError } from "../toast.js";
import { showChanges } from "./changes_view.js";
import { button } from "./parts.js";
import { nameOf } from "./people_names.js";

/** The element; show() as the draft stands now. */
export function banners(session) {
  const element = h("div.ed-banners");

  function show() {
    const { draft, answer } = session;
    const published = answer.article ? answer.article.revision : 0;
    const source = draft.source_text && Object.keys(draft.source_text).length ? draft.source_text : null;
    fill(
      element,
      draft.sent_back && draft.state === "editing" ? banner("back", t("writing.was_sent_back"), [h("q", { dir: "auto" }, draft.sent_back)]) : null,
      draft.state === "in_review" && draft.note ? banner("chat", t("writing.note_of", { name: nameOf(draft.edited_by) }), [h("q", { dir: "auto" }, draft.note)]) : null,
      answer.published_changed ? meanwhile(session, draft, published) : null,
      source ? fromSource(session, source) : null,
    );
  }
  session.on("answer", show);
  return { element, show };
}

function meanwhile(session, draft, published) {
  const place = h("div");
  const look = button(t("writing.show_changes"), () => showChanges(place, session.id, { from: draft.base_revision, to: published }));
  return banner("warn", t("writing.published_changed"), [look, takeNote(session)], place);
}

function fromSource(session, source) {
  const place = h("div");
  const look = button(t("writing.show_source_text"), () => fill(place, h("div.plain.ed-lines", { dir: "auto", tabindex: "0" }, `${source.title || ""}\n\n${source.body || ""}`)));
  const take = button(t("writing.take_source_text"), () => {
    for (const name of ["title", "body", "summary"]) if (typeof source[name] === "string") session.set(name, source[name]);
    session.emit("replaced");
  });
  return banner("warn", t("writing.source_changed"), [look, take, takeNote(session)], place);
}

const takeNote = (session) =>
  session.may("take_note") ? button(t("move.take_note"), () => session.move("take_note").catch(toastError), { kind: "primary-soft" }) : null;

const banner = (picture, text, parts, below = null) =>
  h("div.ed-banner", { role: "status" }, icon(picture), h("div", {}, h("p", {}, h("strong", {}, text), " ", parts.filter((one) => one && one.tagName === "Q")), h("div.k-line", {}, parts.filter((one) => one && one.tagName !== "Q")), below));

