// An article that another one links opens over the page: nobody loses what is being written, and any agent may read it.
import { action } from "./actions.js";
import { api } from "./api.js";
import { h, setRendered } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { toastError } from "./toast.js";

let dialog = null;
let title = null;
let body = null;

/** Build the dialog, and listen for such links anywhere on the page. */
export function linkedArticleDialog() {
  title = h("h2", { id: "linked-article-title" });
  body = h("div.doc.linked-body", { tabindex: "0", role: "region", "aria-labelledby": "linked-article-title" });
  dialog = h(
    "dialog.sheet.linked-article",
    { "aria-labelledby": "linked-article-title" },
    h(
      "div.sheet-head",
      {},
      title,
      h("button.icon-btn", { type: "button", "aria-label": t("close"), data: { act: "close-linked-article" } }, icon("close")),
    ),
    body,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  action("close-linked-article", () => dialog.close());
  document.addEventListener("click", follow);
  return dialog;
}

function follow(event) {
  const link = event.target instanceof Element ? event.target.closest("a.article-link") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.dataset.article);
}

async function show(articleId) {
  try {
    const { article, html, markdown } = await api.article(articleId);
    title.textContent = article.revision.title;
    if (html) setRendered(body, html);
    else body.textContent = markdown;
    if (!dialog.open) dialog.showModal();
    body.scrollTop = 0;
  } catch (error) {
    toastError(error);
  }
}
