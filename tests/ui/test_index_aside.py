"""Upkeep of the index in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store
from ui.index_aside import IndexAside


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", models=tmp_path / "models", model="none", busy_timeout_s=3.5)


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store.open(settings)


def run_instead(monkeypatch: pytest.MonkeyPatch, program: str) -> list[dict[str, str]]:
    """Another program in the place of `svar index`; returns the environments that it gets."""
    seen: list[dict[str, str]] = []
    popen = subprocess.Popen

    def started(command: list[str], **options: Any) -> subprocess.Popen[str]:
        assert command[1:3] == ["-m", "ui.cli"]
        seen.append(options["env"] | {"home": command[4], "verb": command[5]})
        return popen([sys.executable, "-c", program], **options)

    monkeypatch.setattr(subprocess, "Popen", started)
    return seen


def test_the_command_itself_is_run(store: Store, settings: Settings) -> None:
    """With nothing stored there is nothing to encode, so it needs no model."""
    IndexAside()(store, settings)
    assert (settings.home / "index" / "CURRENT").exists()


def test_it_works_as_the_server_does_and_behind_it(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = tmp_path / "niceness"
    program = f"import os, time; time.sleep(.2); open({str(said)!r}, 'w').write(str(os.nice(0)))"
    env = run_instead(monkeypatch, program)
    IndexAside()(store, settings)
    assert [(each["home"], each["verb"]) for each in env] == [(str(settings.home), "index")]
    assert {name: env[0][name] for name in ("SVAR_MODEL", "SVAR_MODELS", "SVAR_BUSY_TIMEOUT_S")} == {
        "SVAR_MODEL": "none", "SVAR_MODELS": str(settings.models), "SVAR_BUSY_TIMEOUT_S": "3.5"
    }  # fmt: skip
    assert int(said.read_text()) >= 5


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys; sys.exit('one line\\nThe disk is full.')", r"The disk is full\."),
        ("raise SystemExit(3)", "no reason was given"),
    ],
)
def test_what_it_says_is_the_reason(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    run_instead(monkeypatch, program)
    with pytest.raises(KBError, match=f"could not be kept in order: {reason}"):
        IndexAside()(store, settings)


def test_it_ends_with_the_server(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = run_instead(monkeypatch, "import time; time.sleep(60)")
    aside = IndexAside()
    thread = threading.Thread(target=aside, args=(store, settings))
    began = time.monotonic()
    thread.start()
    while not begun:
        time.sleep(0.01)
    aside.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert time.monotonic() - began < 20
    aside(store, settings)
    assert len(begun) == 1, "nothing is begun any more"
