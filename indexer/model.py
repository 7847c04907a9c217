"""What the index holds and returns, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Shelf(StrEnum):
    """The three kinds of things that are indexed; each is searched on its own."""

    ARTICLE = "article"
    TICKET = "ticket"
    CANNED = "canned"


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed: a span of one revision, one ticket's question, or one canned reply."""

    shelf: Shelf
    noun_id: str
    """Id of the article, ticket or canned reply."""
    revision: int
    """Revision of the article or canned reply; 0 for a ticket."""
    ordinal: int
    """0-based place among the passages of the same noun."""
    start: int
    """First character in the revision's Markdown body; 0 for a ticket."""
    end: int
    """One past the last character."""
    heading: str
    """Heading of the section that the passage is in; empty before the first."""
    title: str
    """Title of the article or subject of the ticket; goes in front of the text when it is encoded."""
    text: str
    """Readable text without markup."""
    locale: str
    product: str = ""
    audience: str = "public"
    solved: bool = False
    """Tickets only: it ended well."""
    at: datetime | None = None
    """Tickets only: when it was created, aware UTC."""

    @property
    def is_question(self) -> bool:
        """Whether it is a question that an article answers: found like its text, and quoted nowhere."""
        return self.shelf is Shelf.ARTICLE and self.start == self.end and bool(self.text)

    @property
    def embedded(self) -> str:
        """What is encoded: title and heading in front of the text, so that a passage knows its subject."""
        head = self.title if not self.heading or self.heading == self.title else f"{self.title}: {self.heading}"
        return f"{head}\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its filters."""

    text: str
    """What is asked, without markup."""
    locale: str = "und"
    """Language of the question, "und" if nobody knows."""
    phrases: tuple[str, ...] = ()
    """Quoted phrases that every hit must contain, word for word."""
    locales: tuple[str, ...] = ()
    """Only these languages; empty means all."""
    product: str = ""
    audiences: tuple[str, ...] = ("public", "internal", "partner")
    """Only articles for these audiences."""
    states: tuple[str, ...] = ()
    """Only articles in these states, among the best that are found; empty means all but archived ones."""
    without: frozenset[str] = frozenset()
    """Ids of articles that must not be found."""
