// Who else has this draft open: said above the text, so that two do not write past each other.
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { initials } from "../messages.js";
import { state } from "../state.js";
import { knowledge } from "./api.js";

const EVERY_MS = 4000;
const page = Math.random().toString(36).slice(2, 12);

/** The names, kept up to date for as long as the element is on the page. */
export function editors(session) {
  const element = h("span.ed-editors", { role: "status" });
  let shown = "";

  function show(all) {
    const others = all.filter((one) => one.id !== state.me.user.id);
    const key = JSON.stringify(others);
    if (key === shown) return;
    shown = key;
    fill(
      element,
      others.map((one) => h("span.person", { title: t("writing.also_here", { name: one.name }) }, h("span.avatar", { "aria-hidden": "true" }, initials(one.name)), h("span", { dir: "auto" }, one.name))),
    );
  }

  async function beat() {
    if (!session.isOpen) {
      if (!session.isGone) knowledge.editing(session.id, { page, leave: true }).catch(() => {});
      return;
    }
    if (!document.hidden && element.isConnected) {
      try {
        const answer = await knowledge.editing(session.id, { page });
        show(answer.editors || []);
        session.hear(answer.version);
      } catch (_) {
        // Who else is here is not worth a message.
      }
    }
    setTimeout(beat, EVERY_MS);
  }
  show(session.answer.editors || []);
  setTimeout(beat, 50);
  return element;
}
