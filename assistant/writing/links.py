"""The links of a draft: which of them lead nowhere, and which have moved. Nothing is asked over the network. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from kb.markdown import sections
from kb.markdown_view import ARTICLE_SCHEME, FILE_SCHEME, article_target, file_target

_LINK = re.compile(
    r"!?\[(?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,300})\]"
    r"\([ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*))"
    r"(?:[ \t]+\"[^\"\n]{0,300}\")?[ \t]*\)"
)
_BARE_URL = re.compile(r"(?<![(\w<\"'=])(?P<url>https?://[^\s<>()\[\]\"']+[^\s<>()\[\]\"'.,;:!?])")
_CODE = re.compile(r"(?ms)^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)|`[^`\n]+`")


class LinkKind(StrEnum):
    """Where a link leads to."""

    ARTICLE = "article"
    ANCHOR = "anchor"
    """A heading of the same text."""
    FILE = "file"
    WEB = "web"
    MAIL = "mail"


class LinkState(StrEnum):
    """What is known about a link."""

    OK = "ok"
    BROKEN = "broken"
    REDIRECTED = "redirected"
    """It still resolves, but what it names has moved."""
    UNCHECKED = "unchecked"
    """It leaves the knowledge base, and nothing is asked over the network."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """One link of a text."""

    text: str
    target: str
    kind: LinkKind
    start: int
    """Offsets of the whole link in the Markdown, half-open."""
    end: int


@dataclass(frozen=True, slots=True)
class CheckedLink:
    """One link with what is known about it."""

    link: FoundLink
    state: LinkState
    now: str = ""
    """Id of the article that it leads to now, if it moved."""


@dataclass(frozen=True, slots=True)
class Destination:
    """What an article's id resolves to."""

    article_id: str
    """Another id than the one asked for where it was merged."""
    anchors: frozenset[str]
    readable: bool = True
    """False where it is archived or deleted."""


def links_of(markdown: str) -> tuple[FoundLink, ...]:
    """The links of a text in order; what stands in code is none."""
    code = [match.span() for match in _CODE.finditer(markdown)]
    taken: list[tuple[int, int]] = []
    found: list[FoundLink] = []
    for match in _LINK.finditer(markdown):
        target = match["angled"] if match["angled"] is not None else match["bare"]
        if target and not _within(match.start(), code):
            found.append(FoundLink(match["text"], target, _kind(target), *match.span()))
            taken.append(match.span())
    found.extend(
        FoundLink(match["url"], match["url"], LinkKind.WEB, *match.span())
        for match in _BARE_URL.finditer(markdown)
        if not _within(match.start(), code) and not _within(match.start(), taken)
    )
    return tuple(sorted(found, key=lambda link: link.start))


def articles_named(links: Sequence[FoundLink]) -> list[str]:
    """Ids of the articles that links lead to, each once."""
    targets = (article_target(link.target) for link in links if link.kind is LinkKind.ARTICLE)
    return list(dict.fromkeys(target.article_id for target in targets if target))


def files_named(links: Sequence[FoundLink]) -> list[str]:
    """Ids of the files that links lead to, each once."""
    return list(dict.fromkeys(file_target(link.target) for link in links if link.kind is LinkKind.FILE))


def checked_links(
    markdown: str, articles: Mapping[str, Destination], files: frozenset[str] | set[str]
) -> tuple[CheckedLink, ...]:
    """Say of each link of a text whether it leads somewhere.

    Args:
        markdown: The text.
        articles: What the ids of `articles_named` resolve to; one that is missing is broken.
        files: Which of `files_named` are there.
    """
    own = frozenset(section.anchor for section in sections(markdown))
    return tuple(_checked(link, own, articles, files) for link in links_of(markdown))


def _checked(
    link: FoundLink, own: frozenset[str], articles: Mapping[str, Destination], files: frozenset[str] | set[str]
) -> CheckedLink:
    if link.kind is LinkKind.ANCHOR:
        return CheckedLink(link, LinkState.OK if unquote(link.target[1:]) in own else LinkState.BROKEN)
    if link.kind is LinkKind.FILE:
        return CheckedLink(link, LinkState.OK if file_target(link.target) in files else LinkState.BROKEN)
    if link.kind is not LinkKind.ARTICLE:
        return CheckedLink(link, LinkState.UNCHECKED)
    target = article_target(link.target)
    found = articles.get(target.article_id) if target else None
    if target is None or found is None or not found.readable or (target.anchor and target.anchor not in found.anchors):
        return CheckedLink(link, LinkState.BROKEN)
    moved = found.article_id != target.article_id
    return CheckedLink(link, LinkState.REDIRECTED if moved else LinkState.OK, found.article_id if moved else "")


def _kind(target: str) -> LinkKind:
    if target.startswith(ARTICLE_SCHEME):
        return LinkKind.ARTICLE
    if target.startswith(FILE_SCHEME):
        return LinkKind.FILE
    if target.startswith("#"):
        return LinkKind.ANCHOR
    return LinkKind.MAIL if target.casefold().startswith("mailto:") else LinkKind.WEB


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)
