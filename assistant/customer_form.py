"""What of an article may go to a customer, and in which form: for passages, steps and drafts that agents put in."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.drafts.page import positions, written
from assistant.model import Draft, Sentence, SourceKind
from kb.customer_markdown import customer_markdown
from kb.internal_blocks import for_customers, internal_blocks
from kb.model import Article, Audience, Confidence
from kb.store import Store

_MOST_MOVES = 20
_BLANK = re.compile(r"\n[ \t]*(?=\n)")
_OURS = re.compile(r"svar(?:-file)?:|\{\{|\n[ \t]*\n[ \t]*\n|[ \t]{3,}\n")
"""Without any of these a text is in its form already."""


class CustomerForm:
    """Brings texts of articles into the form that customers get. Reads the variables once; make one per request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._variables = store.article_variables.values()
        self._urls: dict[str, str] = {}

    def text(self, markdown: str) -> str:
        """A part of an article that holds nothing for colleagues."""
        if not _OURS.search(markdown):
            return markdown
        return customer_markdown(markdown, variables=self._variables, article_url=self.url).strip("\n")

    def part(self, body: str, start: int, end: int) -> str:
        """A part of a revision without what is for colleagues; "" if nothing is left.

        Args:
            body: The whole text of the revision.
            start: Where the part begins.
            end: Where it ends.
        """
        return self.text(for_customers(body)[start:end]).strip("\n") if _has_ours(body, start, end) else body[start:end]

    def draft(self, draft: Draft) -> Draft:
        """The same draft with every sentence from an article in that form; what is empty then is left out."""
        if not _OURS.search(draft.text):
            return draft
        parts: list[tuple[str, Sentence]] = []
        last = 0
        for sentence, (start, end) in zip(draft.sentences, positions(draft), strict=True):
            own = sentence.source.kind is SourceKind.ARTICLE
            text = self.text(sentence.text) if own else sentence.text
            if text.strip():
                parts.append((_BLANK.sub("\n", draft.text[last:start]), replace(sentence, text=text)))
            last = end
        again = written(draft.locale, parts, draft.notes)
        return replace(draft, text=again.text, sentences=again.sentences, placeholders=again.placeholders)

    def url(self, article_id: str) -> str:
        """Where customers find an article, also one that another took the place of; "" where they cannot."""
        if article_id not in self._urls:
            self._urls[article_id] = self._find(article_id)
        return self._urls[article_id]

    def _find(self, article_id: str) -> str:
        for _ in range(_MOST_MOVES):
            article = self._store.articles.get_many([article_id]).get(article_id)
            if article is None:
                return ""
            if not article.merged_into:
                reads = article.audience is Audience.PUBLIC and article.confidence is not Confidence.ARCHIVED
                return article.url if reads and article.url.startswith(("https://", "http://")) else ""
            article_id = article.merged_into
        return ""


def for_drafts(article: Article) -> Article:
    """The article as drafts may quote it: blanks instead of what is for colleagues, every offset as it was."""
    body = for_customers(article.revision.body)
    return article if body is article.revision.body else replace(article, revision=replace(article.revision, body=body))


def hidden_in(body: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Which places of a part of a revision are for colleagues, relative to where it begins.

    Args:
        body: The whole text of the revision.
        start: Where the part begins.
        end: Where it ends.
    """
    inside = (block for block in internal_blocks(body) if block.start < end and start < block.end)
    return tuple((max(block.start, start) - start, min(block.end, end) - start) for block in inside)


def _has_ours(body: str, start: int, end: int) -> bool:
    return bool(hidden_in(body, start, end)) or _OURS.search(body, start, end) is not None
