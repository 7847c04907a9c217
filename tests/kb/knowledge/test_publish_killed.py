"""Publishing is all or nothing: a process that is killed at any of its writes leaves what there was before."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.knowledge.article_draft import DraftText
from kb.knowledge.move import DraftMove, DraftWish
from kb.knowledge.moves import SYSTEM
from tests.conftest import ROOT, environment
from tests.fakes import a_ticket, an_article, open_store, put

KILLED = """
import os, pathlib, signal, sys
from kb.knowledge import publish
from kb.knowledge.move import SYSTEM, DraftMove, DraftWish
from kb.settings import Settings
from kb.store import Store

def deadly(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(publish, sys.argv[2], deadly)
store = Store.open(Settings(home=pathlib.Path(sys.argv[1])))
store.article_drafts.move("a1", DraftMove.PUBLISH, SYSTEM, DraftWish(version=2))
"""


@pytest.mark.parametrize(
    "where", ["update_article", "keep_from_import", "link_ticket", "insert_event", "after_publish"]
)
def test_killed_while_publishing(tmp_path: Path, where: str) -> None:
    store = open_store(tmp_path)
    put(store, an_article("a1"), a_ticket("t1"), a_ticket("t2"))
    drafts = store.article_drafts
    drafts.create(SYSTEM, article_id="a1", from_tickets=["t1", "t2"])
    draft = drafts.save("a1", SYSTEM, 1, DraftText(title="New", body="New text.", locale="en"))
    tables = ("articles", "revisions", "article_drafts", "ticket_links", "events", "audit", "addresses")

    def rows() -> list[tuple[object, ...]]:
        return [tuple(row) for table in tables for row in store.database.rows(f"SELECT * FROM {table}")]

    before = rows()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), where], cwd=ROOT, env=environment(), timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert rows() == before, "nothing half"
    drafts.move("a1", DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))
    assert store.articles.get("a1").revision.body == "New text."
    assert {link.kind for link in store.tickets.links(["t1", "t2"])} == {"resolution"}
    store.close()
