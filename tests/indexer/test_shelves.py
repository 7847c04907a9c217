"""The index file: all of a write or nothing, and readers can follow what changed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.model import Shelf
from indexer.shelf_writer import content_hash
from indexer.shelves import FORMAT, Shelves
from kb.errors import DatabaseBusy, StorageDamaged
from tests.fakes import DAY, HashEncoder, a_passage
from tests.indexer.conftest import fill


def rows(shelves: Shelves) -> list[tuple[object, ...]]:
    """Every row of every table that is not FTS5's own."""
    found: list[tuple[object, ...]] = []
    for table in (
        "meta",
        "vectors",
        "passages",
        "removed",
        "article_words",
        "ticket_words",
        "canned_words",
        "article_exact",
    ):
        found += [(table, *row) for row in shelves.connection.execute(f"SELECT * FROM {table}")]
    return found


def ids(shelves: Shelves, noun_id: str = "a1", shelf: Shelf = Shelf.ARTICLE) -> list[int]:
    return list(shelves.passages_of(shelf, noun_id))


def test_what_is_put_is_read(shelves: Shelves) -> None:
    passage = a_passage(
        "t1",
        "My hub blinks 😀",
        shelf=Shelf.TICKET,
        title="Hub",
        locale="sv",
        product="Hub",
        solved=True,
        at=DAY,
    )
    fill(shelves, passage)
    (read,) = shelves.passages_of(Shelf.TICKET, "t1").values()
    assert read == passage
    assert shelves.passages([*ids(shelves, "t1", Shelf.TICKET), 999]) == shelves.passages_of(Shelf.TICKET, "t1")
    assert shelves.passages([]) == {}
    key = (1, "t1", "sv", "Hub", "public", 1, "2026-05-04T09:00:00.000000Z")
    assert shelves.keys(Shelf.TICKET) == [key]
    assert shelves.keys(Shelf.ARTICLE) == []


def test_each_write_is_a_generation(shelves: Shelves) -> None:
    assert shelves.generation == 0
    fill(shelves, a_passage("a1"))
    fill(shelves, a_passage("a2"))
    assert shelves.generation == 2
    assert [key[1] for key in shelves.keys(Shelf.ARTICLE, after=1)] == ["a2"]
    (old,) = ids(shelves)
    fill(shelves, a_passage("a1", "Changed."))
    assert shelves.removed(after=2) == [old]
    assert shelves.removed(after=3) == []
    assert ids(shelves) != [old], "an id is never used again"


def test_a_write_that_fails_leaves_nothing(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1"), a_passage("t1", shelf=Shelf.TICKET))
    before = rows(shelves)
    with pytest.raises(RuntimeError, match="power cut"), shelves.write() as writer:  # noqa: PT012 - the write is the point
        writer.replace(Shelf.ARTICLE, "a1", [a_passage("a1", "Other")])
        writer.replace(Shelf.TICKET, "t1", [])
        writer.remember_vectors([b"x" * 16], np.ones((1, 32), np.float32))
        writer.set_meta("seq:article", "7")
        writer.forget_orphans()
        raise RuntimeError("power cut")
    assert rows(shelves) == before
    fill(shelves, a_passage("a2"))
    assert shelves.generation == 2


def test_taking_a_noun_out(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "unique word"), a_passage("a1", "second"), a_passage("a2", "other"))
    with shelves.write() as writer:
        writer.replace(Shelf.ARTICLE, "a1", [])
        writer.forget_orphans()
    assert ids(shelves) == []
    assert not [row for row in rows(shelves) if "unique" in str(row)]
    assert shelves.known_hashes(
        [content_hash(a_passage("a1", "unique word")), content_hash(a_passage("a2", "other"))]
    ) == {content_hash(a_passage("a2", "other"))}
    found, _ = shelves.vectors(shelf=Shelf.ARTICLE, dimension=32)
    assert found == ids(shelves, "a2")


def test_shelves_are_apart(shelves: Shelves) -> None:
    """The same id may be an article's and a ticket's."""
    fill(shelves, a_passage("1", "article"), a_passage("1", "ticket", shelf=Shelf.TICKET))
    with shelves.write() as writer:
        writer.replace(Shelf.ARTICLE, "1", [])
    assert len(ids(shelves, "1", Shelf.TICKET)) == 1


def test_vectors_come_back_as_they_were(shelves: Shelves) -> None:
    encoder = HashEncoder()
    passages = [a_passage(f"a{i}", f"text {i}") for i in range(20)]
    fill(shelves, *passages, encoder=encoder)
    found, vectors = shelves.vectors(shelf=Shelf.ARTICLE, dimension=32)
    assert found == sorted(found)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, encoder.passages([p.embedded for p in passages]), atol=1e-3)
    some, part = shelves.vectors([found[7], found[3], 999], shelf=Shelf.ARTICLE, dimension=32)
    assert some == [found[3], found[7]]
    np.testing.assert_array_equal(part, vectors[[3, 7]])
    none, empty = shelves.vectors([], shelf=Shelf.ARTICLE, dimension=32)
    assert (none, empty.shape) == ([], (0, 32))


def test_more_ids_than_one_query_takes(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1"))
    shelves.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 5000)
    shelves.connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
    found, _ = shelves.vectors(range(30_000), shelf=Shelf.ARTICLE, dimension=32)
    assert found == ids(shelves)
    assert shelves.passages(range(30_000)) == shelves.passages_of(Shelf.ARTICLE, "a1")


def test_a_question_and_a_text_of_the_same_words_are_two_contents() -> None:
    article, ticket = a_passage("1", "same"), a_passage("1", "same", shelf=Shelf.TICKET)
    assert content_hash(article) != content_hash(ticket)
    assert content_hash(article) == content_hash(a_passage("2", "same", locale="sv"))
    assert content_hash(article) == content_hash(replace(article, shelf=Shelf.CANNED))
    assert content_hash(article) != content_hash(replace(article, title="T"))


def test_opening_again(tmp_path: Path) -> None:
    fill(Shelves(tmp_path), a_passage("a1"))
    assert ids(Shelves(tmp_path)) == [1]


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_index(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.db").write_bytes(content)
    with pytest.raises(StorageDamaged, match=r"index\.db is damaged.*svar index --full"):
        Shelves(tmp_path)


def test_another_format(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path)
    with shelves.write() as writer:
        writer.set_meta("format", "99")
    with pytest.raises(StorageDamaged, match=rf"has format '99', this Svar reads {FORMAT}\. Run `svar index --full`"):
        Shelves(tmp_path)


def test_a_locked_index(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path, busy_timeout_s=0.05)
    other = sqlite3.connect(tmp_path / "index.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match=r"index\.db is locked by another process"), shelves.write():
        pass
    assert shelves.generation == 0, "reading goes on"
    other.close()
    fill(shelves, a_passage("a1"))
