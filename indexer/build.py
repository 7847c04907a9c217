"""Brings the index up to date with the store: only what changed, in small transactions, safe to kill at any moment."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.common_questions import COMMON_QUESTIONS
from indexer.encode import Encoder, Vectors
from indexer.encoders import bulk_encoder, query_encoder
from indexer.folders import current_folder, folder_for, make_current, remove_others
from indexer.frame import turn_for
from indexer.model import Passage, Shelf
from indexer.passages import passage_of_canned, passage_of_ticket, passages_of
from indexer.problem import is_evidence
from indexer.shelf_writer import FORGOTTEN, Writer, content_hash, text_hash
from indexer.shelves import COMMON_MEANS, FORMAT, TWINS, Shelves
from indexer.snapshots import write_snapshots
from indexer.solution import solution_of
from indexer.twins import twins
from kb.errors import KBError, StorageDamaged
from kb.model import Article, Audience, CannedReply, Confidence, Ticket
from kb.settings import Settings
from kb.store import Store

BATCH = 512
"""Nouns per transaction: at most a few seconds of work are done again after a kill."""
_TWINS_SHARE = 0.01
"""Twins are looked for when more than this share of the articles has changed since."""
_TWO = 2

Progress = Callable[[int, int], None]
"""Called with (done, total) nouns."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an index run did."""

    folder: Path
    nouns: int
    """Articles, tickets and canned replies that were looked at."""
    passages: int
    """Passages that were written."""
    encoded: int
    """Texts that had to be encoded; the rest was known by its content."""
    seconds: float


def bring_up_to_date(
    store: Store,
    settings: Settings,
    *,
    full: bool = False,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
    teach: Callable[[Shelves], None] | None = None,
) -> Built:
    """Index all that changed in the store since the last run.

    Args:
        store: What is known.
        settings: Which model; another one than the index has starts a new index while the old one serves.
        full: Make the index anew.
        progress: Told after every transaction.
        encoder: Use this one; by default the quickest for the amount of work.
        teach: Called with the index before it is made to serve, for what others derive from it.

    Raises:
        KBError: Another index run is going on, the model is missing, the disk is full.
    """
    began = time.monotonic()
    settings.home.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.home):
        shelves = _open(settings, full=full)
        run = _Run(store, shelves, settings, encoder, progress)
        run.all()
        if shelves.removed(after=int(shelves.meta(FORGOTTEN, "0"))):
            # Also when it was the run before that took it out, and was killed.
            with shelves.write() as writer:
                writer.forget_orphans()
        shelves.settle()
        _note_common_means(shelves, settings, run.encoder)
        write_snapshots(shelves)
        _note_twins(shelves, run.articles)
        if teach is not None:
            teach(shelves)
        make_current(shelves.path.parent)
        remove_others(settings.home, shelves.path.parent)
    return Built(shelves.path.parent, run.done, run.passages, run.encoded, time.monotonic() - began)


def pending(store: Store, shelves: Shelves) -> int:
    """How many articles, tickets and canned replies changed since the index was brought up to date."""
    total = 0
    for shelf, table in _TABLES.items():
        row = store.database.row(f"SELECT count(*) FROM {table} WHERE seq > ?", (_seq(shelves, shelf),))
        total += int(row[0]) if row is not None else 0
    return total


_TABLES = {Shelf.ARTICLE: "articles", Shelf.CANNED: "canned_replies", Shelf.TICKET: "tickets"}


class _Run:
    """One pass over everything that changed."""

    def __init__(
        self, store: Store, shelves: Shelves, settings: Settings, encoder: Encoder | None, progress: Progress | None
    ) -> None:
        self.store, self.shelves, self.settings, self.progress = store, shelves, settings, progress
        self.total = pending(store, shelves)
        self.done = self.passages = self.encoded = self.articles = 0
        self.encoder = encoder

    def all(self) -> None:
        for shelf in _TABLES:
            for seq, batch, solutions in self._batches(shelf):
                self._write(shelf, seq, batch, solutions)
                self.done += len(batch)
                self.articles += len(batch) if shelf is Shelf.ARTICLE else 0
                if self.progress is not None:
                    self.progress(self.done, self.total)

    def _batches(self, shelf: Shelf) -> Iterator[tuple[int, dict[str, list[Passage]], dict[str, str]]]:
        """(newest change number, passages per noun, solutions per ticket) until nothing is newer."""
        while True:
            since = _seq(self.shelves, shelf)
            solutions: dict[str, str] = {}
            if shelf is Shelf.TICKET:
                tickets = self.store.tickets.changed_since(since, limit=BATCH)
                found = [(seq, t.id, _of_ticket(t)) for seq, t in tickets]
                solutions = {t.id: solution_of(t) for _, t in tickets}
            elif shelf is Shelf.ARTICLE:
                found = [
                    (seq, a.id, _of_article(a)) for seq, a in self.store.articles.changed_since(since, limit=BATCH)
                ]
            else:
                found = [(seq, c.id, _of_canned(c)) for seq, c in self.store.canned.changed_since(since, limit=BATCH)]
            if not found:
                return
            yield found[-1][0], {noun_id: passages for _, noun_id, passages in found}, solutions

    def _write(self, shelf: Shelf, seq: int, batch: dict[str, list[Passage]], solutions: dict[str, str]) -> None:
        new = {content_hash(p): p.embedded for passages in batch.values() for p in passages}
        answers = {ticket_id: text_hash(text, is_query=True) for ticket_id, text in solutions.items() if text}
        new.update((key, solutions[ticket_id]) for ticket_id, key in answers.items())
        known = self.shelves.known_hashes(list(new))
        missing = [key for key in new if key not in known]
        vectors = self._encode(shelf, [new[key] for key in missing]) if missing else None
        with self.shelves.write() as writer:
            if vectors is not None:
                writer.remember_vectors(missing, vectors)
            for noun_id, passages in batch.items():
                writer.replace(shelf, noun_id, passages)
                self.passages += len(passages)
            for ticket_id in solutions:
                writer.set_solution(ticket_id, answers.get(ticket_id))
            writer.set_meta(f"seq:{shelf}", str(seq))
            if self.encoder is not None:
                self._note_encoder(writer, self.encoder)

    def _encode(self, shelf: Shelf, texts: list[str]) -> Vectors:
        if self.encoder is None:
            # Articles are several passages each, so nouns alone understate the work.
            self.encoder = bulk_encoder(
                self.settings.model, self.settings, texts=max(self.total - self.done, len(texts))
            )
        self.encoded += len(texts)
        # Tickets are questions; both sides of a ticket-to-ticket comparison are encoded alike.
        return self.encoder.queries(texts) if shelf is Shelf.TICKET else self.encoder.passages(texts)

    def _note_encoder(self, writer: Writer, encoder: Encoder) -> None:
        writer.set_meta("model", self.settings.model)
        writer.set_meta("dimension", str(encoder.dimension))


