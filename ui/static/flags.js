// Flagging a paragraph of an article: choose it, say what is the matter, and it becomes a task for its owner.
import { action } from "./actions.js";
import { api } from "./api.js";
import { h } from "./dom.js";
import { ago, t } from "./i18n.js";
import { icon } from "./icons.js";
import { openInPlace } from "./reading.js";
import { markQuote } from "./quotes.js";
import { emit, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

const REASONS = ["wrong", "outdated", "unclear", "missing"];
const PARAGRAPHS = "p, li, pre, tr, h1, h2, h3, h4, h5, h6";
let last = null;

/** Say what the buttons do. */
export function flagActions() {
  action("flag", (element) => startFlag(element.closest(".card-hit")));
  action("cancel-flag", (element) => stop(element.closest(".whole")));
  action("undo-flag", () => last && close(last, "rejected", t("flag.taken_back")));
  action("close-flag", (element) => close(Number(element.dataset.id), element.dataset.state));
  action("send-flag", (element) => send(element.closest("form")));
}

/** The open flags above an article that is being read. */
export function flagList(flags, article) {
  if (!flags.length) return null;
  const mayClose = state.me && state.me.role !== "agent";
  return h(
    "ul.flag-list",
    { "aria-label": t("badge.flagged", { n: flags.length }) },
    flags.map((flag) =>
      h(
        "li",
        {},
        icon("flag"),
        h(
          "span",
          {},
          h("strong", {}, t(`flag.reason.${flag.reason}`)),
          flag.note ? h("span", { dir: "auto" }, ` ${flag.note}`) : null,
          h("span.muted", {}, ` ${flag.by ? `${flag.by}, ` : ""}${ago(flag.at)}`),
          flag.lost || flag.revision !== article.revision.number
            ? h("span.muted", {}, ` ${t(flag.lost ? "flag.lost" : "flag.moved")}`)
            : null,
          flag.lost ? h("q", { dir: "auto" }, flag.text) : null,
        ),
        mayClose || (state.me && flag.user_id === state.me.user.id)
          ? h(
              "span.flag-close",
              {},
              mayClose ? closeButton(flag, "done") : null,
              closeButton(flag, "rejected"),
            )
          : null,
      ),
    ),
  );
}

const closeButton = (flag, to) =>
  h(
    "button.btn.small.ghost",
    { type: "button", data: { act: "close-flag", id: String(flag.id), state: to } },
    t(`flag.state.${to}`),
  );

/** Mark flagged paragraphs in what is being read. */
export function markFlags(body, flags) {
  for (const flag of flags) if (!flag.lost) markQuote(body, flag.text, "flagged", t(`flag.reason.${flag.reason}`));
}

/** Let the agent choose a paragraph of a card's article. */
export async function startFlag(card) {
  if (!card || card.dataset.section !== "articles") return;
  const whole = await openInPlace(card);
  if (!whole || whole.classList.contains("choosing")) return;
  const body = whole.querySelector(".doc");
  const found = body ? paragraphs(body) : [];
  if (!found.length) {
    toast(t("flag.nothing"));
    return;
  }
  whole.classList.add("choosing");
  whole.prepend(
    h(
      "div.flag-hint",
      { role: "status" },
      icon("flag"),
      h("span", {}, t("flag.choose")),
      h("span.grow"),
      h("button.btn.small.ghost", { type: "button", data: { act: "cancel-flag" } }, t("cancel")),
    ),
  );
  for (const each of found) each.tabIndex = -1;
  whole.addEventListener("keydown", onKey);
  whole.addEventListener("click", onClick, true);
  choose(nearest(whole, found));
}

/** What can be flagged: the innermost paragraphs, items and rows; not a paragraph that is all of its item. */
function paragraphs(body) {
  return [...body.querySelectorAll(PARAGRAPHS)].filter((each) => {
    if (!each.textContent.trim()) return false;
    return each.tagName !== "P" || !each.parentElement.matches("li") || each.parentElement.children.length > 1;
  });
}

/** The first one that is in sight. */
function nearest(whole, found) {
  const { top } = whole.getBoundingClientRect();
  return found.find((each) => each.getBoundingClientRect().top >= top + 40) || found[0];
}

function choose(element) {
  element.closest(".whole").querySelector(".chosen")?.classList.remove("chosen");
  element.classList.add("chosen");
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const whole = event.currentTarget;
  if (whole.querySelector(".flag-form")) {
    onFormKey(event, whole);
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const found = paragraphs(whole.querySelector(".doc"));
  const chosen = whole.querySelector(".chosen");
  if (step) {
    event.preventDefault();
    event.stopPropagation();
    const next = found[found.indexOf(chosen) + step];
    if (next) choose(next);
  } else if (event.key === "Enter" && !event.target.closest("button")) {
    event.preventDefault();
    event.stopPropagation();
    openForm(whole, chosen);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    stop(whole);
  }
}

function onFormKey(event, whole) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    stop(whole);
  } else if (/^[1-4]$/.test(event.key) && event.target.type !== "text") {
    event.preventDefault();
    event.stopPropagation();
    const radio = whole.querySelectorAll(".flag-form input[type=radio]")[Number(event.key) - 1];
    radio.focus();
    radio.checked = true;
  }
}

