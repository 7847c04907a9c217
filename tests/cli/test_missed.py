"""`svar suggest` logs a question that nothing good was found for; a batch does not."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.model import Event, EventKind
from kb.settings import Settings
from kb.store import Store
from tests.conftest import Svar

NEVER = {"SVAR_MIN_CONFIDENCE": "1"}


@pytest.fixture
def own_home(indexed_home: Path, tmp_path: Path) -> Path:
    """A copy of the indexed folder, which a test may write to."""
    home = tmp_path / "home"
    shutil.copytree(indexed_home, home, symlinks=True)
    # Other tests have asked the shared folder before, perhaps the same.
    with closing(sqlite3.connect(home / "svar.db")) as connection:
        connection.execute("DELETE FROM events")
        connection.commit()
    return home


def missed(home: Path) -> list[Event]:
    store = Store.open(Settings(home=home))
    found = [event for event in store.events.list() if event.kind is EventKind.MISSED]
    store.close()
    return found


def test_a_text_is_logged_once(svar: Svar, own_home: Path) -> None:
    for _ in range(2):
        done = svar("suggest", "--text", "Min hub blinker gult", "--home", own_home, env=NEVER)
        assert done.returncode == 0, done.stderr
        assert "Suggestions are shown from 10 in 10, so no draft will be written." in done.stdout
    [miss] = missed(own_home)
    assert (miss.detail["query"], miss.detail["locale"]) == ("Min hub blinker gult", "da")
    assert miss.article_id


def test_what_is_good_is_not_logged_nor_is_a_batch(svar: Svar, own_home: Path, tmp_path: Path) -> None:
    done = svar("suggest", "--text", "Min hub blinker gult og appen siger E-1042", "--home", own_home)
    assert done.returncode == 0, done.stderr
    assert " in 10 such lists are useful (confidence 0." in done.stdout
    questions = tmp_path / "in.jsonl"
    questions.write_text('{"id": "q1", "query": "Min hub blinker gult", "locale": "da"}\n', "utf-8")
    done = svar("suggest", "--batch", questions, "--out", tmp_path / "out.jsonl", "--home", own_home, env=NEVER)
    assert done.returncode == 0, done.stderr
    assert missed(own_home) == []
