// That nobody vouches for an article any more, and why.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const DOUBTS = new Set(["flagged", "dismissed", "reopened", "did_not_work", "source_changed"]);

/** The badge of an article that is overdue or doubted; null for all others. */
export function doubtBadge(article) {
  if (article.verification !== "overdue" && article.verification !== "unverified") return null;
  const reason = DOUBTS.has(article.unverified_reason) ? article.unverified_reason : "other";
  const why = article.verification === "overdue" ? "overdue" : reason;
  return h("span.badge.warn.doubt", { title: t(`badge.unverified_why.${why}`) }, icon("warn"), t("badge.unverified"));
}
