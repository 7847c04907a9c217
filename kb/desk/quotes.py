"""Where the words of a quote stand in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.markdown import blocks

_ITEM = re.compile(r"(?m)^[ \t]*(?:>[ \t]*)*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_ROW = re.compile(r"(?m)^[ \t]*\|?.*\|.*$")
_TARGET = re.compile(r"\]\([^()\s]*\)")
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A half-open range of characters."""

    start: int
    end: int


def find_quote(text: str, quote: str) -> list[Place]:
    """Every place where a quote stands in a text, in order; only white space may differ.

    Args:
        text: Where to look.
        quote: What to look for; one without any word is nowhere.
    """
    parts = quote.split()
    if not parts:
        return []
    pattern = re.compile(r"\s+".join(re.escape(part) for part in parts))
    # A part of a word is another word: "in" does not stand in "insert".
    return [
        Place(match.start(), match.end())
        for match in pattern.finditer(text)
        if not _inside_word(text, match.start()) and not _inside_word(text, match.end())
    ]


def paragraph_of(body: str, readable: str) -> Place | None:
    """The paragraph, list item, table row or heading of a Markdown text that reads like this; None if none does.

    Compared are the letters and digits, so that the marks of Markdown do not matter; the first of equals.

    Args:
        body: Markdown.
        readable: What a reader sees of it.
    """
    wanted = _letters(readable)
    if not wanted:
        return None
    return next((place for place in _candidates(body) if _letters(body[place.start : place.end]) == wanted), None)


def _candidates(body: str) -> Iterator[Place]:
    """Blocks, and the items and rows inside them, the block before its parts."""
    for block in blocks(body):
        yield Place(block.start, block.end)
        if block.kind in ("list", "quote"):
            yield from _items(body, block.start, block.end)
        if block.kind in ("table", "code", "quote"):
            yield from (Place(m.start(), m.end()) for m in _ROW.finditer(body, block.start, block.end))


def _items(body: str, start: int, end: int) -> Iterator[Place]:
    """Each item of a list from behind its mark: with what is nested in it, without, and its first paragraph."""
    marks = list(_ITEM.finditer(body, start, end))
    for number, mark in enumerate(marks):
        following = [m for m in marks[number + 1 :] if _indent(m[0]) <= _indent(mark[0])]
        whole = following[0].start() if following else end
        next_one = marks[number + 1].start() if number + 1 < len(marks) else end
        for stop in dict.fromkeys((whole, next_one)):
            yield Place(mark.end(), mark.end() + len(body[mark.end() : stop].rstrip()))
        first = re.search(r"\n[ \t]*\n", body[mark.end() : next_one])
        if first:
            yield Place(mark.end(), mark.end() + first.start())
            rest = mark.end() + first.end()
            text = body[rest:next_one]
            yield Place(rest + len(text) - len(text.lstrip()), rest + len(text.rstrip()))


def _indent(mark: str) -> int:
    return len(mark) - len(mark.lstrip(" \t>"))


def _letters(text: str) -> str:
    # A step's number is markup in a list and a word nowhere else.
    return "".join(_LETTERS.findall(_TARGET.sub("]", _ITEM.sub("", text)))).casefold()


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
