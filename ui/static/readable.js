// Markdown without its marks.

/** Markdown as one reads it: emphasis and link targets left out. Only for showing; what is inserted is the text itself. */
export function readable(text) {
  const words = text.replace(/\[([^\]]+)\]\([^)\s]+\)/g, "$1").replace(/^> ?/gm, "");
  return words.replace(/(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1/g, "$2");
}
