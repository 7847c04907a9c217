// Once a ticket is solved: one quiet question for what solved it. Never during a contact, and gone with the ticket.
import { action, perform } from "./actions.js";
import { api } from "./api.js";
import { debounce, fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { mayMakeArticles } from "./make_article.js";
import { rate } from "./rating.js";
import { emit, on, state, ticket } from "./state.js";
import { toast, toastError } from "./toast.js";

let place = null;
let results = null;

/** Build the place; it is empty until a ticket is solved here. */
export function afterContact() {
  place = h("section.after", { role: "region", "aria-label": t("after.title"), hidden: true });
  place.addEventListener("keydown", onKey);
  on("replied", ({ solved } = {}) => solved && state.me.after_contact && show());
  on("opened", hide);
  on("nothing-open", hide);
  action("after-close", hide);
  action("after-focus", () => place.querySelector("input, [data-act=after-worked]")?.focus());
  action("after-off", turnOff);
  action("after-on", turnOn);
  action("after-link", (element) => link(element.dataset.id, element.dataset.title));
  action("after-wanted", wanted);
  action("after-worked", (element) => worked(element.dataset.worked === "yes"));
  return place;
}

function show() {
  place.hidden = false;
  const solvedBy = state.open.links.filter((one) => one.kind === "resolution");
  fill(
    place,
    h(
      "div.after-head",
      {},
      icon("check"),
      h("strong", {}, t("after.title")),
      h("span.grow"),
      h("button.btn.ghost.small", { type: "button", data: { act: "after-off" } }, t("after.off")),
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "after-close" } }, icon("close")),
    ),
    solvedBy.length ? h("p.after-linked", { dir: "auto" }, t("after.linked", { title: solvedBy.map((one) => one.title).join(", ") })) : findArticle(),
    h(
      "div.after-row",
      { role: "group", "aria-label": t("rating.question") },
      h("span", {}, t("rating.question")),
      h("button.btn.small", { type: "button", data: { act: "after-worked", worked: "yes" } }, t("yes")),
      h("button.btn.small", { type: "button", data: { act: "after-worked", worked: "no" } }, t("no")),
      h("span.muted", {}, t("after.unknown")),
    ),
  );
}

function findArticle() {
  const field = h("input", {
    type: "search", id: "after-search", maxlength: "200", autocomplete: "off",
    "aria-label": t("after.search"), placeholder: t("after.search"), "aria-controls": "after-results",
  });
  results = h("ul.after-results", { id: "after-results", "aria-label": t("suggestions.articles") });
  const search = debounce(async () => {
    const q = field.value.trim();
    if (!q) {
      fill(results, nearest());
      return;
    }
    try {
      const found = await api.search({ q, limit: 5 });
      if (field.value.trim() === q) fill(results, rows(found.articles));
    } catch (error) {
      toastError(error);
    }
  }, 150);
  field.addEventListener("input", search);
  fill(results, nearest());
  return [
    h("div.after-row", {}, h("label", { for: "after-search" }, t("after.question")), field,
      h("button.btn.small", { type: "button", data: { act: "after-wanted" } }, icon("note"), t("after.wanted")),
      mayMakeArticles() ? h("button.btn.small", { type: "button", data: { act: "make-article" } }, icon("book"), t("make_article.button")) : null),
    results,
  ];
}

/** What was suggested for the ticket is most likely what solved it. */
const nearest = () => rows(((state.suggestion && state.suggestion.articles) || []).slice(0, 3));

const rows = (articles) =>
  articles.slice(0, 5).map((one) =>
    h("li", {}, h("button.after-hit", { type: "button", data: { act: "after-link", id: one.id, title: one.title } }, icon("link"), h("span", { dir: "auto" }, one.title))),
  );

async function link(id, title) {
  try {
    const answer = await api.link(ticket().id, id, "resolution");
    state.open.links = answer.links;
    emit("fields");
    toast(t("after.linked", { title }), { kind: "good" });
    show();
    place.querySelector("[data-act=after-worked]").focus();
  } catch (error) {
    toastError(error);
  }
}

function wanted() {
  perform("want-article");
  place.querySelector("[data-act=after-wanted]").disabled = true;
}

async function worked(yes) {
  if (await rate({ worked: yes })) hide();
}

function hide() {
  place.hidden = true;
  fill(place);
}

async function turnOff() {
  hide();
  await setWish(false);
  toast(t("after.is_off"), { act: "after-on", label: t("undo"), ms: 8000 });
}

async function turnOn() {
  await setWish(true);
  toast(t("after.is_on"));
}

async function setWish(on_) {
  state.me.after_contact = on_;
  try {
    await api.saveMe({ after_contact: on_ });
  } catch (error) {
    toastError(error);
  }
}

function onKey(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  hide();
}