function onClick(event) {
  const whole = event.currentTarget;
  const element = event.target.closest(PARAGRAPHS);
  if (!element || !whole.querySelector(".doc").contains(element) || event.target.closest(".flag-form")) return;
  event.preventDefault();
  event.stopPropagation();
  const found = paragraphs(whole.querySelector(".doc"));
  const target = found.includes(element) ? element : element.closest("li");
  if (!target) return;
  choose(target);
  openForm(whole, target);
}

function openForm(whole, element) {
  whole.querySelector(".flag-form")?.remove();
  const radios = REASONS.map((reason, at) =>
    h(
      "label",
      {},
      h("input", { type: "radio", name: "reason", value: reason, checked: at === 0 }),
      h("kbd", { "aria-hidden": "true" }, String(at + 1)),
      t(`flag.reason.${reason}`),
    ),
  );
  const form = h(
    "form.flag-form",
    {},
    h("fieldset", {}, h("legend", {}, t("flag.legend")), radios),
    h("input", {
      type: "text",
      name: "note",
      maxlength: "500",
      placeholder: t("flag.note"),
      "aria-label": t("flag.note"),
      autocomplete: "off",
    }),
    h(
      "div.flag-buttons",
      {},
      ticket() ? h("span.muted", {}, t("flag.with_ticket", { id: ticket().id })) : null,
      h("span.grow"),
      h("button.btn.small.ghost", { type: "button", data: { act: "cancel-flag" } }, t("cancel")),
      h("button.btn.small.primary", { type: "submit" }, t("flag.send")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  const host = element.closest("table, li") || element;
  if (host.matches("li")) host.append(form);
  else host.after(form);
  form.querySelector("input[type=radio]").focus();
  form.scrollIntoView({ block: "nearest" });
}

async function send(form) {
  const whole = form.closest(".whole");
  const values = new FormData(form);
  const chosen = whole.querySelector(".chosen");
  const text = [...chosen.childNodes].filter((node) => node !== form).map((node) => node.textContent).join("");
  const { article, revision } = whole.dataset;
  try {
    const { flag } = await api.flag({
      article_id: article,
      revision: Number(revision),
      text,
      reason: values.get("reason"),
      note: values.get("note"),
      ticket_id: ticket() ? ticket().id : "",
    });
    last = flag.id;
    stop(whole);
    recount(article, 1);
    toast(t("flag.done"), { kind: "good", act: "undo-flag", label: t("undo"), ms: 8000 });
    emit("flags", article);
  } catch (error) {
    toastError(error);
  }
}

async function close(id, to, answer = "") {
  try {
    const { flag } = await api.closeFlag(id, { state: to, answer });
    last = null;
    recount(flag.article_id, -1);
    toast(t(`flag.closed.${to}`), { kind: "good", ms: 3000 });
    emit("flags", flag.article_id);
  } catch (error) {
    toastError(error);
  }
}

/** The badge on the cards follows. */
function recount(articleId, by) {
  if (!state.suggestion) return;
  const flags = { ...state.suggestion.flags };
  flags[articleId] = Math.max(0, (flags[articleId] || 0) + by);
  state.suggestion.flags = flags;
  emit("recount", articleId);
}

function stop(whole) {
  if (!whole) return;
  whole.classList.remove("choosing");
  whole.querySelector(".flag-hint")?.remove();
  whole.querySelector(".flag-form")?.remove();
  whole.querySelector(".chosen")?.classList.remove("chosen");
  whole.removeEventListener("keydown", onKey);
  whole.removeEventListener("click", onClick, true);
  for (const each of whole.querySelectorAll("[tabindex='-1']")) each.removeAttribute("tabindex");
  whole.focus({ preventScroll: true });
}
