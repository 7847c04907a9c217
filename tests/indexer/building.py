"""A stocked store, and all that an index made of it says, for the tests of index runs."""

from __future__ import annotations

import numpy as np

from indexer.common_questions import COMMON_QUESTIONS
from indexer.dense import Dense
from indexer.folders import require_folder
from indexer.model import Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.snapshots import snapshot_path
from kb.links import resolve_links
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder, a_canned, a_ticket, an_article, put

ANSWER = "Please hold the button on its back for ten seconds, then wait until the light is number"


def stock(store: Store, count: int = 10) -> None:
    """Articles, solved tickets (every fifth without an answer that says something) and canned replies."""
    for i in range(count):
        put(store, an_article(f"a{i}", f"Intro {i}.\n\n## Steps\n\nPress button {i}."), a_canned(f"c{i}", f"Dear {i}"))
        put(
            store,
            a_ticket(f"t{i}", ("customer", f"Problem {i}"), ("agent", f"{ANSWER} {i}." if i % 5 else "Solved")),
            links=[f"a{i}"] if i % 2 else [],
        )
    with store.database.write("resolve", "link", "") as connection:
        resolve_links(connection)


def opened(settings: Settings) -> Shelves:
    """The index that serves."""
    return Shelves(require_folder(settings.home))


def content(shelves: Shelves) -> dict[str, list[tuple[object, ...]]]:
    """All that an index says, without the numbers that tell when it was written."""
    asked = {
        "passages": 'SELECT shelf, noun_id, revision, ordinal, "start", "end", heading, title, text, locale, product,'
        " audience, solved, at, hash FROM passages",
        "vectors": "SELECT hash, vector FROM vectors",
        "solutions": "SELECT ticket_id, hash FROM solutions",
        "meta": "SELECT key, value FROM meta WHERE key NOT IN ('generation', 'forgotten')",
        "grams": "SELECT p.noun_id, p.ordinal, g.packed FROM grams g JOIN passages p ON p.id = g.passage_id",
        "exact": "SELECT p.noun_id, p.ordinal, w.words FROM article_exact w JOIN passages p ON p.id = w.rowid",
    } | {
        shelf: f"SELECT p.noun_id, p.ordinal, w.stems FROM {shelf}_words w LEFT JOIN passages p ON p.id = w.rowid"
        for shelf in Shelf
    }
    return {name: sorted(map(tuple, shelves.connection.execute(sql))) for name, sql in asked.items()}


def own(texts: list[str]) -> list[str]:
    """The team's texts among those that were encoded."""
    common = {text for those in COMMON_QUESTIONS.values() for text in those}
    return [text for text in texts if text not in common]


def found(settings: Settings, shelf: Shelf = Shelf.ARTICLE) -> set[str]:
    """Ids of all nouns that the dense leg can find."""
    encoder = HashEncoder()
    reader = ShelfReader(opened(settings), shelf, encoder.dimension)
    assert reader.cosines(encoder.queries(["x"])).shape == (1, len(reader.noun))
    return {reader.noun[place] for place in np.flatnonzero(reader.allowed(Filter()))}


def snapshot_ids(settings: Settings, shelf: Shelf) -> set[int]:
    """Ids of the passages in a snapshot."""
    return set(Dense.load(snapshot_path(require_folder(settings.home), shelf), 32).ids.tolist())


def index_bytes(settings: Settings) -> bytes:
    """All files of the index that serves."""
    return b"".join(file.read_bytes() for file in require_folder(settings.home).iterdir())
