"""`svar serve --workers`: several processes behind one port, which live and end together."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import KBError
from tests.cli.serving import serving
from tests.conftest import environment
from ui.serving import address_of, listen


def _children(pid: int) -> set[int]:
    """The server processes that a process has started; Python's helper for what they share is none."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            is_server = b"spawn_main" in (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid and is_server:
            found.add(int(folder.name))
    return found


def _wait(happened: Callable[[], bool], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.slow
def test_either_of_two_processes_answers_and_knows_the_first_admins_code(home: Path) -> None:
    with serving(["--workers", "2", "--home", str(home)], environment()) as server:
        children = _children(server.process.pid)
        assert len(children) == 2
        pages = []
        for child in children:
            # While one stands still the other one answers.
            os.kill(child, signal.SIGSTOP)
            pages.append(server.ask("GET", "/setup")[0])
            os.kill(child, signal.SIGCONT)
        assert pages == [200, 200]
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert server.process.returncode in {0, 130}


@pytest.mark.slow
def test_a_process_that_ends_is_started_anew(home: Path) -> None:
    with serving(["--workers", "2", "--home", str(home)], environment()) as server:
        lost = min(_children(server.process.pid))
        os.kill(lost, signal.SIGKILL)
        _wait(lambda: lost not in _children(server.process.pid))
        assert server.ask("GET", "/setup")[0] == 200
        _wait(lambda: len(_children(server.process.pid)) == 2)


@pytest.mark.slow
def test_they_end_when_the_one_that_started_them_is_killed(home: Path) -> None:
    with serving(["--workers", "2", "--home", str(home)], environment()) as server:
        children = _children(server.process.pid)
        server.process.kill()
        _wait(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


@pytest.mark.slow
def test_what_is_missing_is_said_once_and_shortly(tmp_path: Path) -> None:
    arguments = ["--workers", "2", "--home", str(tmp_path / "nothing")]
    with pytest.raises(AssertionError, match="There is nothing in") as refusal, serving(arguments, environment()):
        pass
    assert "Traceback" not in str(refusal.value)


def test_what_is_accepted_sends_small_packets_at_once() -> None:
    listening = listen("127.0.0.1", 0)
    try:
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", address_of(listening))
        assert found is not None
        with socket.create_connection(("127.0.0.1", int(found[1]))):
            accepted, _ = listening.accept()
            with accepted:
                # What asyncio looks at before it sets TCP_NODELAY.
                assert accepted.proto == socket.IPPROTO_TCP
    finally:
        listening.close()


def test_a_taken_port_and_a_demo_for_the_network_are_refused() -> None:
    listening = listen("127.0.0.1", 0)
    try:
        with pytest.raises(KBError, match=r"Cannot listen on 127\.0\.0\.1 port"):
            listen("127.0.0.1", listening.getsockname()[1])
    finally:
        listening.close()
    with pytest.raises(KBError, match="this machine only"):
        listen("0.0.0.0", 0, demo=True)
