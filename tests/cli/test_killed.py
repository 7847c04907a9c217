"""Commands that are killed at any moment and run again end as if nothing had happened."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.contents import index_file, indexed, stored
from tests.conftest import Svar, environment


def kill_when(ready: Callable[[], bool], *args: str | Path) -> bool:
    """Start a command and kill it as soon as a condition holds; tell whether it was still running then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *map(str, args)], env=environment(), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until and not ready():
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def rows_in(file: Path, table: str) -> int:
    """How many rows another process has written so far."""
    if not file.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=0.1)) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.Error:
        return 0


@pytest.fixture(scope="module")
def many_tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough tickets for several transactions."""
    file = tmp_path_factory.mktemp("many") / "tickets.jsonl"
    message = {"author": "customer", "public": True, "at": "2026-01-01T10:00:00Z", "body": "Hubben blinker. " * 40}
    with file.open("w", encoding="utf-8") as out:
        for number in range(4_000):
            ticket = {"id": f"t-{number}", "subject": f"Sag {number}", "status": "solved",
                      "created_at": "2026-01-01T10:00:00Z", "messages": [message] * 3,
                      "customer": {"name": "Kim", "email": f"kim{number}@post.example"}}  # fmt: skip
            out.write(json.dumps(ticket) + "\n")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("after_rows", [1, 1_000, 3_000])
def test_import(svar: Svar, tmp_path: Path, many_tickets: Path, after_rows: int) -> None:
    undisturbed, work = tmp_path / "undisturbed", tmp_path / "work"
    assert svar("import", many_tickets, "--home", undisturbed).returncode == 0
    killed = kill_when(
        lambda: rows_in(work / "svar.db", "tickets") >= after_rows, "import", many_tickets, "--home", work
    )
    assert killed
    # Whole batches or nothing: no ticket without its messages.
    assert rows_in(work / "svar.db", "messages") == 3 * rows_in(work / "svar.db", "tickets")
    again = svar("import", many_tickets, "--home", work, "--json")
    assert again.returncode == 0, again.stderr
    counts = json.loads(again.stdout)["tickets"]
    assert counts["unchanged"] >= after_rows - 500
    assert counts["new"] + counts["unchanged"] == 4_000
    assert stored(work) == stored(undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("shelf", ["none", "article", "canned"])
def test_index(svar: Svar, tmp_path: Path, small_data: Path, indexed_home: Path, shelf: str) -> None:
    work = tmp_path / "work"
    assert svar("import", small_data, "--home", work).returncode == 0
    file = work / "index" / indexed_home_folder(indexed_home) / "index.db"

    def ready() -> bool:
        return file.exists() if shelf == "none" else rows_in(file, f"passages WHERE shelf = '{shelf}'") > 0

    assert kill_when(ready, "index", "--home", work)
    assert "Nothing in" in svar("suggest", "--text", "hub", "--home", work).stderr
    again = svar("index", "--home", work)
    assert again.returncode == 0, again.stderr
    assert indexed(work) == indexed(indexed_home)


@pytest.mark.slow
def test_new_index_beside_the_old(svar: Svar, home: Path) -> None:
    before, serving = indexed(home), index_file(home)

    def ready() -> bool:
        others = [f for f in (home / "index").glob("*/index.db") if f != serving]
        return bool(others) and rows_in(others[0], "passages") > 0

    assert kill_when(ready, "index", "--full", "--home", home)
    assert index_file(home) == serving
    assert svar("suggest", "--text", "hub", "--home", home).returncode == 0
    assert svar("index", "--full", "--home", home).returncode == 0
    assert index_file(home) != serving
    assert indexed(home) == before


def test_interrupted_by_the_keyboard(tmp_path: Path, many_tickets: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "import", str(many_tickets), "--home", str(tmp_path / "home")],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and rows_in(tmp_path / "home" / "svar.db", "tickets") == 0:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, err.strip()) == ("", "")


def test_reader_that_went_away(indexed_home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "show", "ticket", "da-3001", "--home", str(indexed_home)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=30)
    assert said == ""


def indexed_home_folder(home: Path) -> str:
    """Name of the folder that the first index gets."""
    return index_file(home).parent.name
