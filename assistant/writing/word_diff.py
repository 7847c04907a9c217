"""What changed between two texts, word by word within paragraphs that belong together. Pure."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_PARAGRAPHS = 3_000
"""Of longer texts only what is the same at both ends is told apart."""
MOST_PAIRS = 100_000
"""The same for two texts with more pairs of equal paragraphs than this, and for two paragraphs with more pairs of equal
words, which are then shown as one taken away and one added: what comparing takes grows with them."""
_LEAST_ALIKE = 0.3
"""Share of the words that two paragraphs must have in common to be shown as one that changed."""
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
# A paragraph with the blank lines behind it, so that paragraphs put together are the text. A list's items are compared
# line by line: a step that was put in between leaves the others as they are.
_PARAGRAPH = re.compile(r"[^\n]*\n(?:[ \t]*\n)*|[^\n]+\Z")


class Change(StrEnum):
    """What became of a paragraph or a run of words."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that met the same fate: same, added or removed."""

    kind: Change
    text: str


@dataclass(frozen=True, slots=True)
class DiffBlock:
    """One paragraph or line, with its runs in reading order; removed words stand before the added ones."""

    kind: Change
    runs: tuple[Run, ...]

    @property
    def html(self) -> str:
        """Safe HTML in which only <ins> and <del> are markup."""
        return "".join(map(_run_html, self.runs))


@dataclass(frozen=True, slots=True)
class Diff:
    """Two texts told apart: the runs that are not added make the old one, those not removed the new one."""

    blocks: tuple[DiffBlock, ...]
    added: int
    """Words."""
    removed: int
    shortened: bool = False
    """The texts were too long to be compared word by word everywhere."""

    @property
    def old(self) -> str:
        """The text before, character for character."""
        return "".join(run.text for run in self._runs() if run.kind is not Change.ADDED)

    @property
    def new(self) -> str:
        """The text after, character for character."""
        return "".join(run.text for run in self._runs() if run.kind is not Change.REMOVED)

    @property
    def html(self) -> str:
        """The blocks one after the other; white space must be shown as it is."""
        return "".join(block.html for block in self.blocks)

    def _runs(self) -> Iterator[Run]:
        for block in self.blocks:
            yield from block.runs


def word_diff(old: str, new: str) -> Diff:
    """Compare two texts.

    Args:
        old: The text before.
        new: The text after.

    Returns:
        Blocks in reading order; none for two empty texts.
    """
    before, after = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
    shortened = max(len(before), len(after)) > MOST_PARAGRAPHS or _pairs(before, after) > MOST_PAIRS
    blocks: list[DiffBlock] = []
    for same, left, right in _aligned(before, after, shortened=shortened):
        if same:
            blocks += [DiffBlock(Change.SAME, (Run(Change.SAME, text),)) for text in left]
        elif len(left) == len(right) and not shortened:
            for one, other in zip(left, right, strict=True):
                block = _changed(one, other)
                shortened = shortened or block is None
                blocks += [block] if block is not None else [*_whole([one], []), *_whole([], [other])]
        else:
            blocks += _paired(left, right) if not shortened else _whole(left, right)
    words = {kind: sum(_words(r.text) for b in blocks for r in b.runs if r.kind is kind) for kind in Change}
    return Diff(tuple(blocks), words[Change.ADDED], words[Change.REMOVED], shortened)


def _aligned(
    before: Sequence[str], after: Sequence[str], *, shortened: bool
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Runs of paragraphs that are the same, or that took each other's place."""
    start, end = _common_ends(before, after)
    if start:
        yield True, before[:start], after[:start]
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    if shortened and (left or right):
        yield False, left, right
    elif left or right:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            yield kind == "equal", left[a:b], right[c:d]
    if end:
        yield True, before[len(before) - end :], after[len(after) - end :]


def _pairs(a: Sequence[str], b: Sequence[str]) -> int:
    """How many pairs of equal parts two sequences have."""
    theirs = Counter(b)
    return sum(count * theirs[part] for part, count in Counter(a).items())


def _common_ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """How many parts two sequences have in common at their beginning, and of the rest at their end."""
    start = _common_start(a, b)
    return start, _common_start(a[start:][::-1], b[start:][::-1])


def _common_start(a: Sequence[str], b: Sequence[str]) -> int:
    return next((n for n, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))


def _paired(left: Sequence[str], right: Sequence[str]) -> list[DiffBlock]:
    """Runs of unequal length: each old paragraph goes with the first new one that has enough of its words, in order."""
    found: list[DiffBlock] = []
    at = 0
    for text in left:
        bag = set(_TOKEN.findall(text.casefold()))
        match = next((n for n in range(at, len(right)) if _alike(bag, right[n])), None)
        block = _changed(text, right[match]) if match is not None else None
        if match is None or block is None:
            found += _whole([text], [])
            continue
        found += _whole([], right[at:match])
        found.append(block)
        at = match + 1
    return found + _whole([], right[at:])


def _alike(bag: set[str], text: str) -> bool:
    other = set(_TOKEN.findall(text.casefold()))
    words = {each for each in bag | other if each[:1].isalnum()}
    return bool(words) and len(words & bag & other) >= _LEAST_ALIKE * len(words)


def _whole(left: Sequence[str], right: Sequence[str]) -> list[DiffBlock]:
    gone = [DiffBlock(Change.REMOVED, (Run(Change.REMOVED, text),)) for text in left]
    return gone + [DiffBlock(Change.ADDED, (Run(Change.ADDED, text),)) for text in right]


def _changed(old: str, new: str) -> DiffBlock | None:
    """Two paragraphs word by word; None if that would take too long, or one of them is empty."""
    if not (old.strip() and new.strip()):
        return None
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    start, end = _common_ends(before, after)
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    if _pairs(left, right) > MOST_PAIRS:
        return None
    runs = [Run(Change.SAME, "".join(before[:start]))] if start else []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run(Change.SAME, "".join(left[a:b])))
            continue
        runs += [Run(Change.REMOVED, "".join(left[a:b]))] if b > a else []
        runs += [Run(Change.ADDED, "".join(right[c:d]))] if d > c else []
    runs += [Run(Change.SAME, "".join(before[len(before) - end :]))] if end else []
    return DiffBlock(Change.CHANGED, tuple(_joined(runs)))


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """A single blank between two changes is part of them: "<del>a b</del>", not three pieces."""
    removed: list[str] = []
    added: list[str] = []
    for number, run in enumerate(runs):
        bridge = (
            run.kind is Change.SAME and run.text == " " and 0 < number < len(runs) - 1
            and {runs[number - 1].kind, runs[number + 1].kind} <= {Change.REMOVED, Change.ADDED}
            and removed and added
        )  # fmt: skip
        if run.kind is Change.REMOVED or bridge:
            removed.append(run.text)
        if run.kind is Change.ADDED or bridge:
            added.append(run.text)
        if run.kind is Change.SAME and not bridge:
            yield from _flushed(removed, added)
            removed, added = [], []
            yield run
    yield from _flushed(removed, added)


def _flushed(removed: Sequence[str], added: Sequence[str]) -> Iterator[Run]:
    if removed:
        yield Run(Change.REMOVED, "".join(removed))
    if added:
        yield Run(Change.ADDED, "".join(added))


def _words(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _run_html(run: Run) -> str:
    text = html.escape(run.text)
    if run.kind is Change.SAME:
        return text
    tag = "ins" if run.kind is Change.ADDED else "del"
    return f"<{tag}>{text}</{tag}>"
