// The chosen candidate: its draft with sources, its tickets, the nearest articles, and what can be done about it.
import { fill, h } from "../dom.js";
import { day, t } from "../i18n.js";
import { go } from "../page_frame.js";
import { toast, toastError } from "../toast.js";
import { allows } from "../top_bar.js";
import { knowledge } from "./api.js";
import { amounts, proposalBadge, trend } from "./candidate_row.js";
import { candidateNearest } from "./candidate_nearest.js";
import { candidateTickets } from "./candidate_tickets.js";
import { sourcedDraft } from "./sourced_draft.js";
import { badge, button, errorLine, localeTag, percent, when } from "./parts.js";
import { reasonPanel } from "./reason_panel.js";

const DISMISSALS = ["not_worth", "duplicate", "outdated", "account_specific", "temporary", "other"];

/**
 * Show candidates in a place.
 * @param {Element} place Where.
 * @param {object} options gone(id): called when the candidate was decided and leaves its list.
 */
export function candidateView(place, { gone }) {
  let turn = 0;
  let acts = {};

  async function show(row) {
    const mine = ++turn;
    acts = {};
    place.setAttribute("aria-busy", "true");
    try {
      const { candidate } = await knowledge.candidate(row.id);
      if (mine !== turn) return;
      build(candidate);
    } catch (error) {
      if (mine === turn) fill(place, errorLine(error));
    } finally {
      if (mine === turn) place.removeAttribute("aria-busy");
    }
  }

  function build(candidate) {
    const panel = h("div.k-panel-place");
    const tickets = candidateTickets(candidate);
    const nearest = candidateNearest(candidate);
    const draft = sourcedDraft(candidate.draft, { locale: candidate.locale, tickets: candidate.tickets });
    acts = actsOf(candidate, { panel, tickets, nearest, draft, gone });
    place.scrollTop = 0;
    fill(
      place,
      h("div.k-detail-head", {}, backToList(place), title(candidate), h("div.k-actions", { role: "group", "aria-label": t("candidate.acts") }, buttons(candidate, acts)), panel),
      h("div.k-detail-body", {}, draft.element, nearest.element, tickets.element),
    );
  }

  return {
    show,
    /** Do what a key stands for, where it makes sense for what is shown. */
    act(name) {
      if (!acts[name]) return false;
      acts[name]();
      return true;
    },
  };
}

/** On a narrow screen the list and the detail take turns. */
function backToList(place) {
  return button(t("candidate.back"), () => (place.closest(".split").dataset.pane = "list"), { picture: "left", kind: "ghost.k-back" });
}

function title(candidate) {
  const asked = (candidate.questions || []).slice(0, 3);
  return [
    h("div.k-title-line", {}, proposalBadge(candidate), localeTag(candidate.locale), candidate.product ? badge(candidate.product) : null, h("span.grow"), trend(candidate)),
    h("h2.k-title", { dir: "auto", lang: candidate.locale }, candidate.title || t("writing.untitled")),
    h("p.muted", {}, amounts(candidate).join(" · "), " · ", t("candidate.newest"), " ", when(candidate.last_at)),
    asked.length ? h("p.k-asked", { dir: "auto" }, asked.map((question) => h("q", {}, question))) : null,
    candidate.is_back && candidate.revision ? h("p.muted", {}, t("candidate.was_answered", { day: day(candidate.decided_at), revision: candidate.revision })) : null,
    candidate.dismiss_reason ? h("p.muted", {}, t("candidate.was_dismissed", { why: t(`candidate.dismiss.${candidate.dismiss_reason}`) })) : null,
  ];
}

function actsOf(candidate, { panel, tickets, nearest, draft, gone }) {
  const isOpen = candidate.state === "open" && !candidate.reject_reason;
  const mayWrite = isOpen || Boolean(candidate.reject_reason);
  const [first] = candidate.nearest || [];
  const acts = { source: () => draft.next() };
  if (first) acts.compare = () => nearest.reveal();
  if (mayWrite) acts.own = () => write(candidate, tickets.without());
  if (isOpen && first && candidate.proposal !== "new") acts.update = () => update(candidate, first, tickets.without());
  if (mayWrite) acts.write = acts.update || acts.own;
  if (isOpen && first) acts.question = () => addQuestion(candidate, panel, tickets.without(), gone);
  if (isOpen) acts.dismiss = () => dismiss(candidate, panel, gone);
  if (candidate.state === "dismissed") acts.reopen = () => reopen(candidate, gone);
  if (candidate.article_id) acts.article = () => openArticle(candidate);
  return acts;
}

