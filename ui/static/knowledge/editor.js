// The editor: text, preview and what belongs to a draft beside each other; everything is saved by itself.
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { go } from "../page_frame.js";
import { recall, remember } from "../storage.js";
import { toast, toastError } from "../toast.js";
import { showChanges } from "./changes_view.js";
import { draftMoves, stateText } from "./draft_moves.js";
import { banners } from "./editor_banners.js";
import { showConflict } from "./editor_conflict.js";
import { preview } from "./editor_preview.js";
import { editors } from "./editor_presence.js";
import { sidePanels } from "./editor_side.js";
import { textField } from "./editor_text.js";
import { badge, errorLine, iconButton } from "./parts.js";
import { useKeys } from "./page_keys.js";
import { colleagues } from "./people_names.js";
import { openSession } from "./session.js";

const VIEWS = ["write", "both", "preview", "changes"];

/** Another part's column on the left: (draft) => element or null; see besideDraft of the translations. */
let besideOf = null;
export const setBeside = (fn) => (besideOf = fn);

/** Show a draft in a place; returns what ends it: leave(). */
export async function openEditor(place, asked) {
  fill(place, h("p.k-waits.muted", { role: "status" }, t("customer.loading")));
  let session;
  try {
    [session] = await Promise.all([openSession(asked.draft), colleagues().catch(() => [])]);
  } catch (error) {
    fill(place, h("div.k-waits", {}, errorLine(error)));
    return { leave: () => {} };
  }
  build(place, session, asked);
  return { leave: () => leave(session, asked) };
}

function leave(session, asked) {
  // A blank one that nobody wrote into is not kept.
  const { draft } = session;
  if (asked.fresh && session.isOpen && draft.version === 1 && !session.isDirty() && session.may("discard")) {
    session.end();
    session.move("discard").catch(() => {});
    return;
  }
  session.close();
}

function build(place, session, asked) {
  const panel = h("div.k-panel-place");
  const text = textField(session);
  const seen = preview(session);
  const changes = h("div.ed-changes", { tabindex: "0", role: "region", "aria-label": t("changes.title") });
  const side = sidePanels(session, text);
  const moves = draftMoves(session, panel);
  const notes = banners(session);
  const conflict = h("div");
  const title = titleField(session);
  const beside = h("div.ed-beside", { hidden: true });
  const frame = h("div.editor");
  const view = viewer(frame, session, { seen, changes, side });

  fill(
    frame,
    h("header.ed-head", {}, iconButton("left", t("writing.back"), () => back(asked)), title, badgeOf(session), h("span.grow"), statusLine(session), editors(session), view.element, moves.element),
    panel,
    conflict,
    notes.element,
    h("div.ed-body", {}, beside, text.element, h("div.ed-right", {}, seen.element, changes), side.element),
    narrowTabs(frame, view),
  );
  fill(place, frame);
  seen.follow(text.area);
  session.on("conflict", () => showConflict(session, conflict));
  session.on("replaced", () => {
    text.refresh();
    title.value = session.fields.title;
  });
  session.on("answer", () => {
    text.refresh();
    title.readOnly = !session.may("save");
    view.show();
  });
  view.start(session.draft.state === "in_review" && session.may("approve") ? "changes" : recall("article.view"));
  notes.show();
  side.show();
  if (session.theirs) showConflict(session, conflict);
  if (session.restored) toast(t("writing.restored"), { ms: 5000 });
  keys(session, { text, moves, view, side, asked });
  if (asked.fresh && !session.theirs) title.focus();
  if (besideOf && session.draft.translation_of) showBeside(beside, session);
}

async function showBeside(place, session) {
  const element = await besideOf(session.draft).catch(() => null);
  if (!element || !place.isConnected) return;
  fill(place, element);
  place.hidden = false;
  place.closest(".editor").dataset.beside = "yes";
}

function back(asked) {
  const { draft, fresh, ...rest } = asked;
  go(rest.tab ? rest : { tab: "drafts" });
}

