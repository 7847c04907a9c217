// What the agent should know before a reply goes to a customer: text for colleagues alone, and another language.
import { action } from "./actions.js";
import { fill, h } from "./dom.js";
import { focusEditor, selectText } from "./editor.js";
import { languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { on } from "./state.js";

let panel = null;
/** What is warned of now: {internal, language}; null without a warning. */
let found = null;

/** Build the panel; it stays hidden until there is something to say. */
export function checkPanel() {
  panel = h("div.check", { role: "alertdialog", "aria-labelledby": "check-title", hidden: true });
  action("check-change", () => {
    const [first] = found ? found.internal : [];
    hideCheck();
    if (first) selectText(first.quote);
    else focusEditor();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    hideCheck();
    focusEditor();
  });
  // A changed text is looked at anew.
  for (const name of ["typed", "opened", "reply-kind"]) on(name, hideCheck);
  return panel;
}

/** Whether something of this kind, "internal" or "language", is warned of right now. */
export const isWarned = (kind) => Boolean(found) && (kind === "internal" ? found.internal.length > 0 : Boolean(found.language));

/** What sending needs to go on all the same. */
export const overrides = () =>
  found ? { overridden: found.internal.map((one) => one.quote), foreign_ok: Boolean(found.language) } : {};

/** Show what the server refused, with the way to go on all the same. */
export function showCheck(error, { deed, status = "" }) {
  found = error.answer.check;
  const { internal, language } = found;
  panel.hidden = false;
  panel.dataset.kind = internal.length ? "internal" : "language";
  fill(
    panel,
    h("div.check-head", {}, icon(internal.length ? "lock" : "warn"), h("strong", { id: "check-title" }, title(internal, language))),
    internal.length ? h("ul.check-list", { tabindex: "0", "aria-labelledby": "check-title" }, internal.map(row)) : null,
    internal.length && language ? h("p.check-more", {}, languages(language)) : null,
    h(
      "div.check-buttons",
      {},
      h("button.btn.small.primary", { type: "button", data: { act: "check-change" } }, t("check.change")),
      h(
        "button.btn.small",
        { type: "button", class: internal.length ? "danger" : "", data: { act: "send-anyway", deed, status } },
        t(deed === "copy" ? "check.copy_anyway" : "check.send_anyway"),
        internal.length ? null : h("kbd", {}, t("key.ctrl_enter")),
      ),
      h("span.muted.small-text", {}, internal.length ? t("check.logged") : ""),
    ),
  );
  // Another language is a quiet remark: the same keys send again. Text for colleagues is a question to answer.
  if (internal.length) panel.querySelector("[data-act=check-change]").focus();
  else focusEditor();
}

const title = (internal, language) =>
  internal.length ? t("check.internal", { n: internal.length }) : languages(language);
const languages = (language) =>
  t("check.language", { reply: languageName(language.reply), customer: languageName(language.customer) });

function row({ quote, said, source }) {
  const from = t(`check.from_${source.kind === "article" ? source.audience : source.kind}`, {
    title: source.title || source.id,
  });
  return h(
    "li",
    {},
    h("q", { dir: "auto" }, quote),
    h("div.muted.small-text", { dir: "auto" }, from),
    said && said !== quote ? h("blockquote", { dir: "auto", title: t("check.said") }, said) : null,
  );
}

/** Take it away. */
export function hideCheck() {
  if (!found) return;
  found = null;
  panel.hidden = true;
  fill(panel);
}
