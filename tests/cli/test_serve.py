"""`svar serve` and `svar status`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.contents import stored
from tests.cli.serving import serving
from tests.conftest import Svar, environment

QUESTION = "Hubben blinkar gult och appen säger E-1042"


@pytest.mark.slow
def test_own_data(indexed_home: Path) -> None:
    with serving(["--home", str(indexed_home)], environment()) as server:
        assert json.loads(server.ask("GET", "/api/v1/health")[1])["status"] == "ok"
        status, _ = server.ask("GET", "/setup")
        assert status == 200
    assert server.process.returncode == 130
    assert server.stderr.strip() == ""


@pytest.mark.slow
def test_demo_again_is_quick_and_changes_nothing(demo_home: Path, svar: Svar) -> None:
    found = json.loads(svar("status", "--json", "--home", demo_home).stdout)
    assert found["stored"]["tickets"] >= 300
    assert found["pending"] == 0
    before = stored(demo_home)
    with serving(["--demo", "--home", str(demo_home)], environment()) as server:
        assert server.ask("POST", "/login", "role=lead", "application/x-www-form-urlencoded")[0] == 303
        assert server.suggest(QUESTION)["articles"]
        assert server.seconds_to_ready < 15
    assert stored(demo_home) == before


def test_status(svar: Svar, indexed_home: Path) -> None:
    found = json.loads(svar("status", "--json", "--home", indexed_home).stdout)
    assert found["stored"]["articles"] == 4
    assert found["index"]["passages"]["ticket"] > 0
    assert found["index"]["model"] == found["model"]
    assert not found["stale"]
    assert found["sizes"]["database"] > 0
    assert "svar serve" in found["next"]
    done = svar("status", "--home", indexed_home)
    assert "up to date" in done.stdout
    assert "4 articles" in done.stdout


def test_status_of_a_stale_index(svar: Svar, home: Path, tmp_path: Path) -> None:
    (tmp_path / "new.jsonl").write_text('{"id": "a-new", "title": "Ny"}\n', encoding="utf-8")
    svar("import", tmp_path / "new.jsonl", "--home", home)
    found = json.loads(svar("status", "--json", "--home", home).stdout)
    assert (found["pending"], found["stale"]) == (1, True)
    assert "svar index" in found["next"]


def test_home_before_and_after_and_in_the_environment(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    for args, env in (
        (["--home", str(indexed_home), "status", "--json"], {}),
        (["status", "--json", "--home", str(indexed_home)], {}),
        (["status", "--json"], {"SVAR_HOME": str(indexed_home)}),
        (["--home", str(tmp_path), "status", "--json", "--home", str(indexed_home)], {"SVAR_HOME": "/nowhere"}),
    ):
        assert json.loads(svar(*args, env=env).stdout)["home"] == str(indexed_home)
