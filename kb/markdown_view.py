"""For whom a text is rendered: what stands in the place of our own links, files, variables and parts for colleagues."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

ARTICLE_SCHEME, FILE_SCHEME = "svar:", "svar-file:"
"""Links to articles by their ids, which no renaming breaks, and to files of articles."""
VARIABLE = re.compile(r"\{\{[ \t]*(?P<name>[a-z][a-z0-9_]*)[ \t]*\}\}")
"""A team's variable; merge fields of letters have a dot in their names."""
_SAFE_IN_LINK = "-_.~:@/"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one kind of reader sees."""

    for_customer: bool = False
    """Leave out what is for colleagues alone."""
    internal_label: str = ""
    """Stands above what is for colleagues alone, in the reader's language."""
    unknown_label: str = ""
    """Why a variable is marked, in the reader's language."""
    variables: Mapping[str, str] | None = None
    """Value by name; None leaves variables as they are written, unmarked."""
    article_url: Callable[[str, str], str] | None = None
    """Where an article with an anchor ("" for none) is for this reader; "" or no function: its link is text alone."""
    file_url: Callable[[str], str] | None = None
    """Where a file is for this reader; "" or no function: it is its name alone."""


@dataclass(frozen=True, slots=True)
class ArticleTarget:
    """Where a link within the knowledge base leads."""

    article_id: str
    anchor: str = ""


def article_target(href: str) -> ArticleTarget | None:
    """What a link such as "svar:ID#anchor" names; None for any other link, and for one without an id."""
    if not href.startswith(ARTICLE_SCHEME):
        return None
    article_id, _, anchor = href.removeprefix(ARTICLE_SCHEME).partition("#")
    return ArticleTarget(unquote(article_id), unquote(anchor)) if article_id else None


def article_href(article_id: str, anchor: str = "") -> str:
    """The link that `article_target` reads back."""
    link = ARTICLE_SCHEME + quote(article_id, safe=_SAFE_IN_LINK)
    return f"{link}#{quote(anchor, safe=_SAFE_IN_LINK)}" if anchor else link


def file_target(href: str) -> str:
    """The id of the file that a link such as "svar-file:ID" names; "" for any other."""
    return unquote(href.removeprefix(FILE_SCHEME)) if href.startswith(FILE_SCHEME) else ""
