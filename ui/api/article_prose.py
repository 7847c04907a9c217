"""Markdown of articles as colleagues see it: parts for colleagues set apart, variables, links and pictures in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode

from kb.markdown import render
from kb.markdown_view import View
from kb.store import Store
from ui.api.prose import MAX_RENDERED
from ui.catalogue import text

FILES = "/api/v1/article-files/"
_READER = "/ui/knowledge"
_REMEMBERED = 4_000
"""Texts up to this length are rendered once and remembered: the same passages are suggested again and again."""


class ArticleProse:
    """Renders articles for one reader. Reads the variables once; make one per request."""

    def __init__(self, store: Store, locale: str) -> None:
        """Read what is needed.

        Args:
            store: Where the variables are.
            locale: The reader's language.
        """
        self._variables = tuple(store.article_variables.values().items())
        self._locale = locale

    def html(self, markdown: str) -> str:
        """Safe HTML; empty for texts that are better shown plain."""
        if len(markdown) > MAX_RENDERED:
            return ""
        if len(markdown) > _REMEMBERED:
            return _rendered(markdown, self._variables, self._locale)
        return _remembered(markdown, self._variables, self._locale)


def article_html(store: Store, markdown: str, locale: str) -> str:
    """One text of an article as colleagues see it; for several make an `ArticleProse`."""
    return ArticleProse(store, locale).html(markdown)


def customer_html(markdown: str, variables: Mapping[str, str], article_url: Callable[[str], str]) -> str:
    """One text as customers see it: nothing for colleagues, links to what they can read, pictures by their names.

    Args:
        markdown: All of a revision.
        variables: Value by name; unknown ones are marked, so that a writer sees them.
        article_url: Where customers find an article, "" where they cannot.
    """
    if len(markdown) > MAX_RENDERED:
        return ""
    view = View(for_customer=True, variables=variables, article_url=lambda article_id, _: article_url(article_id))
    return render(markdown, view=view)


def article_page(article_id: str, anchor: str = "") -> str:
    """Where colleagues read an article."""
    return f"{_READER}?{urlencode({'article': article_id})}" + (f"#{quote(anchor)}" if anchor else "")


@lru_cache(maxsize=2048)
def _remembered(markdown: str, variables: tuple[tuple[str, str], ...], locale: str) -> str:
    return _rendered(markdown, variables, locale)


def _rendered(markdown: str, variables: tuple[tuple[str, str], ...], locale: str) -> str:
    view = View(
        internal_label=text(locale, "article.internal_only"), unknown_label=text(locale, "article.unknown_variable"),
        variables=dict(variables), article_url=article_page, file_url=lambda file_id: FILES + quote(file_id, safe=""),
    )  # fmt: skip
    return render(markdown, view=view)
