"""Measures rankings on a data set: ours beside plain baselines, in one run over the same index and queries."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean, median, quantiles

from assistant.datasets import Dataset, Labelled, question_at_arrival, tickets_before
from assistant.engine import Asked, Engine
from assistant.fusion import ranked, reciprocal_rank
from assistant.metrics import bootstrap_interval, hit_at, ndcg_at, reciprocal_rank_at
from indexer.build import bring_up_to_date
from indexer.model import Query
from kb.errors import KBError
from kb.importers.run import import_paths
from kb.settings import Settings
from kb.store import Store

MEASURES: dict[str, Callable[[Sequence[str], frozenset[str]], float]] = {
    "hit@1": lambda ranking, relevant: hit_at(ranking, relevant, 1),
    "hit@5": lambda ranking, relevant: hit_at(ranking, relevant, 5),
    "MRR@10": lambda ranking, relevant: reciprocal_rank_at(ranking, relevant, 10),
    "nDCG@10": lambda ranking, relevant: ndcg_at(ranking, relevant, 10),
}
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one ranking did on one question."""

    id: str
    locale: str
    ranking: str
    articles: tuple[str, ...]
    values: dict[str, float]
    confidence: float
    took_ms: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a ranking over the questions of one language, or of all."""

    ranking: str
    locale: str
    questions: int
    means: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    median_ms: float
    p95_ms: float


def prepare(dataset: Dataset, settings: Settings, *, until: datetime | None, progress: Callable[[str], None]) -> Store:
    """Import and index a data set into the data folder of the settings.

    Args:
        dataset: What to measure with.
        settings: Its data folder is used, and kept, so that the next run is quick.
        until: Only tickets created before this are evidence; needed where labels belong to tickets.
        progress: Told in words what happens.

    Raises:
        KBError: The data folder holds other tickets than these, which would be evidence too.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    store = Store.open(settings)
    progress("importing")
    paths = list(dataset.articles)
    count = 0
    if dataset.tickets:
        evidence = settings.home / "evidence.jsonl"
        count = tickets_before(dataset.tickets, until, evidence)
        progress(f"{count} tickets are evidence")
        paths.append(evidence)
    import_paths(store, paths)
    if store.counts()["tickets"] > count:
        store.close()
        raise KBError(
            f"{settings.home} holds tickets of another measurement.",
            hint="Name another folder with --work, or delete it.",
        )
    progress("indexing")
    bring_up_to_date(store, settings)
    return store


def labelled_tickets(dataset: Dataset, settings: Settings) -> list[Labelled]:
    """The questions of labelled tickets, read into a data folder of their own: they must not be evidence."""
    aside = Store.open(Settings(home=settings.home / "labelled"))
    import_paths(aside, list(dataset.tickets))
    tickets = aside.tickets.get_many(dataset.labels)
    found = [
        Labelled(ticket.id, question_at_arrival(ticket), dataset.labels[ticket.id], ticket.locale)
        for ticket in tickets.values()
    ]
    aside.close()
    return found


def run(engine: Engine, labelled: Sequence[Labelled]) -> list[Outcome]:
    """Ask every question of every ranking."""
    popular = tuple(article_id for article_id, _ in engine.store.tickets.link_counts())
    outcomes: list[Outcome] = []
    for item in labelled:
        began = time.perf_counter()
        asked = engine.ask(item.question)
        found = engine.articles(asked, Query(asked.text, asked.locale))
        took_ms = (time.perf_counter() - began) * 1000
        for name, ranking in _rankings(engine, asked, popular, found.scores).items():
            values = {measure: of(ranking, item.relevant) for measure, of in MEASURES.items()}
            chance = found.confidence if name == "svar" else 0.0
            outcomes.append(Outcome(item.id, item.locale, name, tuple(ranking), values, chance, took_ms))
    return outcomes


def table(outcomes: Sequence[Outcome]) -> list[Line]:
    """Means with bootstrap intervals per ranking, over all questions and per language where there are several."""
    locales = sorted({outcome.locale for outcome in outcomes})
    lines = [_line(outcomes, name, "") for name in dict.fromkeys(o.ranking for o in outcomes)]
    if len(locales) > 1:
        names = list(dict.fromkeys(o.ranking for o in outcomes))
        lines += [_line([o for o in outcomes if o.locale == loc], name, loc) for loc in locales for name in names]
    return lines


def write_outcomes(outcomes: Sequence[Outcome], target: Path) -> None:
    """One JSON line per question and ranking, so that losses can be read one by one."""
    with target.open("w", encoding="utf-8") as out:
        for outcome in outcomes:
            row = {
                "id": outcome.id,
                "locale": outcome.locale,
                "ranking": outcome.ranking,
                "articles": outcome.articles,
                "confidence": outcome.confidence,
                **outcome.values,
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rankings(engine: Engine, asked: Asked, popular: Sequence[str], ours: dict[str, float]) -> dict[str, list[str]]:
    matched = engine.match(asked, Query(asked.text, asked.locale))
    rankings = {
        "popular": list(popular[:_DEPTH]),
        "BM25": ranked(matched.lexical, limit=_DEPTH),
        "dense": ranked(matched.dense, limit=_DEPTH),
        "RRF": ranked(reciprocal_rank([matched.dense, matched.lexical]), limit=_DEPTH),
        "convex": ranked(matched.scores, limit=_DEPTH),
        "svar": ranked(ours, limit=_DEPTH),
    }
    return rankings if popular else {name: r for name, r in rankings.items() if name != "popular"}


def _line(outcomes: Sequence[Outcome], ranking: str, locale: str) -> Line:
    own = [outcome for outcome in outcomes if outcome.ranking == ranking]
    columns = {measure: [outcome.values[measure] for outcome in own] for measure in MEASURES}
    times = sorted(outcome.took_ms for outcome in own)
    return Line(
        ranking=ranking,
        locale=locale,
        questions=len(own),
        means={measure: mean(values) for measure, values in columns.items()},
        intervals={measure: bootstrap_interval(values) for measure, values in columns.items()},
        median_ms=median(times),
        p95_ms=quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0],
    )
