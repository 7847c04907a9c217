"""A search for gaps, from beginning to end: reads a window's demand, judges it, groups what is uncovered, stores it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from assistant.demand import grain
from assistant.demand.asked import Demand as GroupedDemand
from assistant.demand.grain import Grain
from assistant.engine import Engine
from assistant.gaps import corpus as corpora
from assistant.gaps import demand as demands
from assistant.gaps.closures import closures_of, note_shipped
from assistant.gaps.clusters import Cluster, clusters_of
from assistant.gaps.corpus import Corpus, answers_of
from assistant.gaps.demand import Demand
from assistant.gaps.figures import Asked, Frame, gap_of, minutes_in
from assistant.gaps.identity import Fresh, identify
from assistant.gaps.label import rarity_of
from assistant.gaps.lessons import Lessons
from assistant.gaps.likely import Likely, as_of, judged
from assistant.gaps.model import Coverage, Gap
from assistant.gaps.near import Unseen, near_articles
from assistant.gaps.order import weeks_between
from assistant.gaps.shelf import ArticleShelf
from assistant.gaps.stored import figures_of, known_gaps, returned, summary_of
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from indexer.model import Shelf
from kb import clock
from kb.gaps.model import GapChange, GapFigures, Window
from kb.settings import Settings
from kb.store import Store

Move = Callable[[str, int, int], None]
"""Told (step, done, all)."""
_READ_FOR_WORDS = 2000
"""So many tickets tell how seldom a word is."""
_MANY = 100
_READ_NOT_WRITTEN = 0.7
"""See `grain.b_cubed`. Of a gap a lead reads twenty rows, of candidates each becomes a draft: here a topic in two rows
is nearly as bad as two in one."""
_MOST_ANSWERS = 0.5
"""What was asked makes a gap, at least as much as what was answered."""
STEPS = ("reading", "judging", "grouping", "describing", "closing")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    gaps: tuple[Gap, ...]
    """The most work first, ties by id."""
    summary: Mapping[str, object]
    figures: tuple[GapFigures, ...]
    changes: tuple[GapChange, ...]


def find_gaps(engine: Engine, settings: Settings, window: Window, *, move: Move, now: datetime) -> Found:
    """Look for gaps; nothing is written but what was learned on the way and which gaps have their article by now.

    Args:
        engine: The open index and store.
        settings: The team's.
        window: Which demand.
        move: Told how far it is.
        now: For what is overdue or ignored.
    """
    return _Search(engine, settings, window, move, now).run()


def keep(store: Store, run_id: int, found: Found) -> None:
    """Store what a search found.

    Args:
        store: The open data folder.
        run_id: The run that was begun for it.
        found: What it found.
    """
    store.gaps.runs.finish(run_id, found.summary, found.figures, found.changes)


class _Search:
    """What is known while gaps are looked for."""

    def __init__(self, engine: Engine, settings: Settings, window: Window, move: Move, now: datetime) -> None:
        self._engine, self._settings, self._window = engine, settings, window
        self._store, self._move, self._now = engine.store, move, now
        self._dimension = engine.readers[Shelf.TICKET].dense.dimension

    def run(self) -> Found:
        """All steps."""
        self._move("reading", 0, 0)
        confident = self._settings.min_confidence
        shelf = ArticleShelf.read(self._store, self._now)
        demand = demands.read(self._store, shelf, self._window, confident=confident)
        corpus = corpora.read(
            self._engine.shelves, self._settings, demand.tickets, list(demand.misses.values()), demand.labels.keys()
        )
        rows = demands.undecided(demand, corpus)
        lessons = Lessons(self._store, self._engine, len(demand.labels))
        likely = self._judged(demand, corpus, rows, shelf, lessons)
        covered = demands.coverage_with(demand, corpus, rows, likely, shelf, confident=confident)
        uncovered = np.array(sorted(corpus.place[i] for i, c in covered.items() if c is Coverage.NONE), np.int64)
        clusters, singles = self._clusters(demand, corpus, uncovered, lessons)
        described = self._described(demand, corpus, rows, likely, shelf, clusters)
        gaps, changes = self._named(described, clusters, corpus, demand)
        self._move("closing", 0, 0)
        note_shipped(self._store, shelf, self._now)
        closures = closures_of(self._engine, self._settings, self._window, self._now)
        whole = [replace(gap, closure=closures.get(gap.id)) for gap in gaps]
        ordered = sorted(whole, key=lambda gap: (-gap.work, gap.id))
        by_id = {gap.id: cluster for gap, cluster in zip(gaps, clusters, strict=True)}
        back = returned(self._store, ordered, self._now)
        summary = summary_of(
            ordered, demand, covered, corpus, [corpus.ids[row] for row in singles], likely, closures,
            {gap_id: each.centre for gap_id, each in by_id.items()}, shelf,
            minutes_in(list(demand.tickets.values()), 1.0),
        )  # fmt: skip
        return Found(tuple(ordered), summary, figures_of(ordered, by_id), (*changes, *back))

    def _judged(
        self, demand: Demand, corpus: Corpus, rows: NDArray[np.int64], shelf: ArticleShelf, lessons: Lessons
    ) -> Likely:  # fmt: skip
        def ask(row: int) -> Question:
            ticket_id = corpus.ids[row]
            if ticket_id in demand.misses:
                miss = demand.misses[ticket_id]
                question = Question(body=miss.query, locale=miss.locale, product=miss.product)
            else:
                ticket = demand.tickets[ticket_id]
                question = Question(
                    ticket.subject, ticket.opening, ticket.locale, ticket.product, ticket_id=ticket.id
                )  # fmt: skip
            return as_of(question, self._window.until)

        if len(rows) > _MANY:
            # Loads an encoder that is quicker from so many questions on.
            self._engine.warm()
        linked = {}
        for ticket_id, family in demand.labels.items():
            leaf = shelf.version(family, corpus.locales[corpus.place[ticket_id]]) if ticket_id in corpus.place else None
            if leaf is not None:
                linked[ticket_id] = leaf.article.id
        self._move("judging", 0, len(rows))
        covered = [ticket_id for ticket_id, known in demand.traced().items() if known is not Coverage.NONE]
        likely = judged(
            self._engine, corpus, rows, linked, covered, ask, threshold=self._settings.min_confidence,
            agreement=lessons.agreement(), move=lambda done, total: self._move("judging", done, total),
        )  # fmt: skip
        lessons.keep_agreement(likely.agreement)
        return likely

    def _clusters(
        self, demand: Demand, corpus: Corpus, uncovered: NDArray[np.int64], lessons: Lessons
    ) -> tuple[list[Cluster], list[int]]:
        self._move("grouping", 0, len(uncovered))
        linked = np.array(sorted(corpus.place[i] for i in demand.labels if i in corpus.place), np.int64)
        wanted = {corpus.ids[row] for row in np.union1d(linked, uncovered).tolist()}
        answers = answers_of(self._engine.shelves, wanted, self._dimension)

        def demand_of(rows: NDArray[np.int64]) -> GroupedDemand:
            return corpus.demand(rows, demand.labels, answers, self._dimension)

        return clusters_of(corpus, uncovered, linked, demand_of, self._grain(linked, demand_of, lessons))

    def _grain(
        self, linked: NDArray[np.int64], demand_of: Callable[[NDArray[np.int64]], GroupedDemand], lessons: Lessons
    ) -> Grain:
        known = lessons.grain()
        if known is None:
            known = grain.learned(demand_of(linked), beta=_READ_NOT_WRITTEN, most_answers=_MOST_ANSWERS)
            lessons.keep_grain(known)
        return known

    def _described(
        self,
        demand: Demand,
        corpus: Corpus,
        rows: NDArray[np.int64],
        likely: Likely,
        shelf: ArticleShelf,
        clusters: list[Cluster],
    ) -> list[Gap]:
        at = {int(row): place for place, row in enumerate(rows.tolist())}
        unseen = Unseen.of(self._engine, shelf, None)
        articles = {article_id: leaf.article for article_id, leaf in shelf.leaves.items()}
        frame = self._frame(demand)
        found = []
        for done, cluster in enumerate(clusters):
            ids = [corpus.ids[row] for row in cluster.rows]
            asked = Asked(
                tuple(demand.tickets[i] for i in ids if i in demand.tickets),
                tuple(demand.misses[i] for i in ids if i in demand.misses),
            )
            visible = float(np.mean([likely.cosine[at[row]] for row in cluster.rows if row in at] or [0.0]))
            near = near_articles(
                cluster, at, corpus, likely, demand.traces, shelf, asked.locale,
                unseen=unseen.nearest(self._engine, corpus, cluster, visible), confident=frame.confident,
            )  # fmt: skip
            found.append(gap_of(asked, near, articles, frame))
            self._move("describing", done + 1, len(clusters))
        return found

    def _frame(self, demand: Demand) -> Frame:
        times = [each.created_at for each in demand.tickets.values()] + [each.at for each in demand.misses.values()]
        first = self._window.since or min(times, default=self._now)
        last = max(times, default=self._now)
        some = sorted(demand.tickets)[:: max(1, len(demand.tickets) // _READ_FOR_WORDS)]
        return Frame(
            weeks=weeks_between(first, max(first, last)),
            confident=self._settings.min_confidence,
            usual_minutes=minutes_in(list(demand.tickets.values()), 1.0),
            rarity=rarity_of([demand.tickets[i] for i in some]),
            team=TeamNumbers.of(self._settings),
        )

    def _named(
        self, gaps: list[Gap], clusters: list[Cluster], corpus: Corpus, demand: Demand
    ) -> tuple[list[Gap], list[GapChange]]:
        fresh = [
            Fresh(corpus.ids[each.rows[0]], frozenset(corpus.ids[row] for row in each.rows), each.centre)
            for each in clusters
        ]
        known = known_gaps(self._store)
        ids, changes = identify(fresh, known, [*demand.tickets, *demand.misses])
        # In a first run everything would be new, which is no news.
        return [replace(gap, id=gap_id) for gap, gap_id in zip(gaps, ids, strict=True)], changes if known else []


def look(engine: Engine, settings: Settings, window: Window, *, actor: str, move: Move) -> Found:
    """Begin a run, look for gaps and store them; a run that cannot be finished says why.

    Args:
        engine: The open index and store.
        settings: The team's.
        window: Which demand.
        actor: The user's id, or "system".
        move: Told how far it is; the database is told too.

    Raises:
        Conflict: Another run is going on.
    """
    runs = engine.store.gaps.runs
    run_id = runs.begin(window, actor=actor)
    told = clock.now()

    def moved(step: str, done: int, total: int) -> None:
        nonlocal told
        move(step, done, total)
        if done == 0 or (clock.now() - told).total_seconds() >= 1:
            told = clock.now()
            runs.move(run_id, step, done, total)

    try:
        found = find_gaps(engine, settings, window, move=moved, now=clock.now())
        keep(engine.store, run_id, found)
    except BaseException as error:
        runs.fail(run_id, str(error) or type(error).__name__)
        raise
    return found
