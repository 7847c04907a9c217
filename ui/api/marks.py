"""What agents said about the suggestions of a ticket, laid over what the search found: pinned, set aside, flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.model import ArticleHit, Suggestion
from assistant.question import Question
from kb.desk.dismissals import Dismissal
from kb.desk.pins import Pin
from kb.model import Article, Audience
from ui.api.access import Desk
from ui.wire import to_json

_LIMIT = 5
_HIDDEN = Audience.AUTHOR


def suggestion_for(desk: Desk, question: Question) -> Suggestion:
    """What is suggested for a question, without what was set aside for its ticket; others move up in its place.

    Args:
        desk: What the server holds.
        question: What is asked.
    """
    return suggestion_without(desk, question, dismissals_of(desk, question))


def dismissals_of(desk: Desk, question: Question) -> tuple[Dismissal, ...]:
    """What was set aside for the ticket of a question; nothing where it has none."""
    return desk.store.dismissals.of(question.ticket_id) if question.ticket_id else ()


def suggestion_without(desk: Desk, question: Question, dismissed: Sequence[Dismissal]) -> Suggestion:
    """What is suggested for a question, without some articles.

    Args:
        desk: What the server holds.
        question: What is asked.
        dismissed: What is left out.
    """
    if not dismissed:
        return desk.recent.suggest(question)
    aside = {each.article_id for each in dismissed}
    found = desk.recent.suggest(question, limit=_LIMIT + len(aside))
    kept = tuple(hit for hit in found.articles if hit.id not in aside)
    return replace(found, articles=kept[:_LIMIT])


def with_pins(desk: Desk, question: Question, found: Suggestion, pins: tuple[Pin, ...]) -> Suggestion:
    """The same with the ticket's pinned articles on top, first pinned first, also those that were not found.

    Args:
        desk: What the server holds.
        question: What is asked.
        found: What was suggested.
        pins: Of the ticket.
    """
    if not pins:
        return found
    known = {hit.id: hit for hit in found.articles}
    missing = [pin.article_id for pin in pins if pin.article_id not in known]
    known |= {hit.id: hit for hit in desk.service.named(question, missing)} if missing else {}
    pinned = {pin.article_id: known[pin.article_id] for pin in pins if pin.article_id in known}
    rest = tuple(hit for hit in found.articles if hit.id not in pinned)
    return replace(found, articles=(*pinned.values(), *rest))


def marks_json(
    desk: Desk, articles: Sequence[ArticleHit], pins: Sequence[Pin], dismissed: Sequence[Dismissal]
) -> dict[str, Any]:
    """Pins, what was set aside with its title, and open flags by article id, for a page.

    Args:
        desk: What the server holds.
        articles: What is shown.
        pins: Of the ticket.
        dismissed: For the ticket.
    """
    stored: Mapping[str, Article] = (
        desk.store.articles.get_many(each.article_id for each in dismissed) if dismissed else {}
    )  # fmt: skip
    readable = {i: a for i, a in stored.items() if a.audience is not _HIDDEN}
    return {
        "pins": to_json(pins),
        "set_aside": [
            to_json(each) | {"title": readable[each.article_id].title}
            for each in dismissed
            if each.article_id in readable
        ],
        "flags": desk.store.flags.open_of(hit.id for hit in articles),
    }
