"""What a draft may be made from, and which of it is chosen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.model import ArticleHit, MatchedPassage, TicketHit
from assistant.question import Question
from indexer.problem import is_solved
from kb.locales import closeness
from kb.model import Article, Audience, CannedReply, Confidence, Ticket

CANNED_MIN_SCORE = 0.8
"""A canned reply is used whole, so it must fit almost perfectly; a merely near one answers another question."""
CANNED_MARGIN = 0.0
"""How much more than the best article a canned reply must score: an equal one wins, since a colleague worded it."""
TICKET_MIN_SCORE = 0.92
"""Only a near-identical ticket speaks for another customer; below this the details differ."""
LOCALE_SHARE = 0.8
"""An article in the customer's language may replace a better one in another if it scores at least this share of it;
less, and it is probably about something else."""

INTERNAL_SOURCE = "draft.internal_source"
OTHER_LANGUAGE = "draft.other_language"
OUTDATED_SOURCE = "draft.outdated_source"
UNVERIFIED_SOURCE = "draft.unverified_source"


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """An article that may be quoted, with the place where it matched."""

    article: Article
    score: float = 0.0
    passage: MatchedPassage | None = None
    """None for a translation that was added to the hits without matching itself."""
    outdated: bool = False
    """Its master in another language is newer."""

    @staticmethod
    def of(article: Article, hit: ArticleHit) -> ArticleSource:
        """A hit with its article; the revision must be the one that was searched."""
        passage = hit.passage if hit.revision == article.revision.number else None
        return ArticleSource(article, hit.score, passage, hit.outdated)

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


@dataclass(frozen=True, slots=True)
class Choice:
    """What is quoted: at most one of article, canned reply and tickets to try in order."""

    article: ArticleSource | None = None
    canned: CannedReply | None = None
    tickets: tuple[Ticket, ...] = ()
    notes: tuple[str, ...] = ()


def choose(question: Question, sources: Sources, *, locale: str) -> Choice:
    """Choose the source of a draft: a clearly fitting canned reply, else the best article, else near-identical tickets.

    Internal articles are never chosen; when one was better than what is chosen, the notes say so.
    """
    allowed = [source for source in sources.articles if source.article.audience is Audience.PUBLIC]
    allowed = [source for source in allowed if source.article.confidence is not Confidence.ARCHIVED]
    skipped = bool(sources.articles) and sources.articles[0].article.audience is not Audience.PUBLIC
    notes = (INTERNAL_SOURCE,) if skipped else ()
    best = max((source.score for source in allowed), default=0.0)
    canned = _canned(question, sources, locale, best, allowed)
    if canned is not None:
        return Choice(canned=canned, notes=notes)
    article = _article(allowed, locale)
    if article is not None:
        return Choice(article=article, notes=(*notes, *_remarks(article, locale)))
    return Choice(tickets=tuple(t for t, hit in sources.tickets if _fits(t, hit, question, locale)), notes=notes)


def _canned(
    question: Question, sources: Sources, locale: str, best: float, articles: Sequence[ArticleSource]
) -> CannedReply | None:
    for canned, score in sorted(sources.canned, key=lambda pair: -pair[1]):
        high = score >= CANNED_MIN_SCORE and score >= best + CANNED_MARGIN
        if high and _speaks(canned.locale, locale) and _same_topic(canned, question, articles):
            return canned
    return None


def _speaks(other: str, locale: str) -> bool:
    """Whether a text needs no remark about its language; bokmål serves a reader of nynorsk."""
    return other == locale or {other, locale} == {"nb", "nn"}


def _same_topic(canned: CannedReply, question: Question, articles: Sequence[ArticleSource]) -> bool:
    """Whether the products agree, as far as known, and some tag is shared, if there are any to compare."""
    if canned.product and question.product and canned.product != question.product:
        return False
    tags = {tag.lower() for tag in question.tags}
    if articles:
        tags |= {tag.lower() for tag in articles[0].article.revision.tags}
    own = {tag.lower() for tag in canned.tags}
    return bool(tags & own) or not tags or not own


def _article(allowed: Sequence[ArticleSource], locale: str) -> ArticleSource | None:
    """The best article, in the customer's language if it or an almost equal one exists in it."""
    if not allowed:
        return None
    ranked = sorted((s for s in allowed if s.passage is not None or s.score > 0), key=lambda s: -s.score) or [*allowed]
    for source in ranked:
        if source.score < ranked[0].score * LOCALE_SHARE:
            break
        own = _translation(source, allowed, locale)
        if closeness(locale, own.article.locale):
            return own
    return _translation(ranked[0], allowed, locale)


def _translation(source: ArticleSource, allowed: Sequence[ArticleSource], locale: str) -> ArticleSource:
    """The version of the same article that the customer reads best; the given one among equals."""
    versions = [source, *(other for other in allowed if other.subject == source.subject)]
    return max(versions, key=lambda version: closeness(locale, version.article.locale))


def _remarks(source: ArticleSource, locale: str) -> tuple[str, ...]:
    article = source.article
    remarks = {
        OTHER_LANGUAGE: not _speaks(article.locale, locale),
        OUTDATED_SOURCE: source.outdated,
        UNVERIFIED_SOURCE: article.confidence in (Confidence.WIP, Confidence.NOT_VALIDATED),
    }
    return tuple(key for key, holds in remarks.items() if holds)


def _fits(ticket: Ticket, hit: TicketHit, question: Question, locale: str) -> bool:
    near = hit.score >= TICKET_MIN_SCORE and ticket.id != question.ticket_id
    return near and hit.solved and is_solved(ticket) and _speaks(ticket.locale, locale)
