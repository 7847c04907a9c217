// How sure Svar is, in words.
import { h } from "./dom.js";
import { t } from "./i18n.js";

const SURE = 0.8;

/** "sure", "likely" or "unsure". */
export function word(found) {
  if (!found.confident) return "unsure";
  return found.confidence >= SURE ? "sure" : "likely";
}

/** Never 100: nothing here is certain. Rounded down, so that nothing reads as good that was too low to be shown. */
export const percent = (chance) => Math.min(99, Math.floor(chance * 100 + 1e-6));

/** The chance in words, e.g. "about 7 in 10 such lists are useful": the number that the team's setting is compared with. */
export const inTen = (found) =>
  found.in_ten ? t("confidence.in_ten", { n: found.in_ten }) : t("confidence.in_ten_none");

/** Three bars, a word and the chance. */
export function verdictLine(found) {
  const level = word(found);
  return [
    h("span.bars", { "aria-hidden": "true", class: level }, h("i"), h("i"), h("i")),
    h("strong", { class: level, title: t(`confidence.${level}_why`) }, t(`confidence.${level}`)),
    h(
      "span.muted",
      { title: t("confidence.percent", { percent: percent(found.confidence) }) },
      found.confident ? inTen(found) : t("confidence.unsure_why"),
    ),
  ];
}

/** What is said of the best that is not good enough. */
export const closest = (found) => t("suggestions.closest", { chance: inTen(found), least: found.least_in_ten });
