"""Merging a pair is all or nothing: a process that is killed at any of its writes leaves what there was before."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.knowledge.article_pair import ArticlePair, PairKind, PairState
from kb.knowledge.move import SYSTEM
from tests.conftest import ROOT, environment
from tests.fakes import DAY, a_ticket, an_article, open_store, put

KILLED = """
import importlib, os, pathlib, signal, sys
from kb.knowledge.move import SYSTEM
from kb.settings import Settings
from kb.store import Store

def deadly(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

home, module, name, verb = sys.argv[1:]
store = Store.open(Settings(home=pathlib.Path(home)))
setattr(importlib.import_module(module), name, deadly)
if verb == "merge":
    store.article_pairs.merge(1, keep="a2", user=SYSTEM)
else:
    store.article_pairs.undo(1, user=SYSTEM)
"""
TABLES = ("articles", "article_pairs", "article_merges", "article_last_moves", "addresses", "ticket_links", "audit")
# The last one of each is the audit row itself.
PLACES = [
    ("merge", "kb.knowledge.merging", "update_article"), ("merge", "kb.knowledge.article_moves", "remember"),
    ("merge", "kb.knowledge.article_pairs", "_decide"), ("merge", "kb.database", "to_json"),
    ("undo", "kb.knowledge.last_move", "update_article"), ("undo", "kb.knowledge.article_moves", "remember"),
    ("undo", "kb.database", "to_json"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "module", "name"), PLACES)
def test_killed_while_merging(tmp_path: Path, verb: str, module: str, name: str) -> None:
    store = open_store(tmp_path)
    put(store, an_article("a1"), an_article("a2"), a_ticket("t1"))
    store.article_pairs.replace([ArticlePair("a1", "a2", PairKind.DUPLICATE, 0.9, (), (1, 1), DAY)])
    if verb == "undo":
        store.article_pairs.merge(1, keep="a2", user=SYSTEM)

    def rows() -> list[tuple[object, ...]]:
        return [tuple(row) for table in TABLES for row in store.database.rows(f"SELECT * FROM {table}")]

    before = rows()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), module, name, verb], cwd=ROOT, env=environment(), timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert rows() == before, "nothing half"
    pairs = store.article_pairs
    after = pairs.merge(1, keep="a2", user=SYSTEM) if verb == "merge" else pairs.undo(1, user=SYSTEM)
    assert (after.state, store.articles.final("a1").id) == (
        (PairState.RESOLVED, "a2") if verb == "merge" else (PairState.OPEN, "a1")
    )  # fmt: skip
    store.close()
