// The lead's page: where the knowledge base fails, why, what it costs, and whether that got better.
import { action } from "../actions.js";
import { t } from "../i18n.js";
import { asked, go, startPage } from "../page_frame.js";
import { toast, toastError } from "../toast.js";
import { auditActions, auditTab } from "./audit.js";
import { filesTab } from "./files.js";
import { gapActions } from "./gap_detail.js";
import { runActions } from "./gap_run.js";
import { gapsTab } from "./gaps.js";
import { openGap, overviewTab } from "./overview.js";
import { openFigure } from "./panels.js";
import { teamTab } from "./team.js";
import { ticketsTab } from "./tickets.js";
import { sortBy, turnTo, useTab } from "./use.js";

gapActions();
runActions();
auditActions();
action("ld-open-gap", (element) => openGap(element.dataset.id));
action("ld-figure", (element) => openFigure(element.dataset.figure));
action("ld-sort", (element) => sortBy(element.dataset.sort));
action("ld-page", (element) => turnTo(element.dataset.offset));
action("ld-print", () => window.print());
action("tab-back", () => go({ ...asked(), tab: "team", figure: "", part: "" }));
action("ld-link", async () => {
  try {
    await navigator.clipboard.writeText(window.location.href);
    toast(t("lead.link_copied"));
  } catch (error) {
    toastError(error);
  }
});

startPage("lead", [overviewTab, gapsTab, teamTab, useTab, filesTab, auditTab, ticketsTab], {
  keep: ["since", "until", "locale", "product", "team"],
});
