// Start: ask the server at once, build the page where the mount point is, open the newest ticket.
import { action, listen } from "./actions.js";
import { api } from "./api.js";
import { cardActions } from "./cards.js";
import { composer } from "./composer.js";
import { conversationPane } from "./conversation.js";
import { frame } from "./frame.js";
import { useCatalogue } from "./i18n.js";
import { watchUnload } from "./journal.js";
import { keys } from "./keys.js";
import { listPane, load } from "./list.js";
import { readingActions } from "./reading.js";
import { keySheet } from "./sheet.js";
import { emit, on, state } from "./state.js";
import { suggestionsPane } from "./suggestions.js";
import { open, wanted, work } from "./work.js";

/** The mount point; Gradio makes it a little after the page has come. */
function mountPoint() {
  const find = () => document.querySelector("[data-svar=workspace]");
  if (find()) return Promise.resolve(find());
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!find()) return;
      observer.disconnect();
      resolve(find());
    });
    observer.observe(document.documentElement, { childList: true, subtree: true });
  });
}

async function start() {
  const [me, place] = await Promise.all([api.me(), mountPoint()]);
  state.me = me;
  useCatalogue(me.locale, me.catalogue);
  cardActions();
  readingActions();
  work();
  action("close-toast", (element) => element.closest(".toast").remove());
  on("look-again", () => load());
  const list = listPane();
  const page = frame({ list, conversation: conversationPane(composer()), suggestions: suggestionsPane() });
  place.replaceChildren(page, keySheet());
  listen(place);
  keys();
  watchUnload();
  window.addEventListener("focus", () => load());
  await openFirst();
  place.dataset.ready = "yes";
}

async function openFirst() {
  if (wanted()) open(wanted(), { push: false });
  await load();
  if (state.open || wanted()) return;
  const [newest] = state.list.tickets;
  if (newest) await open(newest.id, { push: false });
  else emit("nothing-open");
}

start().catch((error) => {
  if (error.status === 401) window.location.replace("/login");
  else throw error;
});
