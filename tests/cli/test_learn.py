"""`svar learn` as a process: what it says where there is too little to learn from, and nothing to undo."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Svar


@pytest.fixture
def own_home(indexed_home: Path, tmp_path: Path) -> Path:
    """A copy of the indexed folder, which a test may write to."""
    home = tmp_path / "home"
    shutil.copytree(indexed_home, home, symlinks=True)
    return home


def test_too_little_to_learn_from(svar: Svar, own_home: Path) -> None:
    done = svar("learn", "--home", own_home)
    assert done.returncode == 1
    assert "Learning needs 100 linked tickets, there are " in done.stderr
    assert "Traceback" not in done.stderr
    done = svar("learn", "--history", "--json", "--home", own_home)
    assert json.loads(done.stdout) == {"dry_run": False, "attempts": []}


def test_nothing_to_undo(svar: Svar, own_home: Path) -> None:
    done = svar("learn", "--undo", "--home", own_home)
    assert done.returncode == 1
    assert "Nothing that was learned is in force." in done.stderr
    done = svar("learn", "--undo", "7", "--home", own_home)
    assert done.returncode == 1
    assert "No attempt to learn with id '7'." in done.stderr
    assert svar("learn", "--history", "--home", own_home).stdout == "Nothing was learned yet.\n"


def test_an_empty_folder(svar: Svar, tmp_path: Path) -> None:
    done = svar("learn", "--home", tmp_path / "none")
    assert done.returncode == 1
    assert "svar import PATH" in done.stderr
