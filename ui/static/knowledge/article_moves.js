// What can be done with a published article; with a way back wherever there is one.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { asked, go } from "../page_frame.js";
import { state } from "../state.js";
import { toast, toastError } from "../toast.js";
import { articlePicker } from "./article_picker.js";
import { knowledge } from "./api.js";
import { editArticle } from "./edit_article.js";
import { menu } from "./draft_moves.js";
import { button, labelled } from "./parts.js";
import { colleagues } from "./people_names.js";
import { reasonPanel } from "./reason_panel.js";

const MENU = [
  "verify", "unverify", "set_audience", "set_confidence", "set_owner", "set_verify_every", "set_governance", "merge",
  "archive", "restore", "delete",
];
const VALUES = {
  set_audience: ["audience", ["author", "internal", "partner", "public"]],
  set_confidence: ["confidence", ["wip", "not_validated", "validated"]],
  set_governance: ["governance", ["experience_based", "compliance_based"]],
};
const INTERVALS = ["", "30", "90", "180", "365", "0"];
/** What cannot be taken back: a deleted text is gone. */
const FOR_GOOD = ["delete"];
/** The move that can be taken back: {id, undoes, again}. */
let wayBack = null;

/** The action behind the toast's button. */
export function undoArticleMove() {
  action("undo-article", async () => {
    const back = wayBack;
    wayBack = null;
    if (!back) return;
    try {
      await knowledge.moveArticle(back.id, { move: "undo", undoes: back.undoes });
      toast(t("upkeep.undone", { n: 1 }), { kind: "good", ms: 3000 });
      back.again();
    } catch (error) {
      toastError(error);
    }
  });
}

/**
 * Buttons and menu of an article.
 * @param {object} options article; allowed: moves; panel: where forms open; again(): show it anew.
 */
export function articleMoves({ article, allowed, panel, again }) {
  const may = (move) => allowed.includes(move);

  async function run(wish) {
    await knowledge.moveArticle(article.id, wish);
    wayBack = FOR_GOOD.includes(wish.move) ? null : { id: article.id, undoes: wish.move, again };
    toast(t(`moved.${wish.move}`), { kind: "good", ms: 8000, ...(wayBack ? { act: "undo-article", label: t("undo") } : {}) });
    if (wish.move === "delete") go({ tab: asked().tab || "articles" }, { replace: true });
    else again();
  }

  function act(move, revision) {
    if (!may(move)) return false;
    const form = FORMS[move];
    if (form) form({ article, panel, run, revision });
    else run({ move }).catch(toastError);
    return true;
  }

  const element = h("div.ed-moves", { role: "group", "aria-label": t("article.moves") });
  const rest = MENU.filter((move) => may(move) && move !== "verify");
  fill(
    element,
    may("verify") ? button(t("move.verify"), () => act("verify"), { picture: "verified", key: "v", data: { move: "verify" } }) : null,
    may("edit") ? button(t("move.edit"), () => act("edit"), { kind: "primary", picture: "edit", key: "e", data: { move: "edit" } }) : null,
    rest.length ? menu(rest, act) : null,
  );
  return { element, act, may };
}

const FORMS = {
  edit: ({ article }) => editArticle(article.id, asked().tab),
  archive: ({ article, panel, run }) =>
    reasonPanel(panel, { legend: t("article.archive_sure"), note: t("article.reason_optional"), submit: t("move.archive"), send: ({ note }) => run({ move: "archive", reason: note }) }),
  restore: ({ run }) => run({ move: "restore" }).catch(toastError),
  delete: ({ panel, run }) =>
    reasonPanel(panel, { legend: t("article.delete_sure"), note: t("article.reason_needed"), required: true, submit: t("move.delete"), danger: true, send: ({ note }) => run({ move: "delete", reason: note }) }),
  unverify: ({ panel, run }) =>
    reasonPanel(panel, { legend: t("article.unverify_why"), note: t("article.reason_needed"), required: true, submit: t("move.unverify"), send: ({ note }) => run({ move: "unverify", reason: note }) }),
  roll_back: ({ panel, run, revision }) =>
    reasonPanel(panel, {
      legend: t("article.roll_back_sure", { number: revision.number }),
      note: t("article.reason_optional"),
      submit: t("move.roll_back"),
      send: ({ note }) => run({ move: "roll_back", revision: revision.number, reason: note }),
    }),
  merge: ({ article, panel, run }) => merge(article, panel, run),
  set_owner: async ({ article, panel, run }) => {
    const people = await colleagues().catch(() => []);
    const choices = [["", t("writing.nobody")], ...people.map((one) => [one.id, one.id === state.me.user.id ? t("fields.me", { name: one.name }) : one.name])];
    choose(panel, { move: "set_owner", label: t("writing.owner"), choices, now: article.owner_id || "" }, (value) => run({ move: "set_owner", owner_id: value }));
  },
  set_verify_every: ({ article, panel, run }) => {
    const now = article.verify_every_days ?? null;
    const days = (value) => (value === "" ? null : Number(value));
    const choices = INTERVALS.map((value) => [value, value === "" ? t("article.as_team") : value === "0" ? t("article.never_due") : t("article.every_days", { n: Number(value) })]);
    choose(panel, { move: "set_verify_every", label: t("article.verify_every"), choices, now: now === null ? "" : String(now) }, (value) => run({ move: "set_verify_every", days: days(value) }));
  },
};

for (const [move, [field, values]] of Object.entries(VALUES)) {
  FORMS[move] = ({ article, panel, run }) => {
    const choices = values.map((value) => [value, t(`article.${field}.${value}`)]);
    choose(panel, { move, label: t(`writing.${field}`), choices, now: article[field] }, (value) => run({ move, [field]: value }));
  };
}

/** One value of several. */
function choose(panel, { move, label, choices, now }, send) {
  const field = h("select", { name: "value" }, choices.map(([value, text]) => h("option", { value, selected: value === now }, text)));
  reasonPanel(panel, { legend: t(`move.${move}`), extra: [labelled(label, field)], submit: t("article.set"), send: () => send(field.value) });
}

/** Another article takes its place: readers, links and tickets follow. */
function merge(article, panel, run) {
  let into = null;
  const chosen = h("p.k-chosen", { dir: "auto" }, t("article.merge_choose"));
  const picker = articlePicker((found) => {
    into = found;
    fill(chosen, t("article.merge_what", { from: article.revision.title, into: found.title }));
  }, { label: t("article.merge_search") });
  const search = button(t("article.merge_pick"), () => picker.open(), { picture: "search" });
  reasonPanel(panel, {
    legend: t("move.merge"),
    extra: [search, picker.element, chosen],
    note: t("article.reason_optional"),
    submit: t("move.merge"),
    send: async ({ note }) => {
      if (!into) {
        picker.open();
        throw Object.assign(new Error(t("article.merge_choose")), { code: "invalid" });
      }
      await run({ move: "merge", into: into.id, reason: note });
    },
  });
}
