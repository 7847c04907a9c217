// What can be done with a draft, as the server allows it: the likeliest as a button, the others in a menu.
import { fill, h } from "../dom.js";
import { moment, t } from "../i18n.js";
import { icon } from "../icons.js";
import { go } from "../page_frame.js";
import { state } from "../state.js";
import { toast, toastError } from "../toast.js";
import { mayReword, showRewording } from "./editor_reword.js";
import { button, labelled } from "./parts.js";
import { colleagues } from "./people_names.js";
import { reasonPanel } from "./reason_panel.js";

const MENU = ["reword", "request_review", "publish", "schedule", "unschedule", "approve", "send_back", "withdraw", "discard"];
const MAY_REVIEW = ["publisher", "lead", "admin"];

/** Rewording is none of the server's moves: it changes nothing there. */
const may = (session, move) => (move === "reword" ? mayReword(session) : session.may(move));

/** The move that is most likely meant, and the one that stands beside it. */
function likeliest(session) {
  const { state: at } = session.draft;
  const order = {
    editing: ["publish", "request_review"],
    in_review: ["approve", "send_back", "withdraw"],
    approved: ["publish", "schedule", "withdraw"],
    scheduled: ["unschedule", "publish"],
  }[at];
  return order.filter((move) => session.may(move)).slice(0, 2);
}

/**
 * The buttons; panels open in `panel`.
 * @returns {object} element; show(): as the draft stands now; act(move): do it, false where it is not allowed.
 */
export function draftMoves(session, panel) {
  const element = h("div.ed-moves", { role: "group", "aria-label": t("writing.moves") });

  const act = (move) => {
    if (!may(session, move)) return false;
    PANELS[move](session, panel);
    return true;
  };

  function show() {
    const [first, second] = likeliest(session);
    const rest = MENU.filter((move) => may(session, move) && move !== first && move !== second);
    fill(
      element,
      second ? button(t(`move.${second}`), () => act(second), { data: { move: second }, key: KEYS[second] || "" }) : null,
      first ? button(t(`move.${first}`), () => act(first), { kind: "primary", data: { move: first }, key: KEYS[first] || "" }) : null,
      rest.length ? menu(rest, act) : null,
    );
  }
  session.on("answer", show);
  show();
  return { element, show, act };
}

const KEYS = { approve: "a", send_back: "b" };

/** A menu that closes by itself. */
export function menu(moves, act, label = (move) => t(`move.${move}`)) {
  const list = h("div.k-menu-list", {}, moves.map((move) => {
    const one = h("button.k-menu-entry", { type: "button", data: { move }, class: move === "discard" || move === "delete" ? "danger" : "" }, label(move));
    one.addEventListener("click", () => {
      box.open = false;
      act(move);
    });
    return one;
  }));
  const summary = h("summary.icon-btn", { "aria-label": t("writing.more"), title: t("writing.more") }, icon("more"));
  const box = h("details.k-menu", {}, summary, list);
  box.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && box.open) {
      event.preventDefault();
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else if (event.key === "Escape" && box.open) {
      event.preventDefault();
      event.stopPropagation();
      box.open = false;
      summary.focus();
    }
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) box.open = false;
  });
  return box;
}

async function run(session, move, wish = {}) {
  const answer = await session.move(move, wish);
  if (!answer) return;
  if (answer.draft) {
    toast(t(`moved.${move}`), { kind: "good", ms: 4000 });
  } else if (move === "publish") {
    // The article's page says that it is published.
    go({ tab: "articles", article: session.id, published: "1" }, { replace: true });
  } else {
    toast(t("moved.discard"), { kind: "good", ms: 4000 });
    go(session.answer.article ? { tab: "articles", article: session.id } : { tab: "drafts" }, { replace: true });
  }
}

const atOnce = (move) => (session) => run(session, move).catch(toastError);

const PANELS = {
  reword: showRewording,
  withdraw: atOnce("withdraw"),
  unschedule: atOnce("unschedule"),
  publish: (session, panel) =>
    reasonPanel(panel, {
      legend: t(session.draft.base_revision ? "writing.publish_again" : "writing.publish_first"),
      extra: [consequences(session), session.draft.base_revision ? noteField() : null],
      submit: t("move.publish"),
      send: ({ form }) => run(session, "publish", { note: (form.get("word") || "").trim() }),
    }),
  approve: (session, panel) =>
    reasonPanel(panel, { legend: t("writing.approve_sure"), extra: [consequences(session)], submit: t("move.approve"), send: () => run(session, "approve") }),
  send_back: (session, panel) =>
    reasonPanel(panel, { legend: t("writing.send_back_why"), note: t("writing.send_back_note"), required: true, submit: t("move.send_back"), send: ({ note }) => run(session, "send_back", { reason: note }) }),
  schedule: (session, panel) =>
    reasonPanel(panel, { legend: t("writing.schedule_when"), extra: [timeField()], submit: t("move.schedule"), send: ({ form }) => run(session, "schedule", { at: new Date(form.get("at")).toISOString() }) }),
  request_review: async (session, panel) => {
    const people = await colleagues().catch(() => []);
    const able = people.filter((one) => MAY_REVIEW.includes(one.role) && one.id !== state.me.user.id);
    const choices = [["", t("writing.any_reviewer")], ...able.map((one) => [one.id, one.name])];
    const select = h("select", { name: "reviewer" }, choices.map(([value, text]) => h("option", { value, selected: value === session.draft.reviewer_id }, text)));
    reasonPanel(panel, {
      legend: t("writing.review_by"),
      extra: [labelled(t("writing.reviewer"), select)],
      note: t("writing.review_note"),
      submit: t("move.request_review"),
      send: ({ note, form }) => run(session, "request_review", { reviewer_id: form.get("reviewer"), note }),
    });
  },
  discard: (session, panel) =>
    reasonPanel(panel, { legend: t(session.draft.base_revision ? "writing.discard_revision" : "writing.discard_sure"), submit: t("move.discard"), danger: true, send: () => run(session, "discard") }),
};

/** What becomes of it, in a sentence: nobody publishes without knowing for whom. */
function consequences(session) {
  const { audience, confidence } = session.fields;
  const n = (session.draft.from_tickets || []).length;
  return h(
    "p.muted",
    {},
    t("writing.becomes", { audience: t(`article.audience.${audience}`), confidence: t(`article.confidence.${confidence}`) }),
    n ? ` ${t("writing.links_tickets", { n })}` : "",
    session.pointsLeft ? h("span.k-points", {}, ` ${t("writing.points_left", { n: session.pointsLeft })}`) : null,
  );
}

const noteField = () => labelled(t("writing.revision_note"), h("input", { type: "text", name: "word", maxlength: "500", autocomplete: "off" }));

/** Tomorrow at eight, as a field of date and time takes it. */
function timeField() {
  const at = new Date(Date.now() + 86400000);
  at.setHours(8, 0, 0, 0);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  return labelled(t("writing.at"), h("input", { type: "datetime-local", name: "at", required: true, value: local }));
}

/** How a draft stands, in words. */
export function stateText(draft) {
  return draft.state === "scheduled" && draft.publish_at ? t("drafts.at", { when: moment(draft.publish_at) }) : t(`drafts.state.${draft.state}`);
}
