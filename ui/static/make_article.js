// Making an article of solved tickets: first what there is already, then one click to mend that or to write a new one.
import { action } from "./actions.js";
import { ask } from "./api.js";
import { fill, h, setRendered } from "./dom.js";
import { languageName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { ticket } from "./state.js";
import { toastError } from "./toast.js";
import { allows, isEmbedded } from "./top_bar.js";

const ENDED = ["solved", "closed"];
const MOST = 50;
let dialog = null;
let body = null;
let title = null;
let ids = [];
/** Number of the newest question: what an older one brings comes too late. */
let turn = 0;

/** Whether who is here may write articles, and there is a page to write them on. */
export const mayMakeArticles = () => allows("contributor") && !isEmbedded();

/** Whether an article can be made of a ticket: only once the contact is over. */
export const canBecomeArticle = (one) => mayMakeArticles() && ENDED.includes(one.status);

/** Build the dialog; it stays closed until it is asked for. */
export function makeArticleDialog() {
  title = h("h2", { id: "make-article-title" });
  body = h("div.make-article-body", { tabindex: "-1" });
  dialog = h(
    "dialog.sheet.make-article",
    { "aria-labelledby": "make-article-title" },
    h(
      "div.sheet-head",
      {},
      title,
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-make-article" } }, icon("close")),
    ),
    body,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  action("make-article", () => ticket() && canBecomeArticle(ticket()) && open([ticket().id]));
  action("close-make-article", () => dialog.close());
  action("write-new-article", (element) => write(element, () => ask("POST", "/candidates/from-tickets", { ticket_ids: ids, check: false })));
  action("update-article", (element) => write(element, () => ask("POST", "/article-drafts", { article_id: element.dataset.id, from_tickets: ids })));
  return dialog;
}

/** The button on a ticket that is solved. */
export const makeArticleButton = () =>
  h(
    "button.btn.small.make-article-btn",
    { type: "button", "aria-label": t("make_article.button"), title: `${t("make_article.button")} (a)`, data: { act: "make-article" } },
    icon("book"),
    h("span", {}, t("make_article.button")),
  );

/** Ask what there is on the question of some tickets, and what is to be done. */
export async function open(ticketIds) {
  const mine = ++turn;
  ids = ticketIds.slice(0, MOST);
  fill(title, t("make_article.title", { n: ids.length }));
  fill(body, h("p.muted", { role: "status" }, t("make_article.looking")), h("div.skeleton", { "aria-hidden": "true" }));
  if (!dialog.open) dialog.showModal();
  try {
    const answer = await ask("POST", "/candidates/from-tickets", { ticket_ids: ids });
    if (mine === turn) show(answer);
  } catch (error) {
    if (mine === turn) refused(error);
  }
}

function refused(error) {
  if (error.status === 401) dialog.close();
  const words = error.message || t(error.code === "offline" ? "error.offline" : "error.internal");
  fill(body, h("p.make-article-refused", { role: "alert" }, icon("warn"), words, error.hint ? ` ${error.hint}` : ""));
}

function show({ nearest, proposal, question, reject_reason: reason }) {
  const writeIsFirst = proposal === "new" || !nearest.length;
  const button = h(
    "button.btn",
    { type: "button", class: writeIsFirst ? "primary" : "", data: { act: "write-new-article" } },
    icon("plus"),
    t("make_article.write_new"),
  );
  fill(
    body,
    question ? h("blockquote.make-article-question", { dir: "auto" }, question) : null,
    reason ? h("p.make-article-refused", {}, icon("warn"), t(`make_article.reason.${reason}`)) : null,
    h("p", { role: "status" }, t(nearest.length ? `make_article.is.${proposal}` : "make_article.is.none")),
    nearest.length
      ? h("ul.make-article-nearest", { "aria-label": t("make_article.nearest") }, nearest.map((one, n) => near(one, n, writeIsFirst)))
      : null,
    h("div.make-article-foot", {}, nearest.length ? h("span.muted", {}, t("make_article.or")) : null, h("span.grow"), button),
  );
  body.querySelector(".btn.primary").focus();
}

function near(one, n, writeIsFirst) {
  const percent = Math.round(100 * one.confidence);
  return h(
    "li",
    {},
    h(
      "div.make-article-head",
      {},
      h("span.tag", { title: languageName(one.locale) }, one.locale.toUpperCase()),
      h("strong", { dir: "auto" }, one.title),
      h("span.muted", { title: t("make_article.likeness_help") }, t("make_article.likeness", { percent })),
      h(
        "button.btn.small",
        { type: "button", "aria-label": t("make_article.update_named", { title: one.title }), class: n === 0 && !writeIsFirst ? "primary" : "", data: { act: "update-article", id: one.id } },
        icon("edit"),
        t("make_article.update"),
      ),
    ),
    one.html
      ? h(
          "details",
          { open: n === 0 },
          h("summary", {}, t("make_article.text")),
          setRendered(h("div.doc", { dir: "auto", lang: one.locale, tabindex: "0", role: "region", "aria-label": one.title }), one.html),
        )
      : null,
  );
}

/** Begin the draft and go on in the editor; the server gives back the draft that somebody began already. */
async function write(element, begin) {
  element.disabled = true;
  try {
    const { draft } = await begin();
    edit(draft.id);
  } catch (error) {
    if (error.status === 401) dialog.close();
    toastError(error);
    element.disabled = false;
  }
}

function edit(draftId) {
  window.location.assign(`/ui/knowledge?${new URLSearchParams({ tab: "drafts", draft: draftId })}`);
}
