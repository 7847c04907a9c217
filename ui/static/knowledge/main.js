// The knowledge owner's page: candidates, drafts and articles as tabs; a draft or an article opens over any of them.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { startPage } from "../page_frame.js";
import { keySheet } from "../sheet.js";
import { undoArticleMove } from "./article_moves.js";
import { openArticle } from "./article_page.js";
import { articlesTab } from "./articles.js";
import { candidatesTab } from "./candidates.js";
import { undoDismiss } from "./candidate_view.js";
import { draftsTab } from "./drafts.js";
import { openEditor, setBeside } from "./editor.js";
import { KEYS } from "./key_groups.js";
import { newDraft } from "./new_draft.js";
import { pageKeys, useKeys } from "./page_keys.js";
import { errorLine } from "./parts.js";
import { startCounts } from "./tab_counts.js";
import { pairsTab } from "./upkeep_pairs.js";
import { signalsTab } from "./upkeep_signals.js";
import { besideDraft, translationsTab } from "./upkeep_translations.js";
import { unusedTab } from "./upkeep_unused.js";
import { verificationTab } from "./upkeep_verification.js";

const TABS = [candidatesTab, draftsTab, articlesTab, verificationTab, pairsTab, signalsTab, unusedTab, translationsTab];
let shown = null;
let openTab = null;

/** A tab of which a draft or an article may be opened; what was typed is saved when one leaves. */
function around(tab) {
  return {
    ...tab,
    async open(place, asked) {
      useKeys();
      if (asked.draft) {
        shown = await openEditor(place, asked);
      } else if (asked.article) {
        await openArticle(place, asked);
      } else if (asked.new) {
        await begin(place, asked);
      } else {
        openTab = tab;
        await tab.open(place, asked);
      }
    },
    leave(asked) {
      if (shown) {
        shown.leave();
        shown = null;
        return true;
      }
      const isOpen = openTab === tab;
      openTab = null;
      return isOpen && tab.leave ? tab.leave(asked) : true;
    },
  };
}

async function begin(place, asked) {
  try {
    await newDraft(asked);
  } catch (error) {
    fill(place, h("div.k-waits", {}, errorLine(error)));
  }
}

action("undo-dismiss", undoDismiss);
undoArticleMove();
setBeside(besideDraft);
startPage("knowledge", TABS.map(around), { keys: true, dialogs: () => [keySheet(KEYS)] }).then(() => {
  pageKeys();
  startCounts();
});
