// What differs between two texts, line by line.

const MOST = 4000;

/**
 * The longest common lines, the rest marked.
 * @returns {object} one, other: arrays of {text, same}; all lines in their order. Very long texts are compared from both ends.
 */
export function lineDiff(left, right) {
  const [one, other] = [left.split("\n"), right.split("\n")];
  let head = 0;
  while (head < one.length && head < other.length && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < one.length - head && tail < other.length - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const middle = [one.slice(head, one.length - tail), other.slice(head, other.length - tail)];
  const common = middle[0].length * middle[1].length > MOST * MOST ? [new Set(), new Set()] : shared(...middle);
  const mark = (lines, n, same) => lines.map((text, at) => ({ text, same: at < head || at >= lines.length - tail || same.has(at - head) }));
  return { one: mark(one, 0, common[0]), other: mark(other, 1, common[1]) };
}

/** Places of the longest common subsequence in both. */
function shared(one, other) {
  const width = other.length + 1;
  const table = new Uint16Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        one[i] === other[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const found = [new Set(), new Set()];
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) {
      found[0].add(i);
      found[1].add(j);
      i += 1;
      j += 1;
    } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return found;
}
