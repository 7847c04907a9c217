// Two people changed the same: both texts side by side with what differs, and a choice; nothing is overwritten.
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { lineDiff } from "./line_diff.js";
import { button, when } from "./parts.js";
import { nameOf } from "./people_names.js";

/** The panel of a session's conflict, put into a place above the text; it goes away once it is settled. */
export function showConflict(session, place) {
  const { theirs, clashes } = session;
  if (!theirs) return;
  const settle = (fields) => {
    fill(place);
    session.settle(fields);
  };
  const mine = Object.fromEntries(clashes.map((name) => [name, session.fields[name]]));
  const others = Object.fromEntries(clashes.map((name) => [name, theirs[name]]));
  const name = nameOf(theirs.edited_by);
  const both = clashes.includes("body") ? { body: `${theirs.body}\n\n${session.fields.body}` } : null;
  fill(
    place,
    h(
      "section.ed-conflict",
      { role: "alertdialog", "aria-labelledby": "conflict-title" },
      h("h2", { id: "conflict-title" }, t("writing.conflict", { name })),
      h("p.muted", {}, t("writing.conflict_hint"), " ", when(theirs.edited_at)),
      clashes.map((field) => pair(field, mine[field], others[field], name)),
      h(
        "div.k-panel-buttons",
        {},
        button(t("writing.keep_mine"), () => settle(session.merged), { kind: "primary" }),
        button(t("writing.take_theirs"), () => settle({ ...session.merged, ...others })),
        both ? button(t("writing.keep_both"), () => settle({ ...session.merged, ...both })) : null,
      ),
    ),
  );
  place.querySelector("button").focus();
}

function pair(field, mine, theirs, name) {
  const text = (value) => (Array.isArray(value) ? value.join("\n") : String(value ?? ""));
  const { one, other } = lineDiff(text(mine), text(theirs));
  return h(
    "div.ed-two",
    {},
    side(t("writing.mine"), one, "ins"),
    side(t("writing.theirs", { name }), other, "del"),
    h("span.sr", {}, field),
  );
}

function side(label, lines, tag) {
  return h(
    "div",
    {},
    h("h3", { dir: "auto" }, label),
    h("div.plain.ed-lines", { tabindex: "0", role: "region", "aria-label": label, dir: "auto" }, lines.map(({ text, same }) => [same ? text : h(tag === "ins" ? "ins" : "mark", {}, text || " "), "\n"])),
  );
}
