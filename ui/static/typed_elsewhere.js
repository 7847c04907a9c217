// The same reply in two tabs: the newer text of the other one is offered beside the own, and neither is lost.
import { action } from "./actions.js";
import { fill, h } from "./dom.js";
import { focusEditor, insert, replaceAll, typed } from "./editor.js";
import { ago, t } from "./i18n.js";
import { icon } from "./icons.js";
import { on, ticket } from "./state.js";
import { adopt } from "./typed.js";

let panel = null;
let other = null;

/** Build the panel; it stays hidden until another tab has a newer text. */
export function elsewherePanel() {
  panel = h("div.elsewhere", { role: "alert", hidden: true });
  action("elsewhere-use", () => {
    adopt(ticket().id, other);
    replaceAll(other.body, { from: other.origins, said: t("elsewhere.used") });
    hide();
  });
  action("elsewhere-both", () => {
    adopt(ticket().id, other);
    focusEditor();
    const field = document.activeElement;
    field.setSelectionRange(field.value.length, field.value.length);
    insert(other.body, { from: other.origins });
    hide();
  });
  action("elsewhere-mine", () => {
    hide();
    focusEditor();
  });
  on("typed-elsewhere", (newest) => {
    other = newest;
    show();
  });
  on("opened", hide);
  on("sent", hide);
  return panel;
}

function show() {
  if (other.body === typed()) return;
  const button = (act, label) => h("button.btn.small", { type: "button", data: { act } }, t(label));
  panel.hidden = false;
  fill(
    panel,
    icon("copy"),
    h(
      "div.elsewhere-text",
      {},
      h("div", {}, t("elsewhere.title", { when: ago(other.at) })),
      h("blockquote", { dir: "auto", tabindex: "0", "aria-label": t("elsewhere.text") }, other.body),
    ),
    h(
      "div.elsewhere-buttons",
      {},
      button("elsewhere-use", "elsewhere.use"),
      button("elsewhere-both", "elsewhere.both"),
      button("elsewhere-mine", "elsewhere.mine"),
    ),
  );
}

function hide() {
  other = null;
  panel.hidden = true;
  fill(panel);
}
