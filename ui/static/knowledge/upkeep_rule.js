// The team's rules for verification: leads change them, everybody else sees them where they matter.
import { action } from "../actions.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { toast, toastError } from "../toast.js";
import { allows } from "../top_bar.js";
import { upkeep } from "./upkeep_api.js";

/** A line that fills itself. */
export function ruleLine() {
  const place = h("div.up-rule");
  upkeep.settings().then((rules) => draw(place, rules)).catch(() => {});
  return place;
}

function draw(place, rules) {
  if (!allows("lead")) {
    if (rules.only_verified) fill(place, h("span.muted", {}, t("upkeep.rule.only_verified_on")));
    return;
  }
  const box = h("input", { type: "checkbox", id: "up-only-verified", checked: rules.only_verified });
  const days = h("input", { type: "number", id: "up-every-days", min: "0", max: "3650", step: "1", value: String(rules.verify_every_days) });
  box.addEventListener("change", () => save(place, { only_verified: box.checked }));
  action("up-save-days", () => save(place, { verify_every_days: Number(days.value) }));
  fill(
    place,
    h(
      "details",
      {},
      h("summary", {}, t(rules.only_verified ? "upkeep.rule.only_verified_on" : "upkeep.rule.title")),
      h("label.up-switch", {}, box, h("span", {}, t("upkeep.rule.only_verified"), h("span.muted", {}, ` ${t("upkeep.rule.only_verified_help")}`))),
      h(
        "div.up-switch",
        {},
        h("label", { for: "up-every-days" }, t("upkeep.rule.every_days")),
        days,
        h("button.btn.small", { type: "button", data: { act: "up-save-days" } }, t("upkeep.save")),
        h("span.muted", {}, t("upkeep.rule.every_days_help")),
      ),
    ),
  );
}

async function save(place, wish) {
  try {
    const rules = await upkeep.saveSettings(wish);
    draw(place, rules);
    place.querySelector("details").open = true;
    toast(t("upkeep.rule.saved"), { kind: "good", ms: 3000 });
  } catch (error) {
    toastError(error);
  }
}
