"""Which articles would be suggested for the tickets that speak for a candidate; nothing else of a suggestion."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.asked import Asked
from assistant.capture.memory import Memory, content_of, digest
from assistant.doubt import lowered
from assistant.engine import opening
from assistant.fusion import ranked
from assistant.hits import FAMILIES_AMONG, best_families, may_show
from assistant.language import detect
from assistant.model import Suggestion
from assistant.question import Question, question_in
from assistant.service import Service
from indexer.encode import Vectors
from indexer.model import Query, Shelf
from indexer.problem import first_burst
from indexer.shelves import TAUGHT
from kb.articles import Kin
from kb.model import Audience, Ticket

_COLLEAGUES = (Audience.PUBLIC.value, Audience.PARTNER.value, Audience.INTERNAL.value)
_LIMIT = 3
_VIEWS = "views"


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search said."""

    confidence: float
    """Calibrated chance 0..1 that the list is useful."""
    articles: tuple[str, ...]
    """One id of each family, best first."""

    @staticmethod
    def of(found: Suggestion) -> Searched:
        """What a whole suggestion says of articles."""
        return Searched(found.confidence, tuple(hit.id for hit in found.articles))


class Search:
    """Searches what tickets asked when they came in.

    The same search as in the workspace, without what an agent reads beside the articles. A question is encoded once
    and its vectors are remembered; as long as nothing in the index has changed, so is what was found.
    """

    def __init__(self, service: Service, memory: Memory) -> None:
        """Begin a run.

        Args:
            service: The open data folder.
            memory: Of the run.
        """
        self._engine, self._memory = service.engine, memory
        self._scoped = service.settings.scope == "product"
        marks = service.store.verification.marks()
        self._doubted = marks.doubted
        engine = self._engine
        self._world = digest(
            service.store.seq(), engine.shelves.generation, engine.shelves.meta(TAUGHT), engine.folder.name,
            service.store.learned.in_force(engine.model), sorted(marks.doubted), self._scoped,
        )  # fmt: skip
        self._families: Mapping[str, list[Kin]] = {}
        self._family: dict[str, str] = {}
        self._read_families(service)

    def ticket(self, ticket: Ticket) -> Searched:
        """What was suggested, or would have been, when a ticket came in; nothing where it says nothing."""
        made_of = digest(content_of(ticket), self._world, type(self._engine.encoder).__name__)
        self._memory.carry(_VIEWS, ticket.id)
        confidence, articles = self._memory.worked("search", ticket.id, made_of, lambda: self._look(ticket))
        return Searched(confidence, tuple(articles))

    def _look(self, ticket: Ticket) -> tuple[float, list[str]]:
        question = question_in(ticket, first_burst(ticket.messages), as_of=ticket.created_at)
        if not question.text:
            return 0.0, []
        asked = self._asked(question)
        query = Query(
            asked.text, asked.locale, audiences=_COLLEAGUES, product=question.product if self._scoped else ""
        )  # fmt: skip
        found = self._engine.articles(asked, query)
        return round(found.confidence, 4), self._best(lowered(found.scores, self._doubted), query)

    def _asked(self, question: Question) -> Asked:
        engine, text = self._engine, question.text
        made_of = digest(
            engine.model, type(engine.encoder).__name__, opening(text), opening(question.subject.strip())
        )  # fmt: skip
        kept = self._memory.worked(_VIEWS, question.ticket_id, made_of, lambda: _as_text(engine.ask(question).views))
        views = _from_text(kept)
        return Asked(
            question,
            text,
            detect(text, prior=question.locale),
            lambda: views[0],
            (lambda: views[1]) if len(views) > 1 else None,
        )

    def _best(self, scores: Mapping[str, float], query: Query) -> list[str]:
        best = ranked(scores, limit=FAMILIES_AMONG)
        named = dict.fromkeys(self._family[each] for each in best if each in self._family)
        kin = [k for family in named for k in self._families[family] if may_show(k, query)]
        if query.product:
            kin = [k for k in kin if k.id in scores]
        families = best_families(kin, scores, _LIMIT)
        return [max(members, key=lambda k: (scores.get(k.id, 0.0), k.id)).id for members in families]

    def _read_families(self, service: Service) -> None:
        """All at once: asked for each question they would cost more than the search."""
        families: dict[str, list[Kin]] = {}
        ids: Sequence[str] = sorted(set(self._engine.readers[Shelf.ARTICLE].noun))
        for each in service.store.articles.families(ids):
            families.setdefault(each.family, []).append(each)
            self._family[each.id] = each.family
        self._families = families


def _as_text(vectors: Vectors) -> list[str]:
    return [base64.b64encode(row.astype("<f4").tobytes()).decode("ascii") for row in vectors]


def _from_text(kept: Sequence[str]) -> Vectors:
    return np.stack([np.frombuffer(base64.b64decode(row), "<f4").astype(np.float32) for row in kept])
