"""Which parts of an article are for colleagues alone: from `::: internal` to a line of colons. Pure.

Marks are found line by line, whatever Markdown makes of the lines around them, so that a fence that somebody forgot to
close, a list or a quote cannot let a part for colleagues through to a customer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Written in any of our languages and in any case. What may stand before it is everything but words: bullets, quotes,
# numbers of steps.
_OPEN = re.compile(r"[^\w:]*(?:\d{1,9}[.)][^\w:]*)?:{3,}[ \t]*\{?\.?intern(?:al|t|e)?\b", re.IGNORECASE)
_CLOSE = re.compile(r"[ \t>]*:{3,}[ \t]*")
# As markdown-it counts lines: \x0b, \x0c, \x85 and U+2028 end none.
_LINE_END = re.compile(r"\r\n?|\n")
_VISIBLE = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class InternalBlock:
    """One part for colleagues, its marks included."""

    start: int
    """Start of the line with the opening mark."""
    end: int
    """End of the line with the closing mark, without the line end; of the text where there is none."""
    first_line: int
    last_line: int
    """0-based; of the closing mark, or the last line of the text."""
    closed: bool = True
    """False where the closing mark is missing: everything up to the end is for colleagues then."""


@lru_cache(maxsize=256)
def internal_blocks(markdown: str) -> tuple[InternalBlock, ...]:
    """The parts for colleagues, in order; one inside another belongs to the outer one.

    Args:
        markdown: Any text; "" has none.
    """
    if ":::" not in markdown:
        return ()
    found: list[InternalBlock] = []
    depth, start, first = 0, 0, 0
    lines = _lines(markdown)
    for number, (begin, end) in enumerate(lines):
        if markdown.find(":::", begin, end) < 0:
            continue
        if _OPEN.match(markdown, begin, end):
            if depth == 0:
                start, first = begin, number
            depth += 1
        elif depth and _CLOSE.fullmatch(markdown, begin, end):
            depth -= 1
            if depth == 0:
                found.append(InternalBlock(start, end, first, number))
    if depth:
        found.append(InternalBlock(start, len(markdown), first, len(lines) - 1, closed=False))
    return tuple(found)


def for_customers(markdown: str) -> str:
    """The same text with blanks instead of all that is for colleagues alone; nothing else changes, also no offset.

    Args:
        markdown: The whole text of a revision. Of a part of it, what stands between two marks cannot be told: take that
            part of what this gives.

    Returns:
        A text of the same length.
    """
    parts: list[str] = []
    at = 0
    for block in internal_blocks(markdown):
        parts += [markdown[at : block.start], _VISIBLE.sub(" ", markdown[block.start : block.end])]
        at = block.end
    return "".join([*parts, markdown[at:]]) if parts else markdown


def internal_text(markdown: str) -> str:
    """What stands in the parts for colleagues, without their marks, with a blank line between two."""
    parts = (markdown[block.start : block.end] for block in internal_blocks(markdown))
    lines = ("\n".join(line for line in _LINE_END.split(part) if not _is_mark(line)).strip() for part in parts)
    return "\n\n".join(part for part in lines if part)


def stray_marks(markdown: str) -> tuple[tuple[int, int], ...]:
    """Lines that close what was never opened: (start, end) each. Somebody meant something else than is there."""
    blocks = internal_blocks(markdown)
    closing = [(begin, end) for begin, end in _lines(markdown) if _CLOSE.fullmatch(markdown, begin, end)]
    return tuple((b, e) for b, e in closing if not any(block.start <= b < block.end for block in blocks))


def _is_mark(line: str) -> bool:
    return bool(_OPEN.match(line) or _CLOSE.fullmatch(line))


def _lines(markdown: str) -> list[tuple[int, int]]:
    """(start, end) of each line, without its line end."""
    found: list[tuple[int, int]] = []
    at = 0
    for match in _LINE_END.finditer(markdown):
        found.append((at, match.start()))
        at = match.end()
    return [*found, (at, len(markdown))]