function buttons(candidate, acts) {
  const [first] = candidate.nearest || [];
  const isContradiction = candidate.proposal === "contradiction";
  const about = first ? { title: first.title } : {};
  const own = acts.own
    ? button(t(acts.update ? "candidate.write_own" : "candidate.write"), acts.own, { kind: acts.update ? "" : "primary", picture: "book", key: acts.update ? "w" : "Enter" })
    : null;
  return [
    acts.compare && isContradiction ? button(t("candidate.compare"), acts.compare, { kind: "primary", picture: "compare", key: "c" }) : null,
    acts.update ? button(t("candidate.update_nearest"), acts.update, { kind: isContradiction ? "" : "primary", picture: "edit", key: "Enter", title: t("candidate.update_named", about) }) : null,
    acts.update ? null : own,
    acts.question ? button(t("candidate.add_question"), acts.question, { picture: "plus", key: "a" }) : null,
    acts.update ? own : null,
    acts.article ? button(t(candidate.state === "drafted" ? "candidate.open_draft" : "candidate.open_article"), acts.article, { kind: "primary" }) : null,
    acts.reopen ? button(t("candidate.reopen"), acts.reopen) : null,
    acts.dismiss ? button(t("candidate.dismiss"), acts.dismiss, { kind: "ghost", picture: "close", key: "x" }) : null,
  ];
}

/** The next revision of the nearest article, with these tickets and wordings; publishing it answers the candidate. */
async function update(candidate, nearest, without) {
  await begin(candidate, { article_id: nearest.id, without });
}

async function write(candidate, without) {
  await begin(candidate, { without });
}

async function begin(candidate, wish) {
  try {
    const { draft } = await knowledge.acceptCandidate(candidate.id, wish);
    go({ tab: "candidates", draft: draft.id });
  } catch (error) {
    toastError(error);
  }
}

/** Say which article answers it; the nearest one is chosen, so that Enter is enough. */
function addQuestion(candidate, panel, without, gone) {
  const { nearest } = candidate;
  reasonPanel(panel, {
    legend: t("candidate.question_to"),
    choices: nearest.map((one) => [one.id, one.confidence >= 0.01 ? `${one.title} (${percent(one.confidence)})` : one.title]),
    submit: t("candidate.add_question"),
    async send({ reason: article }) {
      const { title } = nearest.find((one) => one.id === article);
      await knowledge.addQuestion(candidate.id, { article_id: article, ...(without.length ? { without } : {}) });
      toast(t("candidate.question_added", { title }), { kind: "good" });
      gone(candidate.id);
    },
  });
}

function dismiss(candidate, panel, gone) {
  reasonPanel(panel, {
    legend: t("candidate.why_dismiss"),
    choices: DISMISSALS.map((reason) => [reason, t(`candidate.dismiss.${reason}`)]),
    note: t("candidate.dismiss_note"),
    submit: t("candidate.dismiss"),
    async send({ reason, note }) {
      await knowledge.dismissCandidate(candidate.id, note ? { reason, note } : { reason });
      toast(t("candidate.dismissed"), { kind: "good", act: "undo-dismiss", label: t("undo"), ms: 8000 });
      lastDismissed = candidate.id;
      gone(candidate.id);
    },
  });
}

let lastDismissed = "";

/** Take the last dismissal back; the list is fetched anew. */
export async function undoDismiss() {
  if (!lastDismissed) return;
  try {
    await knowledge.reopenCandidate(lastDismissed);
    const candidate = lastDismissed;
    lastDismissed = "";
    go({ tab: "candidates", candidate }, { replace: true });
  } catch (error) {
    toastError(error);
  }
}

async function reopen(candidate, gone) {
  try {
    await knowledge.reopenCandidate(candidate.id);
    gone(candidate.id);
  } catch (error) {
    toastError(error);
  }
}

function openArticle(candidate) {
  const isDraft = candidate.state === "drafted";
  if (isDraft && !allows("contributor")) return;
  go({ tab: "candidates", [isDraft ? "draft" : "article"]: candidate.article_id });
}
