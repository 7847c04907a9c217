"""Looks everything up that a draft is checked against, and checks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from assistant.service import Service
from assistant.writing.checklist import Finding, Known, Nearest, Point, checklist, common_share
from assistant.writing.links import CheckedLink, Destination, articles_named, checked_links, files_named, links_of
from assistant.writing.reading_level import Reading, reading_level
from assistant.writing.template import template_of
from indexer.problem import first_burst
from kb.knowledge.article_draft import DraftText
from kb.markdown import plain, sections
from kb.model import Article, Confidence
from kb.store import Store

_NEAREST = 5
_SHOWN = 3
_ASKED_CHARACTERS = 800
_MOST_TICKETS = 50
_MOST_MOVES = 20


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that can be said about a draft."""

    points: tuple[Point, ...]
    reading: Reading
    links: tuple[CheckedLink, ...]
    nearest: tuple[Nearest, ...]
    """At most three articles that say something like it, nearest first."""

    def count(self, state: Finding) -> int:
        """How many points came out so."""
        return sum(point.state is state for point in self.points)


def examine(
    service: Service, draft: DraftText, *, article_id: str = "", from_tickets: Sequence[str] = ()
) -> Examination:
    """Check a draft against the content standard and what is known.

    Args:
        service: Where articles, tickets and settings are.
        draft: What a writer has so far; it need not be stored.
        article_id: Of the article that it becomes; neither it nor its translations are duplicates of it.
        from_tickets: Tickets whose customers' words the title is compared with.
    """
    store = service.store
    links = link_check(store, draft.body)
    nearest = _nearest(service, draft, article_id)
    reading = reading_level(draft.body, draft.locale)
    known = Known(
        template=template_of(draft.locale, store.article_templates.of(draft.locale)), reading=reading, links=links,
        nearest=nearest, customers=tuple(_customers_words(store, from_tickets)),
        allowed=tuple(store.article_variables.values().values()), hosts=store.articles.hosts(),
        team=TeamNumbers.of(service.settings),
    )  # fmt: skip
    return Examination(checklist(draft, known), reading, links, nearest[:_SHOWN])


def link_check(store: Store, markdown: str) -> tuple[CheckedLink, ...]:
    """The links of a text, each with what is known about it; nothing is asked over the network."""
    found = links_of(markdown)
    named = {article_id: _destination(store, article_id) for article_id in articles_named(found)}
    articles = {article_id: there for article_id, there in named.items() if there is not None}
    return checked_links(markdown, articles, store.article_files.known(files_named(found)))


def _destination(store: Store, article_id: str) -> Destination | None:
    """What an id leads to, through all mergers; None if it leads nowhere."""
    for _ in range(_MOST_MOVES):
        article = store.articles.get_many([article_id]).get(article_id)
        if article is None:
            return None
        if not article.merged_into:
            anchors = frozenset(section.anchor for section in sections(article.revision.body) if section.anchor)
            gone = article.deleted_at is not None or article.confidence is Confidence.ARCHIVED
            return Destination(article.id, anchors, readable=not gone)
        article_id = article.merged_into
    return None


def _nearest(service: Service, draft: DraftText, article_id: str) -> tuple[Nearest, ...]:
    asked = "\n".join(draft.questions) or plain(draft.body)
    question = Question(subject=draft.title, body=asked[:_ASKED_CHARACTERS], locale=draft.locale)
    if not question.text:
        return ()
    # Also what the team does not want to be suggested just now: a second article would not help that.
    found = service.suggest(question, limit=_NEAREST, everything=True)
    stored = service.store.articles.get_many(hit.id for hit in found.articles)
    own = {article_id, draft.translation_of} - {""}
    others = [hit for hit in found.articles if hit.id in stored and not own & _family(stored[hit.id])]
    text = plain(draft.body)
    best = found.articles[0].score if found.articles else 0.0
    return tuple(
        Nearest(
            hit.id, hit.title, round(found.confidence * hit.score / best, 4) if best else 0.0,
            common_share(text, plain(stored[hit.id].revision.body)),
        )
        for hit in others
    )  # fmt: skip


def _family(article: Article) -> set[str]:
    return {article.id, article.translation_of} - {""}


def _customers_words(store: Store, ids: Sequence[str]) -> Iterator[str]:
    for ticket in store.tickets.get_many(list(ids)[:_MOST_TICKETS]).values():
        yield ticket.subject
        yield from (message.body[:_ASKED_CHARACTERS] for message in first_burst(ticket.messages))
