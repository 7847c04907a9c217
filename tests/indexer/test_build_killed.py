"""An index run that is killed at any moment leaves what served before, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.build import bring_up_to_date
from indexer.folders import current_folder
from indexer.model import Shelf
from kb.settings import Settings
from kb.store import Store
from tests.conftest import ROOT, environment
from tests.fakes import HashEncoder, an_article, put
from tests.indexer.building import content, found, index_bytes, opened, own, stock

KILLED = """
import os, pathlib, signal, sys
from indexer import build, dense, folders
from indexer.build import bring_up_to_date
from indexer.shelf_writer import Writer
from indexer.shelves import Shelves
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder

home, where, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
build.BATCH = 4
calls = 0

def deadly(function):
    def wrapped(*args, **kwargs):
        global calls
        calls += 1
        if calls > count:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return wrapped

if where == "write":
    Writer.replace = deadly(Writer.replace)
elif where == "encode":
    HashEncoder._encode = deadly(HashEncoder._encode)
elif where == "orphans":
    Writer.forget_orphans = deadly(Writer.forget_orphans)
elif where == "settle":
    Shelves.settle = deadly(Shelves.settle)
elif where == "snapshot":
    dense.Dense.save = deadly(dense.Dense.save)
elif where == "switch":
    build.make_current = deadly(build.make_current)
settings = Settings(home=home, model="fake", query_prompt="", passage_prompt="")
bring_up_to_date(Store.open(settings), settings, encoder=HashEncoder(), full=sys.argv[4] == "full")
"""


def run_and_kill(settings: Settings, where: str, count: int, *, full: bool = False) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), where, str(count), "full" if full else ""], cwd=ROOT,
        env=environment(), timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("write", 0),
        ("write", 9),
        ("write", 14),
        ("encode", 2),
        ("encode", 5),
        ("settle", 0),
        ("snapshot", 1),
        ("switch", 0),
    ],
)
def test_killed_and_run_again(store: Store, settings: Settings, tmp_path: Path, where: str, count: int) -> None:
    stock(store)
    undisturbed = replace(settings, home=tmp_path / "undisturbed")
    bring_up_to_date(store, undisturbed, encoder=HashEncoder())
    run_and_kill(settings, where, count)
    assert current_folder(settings.home) is None, "half an index never serves"
    encoder = HashEncoder()
    bring_up_to_date(store, settings, encoder=encoder)
    assert content(opened(settings)) == content(opened(undisturbed))
    assert {shelf: found(settings, shelf) for shelf in Shelf} == {shelf: found(undisturbed, shelf) for shelf in Shelf}
    if (where, count) != ("write", 0):
        assert len(own(encoder.seen)) < 48, "what was done is not done again"
    else:
        assert len(own(encoder.seen)) == 48


@pytest.mark.parametrize("full", [False, True])
def test_a_killed_run_leaves_the_old_index_serving(store: Store, settings: Settings, full: bool) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    before = content(opened(settings))
    put(store, *(an_article(f"b{i}", f"New {i}") for i in range(9)))
    run_and_kill(settings, "write", 2, full=full)
    if full:
        assert content(opened(settings)) == before
    assert {f"a{i}" for i in range(10)} <= found(settings)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    assert {f"b{i}" for i in range(9)} <= found(settings)
    changed = content(opened(settings))
    bring_up_to_date(store, settings, encoder=HashEncoder(), full=True)
    assert content(opened(settings)) == changed


def test_what_was_archived_is_forgotten_also_after_a_kill(store: Store, settings: Settings) -> None:
    stock(store, 3)
    put(store, an_article("gone", "Unique xyzzy."))
    bring_up_to_date(store, settings, encoder=HashEncoder())
    vectors = len(content(opened(settings))["vectors"])
    store.articles.archive("gone", actor="u")
    run_and_kill(settings, "orphans", 0)
    assert len(content(opened(settings))["vectors"]) == vectors
    bring_up_to_date(store, settings, encoder=HashEncoder())
    assert len(content(opened(settings))["vectors"]) == vectors - 1
    assert b"xyzzy" not in index_bytes(settings).lower()
