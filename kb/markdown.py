"""Markdown: safe HTML, plain text, and where its sections and blocks are. Pure.

Offsets are characters into the very text that was given, half-open, whatever its line ends are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "rule"]

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
}
_SCHEMES = frozenset({"http", "https", "mailto"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?:|//", re.IGNORECASE)
# As markdown-it counts lines: \x0b, \x0c, \x85 and U+2028 end none.
_LINE_END = re.compile(r"\r\n?|\n")
# Text without any of these is nothing but paragraphs; `plain` need not parse it.
_MARKUP = re.compile(
    r"[\\`*_\[<|~&\t\x00]|  [\r\n]|(?:^|[\r\n])(?: {4}| {0,3}(?:[-+=#>]|\d{1,9}[.)]))",
)
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")
_MAX_BRACKET_DEPTH = 32
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


def render(markdown: str, *, anchor_prefix: str = "") -> str:
    """Turn Markdown into HTML that is safe to show: raw HTML as text, only http, https, mailto and relative links.

    Images become links with their alt text: agents' browsers shall not call strangers' servers.

    Args:
        markdown: Any text.
        anchor_prefix: If given, headings get an id: this prefix and the anchor that `sections` tells. Take one that is
            unique on the page.
    """
    tokens = _parse(markdown)
    if anchor_prefix:
        anchors = _Anchors()
        for index, token in enumerate(tokens):
            if token.type == "heading_open" and token.level == 0:
                token.attrSet("id", anchor_prefix + anchors.take(_inline_text(tokens[index + 1])))
    parser = _parser(links=True)
    return str(parser.renderer.render(tokens, parser.options, {}))


def sections(markdown: str) -> list[Section]:
    """Split a text at its top-level headings; the sections cover it without holes or overlaps.

    Blank lines before a leading heading belong to its section. Empty text has no section.
    """
    tokens = _parse(markdown)
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
    tokens = _parse(markdown)
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
    lines = _plain_lines(_parse(markdown))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _parse(markdown: str) -> list[Token]:
    # Link parsing takes quadratic time in the depth of brackets: a customer could send "[" a hundred thousand times.
    depth = 0
    for match in _BRACKET.finditer(markdown):
        sign = match.group()
        depth = depth + 1 if sign == "[" else max(depth - 1, 0) if sign == "]" else 0
        if depth > _MAX_BRACKET_DEPTH:
            return _parser(links=False).parse(markdown)
    return _parser(links=True).parse(markdown)


@cache
def _parser(*, links: bool) -> MarkdownIt:
    # Here, not at the top: an import of kb shall not load the parser.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    parser.validateLink = _is_safe  # type: ignore[method-assign]
    parser.core.ruler.push("svar_links", _rewrite_links)
    return parser if links else parser.disable(["link", "image"])


def _is_safe(url: str) -> bool:
    match = _SCHEME.match(url.strip())
    if match:
        return match.group(1).lower() in _SCHEMES
    # "java%0Ascript:" has no valid scheme, but nothing that looks like one is needed either.
    return ":" not in re.split(r"[/?#]", url, maxsplit=1)[0]


def _rewrite_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_safe_children(token.children))


def _safe_children(children: Sequence[Token]) -> Iterator[Token]:
    from markdown_it.token import Token

    inside_link = 0
    for child in children:
        if child.type in {"link_open", "link_close"}:
            inside_link += child.nesting
            _open_elsewhere(child)
            yield child
        elif child.type != "image":
            yield child
        else:
            text = Token("text", "", 0, content=_children_text(child.children or []) or str(child.attrGet("src") or ""))
            if inside_link:
                yield text
                continue
            link = Token("link_open", "a", 1, attrs={"href": str(child.attrGet("src") or "")})
            _open_elsewhere(link)
            yield from (link, text, Token("link_close", "a", -1))


def _open_elsewhere(token: Token) -> None:
    if token.nesting == 1 and _ABSOLUTE.match(str(token.attrGet("href") or "")):
        token.attrSet("target", "_blank")
        token.attrSet("rel", "noopener noreferrer")


def _line_starts(markdown: str) -> list[int]:
    """Where each line starts, and last the length of the text."""
    return [0, *(match.end() for match in _LINE_END.finditer(markdown)), len(markdown)]


def _inline_text(token: Token) -> str:
    return " ".join(_children_text(token.children or []).split())


def _children_text(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(_children_text(child.children or []))
        else:
            parts.append(child.content)
    return "".join(parts)


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
    return [" ".join(line.split()) for line in _children_text(token.children or []).split("\n")]


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
