// What the page shows of colleagues, put where it belongs in the page that others built.
import { h } from "./dom.js";
import { lockBanner } from "./lock.js";
import { mentionPicker } from "./mention_picker.js";
import { mentionsButton, mentionsDialog } from "./mentions.js";
import { passOnDialog } from "./pass_on.js";
import { presenceStrip } from "./presence.js";

/** Add presence, lock, mentions and passing on to the page; call it once everything else stands. */
export function people(root) {
  root.querySelector(".ticket-head").after(presenceStrip());
  const box = root.querySelector(".composer-box");
  box.before(lockBanner(), mentionPicker());
  // An empty field changes its height with the focus, and a button that moves under the mouse is not clicked.
  box.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  root.querySelector("#top-extras").append(mentionsButton());
  root.append(h("div", {}, passOnDialog(), mentionsDialog()));
}
