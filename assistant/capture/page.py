"""From the lines of a sketch to its Markdown: sections, paragraphs, numbered steps; each line knows where it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from importlib.resources import files

from assistant.writing.template import ArticleTemplate, TemplateSection
from kb.knowledge.candidate import Line, Section


class Kind(Enum):
    """How a line stands on the page."""

    TEXT = "text"
    """Goes on in the paragraph before it."""
    PARAGRAPH = "paragraph"
    """Begins a paragraph."""
    STEP = "step"
    """Begins a numbered step."""
    BULLET = "bullet"
    """Begins a point of a list."""
    WHOLE = "whole"
    """Stands as it is: code, a table."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line and how it stands."""

    line: Line
    kind: Kind


def body_of(pieces: Sequence[Piece], locale: str, template: ArticleTemplate) -> tuple[str, tuple[Line, ...]]:
    """Write the page.

    Args:
        pieces: In the order of the sections.
        locale: Of our own remarks; English for a language that has none.
        template: Which parts the article has, in which order, and what they are called; what was said for a part that
            it does not have stands at the end.

    Returns:
        Markdown that ends with a line break, and all lines with the number of the line that they begin on.
    """
    said = remarks(locale)
    page = _Page()
    for part in [*template.sections, *_further(pieces, template, said)]:
        page.block(f"## {part.heading}")
        own = [piece for piece in pieces if piece.line.section.value == part.key]
        if not own:
            page.block(f"*{said['missing']}*")
            continue
        first = own[0].line.ticket_id
        is_split = part.key == Section.ISSUE and any(piece.line.ticket_id != first for piece in own)
        for piece in own:
            if is_split and piece.line.ticket_id != first:
                page.block(f"{said['also']}:")
                is_split = False
            page.add(piece)
    return "\n".join(page.rows) + "\n", tuple(page.lines)


def _further(
    pieces: Sequence[Piece], template: ArticleTemplate, said: dict[str, str]
) -> list[TemplateSection]:  # fmt: skip
    known = {part.key for part in template.sections}
    filled = {piece.line.section for piece in pieces}
    return [TemplateSection(each.value, said[each.value]) for each in Section if each in filled and each not in known]


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(files(__package__).joinpath("sections.json").read_text("utf-8"))
    return found


def remarks(locale: str) -> dict[str, str]:
    """Headings and remarks in a language: the sections by name, "also" and "missing"."""
    words = _words()
    return words.get(locale, words["en"])


class _Page:
    def __init__(self) -> None:
        self.rows: list[str] = []
        self.lines: list[Line] = []
        self._step = 0
        self._kind = Kind.WHOLE

    def block(self, text: str) -> None:
        """Something of our own, in a block of its own."""
        self._apart()
        self.rows += text.split("\n")
        self._step, self._kind = 0, Kind.WHOLE

    def add(self, piece: Piece) -> None:
        """A line of somebody's words."""
        text, kind = piece.line.text, piece.kind
        if kind is Kind.TEXT and self._kind is not Kind.WHOLE:
            self.rows[-1] += f" {text}"
        else:
            is_item = kind in {Kind.STEP, Kind.BULLET}
            if not (is_item and self._kind is kind):
                self._apart()
            if kind is Kind.STEP:
                self._step = self._step + 1 if self._kind is kind else 1
            mark = f"{self._step}. " if kind is Kind.STEP else "* " if kind is Kind.BULLET else ""
            self._kind = Kind.PARAGRAPH if kind is Kind.TEXT else kind
            self.lines.append(replace(piece.line, line=len(self.rows)))
            self.rows += f"{mark}{text}".split("\n")
            return
        self.lines.append(replace(piece.line, line=len(self.rows) - 1))

    def _apart(self) -> None:
        if self.rows:
            self.rows.append("")
