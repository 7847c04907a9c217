"""Every bad state of the world gives one clear line with the next step, and loses nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.contents import index_file, indexed, stored
from tests.conftest import Svar, environment

ASK = ("suggest", "--text", "hubben blinker gult")
READERS = [
    ("search", "hub"), ASK, ("draft", "--text", "hub"), ("serve", "--port", "0"), ("show", "ticket", "da-3001"),
    ("index",),
]  # fmt: skip


def says(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """One line, with these parts, and exit code 1."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stderr.startswith("svar: ")
    assert done.stderr.count("\n") == 1, done.stderr
    for part in parts:
        assert part in done.stderr


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process that is writing."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("args", READERS, ids=lambda args: args[0])
def test_no_home(svar: Svar, tmp_path: Path, args: tuple[str, ...]) -> None:
    says(svar(*args, "--home", tmp_path / "none"), "There is nothing in", "svar import PATH", "--home")
    assert not (tmp_path / "none").exists()


def test_status_of_no_home(svar: Svar, tmp_path: Path) -> None:
    done = svar("status", "--home", tmp_path / "none")
    assert done.returncode == 0
    assert "svar import PATH" in done.stdout
    assert not (tmp_path / "none").exists()


def test_home_is_a_file(svar: Svar, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = svar("status", "--home", tmp_path / "file")
    assert done.returncode == 2
    assert "is a file" in done.stderr


def test_home_below_a_file(svar: Svar, tmp_path: Path, small_data: Path) -> None:
    (tmp_path / "file").touch()
    says(svar("import", small_data, "--home", tmp_path / "file" / "home"), "Cannot create the data folder", "--home")


def test_folder_that_may_not_be_written(svar: Svar, small_data: Path) -> None:
    says(svar("import", small_data, "--home", "/proc/svar"), "Cannot create the data folder /proc/svar", "--home")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_folder_that_may_not_be_read(svar: Svar, home: Path) -> None:
    home.chmod(0)
    try:
        done = svar(*ASK, "--home", home)
    finally:
        home.chmod(0o700)
    says(done, str(home))


def test_empty_database(svar: Svar, home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "svar.db")) as connection, connection:
        for table in ("articles", "ticket_links", "messages", "tickets", "canned_revisions", "canned_replies"):
            connection.execute(f"DELETE FROM {table}")
    shutil.rmtree(home / "index")
    assert "svar import PATH" in svar("status", "--home", home).stdout
    assert svar("index", "--home", home).returncode == 0
    done = svar(*ASK, "--home", home)
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == done.returncode


@pytest.mark.parametrize("args", [a for a in READERS if a[0] not in {"index", "show"}], ids=lambda args: args[0])
def test_no_index(svar: Svar, home: Path, args: tuple[str, ...]) -> None:
    shutil.rmtree(home / "index")
    says(svar(*args, "--home", home), "indexed", "`svar index`")
    assert "`svar index`" in svar("status", "--home", home).stdout


@pytest.mark.slow
def test_garbage_in_the_index_file(svar: Svar, home: Path) -> None:
    before = stored(home), indexed(home)
    file = index_file(home)
    file.write_bytes(os.urandom(50_000))
    says(svar(*ASK, "--home", home), str(file), "svar index")
    status = svar("status", "--home", home)
    assert status.returncode == 0
    assert "svar index" in status.stdout
    assert svar("index", "--home", home).returncode == 0
    assert svar(*ASK, "--home", home).returncode == 0
    assert (stored(home), indexed(home)) == before


