// Small parts that the tabs of this page share.
import { h, svg } from "../dom.js";
import { ago, day, exactly, known, languageName, t } from "../i18n.js";
import { icon } from "../icons.js";

/** A button that does something at once; options: picture (icon), kind (class), key (shown), title, disabled. */
export function button(label, press, { picture = "", kind = "", key = "", title = "", disabled = false, data = {} } = {}) {
  const spec = `button.btn.small${kind ? `.${kind}` : ""}`;
  const keys = key ? h("kbd", { "aria-hidden": "true" }, key) : null;
  const element = h(spec, { type: "button", title, disabled, data }, picture ? icon(picture) : null, h("span", {}, label), keys);
  if (key) element.setAttribute("aria-keyshortcuts", key);
  element.addEventListener("click", (event) => press(element, event));
  return element;
}

/** A button that shows an icon only. */
export function iconButton(picture, label, press, { key = "", pressed = null } = {}) {
  const title = key ? `${label} (${key})` : label;
  const props = { type: "button", "aria-label": label, title, "aria-pressed": pressed === null ? null : String(pressed) };
  const element = h("button.icon-btn", props, icon(picture));
  element.addEventListener("click", (event) => press(element, event));
  return element;
}

/** A small word in a box; kind is a class such as "warn". */
export const badge = (text, kind = "", title = "") => h(`span.badge${kind ? `.${kind}` : ""}`, { title }, text);

/** A language as everywhere: two letters with the name behind them. */
export const localeTag = (locale) => h("span.tag", { title: languageName(locale) }, (locale || "?").toUpperCase());

/** What a reader should know of an article: trust, audience, governance; nothing where all is as usual. */
export function articleBadges(article) {
  const { confidence, audience, governance, verification, unverified_reason: reason } = article;
  const isDoubtful = verification === "overdue" || verification === "unverified";
  return [
    confidence && confidence !== "validated" ? badge(t(confidence === "archived" ? "article.confidence.archived" : `state.${confidence}`), confidence === "archived" ? "gone" : "warn") : null,
    audience && audience !== "public" ? badge(t(`audience.${audience}`), "internal") : null,
    governance === "compliance_based" ? badge(t("article.governance.compliance_based"), "rule") : null,
    isDoubtful ? badge(t("article.unverified"), "warn", reason ? reasonText(reason) : t("article.overdue")) : null,
    verification === "due" ? badge(t("article.due"), "warn") : null,
  ];
}

/** Why an article is doubted: a signal's name in words, or what a colleague wrote. */
export const reasonText = (reason) => (known(`upkeep.reason.${reason}`) ? t(`upkeep.reason.${reason}`) : reason);

/** A moment as one says it, with the exact one behind it. */
export const when = (iso) => (iso ? h("time", { datetime: iso, title: exactly(iso) }, ago(iso)) : null);

/** A day with the exact moment behind it. */
export const onDay = (iso) => (iso ? h("time", { datetime: iso, title: exactly(iso) }, day(iso)) : null);

/** Numbers over time as a small line of bars; the label says the same in words. */
export function sparkline(numbers, label) {
  const most = Math.max(1, ...numbers);
  const [width, height] = [4, 16];
  const bars = numbers.map((n, at) => {
    const tall = n ? Math.max(2, Math.round((n / most) * height)) : 1;
    return svg("rect", { x: at * (width + 1), y: height - tall, width, height: tall, rx: 1, class: n ? "bar" : "bar none" });
  });
  const size = { width: numbers.length * (width + 1), height };
  const box = `0 0 ${size.width} ${size.height}`;
  return svg("svg", { ...size, viewBox: box, class: "sparkline", role: "img", "aria-label": label }, ...bars);
}

/** What stands where there is nothing. */
export function emptyState(picture, title, hint = "", ...buttons) {
  return h(
    "div.empty-state",
    { role: "status" },
    icon(picture),
    h("p.empty-title", {}, title),
    hint ? h("p.muted", {}, hint) : null,
    buttons.length ? h("div.empty-actions", {}, buttons) : null,
  );
}

/** A choice with a label of its own; values are [value, text] pairs. */
export function select(label, values, chosen, change, { name = "", disabled = false } = {}) {
  const options = values.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
  const element = h("select", { "aria-label": label, title: label, name, disabled }, options);
  element.addEventListener("change", () => change(element.value));
  return element;
}

/** A field below its label. */
export function labelled(label, field, hint = "") {
  return h("label.k-field", {}, h("span.k-label", {}, label), field, hint ? h("span.muted.small-text", {}, hint) : null);
}

/** What the server refused, where it happened; read out at once. */
export function errorLine(error) {
  const text = error.message || t(error.code === "offline" ? "error.offline" : "error.internal");
  return h("p.k-error", { role: "alert" }, icon("warn"), h("span", {}, error.hint ? `${text} ${error.hint}` : text));
}

/** Chances in whole percent; null where there is none. */
export const percent = (share) => t("candidate.percent", { n: Math.round(100 * share) });
