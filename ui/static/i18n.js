// Texts, numbers and times in the user's language.

let texts = {};
let locale = "en";
let plurals = new Intl.PluralRules("en");

/** Take over the catalogue that the server sent. */
export function useCatalogue(code, catalogue) {
  locale = code;
  texts = catalogue;
  plurals = new Intl.PluralRules(code);
  document.documentElement.lang = code;
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
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  for (const [unit, size, most] of steps) {
    if (Math.round(Math.abs(seconds) / size) < most) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(Math.round(seconds / 31557600), "year");
}

/** Date and time, e.g. "20 nov. 10:35". */
export function moment(iso) {
  const options = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  if (new Date(iso).getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  return new Intl.DateTimeFormat(locale, options).format(new Date(iso));
}

/** Date only, e.g. "6 maj 2026". */
export function day(iso) {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }).format(new Date(iso));
}

/** A language in the user's words, e.g. "danska". */
export function languageName(code) {
  if (!code || code === "und") return t("language.unknown");
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(code);
  } catch (_) {
    return code;
  }
}

/** A whole number with the language's separators. */
export function count(n) {
  return new Intl.NumberFormat(locale).format(n);
}
