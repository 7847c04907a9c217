// Questions that the article answers, and the live test: where would it stand if a customer asked this?
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { errorLine, iconButton } from "./parts.js";
import { knowledge } from "./api.js";

const MOST_PUSHED = 3;

/** The panel: the test above, the questions below. */
export function tryPanel(session) {
  const input = h("input", { type: "text", maxlength: "500", placeholder: t("writing.try_placeholder"), "aria-label": t("writing.try"), autocomplete: "off" });
  const button = h("button.btn.small.primary-soft", { type: "submit" }, t("writing.try_button"));
  const answer = h("div.ed-answer", { role: "status" });
  const form = h("form.ed-try", {}, h("h3", {}, t("writing.try")), h("div.k-line", {}, input, button), answer);
  const own = h("ul.ed-questions");
  const adding = h("input", { type: "text", maxlength: "500", placeholder: t("writing.question_placeholder"), "aria-label": t("writing.add_question"), autocomplete: "off" });
  const add = h("form.k-line", {}, adding, h("button.btn.small", { type: "submit" }, t("writing.add")));
  const element = h("div", {}, form, h("h3", {}, t("writing.questions")), h("p.muted.small-text", {}, t("writing.questions_hint")), own, add);
  let turn = 0;

  async function test(question) {
    if (!question.trim()) return;
    const mine = ++turn;
    input.value = question;
    answer.setAttribute("aria-busy", "true");
    try {
      const found = await knowledge.tryQuestion({ question, ...session.text() });
      if (mine === turn) fill(answer, verdict(found, question, addable(question)));
    } catch (error) {
      if (mine === turn) fill(answer, errorLine(error));
    } finally {
      if (mine === turn) answer.removeAttribute("aria-busy");
    }
  }

  /** A question that is not on the list yet can be taken there with one press. */
  function addable(question) {
    if (session.fields.questions.includes(question) || !session.may("save")) return null;
    const take = h("button.btn.small", { type: "button" }, icon("plus"), t("writing.take_question"));
    take.addEventListener("click", () => {
      session.set("questions", [...session.fields.questions, question]);
      show();
      test(question);
    });
    return take;
  }

  function show() {
    fill(
      own,
      session.fields.questions.map((question, at) =>
        h(
          "li",
          {},
          h("span", { dir: "auto" }, question),
          iconButton("search", t("writing.try_this", { question }), () => test(question)),
          session.may("save")
            ? iconButton("close", t("writing.drop_question", { question }), () => {
                session.set("questions", session.fields.questions.filter((_, n) => n !== at));
                show();
              })
            : null,
        ),
      ),
    );
    add.hidden = !session.may("save");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    test(input.value);
  });
  add.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = adding.value.trim();
    if (!question) return;
    session.set("questions", [...new Set([...session.fields.questions, question])]);
    adding.value = "";
    show();
    adding.focus();
  });
  session.on("replaced", show);
  show();
  return { element, show };
}

const pushed = ({ title, before: from, after: to }) => t(to ? "writing.pushed" : "writing.pushed_out", { title, from, to });

function verdict(found, question, take) {
  const rank = found.rank ? t("writing.rank", { rank: found.rank }) : t("writing.rank_none");
  const change = found.rank && found.rank_now && found.rank_now !== found.rank ? t("writing.rank_now", { rank: found.rank_now }) : "";
  return [
    h("p.ed-rank", { class: found.rank === 1 ? "good" : found.rank && found.rank <= 3 ? "" : "bad" }, h("strong", {}, rank), change ? h("span.muted", {}, ` ${change}`) : null),
    h(
      "ol.ed-ranks",
      { "aria-label": t("writing.ranks", { question }) },
      found.after.slice(0, 6).map((one) =>
        h("li", { class: one.is_draft ? "is-draft" : "", value: String(one.rank), dir: "auto" }, one.is_draft ? t("writing.this_article") : one.title),
      ),
    ),
    found.pushed_down.length
      ? h("p.k-warning", {}, t("writing.pushes"), " ", found.pushed_down.slice(0, MOST_PUSHED).map((one, n) => [n ? ", " : "", h("span", { dir: "auto" }, pushed(one))]))
      : null,
    take,
  ];
}
