// What the article shall be once it is published: language, product, audience, trust, owner, tags.
import { api } from "../api.js";
import { h } from "../dom.js";
import { languageName, t } from "../i18n.js";
import { state } from "../state.js";
import { allows } from "../top_bar.js";
import { labelled, onDay, select } from "./parts.js";
import { colleagues } from "./people_names.js";

const AUDIENCES = ["author", "internal", "partner", "public"];
const CONFIDENCES = ["wip", "not_validated", "validated"];
const GOVERNANCES = ["experience_based", "compliance_based"];

/** The panel; show() builds it from the session. */
export function fieldsPanel(session) {
  const element = h("div.ed-fields");

  async function show() {
    const [people, products] = await Promise.all([colleagues().catch(() => []), knownProducts()]);
    const { fields } = session;
    const isFixed = !session.may("save");
    const change = (name) => (value) => session.set(name, value);
    const named = (part, names) => names.map((name) => [name, t(`article.${part}.${name}`)]);
    const owners = [["", t("writing.nobody")], ...people.map((one) => [one.id, one.id === state.me.user.id ? t("fields.me", { name: one.name }) : one.name])];
    const locales = [...new Set([...state.me.locales.map((one) => one.code), fields.locale])].map((code) => [code, languageName(code)]);
    element.replaceChildren(
      pair("writing.audience", select(t("writing.audience"), named("audience", AUDIENCES), fields.audience, change("audience"), { disabled: isFixed }), t(`article.audience_hint.${fields.audience}`)),
      pair("writing.confidence", select(t("writing.confidence"), named("confidence", CONFIDENCES), fields.confidence, change("confidence"), { disabled: isFixed }), t(`article.confidence_hint.${fields.confidence}`)),
      pair("writing.locale", select(t("writing.locale"), locales, fields.locale, change("locale"), { disabled: isFixed })),
      pair("writing.product", text(session, "product", isFixed, products)),
      pair("writing.owner", select(t("writing.owner"), owners, fields.owner_id, change("owner_id"), { disabled: isFixed })),
      pair("writing.tags", list(session, "tags", isFixed), t("writing.tags_hint")),
      pair("writing.summary", summary(session, isFixed)),
      pair("writing.governance", select(t("writing.governance"), named("governance", GOVERNANCES), fields.governance, change("governance"), { disabled: isFixed || !allows("publisher") }), t(`article.governance_hint.${fields.governance}`)),
      facts(session),
    );
  }

  session.on("changed", (name) => ["audience", "confidence", "governance"].includes(name) && refocused(element, show));
  session.on("replaced", show);
  session.on("answer", show);
  return { element, show };
}

/** Build anew and leave the focus where it was. */
async function refocused(element, show) {
  const label = element.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : "";
  await show();
  if (label) element.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
}

const pair = (key, field, hint = "") => labelled(t(key), field, hint);

function text(session, name, isFixed, choices) {
  const input = h("input", { type: "text", value: session.fields[name], list: `known-${name}`, maxlength: "200", readonly: isFixed, autocomplete: "off" });
  input.addEventListener("input", () => session.set(name, input.value));
  return h("span", {}, input, h("datalist", { id: `known-${name}` }, choices.map((value) => h("option", { value }))));
}

function list(session, name, isFixed) {
  const input = h("input", { type: "text", value: session.fields[name].join(", "), readonly: isFixed, autocomplete: "off" });
  input.addEventListener("input", () => session.set(name, input.value.split(",").map((one) => one.trim()).filter(Boolean)));
  return input;
}

function summary(session, isFixed) {
  const area = h("textarea", { rows: "2", maxlength: "2000", readonly: isFixed }, session.fields.summary);
  area.addEventListener("input", () => session.set("summary", area.value));
  return area;
}

/** What is published now, and when it is to be looked at again. */
function facts(session) {
  const { article } = session.answer;
  if (!article) return h("p.muted.small-text", {}, t("writing.never_published"));
  return h(
    "dl.k-facts",
    {},
    h("dt", {}, t("article.published")),
    h("dd", {}, onDay(article.published_at || article.updated_at) || "–"),
    h("dt", {}, t("article.verified")),
    h("dd", {}, onDay(article.verified_at) || "–"),
    h("dt", {}, t("article.verify_due")),
    h("dd", {}, onDay(article.verify_due_at) || "–"),
  );
}

let products = null;

async function knownProducts() {
  try {
    products = products || (await api.searchChoices()).products || [];
  } catch (_) {
    return [];
  }
  return products;
}
