// What colleagues say about a draft, beside the text.
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { initials } from "../messages.js";
import { knowledge } from "./api.js";
import { errorLine, when } from "./parts.js";
import { nameOf } from "./people_names.js";

/** The panel; told(n) gets the number of open comments. */
export function commentsPanel(session, { told }) {
  const list = h("ul.ed-comments");
  const area = h("textarea", { rows: "3", maxlength: "4000", placeholder: t("writing.comment_placeholder"), "aria-label": t("writing.comment") });
  const fault = h("div");
  const send = h("button.btn.small.primary", { type: "submit" }, t("writing.comment_send"));
  const form = h("form.ed-comment-form", {}, area, fault, h("div.k-panel-buttons", {}, h("span.grow"), send));
  const element = h("div", {}, list, form);

  const take = (answer) => {
    if (answer.comments) session.answer.comments = answer.comments;
    show();
  };

  function show() {
    const all = session.answer.comments || [];
    told(all.filter((one) => !one.resolved_at).length);
    fill(list, all.length ? all.map(comment) : h("li.muted", {}, t("writing.no_comments")));
    form.hidden = !session.may("comment");
  }

  function comment(one) {
    const name = one.name || nameOf(one.by);
    const toggle = h("button.btn.small.ghost", { type: "button" }, t(one.resolved_at ? "writing.comment_reopen" : "writing.comment_resolve"));
    toggle.addEventListener("click", () => change(one, !one.resolved_at));
    return h(
      "li.ed-comment",
      { class: one.resolved_at ? "is-done" : "" },
      h("p.ed-comment-head", {}, h("span.avatar", { "aria-hidden": "true" }, initials(name)), h("strong", { dir: "auto" }, name), h("span.muted", {}, when(one.at)), h("span.grow"), session.may("comment") ? toggle : null),
      h("p.plain", { dir: "auto" }, one.body),
    );
  }

  async function change(one, resolved) {
    try {
      await knowledge.changeComment(session.id, one.id, { resolved });
      const { comments } = await knowledge.draft(session.id);
      take({ comments });
    } catch (error) {
      fill(fault, errorLine(error));
    }
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!area.value.trim()) return;
    send.disabled = true;
    try {
      await knowledge.comment(session.id, { body: area.value.trim() });
      area.value = "";
      fill(fault);
      take(await knowledge.draft(session.id));
    } catch (error) {
      fill(fault, errorLine(error));
    } finally {
      send.disabled = false;
    }
  });
  session.on("answer", show);
  return { element, show, focus: () => area.focus() };
}
