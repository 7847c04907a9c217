"""Where a data set is measured: data folders filled with it, one for the whole set and one per variant beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.engine import Engine
from assistant.evaluation.datasets import Dataset, Labelled, Row, question_at_arrival, rows, tickets_before, write_rows
from assistant.evaluation.vector_memory import VectorMemory
from assistant.indexing import bring_up_to_date
from assistant.learning.learn import learn
from assistant.learning.verdict import line
from indexer.encoders import bulk_encoder
from kb.errors import KBError
from kb.importers.run import import_paths
from kb.settings import Settings
from kb.store import Store

Progress = Callable[[str], None]


class Testbed:
    """The data folders of one measurement; all are kept, so that the next run is quick."""

    __test__ = False  # the name begins like a test's

    def __init__(
        self,
        dataset: Dataset,
        settings: Settings,
        *,
        until: datetime | None = None,
        last: int | None = None,
        learns: bool = False,
        progress: Progress = lambda _: None,
    ) -> None:
        """Name what is measured and where; nothing is done yet.

        Args:
            dataset: What to measure with.
            settings: Its data folder is used.
            until: Only tickets created before this are evidence; needed where labels belong to tickets.
            last: Only so many linked tickets, the newest, are evidence.
            learns: Learn from the evidence before anything is asked, as a server does every night; what is adopted
                stays in the data folder.
            progress: Told in words what happens.
        """
        self.dataset, self.settings = dataset, settings
        self.memory = VectorMemory(lambda texts: bulk_encoder(settings.model, settings, texts=texts))
        self.progress = progress
        self._until, self._last, self._learns = until, last, learns
        self._open: list[Store] = []

    def whole(self) -> Engine:
        """The whole data set, imported and indexed.

        Raises:
            KBError: The data folder holds other tickets or articles than these.
        """
        return self._engine(self.settings.home, list(self.dataset.articles), "")

    def without(self, articles: frozenset[str], name: str, *, more: Path | None = None) -> Engine:
        """The data set without some articles, perhaps with the articles of one more file, in a folder of its own.

        Args:
            articles: Ids of what is left out.
            name: The folder below the data folder; a variant must keep its name and its articles.
            more: A file of articles to add.

        Raises:
            KBError: The data folder holds other tickets or articles than these.
        """
        home = self.settings.home / name
        home.mkdir(parents=True, exist_ok=True)
        kept = home / "articles.jsonl"
        write_rows((row for row in self.article_rows() if str(row["id"]) not in articles), kept)
        return self._engine(home, [kept] if more is None else [kept, more], f"{name}: ")

    def article_rows(self) -> Iterator[Row]:
        """The articles of the data set as they stand in its files."""
        for file in self.dataset.articles:
            yield from rows(file, "id")

    def labelled_tickets(self) -> list[Labelled]:
        """The questions of labelled tickets, in the order of the labels; tickets that are missing are left out.

        They are read into a data folder of their own, since they must not be evidence.
        """
        labels = self.dataset.labels
        aside = Store.open(Settings(home=self.settings.home / "labelled"))
        chosen = self.settings.home / "labelled.jsonl"
        files = self.dataset.tickets
        write_rows((row for file in files for row in rows(file, "id") if str(row["id"]) in labels), chosen)
        import_paths(aside, [chosen])
        tickets = aside.tickets.get_many(labels)
        aside.close()
        return [
            Labelled(ticket.id, question_at_arrival(ticket), labels[ticket.id], ticket.locale)
            for ticket in (tickets[ticket_id] for ticket_id in labels if ticket_id in tickets)
        ]

    def close(self) -> None:
        """Close every database."""
        while self._open:
            self._open.pop().close()

    def _engine(self, home: Path, articles: Sequence[Path], name: str) -> Engine:
        # The model lies with the whole set, also where no folder for it was named.
        settings = replace(self.settings, home=home, models=self.settings.models_folder)
        home.mkdir(parents=True, exist_ok=True)
        store = Store.open(settings)
        self._open.append(store)
        self.progress(f"{name}importing")
        count = self._import(store, home, articles, name)
        if store.counts()["tickets"] > count:
            raise KBError(
                f"{home} holds tickets of another measurement.", hint="Name another folder with --work, or delete it."
            )
        if store.counts()["articles"] > sum(_count(path) for path in articles):
            raise KBError(
                f"{home} holds articles of another measurement.", hint="Name another folder with --work, or delete it."
            )
        self.progress(f"{name}indexing")
        bring_up_to_date(store, settings, encoder=self.memory)
        if self._learns:
            self._learn(store, settings, name)
        return Engine.open(store, settings)

    def _learn(self, store: Store, settings: Settings, name: str) -> None:
        """Learn from the evidence once: a second time from the same would move what was learned once more."""
        if store.learned.history(limit=1):
            return
        self.progress(f"{name}learning")
        try:
            made = learn(store, settings)
        except KBError as error:
            # A young knowledge base serves with what is shipped.
            self.progress(f"{name}nothing learned: {error}")
        else:
            for each in made:
                self.progress(f"{name}{line(each)}")

    def _import(self, store: Store, home: Path, articles: Sequence[Path], name: str) -> int:
        """Import articles and evidence; returns how many tickets are evidence."""
        paths, count = [*articles, *self.dataset.canned], 0
        if self.dataset.tickets:
            evidence = home / "evidence.jsonl"
            count = tickets_before(self.dataset.tickets, self._until, evidence, last=self._last)
            self.progress(f"{name}{count} tickets are evidence")
            paths.append(evidence)
        rejected = import_paths(store, paths).rejected
        if rejected:
            first = rejected[0]
            self.progress(f"{name}{len(rejected)} rows were left out, first {first.path}:{first.line}: {first.reason}")
        return count


def _count(path: Path) -> int:
    """How many articles a file of rows or a folder of Markdown has."""
    if path.is_dir():
        return sum(1 for _ in path.rglob("*.md"))
    return len({str(row["id"]) for row in rows(path, "id")})
