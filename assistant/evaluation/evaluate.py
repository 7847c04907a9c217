"""Measures rankings on a data set: ours beside plain baselines, in one run over the same index and queries."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.engine import Asked, Engine, Found
from assistant.evaluation.baselines import Baselines
from assistant.evaluation.datasets import Labelled
from assistant.evaluation.metrics import hit_at, ndcg_at, reciprocal_rank_at
from assistant.evaluation.vector_memory import VectorMemory
from assistant.fusion import ranked
from indexer.model import Query
from kb.store import Store

MEASURES: dict[str, Callable[[Sequence[str], frozenset[str]], float]] = {
    "hit@1": lambda ranking, relevant: hit_at(ranking, relevant, 1),
    "hit@5": lambda ranking, relevant: hit_at(ranking, relevant, 5),
    "MRR@10": lambda ranking, relevant: reciprocal_rank_at(ranking, relevant, 10),
    "nDCG@10": lambda ranking, relevant: ndcg_at(ranking, relevant, 10),
}
OURS = "svar"
TIMED = 100
"""So many questions of a run are timed with the encoder that the product asks with."""
_DEPTH = 10
_SHOWN = 5
_TEXT_CHARACTERS = 300
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Named:
    """An article as it is named to whoever reads the losses."""

    id: str
    title: str
    locale: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the first articles of a ranking, and what spoke for it."""

    id: str
    title: str
    match: float
    """0..1, how well article and question match by themselves."""
    dense: float
    """Its best centred cosine."""
    lexical: float
    """Its best BM25."""
    votes: float
    """Sum of the weights of the similar tickets that link it."""
    tickets: int
    """How many those are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one ranking did on one question."""

    id: str
    locale: str
    ranking: str
    articles: tuple[str, ...]
    """The first ten."""
    values: dict[str, float]
    confidence: float
    """The shown chance; 0 for other rankings than ours."""
    took_ms: float | None = None
    """From the question to the ranking, as the product works; None where it was not timed."""
    experiment: str = ""
    """Which variant of the data set it was; empty for the whole one."""
    group: str = ""
    text: str = ""
    """The beginning of the question."""
    expected: tuple[Named, ...] = ()
    """What would have been right, by id; what is not stored has no locale."""
    first: tuple[Reason, ...] = ()
    """The first five."""

    @property
    def answerable(self) -> bool:
        """Whether any right article is in the knowledge base at all."""
        return any(article.locale for article in self.expected)

    @property
    def useful(self) -> bool:
        """Whether a right article is among the first five."""
        return self.values["hit@5"] > 0


def run(
    engine: Engine,
    labelled: Sequence[Labelled],
    *,
    memory: VectorMemory | None = None,
    experiment: str = "",
    timed: int = TIMED,
) -> list[Outcome]:
    """Ask every question of every ranking.

    Args:
        engine: An open index.
        labelled: The questions.
        memory: Encodes the questions that are not timed; without it the engine's own encoder does.
        experiment: What the outcomes are called.
        timed: How many of the questions, spread evenly, are timed as the product would ask them; 0 for none.

    Returns:
        For every question one outcome per ranking, ours last; none for no questions.
    """
    popular = [article_id for article_id, _ in engine.store.tickets.link_counts()]
    known, baselines = catalogue(engine.store), Baselines(engine)
    own = engine.encoder
    count = min(timed, len(labelled))
    chosen = {number * len(labelled) // count for number in range(count)}
    outcomes: list[Outcome] = []
    if memory is not None:
        memory.expect(len(labelled))
    if labelled and timed:
        # The first question of a process pays for what is loaded on first use.
        _search(engine, labelled[0])
    try:
        for number, item in enumerate(labelled):
            measured = number in chosen
            engine.encoder = own if measured or memory is None else memory
            asked, query, found, took_ms = _search(engine, item)
            plain = baselines.rankings(asked, query)
            for name, ranking in _rankings(found, plain, popular, item, known).items():
                made = _outcome(item, name, ranking, found, known)
                outcomes.append(replace(made, experiment=experiment, took_ms=took_ms if measured else None))
    finally:
        engine.encoder = own
    return outcomes


def catalogue(store: Store) -> dict[str, Named]:
    """Every article that is stored, by id."""
    known: dict[str, Named] = {}
    seq = 0
    while page := store.articles.changed_since(seq, limit=_PAGE):
        seq = page[-1][0]
        known.update((a.id, Named(a.id, a.revision.title, a.locale)) for _, a in page)
    return known


def write_outcomes(outcomes: Iterable[Outcome], target: Path) -> None:
    """One JSON line per question and ranking, so that losses can be read one by one."""
    with target.open("w", encoding="utf-8") as out:
        for outcome in outcomes:
            row = {
                "id": outcome.id,
                "experiment": outcome.experiment,
                "group": outcome.group,
                "locale": outcome.locale,
                "ranking": outcome.ranking,
                "question": outcome.text,
                "articles": outcome.articles,
                "confidence": outcome.confidence,
                **outcome.values,
                "expected": [{"id": each.id, "title": each.title} for each in outcome.expected],
                "first": [_reason(each) for each in outcome.first],
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _search(engine: Engine, item: Labelled) -> tuple[Asked, Query, Found, float]:
    began = time.perf_counter()
    asked = engine.ask(item.question)
    query = Query(asked.text, asked.locale, locales=item.within)
    found = engine.articles(asked, query)
    return asked, query, found, (time.perf_counter() - began) * 1000


def _rankings(
    found: Found,
    plain: Mapping[str, Sequence[str]],
    popular: Sequence[str],
    item: Labelled,
    known: Mapping[str, Named],
) -> dict[str, list[str]]:
    """The first ten of every ranking; most popular only where agents have linked anything."""
    whole = {"popular": popular, **plain, OURS: ranked(found.scores)}
    # Votes know no languages, so what they brought in beside the search is taken out here.
    allowed = {
        name: [each for each in ranking if not item.within or (each in known and known[each].locale in item.within)]
        for name, ranking in whole.items()
        if name != "popular" or popular
    }
    return {name: ranking[:_DEPTH] for name, ranking in allowed.items()}


def _outcome(item: Labelled, name: str, ranking: Sequence[str], found: Found, known: Mapping[str, Named]) -> Outcome:
    return Outcome(
        id=item.id,
        locale=item.locale,
        ranking=name,
        articles=tuple(ranking),
        values={measure: of(ranking, item.relevant) for measure, of in MEASURES.items()},
        confidence=found.confidence if name == OURS else 0.0,
        group=item.group,
        text=" ".join(item.question.text.split())[:_TEXT_CHARACTERS],
        expected=tuple(known.get(each, Named(each, "", "")) for each in sorted(item.relevant)),
        first=tuple(_because(each, found, known) for each in ranking[:_SHOWN]),
    )


def _because(article_id: str, found: Found, known: Mapping[str, Named]) -> Reason:
    vote = found.votes.get(article_id)
    return Reason(
        id=article_id,
        title=known[article_id].title if article_id in known else "",
        match=found.matched.scores.get(article_id, 0.0),
        dense=found.matched.dense.get(article_id, 0.0),
        lexical=found.matched.lexical.get(article_id, 0.0),
        votes=vote.score if vote else 0.0,
        tickets=vote.evidence.tickets if vote else 0,
    )


def _reason(reason: Reason) -> dict[str, object]:
    rounded = {"match": reason.match, "dense": reason.dense, "lexical": reason.lexical, "votes": reason.votes}
    return {
        "id": reason.id,
        "title": reason.title,
        **{name: round(value, 4) for name, value in rounded.items()},
        "tickets": reason.tickets,
    }
