// The language model's wording of a draft as a proposal: what would change, what was left out, and a choice.
import { fill, h } from "../dom.js";
import { count, t } from "../i18n.js";
import { state } from "../state.js";
import { toast, toastError } from "../toast.js";
import { knowledge } from "./api.js";
import { changesIn } from "./changes_view.js";
import { put } from "./markdown_keys.js";
import { button } from "./parts.js";

/** Whether a draft can be reworded here and now. */
export const mayReword = (session) => Boolean(state.me.language_model) && session.may("save");

/** Ask for a proposal and show it in a place; what is typed is saved first, and nothing is changed before it is taken. */
export async function showRewording(session, place) {
  const waiting = new AbortController();
  const panel = h("section.k-panel.ed-reword", { tabindex: "-1", "aria-label": t("reword.title") });
  let ofText = "";
  const close = () => {
    waiting.abort();
    if (panel.isConnected) fill(place);
    document.getElementById("article-body")?.focus();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  fill(panel, h("p", { role: "status" }, t("rewrite.working")), h("div.k-panel-buttons", {}, button(t("rewrite.stop"), close)));
  fill(place, panel);
  panel.focus();
  try {
    if (!(await session.flush())) return close();
    ofText = session.fields.body;
    const found = await knowledge.reword(session.id, session.version, { signal: waiting.signal });
    if (!panel.isConnected) return;
    fill(panel, proposal(found, { close, take: () => take(session, ofText, found.body, close) }));
    panel.focus();
  } catch (error) {
    if (waiting.signal.aborted) return;
    close();
    toastError(error);
  }
}

/** Put the proposal into the text as one step that can be undone; not over what was typed in the meantime. */
function take(session, before, after, close) {
  close();
  if (session.fields.body !== before) {
    toast(t("reword.changed"), { ms: 6000 });
    return;
  }
  const area = document.getElementById("article-body");
  const top = area.scrollTop;
  put(area, 0, area.value.length, after, [0, 0]);
  area.scrollTop = top;
  toast(t("reword.taken"), { kind: "good", ms: 5000 });
}

function proposal(found, { close, take }) {
  const gone = found.left_out.length;
  return [
    h("h2", {}, t("reword.title")),
    h("p", { role: "status" }, found.unchanged ? t("reword.nothing") : t("reword.kept", { n: found.kept, count: count(found.kept) })),
    found.unchanged ? null : h("div.ed-reword-changes", { tabindex: "0", role: "region", "aria-label": t("changes.title") }, changesIn(found)),
    gone ? h("details", {}, h("summary", {}, t("reword.left_out", { n: gone, count: count(gone) })), leftOut(found.left_out)) : null,
    h("p.muted.small-text", {}, t("reword.hint")),
    h("div.k-panel-buttons", {}, h("span.grow"), button(t("reword.leave"), close, { kind: "ghost" }), found.unchanged ? null : button(t("reword.take"), take, { kind: "primary" })),
  ];
}

const why = (reason) => (reason === "no_source" ? t("reword.no_source") : t(`draft.reason.${reason}`));

const leftOut = (rows) =>
  h("ul.ed-left-out", {}, rows.map(({ text, reason }) => h("li", {}, h("del", { dir: "auto" }, text), " ", h("span.muted", {}, why(reason)))));
