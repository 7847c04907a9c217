// Beside the text: details, check, questions, sources, comments; one at a time.
import { fill, h } from "../dom.js";
import { count, t } from "../i18n.js";
import { icon } from "../icons.js";
import { recall, remember } from "../storage.js";
import { checkPanel } from "./editor_check.js";
import { commentsPanel } from "./editor_comments.js";
import { fieldsPanel } from "./editor_fields.js";
import { sourcesPanel } from "./editor_sources.js";
import { tryPanel } from "./editor_try.js";

/** In words, but for the last one: five do not fit beside a text. */
const labelOf = (name) =>
  name === "comments" ? [icon("chat"), h("span.sr", {}, t("writing.side.comments"))] : t(`writing.side.${name}`);

/** The panels of a session; `text` is its field. */
export function sidePanels(session, text) {
  const badges = {};
  const told = (name) => (n) => fill(badges[name], n ? count(n) : "");
  const points = (n) => {
    session.pointsLeft = n;
    told("check")(n);
  };
  const panels = {
    details: fieldsPanel(session),
    check: checkPanel(session, { jump: text.jump, told: points }),
    questions: tryPanel(session),
    sources: sourcesPanel(session, text.area),
    comments: commentsPanel(session, { told: (n) => told("comments")(n) }),
  };
  const names = Object.keys(panels).filter((name) => panels[name]);
  const body = h("div.ed-side-body", { role: "tabpanel", id: "ed-side-body", tabindex: "0" });
  const tabs = names.map((name) => {
    badges[name] = h("span.tab-count");
    const tab = h("button.tab", { type: "button", role: "tab", id: `ed-tab-${name}`, "aria-controls": "ed-side-body", data: { name } }, labelOf(name), badges[name]);
    if (name === "comments") tab.title = t("writing.side.comments");
    tab.addEventListener("click", () => open(name));
    return tab;
  });
  const list = h("div.tabs.ed-side-tabs", { role: "tablist", "aria-label": t("writing.side") }, tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.indexOf(document.activeElement);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    open(next.dataset.name);
    next.focus();
  });
  const element = h("aside.ed-side", { "aria-label": t("writing.side") }, list, body);

  function choose(name) {
    const chosen = names.includes(name) ? name : "details";
    for (const tab of tabs) {
      const isChosen = tab.dataset.name === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    body.setAttribute("aria-labelledby", `ed-tab-${chosen}`);
    remember("article.panel", chosen);
    fill(body, panels[chosen].element);
    panels[chosen].show();
  }

  function open(name) {
    const frame = element.closest(".editor");
    if (frame) frame.dataset.side = "on";
    choose(name);
  }

  return {
    element,
    open,
    show() {
      const wished = recall("article.panel");
      const isReview = session.draft.state === "in_review" || (session.answer.comments || []).some((one) => !one.resolved_at);
      choose(isReview ? "comments" : names.includes(wished) ? wished : "details");
      panels.comments.show();
      // The number of open points is wanted whichever panel is open.
      panels.check.show();
    },
  };
}
