// Drafts: what waits for me first, then my own, then everybody else's.
import { fill, h } from "../dom.js";
import { count, moment, t } from "../i18n.js";
import { go, setCount } from "../page_frame.js";
import { state } from "../state.js";
import { allows } from "../top_bar.js";
import { knowledge } from "./api.js";
import { badge, button, emptyState, errorLine, localeTag, select, when } from "./parts.js";
import { useKeys } from "./page_keys.js";
import { colleagues, nameOf } from "./people_names.js";
import { rowList } from "./row_list.js";

const STATES = ["", "editing", "in_review", "approved", "scheduled"];
const KINDS = { editing: "", in_review: "warn", approved: "good", scheduled: "note" };

export const draftsTab = { name: "drafts", open };

/** Whether a draft waits for who is signed in: to be reviewed, to be mended, or to be published. */
export function waitsForMe(draft) {
  const me = state.me.user.id;
  const isMine = draft.created_by === me || draft.edited_by === me;
  if (draft.state === "in_review") return draft.reviewer_id ? draft.reviewer_id === me : allows("publisher") && !isMine;
  if (draft.state === "approved") return isMine && allows("publisher");
  return draft.state === "editing" && isMine && Boolean(draft.sent_back);
}

async function open(place, asked) {
  const wanted = STATES.includes(asked.state) ? asked.state : "";
  const list = rowList({ label: t("tab.drafts"), render: row, choose: (draft) => go({ tab: "drafts", draft: draft.id }) });
  const head = h("div.k-line");
  const body = h("div.k-one", {}, head, list.element);
  fill(place, body);
  let focus = -1;
  const step = (by) => {
    const rows = [...list.element.querySelectorAll(".k-row")];
    focus = Math.min(rows.length - 1, Math.max(0, rows.indexOf(document.activeElement) + by));
    if (rows[focus]) rows[focus].focus();
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => document.activeElement.closest(".k-row")?.click(),
    n: () => go({ tab: "drafts", new: "1" }),
  });
  try {
    const [answer] = await Promise.all([knowledge.drafts({ state: wanted, limit: 200 }), colleagues()]);
    setCount("drafts", answer.drafts.filter(waitsForMe).length);
    const choices = STATES.map((name) => [name, name ? `${t(`drafts.state.${name}`)} (${count(answer.counts[name] || 0)})` : t("drafts.all")]);
    fill(
      head,
      h("h2", {}, t("tab.drafts")),
      h("span.grow"),
      select(t("drafts.state"), choices, wanted, (name) => go({ tab: "drafts", state: name })),
      button(t("drafts.new"), () => go({ tab: "drafts", new: "1" }), { kind: "primary", picture: "plus", key: "n" }),
    );
    list.show(grouped(answer.drafts));
    if (!answer.drafts.length) {
      const candidates = button(t("drafts.to_candidates"), () => go({ tab: "candidates" }));
      body.append(emptyState("edit", t("drafts.nothing"), t("drafts.nothing_hint"), candidates));
    }
  } catch (error) {
    fill(list.element, h("li", {}, errorLine(error)));
  }
}

function grouped(drafts) {
  const me = state.me.user.id;
  const waiting = drafts.filter(waitsForMe);
  const mine = drafts.filter((draft) => !waiting.includes(draft) && (draft.created_by === me || draft.edited_by === me || draft.owner_id === me));
  const others = drafts.filter((draft) => !waiting.includes(draft) && !mine.includes(draft));
  const group = (name, rows) => (rows.length ? [{ heading: t(`drafts.group.${name}`) }, ...rows] : []);
  return [...group("waiting", waiting), ...group("mine", mine), ...group("others", others)];
}

function row(draft) {
  const at = draft.state === "scheduled" && draft.publish_at ? moment(draft.publish_at) : "";
  return [
    h(
      "span.k-row-top",
      {},
      badge(at ? t("drafts.at", { when: at }) : t(`drafts.state.${draft.state}`), KINDS[draft.state]),
      draft.sent_back && draft.state === "editing" ? badge(t("drafts.sent_back"), "warn") : null,
      badge(t(draft.base_revision ? "drafts.revises" : "drafts.first")),
      localeTag(draft.locale),
      draft.product ? h("span.muted", { dir: "auto" }, draft.product) : null,
      h("span.grow"),
      h("span.muted", {}, when(draft.edited_at)),
    ),
    h("span.k-row-title", { dir: "auto", lang: draft.locale }, draft.title || t("writing.untitled")),
    h("span.k-row-facts", {}, h("span", { dir: "auto" }, nameOf(draft.edited_by || draft.created_by)), draft.sent_back && draft.state === "editing" ? h("span.k-quote", { dir: "auto" }, draft.sent_back) : null),
  ];
}
