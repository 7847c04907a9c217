// Which weeks, language, product and team the page speaks of; all of it stands in the address.
import { h } from "../dom.js";
import { languageName, t } from "../i18n.js";
import { asked, go } from "../page_frame.js";

const FIELDS = ["since", "until", "locale", "product", "team"];
const WEEKS = [4, 13, 26, 52];
const DAY_MS = 86400000;

/** What the address narrows the figures to. */
export function filterOf(wish = asked()) {
  return Object.fromEntries(FIELDS.filter((name) => wish[name]).map((name) => [name, wish[name]]));
}

/** The row of choices above every tab. */
export function filterBar({ window: shown, choices }) {
  const wish = asked();
  const day = (name) => {
    const input = h("input", { type: "date", value: wish[name] || (shown && shown[name] ? shown[name].slice(0, 10) : ""), "aria-label": t(`lead.${name}`) });
    input.addEventListener("change", () => change({ [name]: input.value }));
    return h("label.lead-day", {}, h("span", {}, t(`lead.${name}`)), input);
  };
  return h(
    "form.lead-filter",
    { "aria-label": t("lead.filter") },
    weeks(),
    day("since"),
    day("until"),
    select("locale", (choices && choices.locales) || [], languageName),
    select("product", (choices && choices.products) || []),
    select("team", ((choices && choices.teams) || []).map((team) => team.id ?? team), nameOf(choices)),
    h("span.grow"),
    h("button.btn.small", { type: "button", data: { act: "ld-print" } }, t("lead.print")),
    h("button.btn.small", { type: "button", data: { act: "ld-link" } }, t("lead.copy_link")),
  );
}

const nameOf = (choices) => (id) => ((choices && choices.teams) || []).find((team) => team.id === id)?.name || id;

function weeks() {
  const select_ = h(
    "select",
    { "aria-label": t("lead.period") },
    h("option", { value: "" }, t("lead.period")),
    WEEKS.map((n) => h("option", { value: String(n) }, t("lead.last_weeks", { n }))),
  );
  select_.addEventListener("change", () => {
    if (!select_.value) return;
    const until = new Date();
    const since = new Date(until.getTime() - Number(select_.value) * 7 * DAY_MS);
    change({ since: iso(since), until: iso(until) });
  });
  return select_;
}

const iso = (at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;

function select(name, values, label = (value) => value) {
  const chosen = asked()[name] || "";
  const known = chosen && !values.includes(chosen) ? [...values, chosen] : values;
  if (!known.length) return null;
  const element = h(
    "select",
    { "aria-label": t(`lead.${name}`) },
    h("option", { value: "" }, t(`lead.all_${name}s`)),
    known.map((value) => h("option", { value, selected: value === chosen }, label(value))),
  );
  element.addEventListener("change", () => change({ [name]: element.value }));
  return element;
}

function change(values) {
  go({ ...asked(), ...values });
}
