"""The live test of a draft: at which rank would it come for a customer's question, and what would it push down?

The draft is never stored. Its passages are encoded in memory and laid over the shelf of articles, and then the question
is ranked as any other, so the answer is what a suggestion gives once the draft is published (tests hold it to that).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.doubt import lowered
from assistant.engine import Engine
from assistant.fusion import ranked
from assistant.hits import FAMILIES_AMONG, LANGUAGES, best_families, may_show, nearest_language
from assistant.match import match
from assistant.question import Question
from assistant.weighing import weigh
from indexer.build import article_passages
from indexer.encode import Vectors
from indexer.model import Passage, Query, Shelf
from indexer.overlay import Overlay
from indexer.reader import Filter
from indexer.shelf_writer import content_hash
from kb.articles import Kin
from kb.model import Article, Audience

COLLEAGUES = (Audience.PUBLIC.value, Audience.PARTNER.value, Audience.INTERNAL.value)
_REMEMBERED = 2_000
"""So many passages keep their vectors: somebody who tries one question after another waits for the first one only."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One article of a list."""

    rank: int
    """1-based."""
    id: str
    title: str
    score: float
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """An article that would stand lower, or no longer be among the first."""

    id: str
    title: str
    before: int
    after: int | None
    """None: beyond the list."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What publishing a draft would change for one question."""

    rank: int | None
    """Where the draft would come; None: not among the first."""
    rank_now: int | None
    """Where what is published of the same article comes."""
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    pushed_down: tuple[Pushed, ...]
    took_ms: float


class Trials:
    """Tries drafts out. Safe to use from several threads; remembers the vectors of passages by their text."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[tuple[str, bytes], Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def run(self, engine: Engine, question: Question, article: Article, *, limit: int = 10, scope: str = "") -> Trial:
        """Rank a question as it is ranked now, and as it would be.

        Args:
            engine: The open index.
            question: What a customer asks.
            article: The draft as the article that it would be; one of the same id that is published is replaced.
            limit: How long the lists are.
            scope: Only articles about this product, or about none, as the team has it.

        Returns:
            Both lists; for a question without words both are empty.
        """
        began = time.perf_counter()
        if not question.text:
            return Trial(None, None, (), (), (), 0.0)
        marks = engine.store.verification.marks()
        asked = engine.ask(question)
        query = Query(asked.text, asked.locale, audiences=COLLEAGUES, product=scope, without=marks.hidden)
        gathered = engine.gather(asked, query)
        now = weigh(gathered, engine.weights, engine.calibration).scores
        before = _list(engine, lowered(now, marks.doubted), query, None, limit)
        # Publishing is a verification.
        query = replace(query, without=query.without - {article.id})
        passages = article_passages(article)
        vectors = self._encoded(engine, article.id, passages)
        shelf = Overlay(engine.readers[Shelf.ARTICLE], article.id, passages, vectors)
        matched = match(
            shelf, asked.text, asked.locale, lambda: asked.whole, Filter.of(query), engine.weights,
            twins=engine.twins.into(asked.locale),
        )  # fmt: skip
        then = weigh(replace(gathered, matched=matched), engine.weights, engine.calibration).scores
        after = _list(engine, lowered(then, marks.doubted - {article.id}), query, article, limit)
        return Trial(
            rank=next((each.rank for each in after if each.id == article.id), None),
            rank_now=next((each.rank for each in before if each.id == article.id), None),
            before=before, after=after, pushed_down=_pushed(before, after, article.id),
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )  # fmt: skip

    def _encoded(self, engine: Engine, article_id: str, passages: Sequence[Passage]) -> Vectors:
        """(k, d) the vectors of passages as they are stored: in half precision, from the index where it has them."""
        keys = [(engine.model, content_hash(passage)) for passage in passages]
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
        known |= {key: row for key, row in _published(engine, article_id).items() if key in keys and key not in known}
        missing = [n for n, key in enumerate(keys) if key not in known]
        if missing:
            rows = engine.encoder.passages([passages[n].embedded for n in missing])
            known |= {keys[n]: row.astype(np.float16).astype(np.float32) for n, row in zip(missing, rows, strict=True)}
        with self._lock:
            self._vectors.update(known)
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        dimension = engine.readers[Shelf.ARTICLE].dense.dimension
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, dimension), np.float32)


def _published(engine: Engine, article_id: str) -> dict[tuple[str, bytes], Vectors]:
    stored = engine.shelves.passages_of(Shelf.ARTICLE, article_id)
    if not stored:
        return {}
    dimension = engine.readers[Shelf.ARTICLE].dense.dimension
    ids, vectors = engine.shelves.vectors(stored, shelf=Shelf.ARTICLE, dimension=dimension)
    return {(engine.model, content_hash(stored[i])): row for i, row in zip(ids, vectors, strict=True)}


def _list(
    engine: Engine, scores: Mapping[str, float], query: Query, draft: Article | None, limit: int
) -> tuple[Standing, ...]:
    """The first families as they are shown, with the draft among them as it would be."""
    best = ranked(scores, limit=max(FAMILIES_AMONG, LANGUAGES * limit))
    kin = [each for each in engine.store.articles.families(best) if draft is None or each.id != draft.id]
    if draft is not None and draft.id in best:
        own = Kin(
            draft.id, draft.translation_of or draft.id, draft.locale, draft.audience, draft.confidence,
            draft.updated_at,
        )  # fmt: skip
        known = {each.id for each in kin}
        family = engine.store.articles.families([own.family])
        kin += [own, *(each for each in family if each.id not in known and each.id != own.id)]
    kin = [each for each in kin if may_show(each, query)]
    if query.product:
        kin = [each for each in kin if each.id in scores]
    families = best_families(kin, scores, limit)
    picked = [(nearest_language(members, scores, query.locale), members) for members in families]
    stored = engine.store.articles.get_many(pick.id for pick, _ in picked)
    titles = {article_id: article.title for article_id, article in stored.items()}
    if draft is not None:
        titles[draft.id] = draft.title
    shown = [(pick, members) for pick, members in picked if pick.id in titles]
    return tuple(
        Standing(
            rank, pick.id, titles[pick.id], round(max(scores.get(k.id, 0.0) for k in members), 4),
            is_draft=draft is not None and pick.id == draft.id,
        )
        for rank, (pick, members) in enumerate(shown, start=1)
    )  # fmt: skip


def _pushed(before: Sequence[Standing], after: Sequence[Standing], own: str) -> tuple[Pushed, ...]:
    then = {each.id: each.rank for each in after}
    lower = (each for each in before if each.id != own and then.get(each.id, len(before) + len(after)) > each.rank)
    return tuple(Pushed(each.id, each.title, each.rank, then.get(each.id)) for each in lower)