def test_half_an_index_file(svar: Svar, home: Path) -> None:
    file = index_file(home)
    os.truncate(file, file.stat().st_size // 2)
    done = svar(*ASK, "--home", home)
    if done.returncode:
        says(done, str(file), "svar index")


def test_garbage_in_the_vector_files(svar: Svar, home: Path) -> None:
    files = list(index_file(home).parent.glob("*.faiss"))
    assert files
    for file in files:
        file.write_bytes(os.urandom(10_000))
    done = svar(*ASK, "--home", home)
    assert done.returncode == 0, done.stderr
    assert "hub" in done.stdout


@pytest.mark.slow
def test_index_of_another_format(svar: Svar, home: Path) -> None:
    before = stored(home), indexed(home)
    with closing(sqlite3.connect(index_file(home))) as connection, connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'format'")
    says(svar(*ASK, "--home", home), "has format '999'", "svar index")
    assert svar("index", "--home", home).returncode == 0
    assert svar(*ASK, "--home", home).returncode == 0
    assert (stored(home), indexed(home)) == before


def test_garbage_in_the_database(svar: Svar, home: Path) -> None:
    (home / "svar.db").write_bytes(os.urandom(50_000))
    for args in (ASK, ("status",), ("index",), ("import", "pyproject.toml", "--format", "csv")):
        says(svar(*args, "--home", home), "svar.db", "backup")


def test_database_of_a_newer_svar(svar: Svar, home: Path) -> None:
    with closing(sqlite3.connect(home / "svar.db")) as connection:
        connection.execute("PRAGMA user_version = 999")
    says(svar(*ASK, "--home", home), "schema version 999", "newer Svar")


def test_locked_database(svar: Svar, home: Path, tmp_path: Path) -> None:
    before = stored(home)
    (tmp_path / "new.jsonl").write_text('{"id": "a-new", "title": "Ny"}\n', encoding="utf-8")
    short = {"SVAR_BUSY_TIMEOUT_S": "0.2"}
    with held(home / "svar.db"):
        says(svar("import", tmp_path, "--home", home, env=short), "locked by another process", "again")
        # Reading goes on meanwhile.
        assert svar(*ASK, "--home", home, env=short).returncode == 0
    assert stored(home) == before


def test_locked_index(svar: Svar, home: Path, tmp_path: Path) -> None:
    (tmp_path / "new.jsonl").write_text('{"id": "a-new", "title": "Ny"}\n', encoding="utf-8")
    assert svar("import", tmp_path / "new.jsonl", "--home", home).returncode == 0
    with held(index_file(home)):
        says(svar("index", "--home", home, env={"SVAR_BUSY_TIMEOUT_S": "0.2"}), "locked by another process")
    assert svar("index", "--home", home).returncode == 0


@pytest.mark.slow
def test_missing_model(svar: Svar, home: Path) -> None:
    before = indexed(home)
    wished = {"SVAR_MODEL": "/nonexistent"}
    done = svar("index", "--home", home, env=wished, timeout_s=200)
    says(done, "no model '/nonexistent' on this machine", "SVAR_MODEL")
    # The old index keeps serving.
    assert svar(*ASK, "--home", home, env=wished).returncode == 0
    assert "svar index" in svar("status", "--home", home, env=wished).stdout
    assert indexed(home) == before


@pytest.mark.parametrize(
    ("name", "value"), [("SVAR_BUSY_TIMEOUT_S", "soon"), ("SVAR_THREADS", "-1"), ("SVAR_MIN_CONFIDENCE", "7")]
)
def test_wrong_setting(svar: Svar, indexed_home: Path, name: str, value: str) -> None:
    says(svar(*ASK, "--home", indexed_home, env={name: value}), name, value, "allowed")


def test_port_in_use(svar: Svar, indexed_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        says(svar("serve", "--port", str(port), "--home", indexed_home), f"port {port}", "in use", "--port")


def test_host_of_another_machine(svar: Svar, indexed_home: Path) -> None:
    says(svar("serve", "--host", "192.0.2.1", "--home", indexed_home), "192.0.2.1", "--host")


def test_demo_for_the_network(svar: Svar, tmp_path: Path) -> None:
    says(svar("serve", "--demo", "--host", "0.0.0.0", "--home", tmp_path / "demo"), "without a password", "--host")
    assert not (tmp_path / "demo").exists()


def test_demo_on_own_data(svar: Svar, home: Path) -> None:
    says(svar("serve", "--demo", "--port", "0", "--home", home), "data of your own", "--home")


SIZES = [8_192, 65_536, 400_000]
"""Largest file in bytes that a process may write: full at the first table, within the rows, within the index."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("command", ["import", pytest.param("index", marks=pytest.mark.slow)])
def test_full_disk(svar: Svar, home: Path, tmp_path: Path, small_data: Path, command: str, size: int) -> None:
    if command == "import":
        work, args = tmp_path / "new", ["import", str(small_data)]
    else:
        work, args = home, ["index", "--full"]
    before = stored(home), indexed(home)
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        "from ui.cli import main\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--home", str(work), *args],
        env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        says(done, "pace")
    assert "Traceback" not in done.stderr
    # With space again the same command ends as if nothing had happened.
    again = svar(*args, "--home", work)
    assert again.returncode == 0, again.stderr
    assert (stored(work) if command == "import" else indexed(work)) == (before[0] if command == "import" else before[1])
    if command == "index":
        assert stored(home) == before[0]
