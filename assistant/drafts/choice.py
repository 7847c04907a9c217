"""Which source a draft quotes: a canned reply, an article and what of it, or a near-identical ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.drafts.answer_blocks import TARGET_WORDS, Answer, choose_answer
from assistant.drafts.answer_parts import words
from assistant.drafts.asked import Inquiry
from assistant.drafts.canned_use import used_in
from assistant.drafts.platforms import concerns, platforms_in
from assistant.drafts.relevance import Relevance
from assistant.drafts.rivals import chances
from assistant.drafts.sources import ArticleSource, Sources
from assistant.drafts.style import Manner
from assistant.model import SourceKind, TicketHit
from assistant.question import Question
from indexer.problem import is_solved
from kb.locales import closeness, is_own
from kb.model import Audience, CannedReply, Confidence, Ticket

CANNED_MIN_SCORE = 0.45
"""Centred cosine of question and reply. On the demo tickets the canned reply was nearer to what the agent wrote (chrF)
than the article draft, cut to its length, in 35 of 41 cases from .45 on, and in 7 of 10 between .30 and .45."""
CANNED_USED_SCORE = 0.30
"""The same for a reply that agents are known to have sent in such tickets: what they did counts for the rest."""
TICKET_MIN_SCORE = 0.60
"""Centred cosine of two questions. On demo and sumo tickets the nearest ticket's reply was nearer to what the agent
wrote than the article draft in 5 of 6 cases from .60 on, and in half of them below."""
LOCALE_SHARE = 0.8
"""An article in the customer's language may replace a better one in another if it scores at least this share of it;
less, and it is probably about something else."""
MOST_ARTICLES = 5
"""So many of the shown articles are rivals for being quoted."""
LEAST_CHANCE = 0.435
"""With a smaller chance to be the one that answers, and no tickets that tell more, an article is not quoted. Of 1,442
answerable questions without tickets those that are left out are wrong more often than not."""
LEAST_LEAD = 0.26
"""The same whatever the tickets say: of five articles this one is hardly likelier than any other. On sumo's tickets of
May 2020 one in eight of these is a linked one."""
_WORTH_READING = 0.4
"""One that scores a smaller share of the best one cannot be the answer."""

UNCONFIDENT = "draft.unconfident"
INTERNAL_SOURCE = "draft.internal_source"
OTHER_LANGUAGE = "draft.other_language"
OUTDATED_SOURCE = "draft.outdated_source"
UNVERIFIED_SOURCE = "draft.unverified_source"
DOUBTED_SOURCE = "draft.doubted_source"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as the composer reads it."""

    question: Question
    locale: str
    """The customer's language."""
    inquiry: Inquiry = field(default_factory=Inquiry)
    vocabulary: Mapping[str, float] = field(default_factory=dict)
    doubt: float = 1.0
    """How little similar tickets say about it (`precedents.doubt`)."""
    said: frozenset[str] = frozenset()
    """Stems of what the draft says already."""
    target: int = TARGET_WORDS
    """Words that an article may be quoted with."""
    manner: Manner = field(default_factory=Manner)
    """What kind of reply is wanted."""

    def answer(self, source: ArticleSource) -> Answer:
        """What of an article answers."""
        article = source.article
        span = (source.passage.start, source.passage.end) if source.passage else None
        asked = Relevance.of(
            self.question.text,
            article.locale,
            passage=span,
            inquiry=self.inquiry,
            vocabulary=self.vocabulary,
            doubt=self.doubt,
        )
        asked = replace(asked, said=self.said)
        return choose_answer(article.revision.body, asked, target=self.target, depth=self.manner.depth)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is quoted: at most one of article, canned reply and tickets to try in order."""

    article: ArticleSource | None = None
    answer: Answer = field(default_factory=Answer)
    """What of the article."""
    canned: CannedReply | None = None
    tickets: tuple[Ticket, ...] = ()
    notes: tuple[str, ...] = ()


def choose(reading: Reading, sources: Sources) -> Choice:
    """Choose the source of a draft, of the kinds that the manner wants the first that there is.

    Usually that is a clearly fitting canned reply, else the best article, else near-identical tickets.
    Internal articles are never chosen; when one was better than what is chosen, the notes say so. They also say where
    there were articles and none was likely enough to answer.
    """
    wanted = reading.manner.order
    internal = bool(sources.articles) and sources.articles[0].article.audience is not Audience.PUBLIC
    notes = (INTERNAL_SOURCE,) if internal and SourceKind.ARTICLE in wanted else ()
    for kind in wanted:
        found = _CHOOSERS[kind](reading, sources)
        if found is not None:
            return replace(found, notes=notes)
    undecided = SourceKind.ARTICLE in wanted and any(_has_something(reading, each) for each in sources.quotable)
    return Choice(notes=(*notes, UNCONFIDENT) if undecided else notes)


def _choose_canned(reading: Reading, sources: Sources) -> Choice | None:
    reply = _canned(reading, sources)
    return Choice(canned=reply) if reply is not None else None


def _choose_article(reading: Reading, sources: Sources) -> Choice | None:
    best = best_article(reading, sources.quotable)
    return Choice(article=best[0], answer=best[1]) if best is not None else None


def _choose_tickets(reading: Reading, sources: Sources) -> Choice | None:
    near = tuple(t for t, hit in sources.tickets if _fits(t, hit, reading))
    return Choice(tickets=near) if near else None


_CHOOSERS: dict[SourceKind, Callable[[Reading, Sources], Choice | None]] = {
    SourceKind.CANNED: _choose_canned,
    SourceKind.ARTICLE: _choose_article,
    SourceKind.TICKET: _choose_tickets,
}


def best_article(reading: Reading, quotable: Sequence[ArticleSource]) -> tuple[ArticleSource, Answer] | None:
    """The article to quote and what of it: of the first few the likeliest to answer that has anything to give.

    One in the customer's language, or with a translation into it, comes before better ones in others (LOCALE_SHARE).
    None if there is nothing to quote, or where neither tickets nor words tell which of them answers.
    """
    rivals = _candidates(reading, quotable)
    found = chances(reading.question, reading.inquiry, rivals, doubt=reading.doubt)
    for source, chance in sorted(zip(rivals, found, strict=True), key=lambda each: -each[1]):
        if _has_something(reading, source):
            answer = reading.answer(source)
            return (source, answer) if chance >= max(LEAST_LEAD, LEAST_CHANCE * reading.doubt) else None
    return None


def _has_something(reading: Reading, source: ArticleSource) -> bool:
    return is_linked(source) or bool(reading.answer(source).pieces)


def is_linked(source: ArticleSource) -> bool:
    """Whether a customer can open the article himself."""
    return source.article.url.startswith(("https://", "http://"))


def _candidates(reading: Reading, quotable: Sequence[ArticleSource]) -> list[ArticleSource]:
    named = reading.inquiry.platforms
    meant = [s for s in quotable if concerns(platforms_in(s.article.title), named)] or list(quotable)
    ranked = sorted((s for s in meant if s.passage is not None or s.score > 0), key=lambda s: -s.score) or meant
    near = [s for s in ranked if s.score >= ranked[0].score * LOCALE_SHARE]
    versions = [(s, _translation(s, quotable, reading.locale)) for s in ranked[:MOST_ARTICLES]]
    readable = [(s, version) for s, version in versions if closeness(reading.locale, version.article.locale)]
    if not any(s in near for s, _ in readable):
        return [version for _, version in versions[:1]]
    return [version for s, version in readable if s.score >= ranked[0].score * _WORTH_READING]


def _translation(source: ArticleSource, quotable: Sequence[ArticleSource], locale: str) -> ArticleSource:
    """The version of the same article that the customer reads best; the given one among equals."""
    versions = [source, *(other for other in quotable if other.subject == source.subject)]
    return max(versions, key=lambda version: closeness(locale, version.article.locale))


def _canned(reading: Reading, sources: Sources) -> CannedReply | None:
    """A canned reply that fits by itself, or that agents used for such tickets: the one used most, then the nearest.

    Where any will do, one that does not fit serves when no other does.
    """
    manner = reading.manner
    fitting: list[tuple[bool, int, float, CannedReply]] = []
    for reply, score in sources.canned:
        used = len(used_in(reply, sources.precedents))
        enough = score >= (CANNED_USED_SCORE if used else CANNED_MIN_SCORE)
        fits = enough and _same_topic(reply, reading.question, sources)
        small = manner.longest_canned is None or words(reply.body) <= manner.longest_canned
        if (fits or manner.any_canned) and small and is_own(reply.locale, reading.locale):
            fitting.append((fits, used, score, reply))
    return max(fitting, key=lambda each: each[:3])[3] if fitting else None


def _same_topic(reply: CannedReply, question: Question, sources: Sources) -> bool:
    """Whether the products agree, as far as known, and some tag is shared, if there are any to compare."""
    if reply.product and question.product and reply.product != question.product:
        return False
    tags = {tag.lower() for tag in question.tags}
    for source in sources.quotable[:1]:
        tags |= {tag.lower() for tag in source.article.revision.tags}
    own = {tag.lower() for tag in reply.tags}
    return bool(tags & own) or not tags or not own


def remarks(source: ArticleSource, locale: str) -> Iterator[str]:
    """What the agent must know about an article before he sends it."""
    article = source.article
    if not is_own(article.locale, locale):
        yield OTHER_LANGUAGE
    if source.outdated:
        yield OUTDATED_SOURCE
    if article.confidence in (Confidence.WIP, Confidence.NOT_VALIDATED):
        yield UNVERIFIED_SOURCE
    elif source.doubted:
        yield DOUBTED_SOURCE


def _fits(ticket: Ticket, hit: TicketHit, reading: Reading) -> bool:
    near = hit.score >= TICKET_MIN_SCORE and ticket.id != reading.question.ticket_id
    return near and hit.solved and is_solved(ticket) and is_own(ticket.locale, reading.locale)
