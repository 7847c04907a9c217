// Where nothing good was found: what to do now; and what was set aside, with a way back.
import { action, perform } from "./actions.js";
import { api } from "./api.js";
import { h } from "./dom.js";
import { ago, t } from "./i18n.js";
import { icon } from "./icons.js";
import { state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";
import { closest } from "./verdict.js";

const SHORTEST = 3;
/** Tickets, and typed words, that were reported already on this page. */
const reported = new Set();

/** Says that nothing good was found, and offers what helps. */
export function nothingGood(any) {
  const subject = ticket() ? ticket().subject : "";
  const button = (act, name, label, data = {}) =>
    h("button.btn.small", { type: "button", data: { act, ...data } }, icon(name), t(label));
  return h(
    "div.empty-state.nothing",
    {},
    icon("bulb"),
    h("p.empty-title", {}, t("suggestions.nothing")),
    any && state.suggestion.least_in_ten !== undefined ? h("p.muted", {}, closest(state.suggestion)) : null,
    h("p.muted", {}, t("suggestions.nothing_hint")),
    h(
      "div.empty-actions",
      {},
      subject && state.mode === "ticket"
        ? button("search-for", "search", "suggestions.search_subject", { q: subject })
        : null,
      ticket() ? button("ask-colleague", "people", "suggestions.ask_colleague") : null,
      canWant() ? button("want-article", "note", "suggestions.want_article") : null,
      any
        ? h("button.btn.small.ghost", { type: "button", data: { act: "show-anyway" } }, t("suggestions.show_anyway"))
        : null,
    ),
  );
}

const asked = () => {
  const box = document.getElementById("ask");
  const notes = document.getElementById("call-notes");
  return ((notes && !notes.hidden ? notes.value : box && box.value) || "").trim();
};
const key = () => `${ticket() ? ticket().id : ""}|${state.mode === "ticket" ? "" : asked()}`;
const canWant = () => !reported.has(key()) && (Boolean(ticket()) || asked().length >= SHORTEST);

/** What was set aside for the open ticket. */
export function setAsideFoot() {
  const aside = (state.suggestion && state.suggestion.set_aside) || [];
  if (!aside.length) return null;
  return h(
    "details.set-aside",
    {},
    h("summary", {}, t("aside.title", { n: aside.length })),
    h("ul", {}, aside.map(asideRow)),
  );
}

function asideRow(one) {
  return h(
    "li",
    {},
    h("span.aside-title", { dir: "auto" }, one.title),
    h("span.muted", {}, `${t(`reason.${one.reason}`)} · ${one.by ? `${one.by}, ` : ""}${ago(one.at)}`),
    h(
      "button.btn.small.ghost",
      { type: "button", "aria-label": t("aside.back_label", { title: one.title }), data: { act: "take-back", id: one.article_id } },
      t("aside.back"),
    ),
  );
}

/** Say what the buttons do. */
export function nothingActions() {
  action("want-article", want);
  action("search-instead", () => perform("focus-ask"));
}

async function want(element) {
  const typed = state.mode === "ticket" ? "" : asked();
  const one = ticket();
  if (!one && !typed) return;
  const mine = key();
  if (element) element.disabled = true;
  try {
    const { wanted } = await api.wanted({ ticket_id: one ? one.id : "", text: typed });
    reported.add(mine);
    if (element && element.isConnected) element.remove();
    toast(t(wanted ? "suggestions.wanted" : "suggestions.wanted_before"), { kind: "good" });
  } catch (error) {
    if (element) element.disabled = false;
    toastError(error);
  }
}