def _of_article(article: Article) -> list[Passage]:
    if article.confidence is Confidence.ARCHIVED or article.audience is Audience.AUTHOR:
        return []
    return passages_of(article)


def _of_ticket(ticket: Ticket) -> list[Passage]:
    return [passage_of_ticket(ticket)] if is_evidence(ticket) else []


def _of_canned(canned: CannedReply) -> list[Passage]:
    return [passage_of_canned(canned)]


def _seq(shelves: Shelves, shelf: Shelf) -> int:
    return int(shelves.meta(f"seq:{shelf}", "0"))


def _open(settings: Settings, *, full: bool) -> Shelves:
    serving = current_folder(settings.home)
    folder = folder_for(settings.home, settings.model, fresh=full)
    if not full and serving is not None and serving.name.rsplit("-", 1)[0] == folder.name.rsplit("-", 1)[0]:
        folder = serving
    try:
        shelves = Shelves(folder, busy_timeout_s=settings.busy_timeout_s)
        if shelves.meta("model", settings.model) == settings.model:
            return shelves
    except StorageDamaged:
        # The index can always be made anew from the store.
        pass
    return Shelves(folder_for(settings.home, settings.model, fresh=True), busy_timeout_s=settings.busy_timeout_s)


def _note_common_means(shelves: Shelves, settings: Settings, encoder: Encoder | None) -> None:
    """Keep the means of common questions in each language, once per index."""
    if shelves.meta("model") and not shelves.meta(COMMON_MEANS):
        chosen = encoder or query_encoder(settings.model, settings)
        means = {locale: chosen.queries(texts).mean(axis=0) for locale, texts in COMMON_QUESTIONS.items()}
        with shelves.write() as writer:
            rounded = {locale: [round(float(x), 6) for x in mean] for locale, mean in means.items()}
            writer.set_meta(COMMON_MEANS, json.dumps(rounded))


def _note_twins(shelves: Shelves, changed: int) -> None:
    """Look for articles that say the same in two languages, when enough articles have changed."""
    keys = shelves.keys(Shelf.ARTICLE)
    dimension = int(shelves.meta("dimension", "0"))
    locales = {key[1]: key[2] for key in keys}
    before, waiting = (int(number) for number in shelves.meta(TWINS, "0 0").split()[:2])
    waiting += changed
    if dimension == 0 or waiting == 0 or len(set(locales.values())) < _TWO:
        return
    due = waiting >= _TWINS_SHARE * before
    pairs: list[tuple[str, str]] = []
    if due:
        ids, vectors = shelves.vectors(shelf=Shelf.ARTICLE, dimension=dimension)
        owner = {key[0]: key[1] for key in keys}
        owners = [owner[i] for i in ids]
        pairs = twins(sorted(set(owners)), locales, owners, vectors, turn_for(shelves.meta("model"), dimension))
    with shelves.write() as writer:
        if due:
            writer.set_twins(pairs)
            writer.set_meta(TWINS, f"{len(locales)} 0 {writer.generation}")
        else:
            known = shelves.meta(TWINS, "0 0 0").split()[-1]
            writer.set_meta(TWINS, f"{before} {waiting} {known}")


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the folder's index lock; it goes with the process, so a killed run leaves nothing behind."""
    with (home / "index.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise KBError(
                f"Another index run is working in {home}.", hint="Wait until it is done; it takes in new changes too."
            ) from error
        yield


__all__ = ["FORMAT", "Built", "Progress", "bring_up_to_date", "pending"]
