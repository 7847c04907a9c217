"""Markdown: safe HTML, plain text, and where its sections and blocks are. Pure.

Offsets are characters into the very text that was given, half-open, whatever its line ends are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kb.internal_blocks import for_customers
from kb.markdown_parser import html, parse, text_of
from kb.markdown_shown import shown
from kb.markdown_view import View

if TYPE_CHECKING:
    from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "rule", "internal"]

_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "hr": "rule",
    "internal_open": "internal",
}
# As markdown-it counts lines: \x0b, \x0c, \x85 and U+2028 end none.
_LINE_END = re.compile(r"\r\n?|\n")
# Text without any of these is nothing but paragraphs; `plain` need not parse it.
_MARKUP = re.compile(
    r"[\\`*_\[<|~&\t\x00]|:::|  [\r\n]|(?:^|[\r\n])(?: {4}| {0,3}(?:[-+=#>]|\d{1,9}[.)]))",
)
_NO_WORD = re.compile(r"[^\w\s-]")
_BLANKS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all text up to the next heading."""

    heading: str
    """Plain text of the heading; empty for the text before the first one."""
    anchor: str
    """Unique within the text, e.g. "reset-your-password-1"; empty where the heading is."""
    level: int
    """1 to 6; 0 where there is no heading."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level piece that makes no sense in halves: a paragraph, a whole list, a table."""

    kind: BlockKind
    start: int
    """Start of its first line."""
    end: int
    """End of its last line that is not blank, without the line end."""
    heading: str
    """Plain text of the heading that it stands under, or that it is."""


def render(markdown: str, *, anchor_prefix: str = "", view: View | None = None) -> str:
    """Turn Markdown into HTML that is safe to show: raw HTML as text, only http, https, mailto and relative links.

    Images of other servers become links with their alt text: agents' browsers shall not call strangers' servers.

    Args:
        markdown: Any text.
        anchor_prefix: If given, headings get an id: this prefix and the anchor that `sections` tells. Take one that is
            unique on the page.
        view: Whose eyes; by default somebody's who may read all, for whom links to articles and files are text alone.
    """
    view = view or View()
    tokens = parse(for_customers(markdown) if view.for_customer else markdown)
    if anchor_prefix:
        anchors = _Anchors()
        for index, token in enumerate(tokens):
            if token.type == "heading_open" and token.level == 0:
                token.attrSet("id", anchor_prefix + anchors.take(_inline_text(tokens[index + 1])))
    return html(shown(tokens, view))


def sections(markdown: str) -> list[Section]:
    """Split a text at its top-level headings; the sections cover it without holes or overlaps.

    Blank lines before a leading heading belong to its section. Empty text has no section.
    """
    tokens = parse(markdown)
    starts = _line_starts(markdown)
    found: list[tuple[str, str, int, int]] = []
    anchors = _Anchors()
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            heading = _inline_text(tokens[index + 1])
            found.append((heading, anchors.take(heading), int(token.tag[1:]), starts[token.map[0]]))
    if not markdown:
        return []
    if not found or markdown[: found[0][3]].strip():
        found.insert(0, ("", "", 0, 0))
    found[0] = (*found[0][:3], 0)
    ends = [start for *_, start in found[1:]] + [len(markdown)]
    return [Section(*values, end) for values, end in zip(found, ends, strict=True)]


def blocks(markdown: str) -> list[Block]:
    """The top-level blocks of a text in their order; a list is one block, however long."""
    starts = _line_starts(markdown)
    found: list[Block] = []
    heading = ""
    tokens = parse(markdown)
    for index, token in enumerate(tokens):
        kind = _KINDS.get(token.type)
        if kind is None or token.level != 0 or token.map is None:
            continue
        if kind == "heading":
            heading = _inline_text(tokens[index + 1])
        first, after = token.map
        start = max(starts[first], found[-1].end if found else 0)
        end = start + len(markdown[start : starts[min(after, len(starts) - 1)]].rstrip())
        if end > start:
            found.append(Block(kind, start, end, heading))
    return found


def plain(markdown: str) -> str:
    """The words of a text without its markup: link text without URL, lists with "1." or "-", table cells between "|".

    Returns:
        One blank line between blocks, none at either end.
    """
    if not _MARKUP.search(markdown):
        paragraphs = re.split(r"\n(?: *\n)+", _LINE_END.sub("\n", markdown))
        return "\n\n".join(filter(None, (" ".join(part.split()) for part in paragraphs)))
    lines = _plain_lines(parse(markdown))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _line_starts(markdown: str) -> list[int]:
    """Where each line starts, and last the length of the text."""
    return [0, *(match.end() for match in _LINE_END.finditer(markdown)), len(markdown)]


def _inline_text(token: Token) -> str:
    return " ".join(text_of(token.children or []).split())


def _plain_lines(tokens: Sequence[Token]) -> Iterator[str]:
    """Lines of readable text; an empty line ends a block."""
    counters: list[int | None] = []
    cells: list[str] = []
    mark, in_table = "", False
    for token in tokens:
        kind = token.type
        if kind == "ordered_list_open":
            start = token.attrGet("start")
            counters.append(1 if start is None else int(start))
        elif kind == "bullet_list_open":
            counters.append(None)
        elif kind in {"ordered_list_close", "bullet_list_close"}:
            counters.pop()
        elif kind == "list_item_open":
            number = counters[-1]
            mark = "- " if number is None else f"{number}. "
            counters[-1] = None if number is None else number + 1
        elif kind in {"table_open", "table_close"}:
            in_table = kind == "table_open"
        elif kind == "tr_close":
            yield " | ".join(filter(None, cells))
            cells.clear()
        elif kind == "inline" and in_table:
            cells.append(_inline_text(token))
        elif kind in {"inline", "fence", "code_block"}:
            indent = "  " * (len(counters) - 1)
            for line in _text_lines(token):
                yield f"{indent}{mark}{line}" if line else ""
                mark = " " * len(mark)
            mark = ""
        if token.nesting <= 0 and not counters and kind not in {"inline", "tr_close"} and not in_table:
            yield ""


def _text_lines(token: Token) -> list[str]:
    if token.type != "inline":
        return token.content.rstrip("\n").split("\n")
    return [" ".join(line.split()) for line in text_of(token.children or []).split("\n")]


class _Anchors:
    """Hands out anchors for headings, each once."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, heading: str) -> str:
        base = _BLANKS.sub("-", _NO_WORD.sub("", heading.casefold())).strip("-") or "section"
        anchor = base
        while anchor in self._taken:
            anchor = f"{base}-{self._taken[base]}"
            self._taken[base] += 1
        self._taken[anchor] = 1
        return anchor
