// Writing Markdown in a textarea: every change goes through the browser, so that its undo works.

/** Replace a span of the text and choose what of the new one is selected. */
export function put(area, start, end, text, [from, to] = [text.length, text.length]) {
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  // The one way in which a script's change can be undone by Ctrl+Z.
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(start + from, start + to);
}

/** Put marks around the selection, or take them away where they stand already. */
export function wrap(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const inside = value.slice(start, end);
  const n = mark.length;
  if (value.slice(start - n, start) === mark && value.slice(end, end + n) === mark) {
    put(area, start - n, end + n, inside, [0, inside.length]);
  } else {
    put(area, start, end, `${mark}${inside}${mark}`, [n, n + inside.length]);
  }
}

/** Make the selection a link; the address is selected so that it can be typed over. */
export function link(area, address = "") {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const words = value.slice(start, end) || "";
  const target = address || "https://";
  const text = `[${words}](${target})`;
  const at = words.length + 3;
  put(area, start, end, text, words ? [address ? text.length : at, at + target.length] : [1, 1]);
}

/** Begin each line of the selection with a mark, or take it away where all have it; "1. " counts. */
export function lines(area, mark) {
  const { selectionStart, selectionEnd, value } = area;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", selectionEnd);
  const end = next < 0 ? value.length : next;
  const all = value.slice(start, end).split("\n");
  const begins = /^\d/.test(mark) ? /^\d+[.)] / : new RegExp(`^${mark.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
  const isMarked = all.every((line) => begins.test(line) || !line.trim()) && all.some((line) => begins.test(line));
  let n = 0;
  const text = all
    .map((line) => {
      if (isMarked) return line.replace(begins, "");
      if (!line.trim() && all.length > 1) return line;
      n += 1;
      return `${mark.replace(/^\d/, String(n))}${line.replace(/^(?:#{1,6} |[-*] |\d+[.)] |> )/, "")}`;
    })
    .join("\n");
  put(area, start, end, text, [all.length > 1 ? 0 : text.length, text.length]);
}

/** Put a block of its own around the selection, with empty lines where they are needed. */
export function block(area, open, close) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const before = start === 0 || value.slice(0, start).endsWith("\n\n") ? "" : value[start - 1] === "\n" ? "\n" : "\n\n";
  const after = value.slice(end).startsWith("\n") || end === value.length ? "\n" : "\n\n";
  const inside = value.slice(start, end);
  const head = `${before}${open}\n`;
  put(area, start, end, `${head}${inside}\n${close}${after}`, [head.length, head.length + inside.length]);
}

/** Enter within a list begins the next item; on an empty item it ends the list. Returns whether it did. */
export function nextItem(area) {
  const { selectionStart: at, selectionEnd: end, value } = area;
  if (at !== end) return false;
  const start = value.lastIndexOf("\n", at - 1) + 1;
  const [, indent, mark, rest] = /^(\s*)([-*] |\d+[.)] |> )(.*)$/.exec(value.slice(start, at)) || [];
  if (!mark) return false;
  if (!rest.trim()) {
    put(area, start, at, "");
    return true;
  }
  const next = /^\d/.test(mark) ? mark.replace(/\d+/, (n) => String(Number(n) + 1)) : mark;
  put(area, at, at, `\n${indent}${next}`);
  return true;
}
