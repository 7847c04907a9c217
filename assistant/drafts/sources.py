"""What a draft may be made from. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.drafts.precedents import Precedent
from assistant.model import ArticleHit, MatchedPassage, TicketHit
from kb.knowledge.verification import Verification
from kb.model import Article, Audience, CannedReply, Confidence, Ticket


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """An article that may be quoted, with the place where it matched."""

    article: Article
    score: float = 0.0
    passage: MatchedPassage | None = None
    """None for a translation that was added to the hits without matching itself."""
    outdated: bool = False
    """Its master in another language is newer."""
    cosine: float = 0.0
    """Centred cosine of the question with its best passage; 0 where it did not match by itself."""
    doubted: bool = False
    """Its verification has run out, or somebody doubts it."""

    @staticmethod
    def of(article: Article, hit: ArticleHit) -> ArticleSource:
        """A hit with its article; the revision must be the one that was searched."""
        passage = hit.passage if hit.revision == article.revision.number else None
        doubted = hit.verification in (Verification.OVERDUE, Verification.UNVERIFIED)
        return ArticleSource(article, hit.score, passage, hit.outdated, doubted=doubted)

    @property
    def subject(self) -> str:
        """Id that all translations of one article share."""
        return self.article.translation_of or self.article.id


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a draft may quote, best first."""

    articles: tuple[ArticleSource, ...] = ()
    """Hits and, anywhere among them, translations of hits."""
    canned: tuple[tuple[CannedReply, float], ...] = ()
    tickets: tuple[tuple[Ticket, TicketHit], ...] = ()
    precedents: tuple[Precedent, ...] = ()
    """Similar resolved tickets, nearest first, many more than are shown: what agents usually answer."""

    @property
    def quotable(self) -> tuple[ArticleSource, ...]:
        """The articles that a customer may read: public and not archived."""
        shown = [source for source in self.articles if source.article.audience is Audience.PUBLIC]
        return tuple(source for source in shown if source.article.confidence is not Confidence.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Further:
    """One of several questions in a burst, searched by itself."""

    text: str
    """In the customer's words."""
    sources: Sources = Sources()
    confident: bool = False
