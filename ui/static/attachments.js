// The files that came with a message: names and links. Nothing of them is ever loaded into the page.
import { h } from "./dom.js";
import { bytes, t } from "./i18n.js";
import { icon } from "./icons.js";

/** The list of a message's files, or null if it has none. */
export function attachmentList(files) {
  if (!files || !files.length) return null;
  return h("ul.files", { "aria-label": t("message.files", { n: files.length }) }, files.map(file));
}

function file({ name, type, size, url }) {
  const about = [type, size ? bytes(size) : ""].filter(Boolean).join(", ");
  const inside = [icon("clip"), h("span.file-name", { dir: "auto" }, name), about ? h("span.file-about", {}, about) : null];
  const safe = /^https?:\/\//i.test(url || "");
  return h(
    "li",
    {},
    safe
      ? h("a.file", { href: url, target: "_blank", rel: "noopener noreferrer" }, inside)
      : h("span.file", { title: t("message.file_missing") }, inside, h("span.sr", {}, t("message.file_missing"))),
  );
}
