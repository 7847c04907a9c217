// The server counts characters, a browser UTF-16 units: an emoji is one there and two here.

/** The place in units of the character that is `at` characters from the beginning. */
export function units(text, at) {
  let place = 0;
  for (let n = 0; n < at && place < text.length; n += 1) place += text.codePointAt(place) > 0xffff ? 2 : 1;
  return place;
}
