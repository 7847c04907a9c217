// The soft lock: while a colleague writes the reply, our field waits until we take over. Both texts stay.
import { action } from "./actions.js";
import { fill, h } from "./dom.js";
import { focusEditor, replyKind } from "./editor.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { takeOver } from "./presence.js";
import { on, state } from "./state.js";
import { toast } from "./toast.js";

let banner = null;
let said = "";

/** Build the line that says who writes; it stands above the field. */
export function lockBanner() {
  banner = h("div.lock-banner", { role: "alert", hidden: true });
  action("take-over", take);
  on("room", show);
  on("reply-kind", show);
  on("opened", show);
  for (const name of ["click", "keydown"]) document.addEventListener(name, guard, { capture: true });
  document.addEventListener("focusin", (event) => event.target.id === "reply" && isLocked() && remind());
  return banner;
}

/** Whether somebody else writes the reply; notes are free for all. */
export const isLocked = () => Boolean(state.room && state.room.writer && replyKind() === "reply");

function show() {
  const area = document.getElementById("reply");
  const locked = isLocked();
  if (area) area.readOnly = locked;
  document.querySelector(".composer").classList.toggle("is-locked", locked);
  banner.hidden = !locked;
  const { taken_by: takenBy, writer } = state.room || {};
  const text = !locked ? "" : takenBy ? t("lock.lost", { name: takenBy }) : t("presence.typing", { name: writer.name });
  // Written anew only when it changes, since it is read out.
  if (text === said) return;
  said = text;
  fill(
    banner,
    locked
      ? [
          icon("people"),
          h("span", {}, h("strong", { dir: "auto" }, text), " ", h("span", {}, t("lock.hint"))),
          h("button.btn.small", { type: "button", data: { act: "take-over" } }, t("lock.take_over")),
        ]
      : null,
  );
}

/** Nothing is sent past a colleague who is writing. */
function guard(event) {
  if (!isLocked()) return;
  const sends =
    event.type === "click"
      ? event.target.closest("[data-act=send], [data-act=send-solve]")
      : event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (!sends || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  remind();
  banner.querySelector("[data-act=take-over]").focus();
}

function remind() {
  banner.classList.remove("reminds");
  // A new layout in between, or the animation would not begin again.
  void banner.offsetWidth;
  banner.classList.add("reminds");
}

async function take() {
  if (!(await takeOver())) return;
  focusEditor();
  toast(t("lock.taken"), { kind: "good" });
}
