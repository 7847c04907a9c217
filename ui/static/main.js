// Start: ask the server at once, build the page where the mount point is, open the newest ticket.
import { action, listen } from "./actions.js";
import { api } from "./api.js";
import { cannedBook } from "./canned_book.js";
import { cardActions } from "./cards.js";
import { compareDialog } from "./compare.js";
import { composer } from "./composer.js";
import { conversationPane } from "./conversation.js";
import { h } from "./dom.js";
import { loadColleagues } from "./filter_sheet.js";
import { frame } from "./frame.js";
import { linkedArticleDialog } from "./linked_article.js";
import { makeArticleDialog } from "./make_article.js";
import { isEmbedded } from "./top_bar.js";
import { evidenceActions } from "./evidence.js";
import { flagActions } from "./flags.js";
import { useCatalogue } from "./i18n.js";
import { watchUnload } from "./journal.js";
import { keys } from "./keys.js";
import { fetchLater } from "./later.js";
import { listPane, load } from "./list.js";
import { readAddress } from "./queue_state.js";
import { nothingActions } from "./nothing.js";
import { pinActions } from "./pins.js";
import { readingActions } from "./reading.js";
import { people } from "./people.js";
import { keySheet } from "./sheet.js";
import { emit, on, state } from "./state.js";
import { signedOutDialog } from "./signed_out.js";
import { suggestionsPane } from "./suggestions.js";
import { keepTyped } from "./typed.js";
import { loadViews } from "./views.js";
import { open, wanted, work } from "./work.js";

/** The mount point. Gradio's page has none: waiting until it is built would cost half a second. */
function mountPoint() {
  const found = document.querySelector("[data-svar=workspace]");
  if (found) return found;
  const made = h("div.svar", { id: "svar", data: { svar: "workspace" } });
  document.body.append(made);
  return made;
}

async function start() {
  // Names in a filter come when they come.
  loadColleagues().catch(() => {});
  const place = mountPoint();
  const [me] = await Promise.all([api.me(), loadViews()]);
  state.me = me;
  readAddress();
  useCatalogue(me.locale, me.catalogue);
  cardActions();
  readingActions();
  evidenceActions();
  pinActions();
  flagActions();
  nothingActions();
  work();
  keepTyped();
  action("close-toast", (element) => element.closest(".toast").remove());
  on("look-again", () => load());
  const list = listPane();
  const page = frame({ list, conversation: conversationPane(composer()), suggestions: suggestionsPane() });
  place.replaceChildren(page, keySheet(), compareDialog(), linkedArticleDialog(), cannedBook(), makeArticleDialog(), signedOutDialog());
  people(place);
  listen(place);
  keys();
  watchUnload();
  window.addEventListener("focus", () => load());
  await openFirst();
  place.dataset.ready = "yes";
  fetchLater();
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
  if (error.status === 401) window.location.replace(isEmbedded() ? `/embed${window.location.search}` : "/login");
  else throw error;
});
