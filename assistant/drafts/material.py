"""What one draft is written from: the sources of the whole question, and of each question in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from assistant.drafts.asked import in_context, read
from assistant.drafts.precedents import MOST_PRECEDENTS, Precedent, doubt
from assistant.drafts.silence import MOST_READ
from assistant.drafts.sources import Further, Sources
from assistant.engine import Asked, Engine
from assistant.hits import Hits
from assistant.model import Suggestion
from assistant.question import Question
from indexer.model import Query
from kb.store import Store

_RIVALS = 2
"""Fewer articles leave nothing to choose."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the composer reads."""

    question: Question
    """With the language that was found."""
    sources: Sources = field(default_factory=Sources)
    further: tuple[Further, ...] = ()
    """The distinct questions of a burst that asks several, each with what was found for it alone; empty for one."""
    confident: bool = False


def gather(
    engine: Engine, question: Question, found: Suggestion, suggest: Callable[[Question], Suggestion]
) -> Material:
    """Fetch the texts that a draft may quote.

    Args:
        engine: The open index.
        question: What the customer asks.
        found: What was suggested for it; if it is not to be trusted, what was suggested for one of several questions
            may be. Otherwise only what agents asked back is of use.
        suggest: Searches for another question.
    """
    question = replace(question, locale=found.locale)
    apart = [(text, replace(question, subject="", body=in_context(question, text))) for text in read(question).apart]
    parts = [(text, suggest(part)) for text, part in apart]
    trusted = next((each for each in [found, *(alone for _, alone in parts)] if each.confident), None)
    if trusted is None:
        return Material(question, Sources(precedents=found_precedents(engine.store, found)))
    asked = engine.ask(question)
    shown = replace(Hits.sources(engine.store, trusted), precedents=precedents(engine, asked))
    sources = _compared(engine, asked, shown)
    further = [Further(text, Hits.sources(engine.store, alone), alone.confident) for text, alone in parts]
    return Material(question, sources, tuple(further), confident=True)


def found_precedents(store: Store, found: Suggestion) -> tuple[Precedent, ...]:
    """The similar tickets of a suggestion with those that are folded into them, most similar first."""
    near = {ticket_id: hit.score for hit in found.tickets for ticket_id in (hit.id, *hit.others)}
    stored = store.tickets.get_many(list(near)[:MOST_READ])
    return tuple(Precedent(stored[each], score) for each, score in near.items() if each in stored)


def precedents(engine: Engine, asked: Asked) -> tuple[Precedent, ...]:
    """The resolved tickets most like a question, nearest first, none newer than it and never its own."""
    near = engine.similar(asked)[:MOST_PRECEDENTS]
    stored = engine.store.tickets.get_many(n.ticket_id for n in near)
    return tuple(Precedent(stored[n.ticket_id], n.cosine) for n in near if n.ticket_id in stored)


def _compared(engine: Engine, asked: Asked, sources: Sources) -> Sources:
    """The same articles with how like the question each is: where tickets say little, that helps to choose."""
    if len(sources.articles) < _RIVALS or not doubt(sources.precedents):
        return sources
    cosines = engine.match(asked, Query(asked.text, asked.locale)).dense
    compared = (replace(each, cosine=cosines.get(each.article.id, 0.0)) for each in sources.articles)
    return replace(sources, articles=tuple(compared))
