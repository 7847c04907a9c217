// Texts, numbers and times in the user's language.

let texts = {};
let locale = "en";
let plurals = new Intl.PluralRules("en");
const formats = new Map();

/** Take over the catalogue that the server sent. */
export function useCatalogue(code, catalogue) {
  locale = code;
  texts = catalogue;
  plurals = new Intl.PluralRules(tags());
  speak(code);
}

/** Name the page's language, and name it again when Gradio, which comes later, puts the browser's in its place. */
function speak(code) {
  const root = document.documentElement;
  const keep = () => root.lang === code || (root.lang = code);
  keep();
  new MutationObserver(keep).observe(root, { attributeFilter: ["lang"] });
}

/** A formatter of the browser's; making one takes longer than using it a hundred times, so each is made once. */
function made(kind, options) {
  const key = `${kind}|${locale}|${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl[kind](tags(), options));
  return formats.get(key);
}

/** What to ask the browser's formatters for. Some know no Nynorsk and would take the browser's own language. */
export function tags() {
  return locale === "nn" ? ["nn", "nb"] : [locale];
}

const WORDS = {
  sv: new Map([["sen", "sedan"]]),
  nn: new Map(Object.entries({
    siden: "sidan", time: "time", timer: "timar", uke: "veke", uken: "veka", uker: "veker", måned: "månad", måneden: "månaden",
    måneder: "månader", dager: "dagar", forrige: "førre", morgen: "morgon", overmorgen: "overmorgon", forgårs: "førgår",
    mandag: "måndag", tirsdag: "tysdag", lørdag: "laurdag", søndag: "sundag",
  })),
};

/** A time in words: Nynorsk of what came in Bokmål, one word where Swedish formatters have two for the same. */
function inWords(text) {
  const words = WORDS[locale];
  return words ? text.replace(/\p{L}+/gu, (word) => words.get(word) ?? word) : text;
}

/** A text of the catalogue; {name} is filled in, {n} also chooses between key.one and key.other. */
export function t(key, values = {}) {
  let found = texts[key];
  if ("n" in values) found = texts[`${key}.${plurals.select(values.n)}`] ?? texts[`${key}.other`] ?? found;
  if (found === undefined) return key;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether the catalogue has a key. */
export function known(key) {
  return key in texts;
}

/** "for 2 hours", "yesterday", in the language's own words. */
export function ago(iso, now = Date.now()) {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const steps = [
    ["minute", 60, 60],
    ["hour", 3600, 24],
    ["day", 86400, 14],
    ["week", 604800, 9],
    ["month", 2629800, 12],
  ];
  if (Math.abs(seconds) < 45) return t("time.now");
  // The short form in Danish leaves out "for", which is no Danish behind another word.
  const format = made("RelativeTimeFormat", { numeric: "auto", style: locale === "da" ? "long" : "short" });
  for (const [unit, size, most] of steps) {
    if (Math.round(Math.abs(seconds) / size) < most) return inWords(format.format(Math.round(seconds / size), unit));
  }
  return inWords(format.format(Math.round(seconds / 31557600), "year"));
}

/** How long, shortly, in one unit: "3 d", "2 h", "10 min". */
export function span(ms) {
  const minutes = Math.max(1, Math.round(ms / 60000));
  const [value, unit] =
    minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return made("NumberFormat", { style: "unit", unit, unitDisplay: "short" }).format(value);
}

/** Date and time, e.g. "20 nov. 10:35". */
export function moment(iso) {
  const options = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  if (new Date(iso).getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  return made("DateTimeFormat", options).format(new Date(iso));
}

/** The whole moment, e.g. "fredag 20 november 2026 10:35". */
export function exactly(iso) {
  return inWords(made("DateTimeFormat", { dateStyle: "full", timeStyle: "short" }).format(new Date(iso)));
}

/** A day as one says it, e.g. "onsdag 20 maj"; with the year where it is another one. */
export function dayName(iso) {
  const at = new Date(iso);
  const options = { weekday: "long", day: "numeric", month: "long" };
  if (at.getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  return inWords(made("DateTimeFormat", options).format(at));
}

/** A size, e.g. "1,2 MB". */
export function bytes(size) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)));
  const options = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: step ? 1 : 0 };
  return made("NumberFormat", options).format(size / 1000 ** step);
}

/** Date only, e.g. "6 maj 2026". */
export function day(iso) {
  return made("DateTimeFormat", { day: "numeric", month: "short", year: "numeric" }).format(new Date(iso));
}

/** A language in the user's words, e.g. "danska". */
export function languageName(code) {
  if (!code || code === "und") return t("language.unknown");
  try {
    return made("DisplayNames", { type: "language" }).of(code);
  } catch (_) {
    return code;
  }
}

/** A whole number with the language's separators. */
export function count(n) {
  return made("NumberFormat", {}).format(n);
}
