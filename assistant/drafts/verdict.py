"""Which of two sources that contradict each other a draft follows, and what the agent is told of the other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from assistant.drafts.answer_blocks import Answer
from assistant.drafts.choice import Reading, is_linked
from assistant.drafts.conflicts import Contradiction, contradictions
from assistant.drafts.sentences import Span
from assistant.drafts.sources import ArticleSource, Sources
from assistant.model import Conflict, Source, SourceKind
from kb.model import Article, Audience, Confidence

_NEVER = datetime.min.replace(tzinfo=UTC)


def settle(
    reading: Reading, chosen: ArticleSource, answer: Answer, sources: Sources
) -> tuple[ArticleSource, Answer, tuple[Conflict, ...]]:
    """Hold what is to be quoted against everything else that is shown, and follow the source that is to be trusted.

    A validated article comes before one that is not, then the one that was verified or changed last. Another article
    takes the place of the chosen one only if customers may read it and it has something to quote.

    Args:
        reading: The question.
        chosen: The article that was chosen.
        answer: What of it is to be quoted.
        sources: What is shown, internal articles too: an agent should know when they say something else.

    Returns:
        The article to follow, what to quote of it, and the contradictions between that and the other sources.
    """
    found = list(_conflicts(chosen, answer, sources))
    quotable = {source.article.id: source for source in sources.quotable}
    for conflict in found:
        other = quotable.get(conflict.other.id) if conflict.other.kind is SourceKind.ARTICLE else None
        if other is not None and trust(other.article) > trust(chosen.article):
            better = reading.answer(other)
            if better.pieces and is_linked(other) >= is_linked(chosen):
                return other, better, tuple(_conflicts(other, better, sources))
    return chosen, answer, tuple(found)


def trust(article: Article) -> tuple[bool, datetime]:
    """What decides between two articles: validated or not, then when somebody last vouched for it or changed it."""
    validated = article.confidence is Confidence.VALIDATED
    return validated, max(article.verified_at or _NEVER, article.updated_at or _NEVER)


def _conflicts(chosen: ArticleSource, answer: Answer, sources: Sources) -> Iterator[Conflict]:
    article = chosen.article
    within = [Span(piece.start, piece.end) for piece in answer.pieces]
    if not within:
        return
    body = article.revision.body
    for other in sources.articles:
        text = other.article.revision.body
        if not _may_contradict(chosen, other):
            continue
        for found in contradictions(body, text, article.locale, within=within):
            yield _conflict(found, _source(article), body, _source(other.article), text)
    for reply, _ in sources.canned:
        if reply.locale == article.locale:
            source = Source(SourceKind.CANNED, reply.id, reply.revision, title=reply.title)
            for found in contradictions(body, reply.body, article.locale, within=within):
                yield _conflict(found, _source(article), body, source, reply.body)


def _may_contradict(chosen: ArticleSource, other: ArticleSource) -> bool:
    mine, theirs = chosen.article, other.article
    if theirs.confidence is Confidence.ARCHIVED or theirs.audience is Audience.AUTHOR:
        return False
    return mine.locale == theirs.locale and chosen.subject != other.subject


def _source(article: Article) -> Source:
    return Source(SourceKind.ARTICLE, article.id, article.revision.number, title=article.title, url=article.url)


def _conflict(found: Contradiction, used: Source, body: str, other: Source, text: str) -> Conflict:
    return Conflict(found.kind, _at(used, body, found.one), _at(other, text, found.other))


def _at(source: Source, body: str, span: Span) -> Source:
    quote = body[span.start : span.end]
    return Source(source.kind, source.id, source.revision, span.start, span.end, quote, source.title, source.url)
