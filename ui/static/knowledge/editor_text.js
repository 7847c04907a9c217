// The text of a draft: a plain field with a row of tools, pasting and dropping of pictures.
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { toastError } from "../toast.js";
import { articlePicker } from "./article_picker.js";
import { knowledge } from "./api.js";
import { iconButton } from "./parts.js";
import { block, lines, link, nextItem, put, wrap } from "./markdown_keys.js";

const ADDRESS = /^https?:\/\/\S+$/;

/**
 * Build the field.
 * @param {object} session The draft.
 * @returns {object} element; area: the textarea; refresh(): show what the session has; jump(start, end): select a place;
 *   keys: what useKeys takes for "everywhere".
 */
export function textField(session) {
  const area = h("textarea.ed-text", {
    id: "article-body",
    spellcheck: "true",
    "aria-label": t("writing.text"),
    placeholder: t("writing.text_placeholder"),
    lang: session.fields.locale,
    dir: "auto",
  });
  const file = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
  const picker = articlePicker((article) => {
    const words = area.value.slice(area.selectionStart, area.selectionEnd) || article.title;
    put(area, area.selectionStart, area.selectionEnd, `[${words.replace(/[[\]]/g, "")}](svar:${article.id})`);
  });
  const acts = {
    bold: () => wrap(area, "**"),
    italic: () => wrap(area, "*"),
    link: () => link(area),
    heading: () => lines(area, "## "),
    list: () => lines(area, "- "),
    steps: () => lines(area, "1. "),
    internal: () => block(area, "::: internal", ":::"),
    file: () => file.click(),
    article: () => picker.open(),
  };
  area.addEventListener("input", () => session.set("body", area.value));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.isComposing && nextItem(area)) event.preventDefault();
  });
  area.addEventListener("paste", (event) => onPaste(event, area, session));
  area.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  area.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    attach([...event.dataTransfer.files], area, session);
  });
  file.addEventListener("change", () => {
    attach([...file.files], area, session);
    file.value = "";
  });
  const field = {
    element: h("div.ed-write", {}, toolbar(acts), picker.element, area, file),
    area,
    refresh() {
      if (area.value !== session.fields.body) area.value = session.fields.body;
      area.lang = session.fields.locale;
      area.readOnly = !session.may("save");
    },
    jump(start, end) {
      area.focus();
      area.setSelectionRange(start, end);
      // Brings the place into sight: a browser scrolls to the caret only when something is typed there.
      const before = area.value.slice(0, start).split("\n").length;
      const all = area.value.split("\n").length;
      area.scrollTop = Math.max(0, (before / all) * area.scrollHeight - area.clientHeight / 3);
    },
    keys: {
      "Ctrl+b": acts.bold,
      "Ctrl+i": acts.italic,
      "Ctrl+k": acts.link,
      "Ctrl+Shift+k": acts.article,
    },
  };
  field.refresh();
  return field;
}

function toolbar(acts) {
  const tool = (name, key = "") => iconButton(PICTURES[name], t(`writing.tool.${name}`), acts[name], { key });
  return h(
    "div.ed-tools",
    { role: "toolbar", "aria-label": t("writing.tools") },
    tool("bold", "Ctrl+B"),
    tool("italic", "Ctrl+I"),
    tool("heading"),
    tool("list"),
    tool("steps"),
    h("span.ed-gap"),
    tool("link", "Ctrl+K"),
    tool("article", "Ctrl+Shift+K"),
    tool("file"),
    tool("internal"),
  );
}

const PICTURES = {
  bold: "bold", italic: "italic", heading: "heading", list: "list", steps: "steps",
  link: "link", article: "book", file: "clip", internal: "lock",
};

function onPaste(event, area, session) {
  const files = [...event.clipboardData.files];
  if (files.length) {
    event.preventDefault();
    attach(files, area, session);
    return;
  }
  const text = event.clipboardData.getData("text/plain").trim();
  if (ADDRESS.test(text) && area.selectionStart !== area.selectionEnd) {
    event.preventDefault();
    link(area, text);
  }
}

/** Upload files one after another; each has a mark in the text until it is there. */
async function attach(files, area, session) {
  for (const file of files) {
    const mark = `![${t("writing.uploading", { name: file.name || "" }).replace(/[[\]]/g, "")}]()`;
    put(area, area.selectionStart, area.selectionEnd, mark);
    let text = "";
    try {
      const { file: stored } = await knowledge.upload(session.id, file);
      text = stored.markdown;
    } catch (error) {
      toastError(error);
    }
    const at = area.value.indexOf(mark);
    if (at >= 0) put(area, at, at + mark.length, text);
  }
}
