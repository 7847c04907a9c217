// What can be taken along: a workbook, tables for other programs, and what every figure means.
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { lead, exportAddress } from "./api.js";
import { filterBar, filterOf } from "./filters.js";

const TABLES = ["tickets", "articles", "article_use", "weeks", "gaps", "definitions"];

export const filesTab = { name: "files", open };

async function open(place) {
  const filter = filterOf();
  const [{ definitions }, dashboard] = await Promise.all([lead.definitions(), lead.dashboard(filter)]);
  const link = (name, text) => h("a.btn.small", { href: exportAddress(name, filter), download: "" }, text);
  place.append(
    filterBar(dashboard),
    h(
      "section.lead-panel.wide",
      { "aria-labelledby": "files-title" },
      h("h2", { id: "files-title" }, t("lead.panel.files")),
      h("p.muted.small-text", {}, t("lead.read.files")),
      h("p", {}, h("a.btn.primary", { href: exportAddress("report.xlsx", filter), download: "" }, t("lead.workbook"))),
      h("ul.files", {}, TABLES.map((name) => h("li", {}, h("span", {}, t(`table.${name}`)), link(`${name}.csv`, "CSV"), link(`${name}.parquet`, "Parquet")))),
      h("p.muted.small-text", {}, t("lead.sql_views")),
    ),
    h(
      "section.lead-panel.wide",
      { "aria-labelledby": "definitions-title" },
      h("h2", { id: "definitions-title" }, t("lead.panel.definitions")),
      h("dl.definitions", {}, definitions.map((one) => [h("dt", {}, one.label), h("dd", {}, one.text)])),
    ),
  );
}
