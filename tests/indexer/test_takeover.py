"""An index of an older format: the one made in its place takes its vectors over, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from indexer.build import bring_up_to_date
from indexer.folders import require_folder
from indexer.shelf_writer import FORGOTTEN
from indexer.shelves import COMMON_MEANS, FORMAT, Shelves
from indexer.takeover import take_over
from kb.errors import StorageDamaged
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder, a_canned, a_passage, a_ticket, an_article, put
from tests.indexer.conftest import fill


def make_older(folder: Path, version: str = "2") -> None:
    """As the format before left it: without grams."""
    with closing(sqlite3.connect(folder / "index.db", isolation_level=None)) as connection:
        connection.execute("DROP TABLE grams")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (version,))


def vectors(shelves: Shelves) -> dict[bytes, bytes]:
    return dict(map(tuple, shelves.connection.execute("SELECT hash, vector FROM vectors")))


@pytest.fixture
def older(store: Store, settings: Settings) -> Path:
    """A serving index of the format before."""
    put(store, an_article("a1", "Hub."), an_article("a2", "Secret xyzzy."), a_canned("c1", "Dear"), a_ticket("t1"))
    folder = bring_up_to_date(store, settings, encoder=HashEncoder()).folder
    make_older(folder)
    return folder


def test_nothing_is_encoded_again(store: Store, settings: Settings, older: Path) -> None:
    encoder = HashEncoder()
    built = bring_up_to_date(store, settings, encoder=encoder)
    assert (built.encoded, encoder.seen) == (0, []), "nor the common questions"
    assert (built.folder != older, built.folder == require_folder(settings.home)) == (True, True)
    made, anew = Shelves(built.folder), Shelves(bring_up_to_date(store, settings, encoder=encoder, full=True).folder)
    assert vectors(made) == vectors(anew)
    assert [made.meta(key) for key in ("model", "dimension", COMMON_MEANS)] == [
        anew.meta(key) for key in ("model", "dimension", COMMON_MEANS)
    ]
    for table in ("grams", "passages"):
        counts = [index.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for index in (made, anew)]
        assert counts[0] == counts[1] > 0


def test_what_was_deleted_since_is_not_kept_as_a_vector(store: Store, settings: Settings, older: Path) -> None:
    store.articles.archive("a2", actor="u")
    put(store, an_article("a3", "New."))
    encoder = HashEncoder()
    assert bring_up_to_date(store, settings, encoder=encoder).encoded == 1
    made = Shelves(require_folder(settings.home))
    anew = Shelves(bring_up_to_date(store, settings, encoder=encoder, full=True).folder)
    assert vectors(made) == vectors(anew)
    assert int(made.meta(FORGOTTEN)) > 0


def test_who_reads_it_is_told_what_to_do(older: Path) -> None:
    with pytest.raises(StorageDamaged, match=rf"has format '2', this Svar reads {FORMAT}\. Run `svar index --full`"):
        Shelves(older)


@pytest.mark.parametrize("full", [False, True])
def test_it_is_encoded_again_where_that_is_asked_for(store: Store, settings: Settings, older: Path, full: bool) -> None:
    encoder = HashEncoder()
    built = bring_up_to_date(store, settings, encoder=encoder, full=full)
    assert (built.encoded > 0) is full


@pytest.mark.parametrize(
    ("version", "model"), [("1", "fake"), ("99", "fake"), ("2", "another"), ("", "fake"), (str(FORMAT), "fake")]
)
def test_what_is_not_taken(tmp_path: Path, version: str, model: str) -> None:
    before = Shelves(tmp_path / "before")
    fill(before, a_passage("a1", "hub"))
    with before.write() as writer:
        writer.set_meta("model", "fake")
        writer.set_meta("dimension", "32")
        writer.set_meta("format", version)
    empty = Shelves(tmp_path / "empty")
    assert not take_over(empty, tmp_path / "before", model)
    assert (vectors(empty), empty.meta("model"), empty.generation) == ({}, "", 0)


@pytest.mark.parametrize("damage", ["missing", "garbage", "empty", "no vectors", "half a vector"])
def test_a_damaged_index_leaves_nothing(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "before"
    before = Shelves(folder)
    fill(before, a_passage("a1", "hub"), a_passage("a2", "lamp"))
    with before.write() as writer:
        for key, value in (("model", "fake"), ("dimension", "32"), ("format", "2")):
            writer.set_meta(key, value)
    before.settle()
    if damage == "no vectors":
        before.connection.execute("DROP TABLE vectors")
    elif damage == "half a vector":
        before.connection.execute("UPDATE vectors SET vector = x'0102' WHERE hash = (SELECT max(hash) FROM vectors)")
    else:
        before.connection.close()
        for file in folder.glob("index.db*"):
            file.unlink()
        if damage != "missing":
            (folder / "index.db").write_bytes(b"garbage " * 999 if damage == "garbage" else b"")
    empty = Shelves(tmp_path / "empty")
    assert not take_over(empty, folder, "fake")
    assert (vectors(empty), empty.meta("model")) == ({}, "")
