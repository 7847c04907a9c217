"""The Markdown parser as we use it: no raw HTML, safe links only, no foreign images, and our own blocks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from kb.internal_blocks import internal_blocks
from kb.markdown_view import FILE_SCHEME

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_SCHEMES = frozenset({"http", "https", "mailto"})
_OURS = re.compile(r"svar(?:-file)?:[^\s\"'<>\\]+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?:|//", re.IGNORECASE)
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")
_MAX_BRACKET_DEPTH = 32
_LINES = "internal_lines"
INTERNAL = "internal"
"""The name of the block for colleagues: its tokens are internal_open and internal_close."""


def parse(markdown: str) -> list[Token]:
    """The tokens of a text; images of other servers are links already, our own are still images."""
    # Link parsing takes quadratic time in the depth of brackets: a customer could send "[" a hundred thousand times.
    depth = 0
    for match in _BRACKET.finditer(markdown):
        sign = match.group()
        depth = depth + 1 if sign == "[" else max(depth - 1, 0) if sign == "]" else 0
        if depth > _MAX_BRACKET_DEPTH:
            return _parser(links=False).parse(markdown)
    return _parser(links=True).parse(markdown)


def html(tokens: Sequence[Token]) -> str:
    """Tokens as HTML."""
    parser = _parser(links=True)
    return str(parser.renderer.render(tokens, parser.options, {}))


def text_of(children: Sequence[Token]) -> str:
    """The words of inline tokens; hard breaks are line ends."""
    parts: list[str] = []
    for child in children:
        if child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(text_of(child.children or []))
        else:
            parts.append(child.content)
    return "".join(parts)


def is_safe(url: str) -> bool:
    """Whether a link may be followed: http, https, mailto, relative, or one of our own."""
    match = _SCHEME.match(url.strip())
    if match:
        return match.group(1).lower() in _SCHEMES or _OURS.fullmatch(url) is not None
    # "java%0Ascript:" has no valid scheme, but nothing that looks like one is needed either.
    return ":" not in re.split(r"[/?#]", url, maxsplit=1)[0]


def open_elsewhere(token: Token) -> None:
    """Let a link to another machine open in a tab of its own that knows nothing of ours."""
    if token.nesting == 1 and _ABSOLUTE.match(str(token.attrGet("href") or "")):
        token.attrSet("target", "_blank")
        token.attrSet("rel", "noopener noreferrer")


@cache
def _parser(*, links: bool) -> MarkdownIt:
    # Here, not at the top: an import of kb shall not load the parser.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    parser.validateLink = is_safe  # type: ignore[method-assign]
    parser.core.ruler.push("svar_links", _rewrite_links)
    # Before everything else, and in the middle of a paragraph, a quote or a list too.
    parser.block.ruler.before("code", INTERNAL, _internal, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser if links else parser.disable(["link", "image"])


def _internal(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The block rule of what is for colleagues alone; which lines that are, kb.internal_blocks tells."""
    if _LINES not in state.env:
        state.env[_LINES] = {block.first_line: block for block in internal_blocks(state.src)}
    block = state.env[_LINES].get(start)
    # A mark behind something else on its line belongs to what comes first; the parser comes back for the rest.
    if block is None or not state.src.startswith(":::", state.bMarks[start] + state.tShift[start]):
        return False
    if silent:
        return True
    last = min(block.last_line, end - 1)
    # What is indented less than the list or quote that the mark stands in is outside of it.
    outside = (n for n in range(start + 1, last + 1) if not state.isEmpty(n) and state.sCount[n] < state.blkIndent)
    last = next(outside, last + 1) - 1
    has_mark = block.closed and last == block.last_line
    opening = state.push("internal_open", "aside", 1)
    opening.block, opening.map = True, [start, last + 1]
    parent, most = state.parentType, state.lineMax
    state.parentType, state.lineMax = INTERNAL, last if has_mark else last + 1
    if start + 1 < state.lineMax:
        state.md.block.tokenize(state, start + 1, state.lineMax)
    state.parentType, state.lineMax, state.line = parent, most, last + 1
    state.push("internal_close", "aside", -1).block = True
    return True


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
            open_elsewhere(child)
            yield child
        elif child.type != "image" or str(child.attrGet("src") or "").startswith(FILE_SCHEME):
            yield child
        else:
            text = Token("text", "", 0, content=text_of(child.children or []) or str(child.attrGet("src") or ""))
            if inside_link:
                yield text
                continue
            link = Token("link_open", "a", 1, attrs={"href": str(child.attrGet("src") or "")})
            open_elsewhere(link)
            yield from (link, text, Token("link_close", "a", -1))