function titleField(session) {
  const input = h("input.ed-title", {
    type: "text",
    maxlength: "300",
    value: session.fields.title,
    placeholder: t("writing.title_placeholder"),
    "aria-label": t("writing.title"),
    dir: "auto",
    autocomplete: "off",
    readonly: !session.may("save"),
  });
  input.addEventListener("input", () => session.set("title", input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    document.getElementById("article-body").focus();
  });
  return input;
}

function badgeOf(session) {
  const element = h("span", {}, badge(stateText(session.draft)));
  session.on("answer", () => fill(element, badge(stateText(session.draft))));
  return element;
}

/** Whether what is typed is safe, and where. */
function statusLine(session) {
  const element = h("span.saved", { role: "status" });
  session.on("status", (name) => {
    element.dataset.state = name;
    // A live region reads out what changes, so the seconds before a save say nothing new.
    if (name !== "waiting") fill(element, t(`writing.status.${name}`));
  });
  session.on("refused", (error) => fill(element, errorLine(error)));
  return element;
}

/** How wide what is: writing, both, reading, or what changed; and the panel beside it. */
function viewer(frame, session, { seen, changes, side }) {
  const buttons = new Map(VIEWS.map((name) => [name, button(name)]));
  const toggle = iconButton("side", t("writing.side"), () => {
    frame.dataset.side = frame.dataset.side === "off" ? "on" : "off";
    remember("article.side", frame.dataset.side);
    toggle.setAttribute("aria-expanded", String(frame.dataset.side === "on"));
  });
  const element = h("span.ed-views", { role: "group", "aria-label": t("writing.view") }, [...buttons.values()], toggle);

  function button(name) {
    const one = h("button.ed-view", { type: "button", data: { view: name } }, t(`writing.view.${name}`));
    one.addEventListener("click", () => set(name));
    return one;
  }

  function set(name, { keep = true } = {}) {
    frame.dataset.view = name;
    if (keep && name !== "changes") remember("article.view", name);
    for (const [key, one] of buttons) one.setAttribute("aria-pressed", String(key === name));
    if (name === "changes") session.flush().then(() => showChanges(changes, session.id));
    else seen.show();
  }

  const first = () => !session.draft.base_revision;
  return {
    element,
    set,
    side,
    show: () => (buttons.get("changes").hidden = first()),
    start(wished) {
      buttons.get("changes").hidden = first();
      frame.dataset.side = recall("article.side") || (window.innerWidth > 1100 ? "on" : "off");
      frame.dataset.pane = "write";
      toggle.setAttribute("aria-expanded", String(frame.dataset.side === "on"));
      const usual = wished === "changes" && first() ? "preview" : wished;
      set(VIEWS.includes(usual) ? usual : "both", { keep: false });
    },
  };
}

/** On a narrow screen one of three at a time. */
function narrowTabs(frame, view) {
  const names = ["write", "preview", "side"];
  const buttons = names.map((name) => {
    const one = h("button.tab", { type: "button", "aria-current": name === "write" ? "true" : null }, t(`writing.pane.${name}`));
    one.addEventListener("click", () => {
      frame.dataset.pane = name;
      buttons.forEach((each) => (each === one ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current")));
      if (name === "preview") view.set(frame.dataset.view === "changes" ? "changes" : "both", { keep: false });
    });
    return one;
  });
  return h("nav.ed-narrow", { "aria-label": t("writing.view") }, buttons);
}

function keys(session, { text, moves, view, side, asked }) {
  const plain = {
    a: () => moves.act("approve"),
    b: () => moves.act("send_back"),
    p: () => moves.act("publish"),
    c: () => side.open("comments"),
    d: () => view.set("changes"),
    e: () => text.area.focus(),
    u: () => back(asked),
  };
  useKeys(plain, {
    ...text.keys,
    "Ctrl+s": () => session.flush().catch(toastError),
    "Ctrl+Enter": () => ["approve", "publish", "request_review"].some((move) => moves.act(move)),
  });
}

