// What agents will see, rendered by the server while one writes; the newest text wins.
import { debounce, h, latest, setRendered } from "../dom.js";
import { t } from "../i18n.js";
import { knowledge } from "./api.js";

const PAUSE_MS = 25;

/** The preview of a session's text; follow(area) keeps both at the same height. */
export function preview(session) {
  const title = h("h2.ed-preview-title", { dir: "auto" });
  const doc = h("div.doc.ed-doc", { dir: "auto" });
  const fault = h("p.muted.small-text", { hidden: true });
  const element = h("div.ed-preview", { tabindex: "0", role: "region", "aria-label": t("writing.preview") }, fault, title, doc);

  const render = latest(async () => {
    if (!element.isConnected || !element.checkVisibility()) return;
    const { body, locale } = session.fields;
    const mark = `${locale}|${body}`;
    if (doc.dataset.of === mark) return;
    try {
      const { html } = await knowledge.preview({ markdown: body, locale });
      const top = element.scrollTop;
      setRendered(doc, html);
      doc.dataset.of = mark;
      element.scrollTop = top;
      fault.hidden = true;
    } catch (error) {
      fault.textContent = error.message || t("writing.preview_waits");
      fault.hidden = false;
    }
  });
  const later = debounce(render, PAUSE_MS);
  const show = () => {
    title.textContent = session.fields.title || t("writing.untitled");
    doc.lang = session.fields.locale;
    title.lang = session.fields.locale;
    later();
  };
  session.on("changed", (name) => ["title", "body", "locale"].includes(name) && show());
  session.on("replaced", show);
  return { element, show, follow: (area) => follow(area, element) };
}

/** Scroll the two together, in proportion; only the one that is under the hand leads. */
function follow(area, element) {
  let leader = null;
  const lead = (one) => () => (leader = one);
  const share = (one) => one.scrollTop / Math.max(1, one.scrollHeight - one.clientHeight);
  for (const one of [area, element]) {
    for (const kind of ["wheel", "pointerdown", "keydown", "touchstart"]) one.addEventListener(kind, lead(one), { passive: true });
  }
  const move = (from, to) => () => {
    if (leader === from) to.scrollTop = share(from) * (to.scrollHeight - to.clientHeight);
  };
  area.addEventListener("scroll", move(area, element), { passive: true });
  element.addEventListener("scroll", move(element, area), { passive: true });
}
