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
from indexer.model import Passage, Shelf
from indexer.passages import passage_of_canned, passage_of_ticket, passages_of
from indexer.problem import is_evidence
from indexer.shelf_writer import Writer, content_hash, text_hash
from indexer.shelves import COMMON_MEANS, FORMAT, Shelves
from indexer.solution import solution_of
from indexer.takeover import take_over
from indexer.tidy import tidy
from kb.errors import KBError, StorageDamaged
from kb.model import Article, Audience, CannedReply, Confidence, Ticket
from kb.settings import Settings
from kb.store import Store

BATCH = 512
"""Nouns per transaction: at most a few seconds of work are done again after a kill."""
_AT_ONCE = 32
"""The same in a running server: an article that is published while many tickets come in waits for so many only."""

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
    """Index all that changed in the store since the last run, tidy up and learn.

    Args:
        store: What is known.
        settings: Which model; another one than the index has starts a new index while the old one serves.
        full: Make the index anew.
        progress: Told after every transaction.
        encoder: Use this one; by default the quickest for the amount of work.
        teach: Called with the index before it is made to serve, for what others derive from it. If it serves already,
            other runs may take in changes meanwhile.

    Raises:
        KBError: Another index run is going on, the model is missing, the disk is full.
    """
    began = time.monotonic()
    settings.home.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.home):
        shelves = _open(settings, full=full)
        run = _Run(store, shelves, settings, encoder, progress)
        run.all()
        _note_common_means(shelves, settings, run.encoder)
        serves = current_folder(settings.home) == shelves.path.parent
        if not serves:
            _finish(settings, shelves, teach)
            make_current(shelves.path.parent)
        remove_others(settings.home, shelves.path.parent)
    if serves:
        _finish(settings, shelves, teach)
    return run.built(began)


def take_in(store: Store, settings: Settings, *, encoder: Encoder | None = None) -> Built:
    """Index what changed into the index that serves, and do nothing else, so that it is found at once.

    Where there is no index yet, or none of this model and format, one is made as `bring_up_to_date` does it.

    Args:
        store: What is known.
        settings: Which model.
        encoder: Use this one; by default the quickest for the amount of work.

    Raises:
        KBError: Another run is taking in changes, the model is missing, the disk is full.
    """
    began = time.monotonic()
    settings.home.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.home):
        shelves = _open(settings, full=False)
        if shelves.path.parent == current_folder(settings.home):
            run = _Run(store, shelves, settings, encoder, None, batch=_AT_ONCE)
            run.all()
            return run.built(began)
    return bring_up_to_date(store, settings, encoder=encoder)


def _finish(settings: Settings, shelves: Shelves, teach: Callable[[Shelves], None] | None) -> None:
    tidy(settings.home, shelves)
    if teach is not None:
        teach(shelves)


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
        self,
        store: Store,
        shelves: Shelves,
        settings: Settings,
        encoder: Encoder | None,
        progress: Progress | None,
        *,
        batch: int = 0,
    ) -> None:
        self.store, self.shelves, self.settings, self.progress = store, shelves, settings, progress
        self.total = pending(store, shelves)
        self.done = self.passages = self.encoded = 0
        self.encoder = encoder
        self.batch = batch or BATCH

    def built(self, began: float) -> Built:
        return Built(self.shelves.path.parent, self.done, self.passages, self.encoded, time.monotonic() - began)

    def all(self) -> None:
        # After every batch articles come first again: what is published must not wait for a hundred thousand tickets.
        while any(self._some(shelf) for shelf in _TABLES):
            if self.progress is not None:
                self.progress(self.done, self.total)

    def _some(self, shelf: Shelf) -> bool:
        """Take in a batch of one shelf; returns whether there was anything."""
        since = _seq(self.shelves, shelf)
        solutions: dict[str, str] = {}
        if shelf is Shelf.TICKET:
            tickets = self.store.tickets.changed_since(since, limit=self.batch)
            found = [(seq, t.id, _of_ticket(t)) for seq, t in tickets]
            solutions = {t.id: solution_of(t) for _, t in tickets}
        elif shelf is Shelf.ARTICLE:
            articles = self.store.articles.changed_since(since, limit=self.batch)
            found = [(seq, a.id, article_passages(a)) for seq, a in articles]
        else:
            canned = self.store.canned.changed_since(since, limit=self.batch)
            found = [(seq, c.id, _of_canned(c)) for seq, c in canned]
        if found:
            self._write(shelf, found[-1][0], {noun_id: passages for _, noun_id, passages in found}, solutions)
            self.done += len(found)
        return bool(found)

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
            # Another process may have tidied up meanwhile, and forgotten a vector that nothing used.
            lost = sorted(known - self.shelves.known_hashes(sorted(known)))
            if lost:
                writer.remember_vectors(lost, self._encode(shelf, [new[key] for key in lost]))
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


def article_passages(article: Article) -> list[Passage]:
    """What of an article is indexed: nothing of one that is archived or for its author alone."""
    if article.confidence is Confidence.ARCHIVED or article.audience is Audience.AUTHOR:
        return []
    return passages_of(article)


def _of_ticket(ticket: Ticket) -> list[Passage]:
    return [passage_of_ticket(ticket)] if is_evidence(ticket) else []


def _of_canned(canned: CannedReply) -> list[Passage]:
    # What one colleague keeps for himself is suggested to nobody; what was removed has no text.
    return [passage_of_canned(canned)] if canned.body and not canned.owner_id else []


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
    fresh = Shelves(folder_for(settings.home, settings.model, fresh=True), busy_timeout_s=settings.busy_timeout_s)
    take_over(fresh, folder, settings.model)
    return fresh


def _note_common_means(shelves: Shelves, settings: Settings, encoder: Encoder | None) -> None:
    """Keep the means of common questions in each language, once per index."""
    if shelves.meta("model") and not shelves.meta(COMMON_MEANS):
        chosen = encoder or query_encoder(settings.model, settings)
        means = {locale: chosen.queries(texts).mean(axis=0) for locale, texts in COMMON_QUESTIONS.items()}
        with shelves.write() as writer:
            rounded = {locale: [round(float(x), 6) for x in mean] for locale, mean in means.items()}
            writer.set_meta(COMMON_MEANS, json.dumps(rounded))


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


__all__ = ["FORMAT", "Built", "Progress", "bring_up_to_date", "pending", "take_in"]
