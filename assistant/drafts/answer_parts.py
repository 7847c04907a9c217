"""The sections of an article as units that are quoted together or not at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.markdown import Block, blocks

LINK_TARGET = re.compile(r"\]\([^()\s]*\)")
"""The part of a Markdown link that nobody reads."""
_WORD = re.compile(r"\w\S*")
_HEADING_TEXT = re.compile(r"[ \t]*(?:#{1,6}[ \t]+)?(?P<text>[^\n]*?)(?:[ \t]+#+)?[ \t]*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the body that is quoted as it stands."""

    start: int
    end: int
    heading: bool = False
    """The span is the text of a heading, shown in bold."""
    marker: str = ""
    """What is put before it where the item's own number no longer fits; the span begins behind that number."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Neighbouring blocks that say one thing together."""

    start: int
    end: int
    words: int
    steps: bool
    """It holds a numbered list."""
    listed: bool = False
    """It begins with a list, so that it needs its heading to be understood."""
    warning: tuple[int, int] | None = None
    open: bool = False
    """It ends by announcing something that is still to come."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands under it."""

    heading: Piece | None
    units: tuple[Unit, ...]
    text: str
    """The Markdown from the heading to the last block."""
    table: bool
    """Something in it is never quoted: a table, code, HTML."""

    @property
    def steps(self) -> bool:
        """Whether it holds a numbered list."""
        return any(unit.steps for unit in self.units)

    @property
    def title(self) -> str:
        """The heading as written; of a part without one, its first line."""
        return self.text.split("\n", 1)[0].lstrip("# ")

    @property
    def readable(self) -> str:
        """The text without the targets of links."""
        return LINK_TARGET.sub("]", self.text)


@lru_cache(maxsize=512)
def parts_of(body: str) -> tuple[Part, ...]:
    """Split an article at its headings; the first part has no heading if text stands before the first one.

    The same articles answer again and again, and parsing Markdown takes most of the time of a draft: the last ones
    are remembered.
    """
    grouped: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for block in blocks(body):
        if block.kind == "heading":
            grouped.append((block, []))
        else:
            grouped[-1][1].append(block)
    return tuple(_part(body, heading, inside) for heading, inside in grouped if heading or inside)


def _part(body: str, heading: Block | None, inside: Sequence[Block]) -> Part:
    kinds = [_kind(body, block) for block in inside]
    units: list[Unit] = []
    before = ""
    for block, kind in zip(inside, kinds, strict=True):
        if kind == "other":
            if units and units[-1].open:
                units.pop()
        elif units and _joins(units[-1], before, kind, alone=len(units) == 1 and units[0].warning is not None):
            units[-1] = _joined(units[-1], _unit(body, block, kind))
        else:
            units.append(_unit(body, block, kind))
        before = kind
    start = heading.start if heading else (inside[0].start if inside else 0)
    end = inside[-1].end if inside else start
    # A lead-in whose list never came says nothing.
    whole = tuple(unit for unit in units if not unit.open)
    return Part(_heading_piece(body, heading), whole, body[start:end], "other" in kinds)


def _heading_piece(body: str, heading: Block | None) -> Piece | None:
    match = _HEADING_TEXT.match(body, heading.start, heading.end) if heading else None
    if match is None or not match["text"].strip():
        return None
    return Piece(match.start("text"), match.end("text"), heading=True)


def _kind(body: str, block: Block) -> str:
    """What a block is, by its own text: steps, bullets, warning, text, or other (tables, rules, code, HTML)."""
    text = body[block.start : block.end].lstrip()
    if re.match(r"\d{1,9}[.)]\s", text):
        return "steps"
    if re.match(r"[-*+]\s", text) and "list" in block.kind:
        return "bullets"
    if text.startswith(">"):
        return "warning"
    if block.kind.startswith("paragraph") and not text.startswith("|"):
        return "text"
    return "other"


def _unit(body: str, block: Block, kind: str) -> Unit:
    text = body[block.start : block.end]
    return Unit(
        block.start,
        block.end,
        words(text),
        steps=kind == "steps",
        listed=kind in ("steps", "bullets"),
        warning=(block.start, block.end) if kind == "warning" else None,
        open=kind == "text" and text.rstrip(" *_\n").endswith(":"),
    )


def _joins(unit: Unit, before: str, kind: str, *, alone: bool) -> bool:
    """Whether a block goes with the unit in front of it."""
    if kind == "warning" or unit.open or (before == "warning" and (alone or kind == "steps")):
        return True
    return kind == "steps" and before == "text"


def _joined(unit: Unit, more: Unit) -> Unit:
    return replace(
        unit,
        end=more.end,
        words=unit.words + more.words,
        steps=unit.steps or more.steps,
        warning=unit.warning or more.warning,
        open=more.open,
    )


def words(text: str) -> int:
    """Words a reader has to read; the target of a link is none."""
    return len(_WORD.findall(LINK_TARGET.sub("]", text)))
