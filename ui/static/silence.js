// Where there is no suggested reply: what colleagues asked back, and passing the question on.
import { action } from "./actions.js";
import { h } from "./dom.js";
import { insert } from "./editor.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { state } from "./state.js";

/** Listen for the buttons. */
export function silence() {
  action("insert-question", (element) => {
    const one = state.draft.questions[Number(element.dataset.n)];
    insert(one.text, { from: origin(one) });
  });
  action("insert-questions", () => {
    const { questions } = state.draft;
    insert(questions.map((one) => one.text).join("\n"), { from: questions.map(origin) });
  });
  action("insert-escalation", () => insert(state.draft.escalation.text));
}

const origin = ({ source }) => (source.kind === "ticket" ? { kind: "ticket", id: source.id } : null);

/** What can be sent all the same; null if there is nothing. */
export function waysOut() {
  const { questions, escalation } = state.draft;
  if (!questions.length && !escalation) return null;
  return h(
    "div.ways-out",
    {},
    questions.length
      ? [
          h(
            "div.way-head",
            {},
            h("span", {}, t("draft.ask_back")),
            h("span.grow"),
            questions.length > 1 ? button("insert-questions", t("draft.insert_all")) : null,
          ),
          h(
            "ul",
            {},
            questions.map((one, n) => h("li.way", {}, text(one), button("insert-question", t("draft.insert"), one, n))),
          ),
        ]
      : null,
    escalation
      ? [
          questions.length ? h("div.way-head", {}, t("draft.pass_on")) : null,
          h("div.way", {}, text(escalation), button("insert-escalation", t("draft.insert"), escalation)),
        ]
      : null,
  );
}

const text = (sentence) => h("span.way-text", { dir: "auto" }, sentence.text);

function button(act, label, sentence = null, n = 0) {
  return h(
    "button.btn.small",
    {
      type: "button",
      "aria-label": sentence ? t("draft.insert_this", { text: sentence.text }) : null,
      data: { act, n: String(n) },
    },
    icon("insert"),
    label,
  );
}
