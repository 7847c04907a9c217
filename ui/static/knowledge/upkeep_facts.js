// What the lists say of an article: language, confidence, audience, whether somebody vouches for it, use.
import { h } from "../dom.js";
import { ago, count, day, known, languageName, t, tags } from "../i18n.js";
import { icon } from "../icons.js";

const LOUD = { overdue: "warn", unverified: "bad", due: "", never: "" };

/** "SV", with the language's name on hovering. */
export const localeTag = (locale) => h("span.tag", { title: languageName(locale) }, locale.toUpperCase());

/** Whether somebody vouches for an article, in a word; when and why on hovering. */
export function verificationBadge({ verification, unverified_reason: reason, verified_at: at, verify_due_at: due }) {
  if (!verification) return null;
  const facts = [
    reason ? doubtOf(reason) : "",
    at ? t("upkeep.verified_on", { when: day(at) }) : "",
    due ? t("upkeep.due_on", { when: day(due) }) : "",
  ].filter(Boolean);
  const title = facts.join(" · ");
  if (verification === "verified") return h("span.fact.good", { title }, icon("verified"), t("upkeep.state.verified"));
  return h("span.badge", { class: LOUD[verification], title }, t(`upkeep.state.${verification}`));
}

/** How sure the team is of an article, in a word. */
export const confidenceName = (name) => t(name === "archived" ? "upkeep.archived" : `state.${name}`);

/** Confidence, audience and governance, where they are not what most articles have. */
export function axes({ confidence, audience, governance }) {
  return [
    confidence && confidence !== "validated" ? h("span.badge", {}, confidenceName(confidence)) : null,
    audience && audience !== "public" ? h("span.badge.internal", {}, icon("lock"), t(`audience.${audience}`)) : null,
    governance === "compliance_based" ? h("span.badge", {}, t("upkeep.governed")) : null,
  ];
}

/** What speaks against an article; a person says it in words of their own. */
const doubtOf = (reason) => (known(`upkeep.reason.${reason}`) ? t(`upkeep.reason.${reason}`) : reason);

/** Why an article is in the queue, e.g. "skulle bekräftas för 3 veckor sedan". */
export function whyInQueue(one) {
  const { verification, unverified_reason: reason, verify_due_at: due } = one;
  if (verification === "unverified") return doubtOf(reason);
  if (due && (verification === "overdue" || verification === "due")) return t(`upkeep.since.${verification}`, { when: ago(due) });
  return t(`upkeep.since.${verification}`);
}

/** The damage it does where it is wrong, and what it is made of. */
export function damage({ uses, doubt, damage: harm }) {
  if (!uses) return null;
  if (!uses.total) return h("span.fact", {}, icon("chart"), t("upkeep.not_used"));
  const made = t("upkeep.damage_made", { n: uses.total, uses: count(uses.total), doubt: number(doubt) });
  const parts = ["linked", "inserted", "drafted"].map((part) => t(`upkeep.uses.${part}`, { count: count(uses[part] || 0) }));
  return h("span.fact", { title: parts.join(", ") }, icon("chart"), h("span", {}, made), h("strong", {}, ` ${number(harm)}`));
}

/** A number with at most one place after the comma. */
export const number = (value) => (Math.round((value || 0) * 10) / 10).toLocaleString(tags());

/** A remark where there is nothing to show. */
export const nothing = (title, hint = "") =>
  h("div.empty-state", { role: "status" }, icon("check"), h("p.empty-title", {}, title), hint ? h("p.muted", {}, hint) : null);

/** A list's way through its pages; null where there is but one. */
export function pager({ offset, shown, total, size }) {
  if (total <= size) return null;
  const button = (act, name, label, disabled) =>
    h("button.icon-btn", { type: "button", "aria-label": label, title: label, disabled, data: { act } }, icon(name));
  const place = { from: count(offset + 1), to: count(offset + shown), total: count(total) };
  return h(
    "nav.up-pager",
    { "aria-label": t("list.pages") },
    button("up-prev", "left", t("list.prev"), offset === 0),
    h("span", { role: "status" }, t("list.range", place)),
    button("up-next", "right", t("list.next"), offset + shown >= total),
  );
}
