"""The items of lists: which of them a customer needs, numbered anew where one is left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts.answer_parts import Piece
from assistant.drafts.asked import Inquiry
from assistant.drafts.platforms import concerns, meant_for
from assistant.drafts.sentences import Span, split
from indexer.words import query_stems

_FEWEST_COMMON = 2
_TRIED_SHARE = 0.6
"""Share of an instruction's words that the customer's own account must have."""
_PREFIX = 5
"""Words with so many first letters in common, or all of the shorter one, are forms of one: "startat" and "starta"."""
_SHORTEST = 3
_ITEM = re.compile(r"(?m)^(?P<indent> {0,3})(?P<marker>(?P<number>\d{1,9})(?P<mark>[.)])|[-*+])[ \t]+(?=\S)")
_WARNING = re.compile(
    r"(?m)^\s*>|\*\*(?:warning|caution|important|note|varning|viktigt|obs|advarsel|viktig|vigtigt|merk|bemærk|åtvaring)\b"
    r"|\b(?:warning|varning|advarsel|åtvaring)[:!]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    start: int
    """Where its marker begins."""
    inner: int
    """Where its text begins."""
    end: int
    number: int
    """0 for a bullet."""
    mark: str
    """What stands behind the number."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What of a stretch of text one customer needs."""

    pieces: tuple[Piece, ...]
    """In order; one piece, the whole stretch, if nothing is left out."""
    tried: tuple[Span, ...] = ()
    """First sentences of the steps that were left out since the customer did them already."""


def needed(body: str, start: int, end: int, inquiry: Inquiry, locale: str) -> Needed:
    """Leave out the items that are for another platform or that the customer already did.

    An item with a warning always stays, and so do the last ones: a list of which nothing would be left stays whole.

    Args:
        body: Markdown of one revision.
        start: Where the stretch begins.
        end: Where it ends.
        inquiry: Which platforms the customer names, and what he did.
        locale: Language of the body.
    """
    items = items_of(body, start, end)
    whole = Needed((Piece(start, end),))
    if not items or not (inquiry.platforms or inquiry.tried):
        return whole
    foreign = [item for item in items if _is_foreign(body, item, inquiry)]
    done = [i for i in items if i.number and i not in foreign and was_tried(body[i.inner : i.end], inquiry, locale)]
    left_out = [i for i in (*foreign, *done) if not _WARNING.search(body, i.inner, i.end)]
    if not left_out or len(left_out) == len(items):
        return whole
    tried = [_first_sentence(body, item, locale) for item in done if item in left_out]
    return Needed(tuple(_pieces(body, start, end, items, left_out)), tuple(tried))


def items_of(body: str, start: int, end: int) -> list[Item]:
    """The outermost items of the lists in a stretch of text, in order, each with what is indented under it."""
    found: list[Item] = []
    marks = list(_ITEM.finditer(body, start, end))
    if not marks:
        return []
    outer = min(len(match["indent"]) for match in marks)
    marks = [match for match in marks if len(match["indent"]) == outer]
    for match, following in zip(marks, [*marks[1:], None], strict=True):
        stop = _list_ends(body, match.end(), following.start() if following else end)
        number = int(match["number"] or 0)
        found.append(Item(match.start() + outer, match.end(), stop, number, match["mark"] or ""))
    return found


def is_warning(text: str) -> bool:
    """Whether a text warns: a quotation mark in front of it, or a word such as "Warning"."""
    return bool(_WARNING.search(text))


def was_tried(text: str, inquiry: Inquiry, locale: str) -> bool:
    """Whether the customer says that he did what an instruction says.

    Compared is its first sentence: its first word, which says what to do, and most of the others, at least one, must
    stand in his account in any form. Who ticked a box has not unticked it.
    """
    first = next(iter(split(text, locale)), Span(0, len(text)))
    words = query_stems(text[first.start : first.end], locale)
    for account in inquiry.tried:
        own = query_stems(account, locale)
        common = sum(any(_same_word(word, other) for other in own) for word in words)
        begun = bool(words) and any(_same_word(words[0], other) for other in own)
        if begun and common >= max(_FEWEST_COMMON, _TRIED_SHARE * len(words)):
            return True
    return False


def _same_word(one: str, other: str) -> bool:
    length = min(len(one), len(other), _PREFIX)
    return one == other or (length >= _SHORTEST and one[:length] == other[:length])


def _is_foreign(body: str, item: Item, inquiry: Inquiry) -> bool:
    line = body[item.inner : item.end].split("\n", 1)[0]
    return not concerns(meant_for(line), inquiry.platforms)


def _list_ends(body: str, at: int, limit: int) -> int:
    """Where an item ends: before the next one, or before a paragraph that is not indented."""
    gap = re.search(r"\n[ \t]*\n(?=\S)", body[at:limit])
    stop = at + gap.start() if gap else limit
    return at + len(body[at:stop].rstrip())


def _first_sentence(body: str, item: Item, locale: str) -> Span:
    text = body[item.inner : item.end]
    first = next(iter(split(text, locale)), Span(0, len(text)))
    return Span(item.inner + first.start, item.inner + first.end)


def _pieces(body: str, start: int, end: int, items: Sequence[Item], left_out: Sequence[Item]) -> list[Piece]:
    pieces: list[Piece] = []
    at, counted = start, 0
    runs = _first_numbers(items)
    for item, first in zip(items, runs, strict=True):
        if body[at : item.start].strip():
            pieces.append(_trimmed(body, at, item.start))
        if item.number and item.number == first:
            counted = first
        if item not in left_out:
            marker = f"{counted}{item.mark} " if item.number else "- "
            pieces.append(Piece(item.inner, item.end, marker=marker))
            counted += 1
        at = item.end
    if body[at:end].strip():
        pieces.append(_trimmed(body, at, end))
    return pieces


def _first_numbers(items: Sequence[Item]) -> list[int]:
    """Of each item the number that its list begins with."""
    found: list[int] = []
    for before, item in zip([None, *items], items, strict=False):
        goes_on = before is not None and before.number and item.number > before.number
        found.append(found[-1] if goes_on else item.number)
    return found


def _trimmed(body: str, start: int, end: int) -> Piece:
    text = body[start:end]
    return Piece(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
