"""Parsed Markdown as one kind of reader is to see it: variables, links between articles, files, marks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kb.markdown_parser import is_safe, open_elsewhere, text_of
from kb.markdown_view import ARTICLE_SCHEME, FILE_SCHEME, VARIABLE, View, article_target, file_target

if TYPE_CHECKING:
    from markdown_it.token import Token

_WEB = re.compile(r"https?://[^\s<>\"']+")


def shown(tokens: Sequence[Token], view: View) -> list[Token]:
    """Put what a view says in the place of everything that is ours.

    Args:
        tokens: As `kb.markdown_parser.parse` gives them, of a text that this reader may read all of.
        view: Whose eyes.

    Returns:
        Tokens that any renderer understands; nothing of "svar:" is left in them.
    """
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        if token.type == "internal_open":
            token.attrSet("class", "internal-only")
            if view.internal_label:
                found += _label(view.internal_label)
        elif token.type == "inline" and token.children:
            token.children = list(_inline(token.children, view))
    return found


def _label(text: str) -> list[Token]:
    from markdown_it.token import Token

    inline = Token("inline", "", 0, content=text, children=[Token("text", "", 0, content=text)])
    opening = Token("paragraph_open", "p", 1, attrs={"class": "internal-label"}, block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True)]


def _inline(children: Sequence[Token], view: View) -> Iterator[Token]:
    dropped: list[bool] = []
    for child in children:
        if child.type == "link_open":
            keeps = _links(child, view)
            dropped.append(not keeps)
            if keeps:
                yield child
        elif child.type == "link_close":
            if not (dropped.pop() if dropped else False):
                yield child
        elif child.type == "image":
            yield from _image(child, view)
        elif child.type == "text" and view.variables is not None:
            yield from _variables(child, view, linked=bool(dropped))
        else:
            yield child


def _links(link: Token, view: View) -> bool:
    """Point a link to where it leads for this reader; False where it leads nowhere."""
    href = str(link.attrGet("href") or "")
    if href.startswith(ARTICLE_SCHEME):
        target = article_target(href)
        url = view.article_url(target.article_id, target.anchor) if target and view.article_url else ""
        if target is None or not url or not is_safe(url):
            return False
        link.attrSet("href", url)
        if not view.for_customer:
            link.attrSet("class", "article-link")
            link.attrSet("data-article", target.article_id)
            link.attrSet("data-anchor", target.anchor)
            # Somebody who is writing shall not lose the page by a click.
            link.attrSet("target", "_blank")
    elif href.startswith(FILE_SCHEME):
        url = view.file_url(file_target(href)) if view.file_url else ""
        if not url:
            return False
        link.attrSet("href", url)
        link.attrSet("target", "_blank")
        link.attrSet("rel", "noopener noreferrer")
    elif view.variables is not None:
        match = VARIABLE.fullmatch(unquote(href))
        if match:
            value = view.variables.get(match["name"], "")
            if not _WEB.fullmatch(value):
                return False
            link.attrSet("href", value)
    open_elsewhere(link)
    return True


def _image(image: Token, view: View) -> Iterator[Token]:
    from markdown_it.token import Token

    alt = text_of(image.children or [])
    url = view.file_url(file_target(str(image.attrGet("src") or ""))) if view.file_url else ""
    if not url:
        yield Token("text", "", 0, content=alt)
        return
    image.attrs = {"src": url, "alt": alt, "class": "article-image", "loading": "lazy"}
    yield image


def _variables(token: Token, view: View, *, linked: bool) -> Iterator[Token]:
    from markdown_it.token import Token

    known, text, at = view.variables or {}, token.content, 0
    for match in VARIABLE.finditer(text):
        if match.start() > at:
            yield Token("text", "", 0, content=text[at : match.start()])
        at = match.end()
        value = known.get(match["name"], "")
        shown_value = Token("text", "", 0, content=value or match[0])
        if value and not (_WEB.fullmatch(value) and not linked):
            yield shown_value
            continue
        if value:
            around = Token("link_open", "a", 1, attrs={"href": value})
            open_elsewhere(around)
            closing = Token("link_close", "a", -1)
        else:
            around = Token("unknown_open", "span", 1, attrs={"class": "unknown-variable"})
            if view.unknown_label:
                around.attrSet("title", view.unknown_label)
            closing = Token("unknown_close", "span", -1)
        yield from (around, shown_value, closing)
    if at < len(text):
        yield Token("text", "", 0, content=text[at:])
