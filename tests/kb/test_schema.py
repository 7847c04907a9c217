"""Migrations: each with its number or not at all, also when several processes start at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kb import schema
from kb.database import Database
from kb.errors import StorageDamaged
from tests.conftest import ROOT, environment
from tests.fakes import an_article, open_store, put

OPEN = """
import pathlib, sys, time
from kb.database import Database
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))  # all at one moment, whatever each import took
Database(pathlib.Path(sys.argv[1]))
print("opened")
"""


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as db:
        names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.close()
    return names


def version(path: Path) -> int:
    db = sqlite3.connect(path)
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    db.close()
    return found


def test_a_new_file_has_the_newest_tables(tmp_path: Path) -> None:
    path = tmp_path / "new" / "svar.db"
    Database(path).close()
    assert version(path) == len(schema.MIGRATIONS)
    assert {"articles", "revisions", "tickets", "messages", "users", "audit", "events"} <= tables(path)


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "svar.db").touch()
    Database(tmp_path / "svar.db").close()
    assert version(tmp_path / "svar.db") == len(schema.MIGRATIONS)


def test_a_migration_and_its_number_land_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def good(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (x)")

    def bad(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE other (x)")
        raise RuntimeError("power cut")

    path = tmp_path / "svar.db"
    Database(path).close()
    before = tables(path), version(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, good, bad))
    with pytest.raises(RuntimeError, match="power cut"):
        Database(path)
    assert (tables(path), version(path)) == before


def test_what_was_stored_before_a_migration_is_there_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path)
    put(store, an_article())
    stored = store.articles.get("a1")
    store.close()

    def more(db: sqlite3.Connection) -> None:
        db.execute("ALTER TABLE articles ADD COLUMN owner TEXT NOT NULL DEFAULT ''")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, more))
    again = open_store(tmp_path)
    assert again.articles.get("a1") == stored
    assert version(tmp_path / "svar.db") == len(schema.MIGRATIONS)
    again.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "svar.db"
    Database(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StorageDamaged, match=r"schema version 99, this Svar knows up to \d+\. Start the newer Svar"):
        Database(path)
    assert version(path) == 99


@pytest.mark.parametrize("attempt", range(3))
def test_several_processes_make_the_tables_once(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "svar.db"
    moment = str(time.time() + 1.0)
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(path), moment], cwd=ROOT, env=environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(5)
    ]  # fmt: skip
    outcomes = [process.communicate(timeout=60) for process in starts]
    assert [out for out, _ in outcomes] == ["opened\n"] * 5, [err for _, err in outcomes]
    assert version(path) == len(schema.MIGRATIONS)
