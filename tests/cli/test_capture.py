"""`svar capture` as a process: the demo's planted gaps come first, the JSON is what other tools rely on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Svar
from tests.fakes import open_store

FIELDS = {
    "id", "proposal", "title", "locale", "product", "tickets", "customers", "minutes", "first_at", "last_at",
    "per_week", "nearest", "reject_reason", "draft", "lines", "questions", "missing",
}  # fmt: skip


def test_a_small_base_has_nothing_to_capture_yet(svar: Svar, indexed_home: Path) -> None:
    done = svar("capture", "--home", indexed_home, "--json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {"since", "until", "candidates"}


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--since", "last week"), "--since 'last week' is no time; write it as 2026-05-04T09:12:00+02:00"),
        (("--least", "0"), "1<=x<=1000"),
    ],
)
def test_wrong_options_say_what_is_allowed(svar: Svar, indexed_home: Path, option: tuple[str, str], said: str) -> None:
    done = svar("capture", "--home", indexed_home, *option)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_keeping_is_a_run_that_everybody_can_read(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(indexed_home, home, symlinks=True)
    done = svar("capture", "--home", home, "--keep", "--json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {"new", "back", "gone"}
    store = open_store(home)
    run = store.candidate_runs.latest()
    begun = store.candidate_runs.begin()
    store.close()
    assert run is not None
    assert (run.state, run.ended_at is not None) == ("done", True)
    busy = svar("capture", "--home", home, "--keep")
    assert (busy.returncode, "already" in busy.stderr) == (1, True)
    wrong = svar("capture", "--home", home, "--keep", "--run", str(begun.id + 5))
    assert (wrong.returncode, "Leave --run out." in wrong.stderr) == (1, True)
    refused = svar("capture", "--home", home, "--keep", "--locale", "da")
    assert (refused.returncode, "--keep looks at all tickets" in refused.stderr) == (2, True)


def test_an_empty_folder(svar: Svar, tmp_path: Path) -> None:
    done = svar("capture", "--home", tmp_path / "none")
    assert done.returncode == 1
    assert "svar import PATH" in done.stderr


@pytest.mark.slow
def test_the_demos_gaps_are_found(svar: Svar, demo_home: Path) -> None:
    found = json.loads(svar("capture", "--home", demo_home, "--json").stdout)["candidates"]
    assert all(set(each) == FIELDS for each in found)
    new = [each for each in found if each["proposal"] == "new" and each["reject_reason"] is None]
    assert any("pump" in each["draft"].casefold() for each in new[:5])
    tickets = [ticket for each in found for ticket in each["tickets"]]
    assert len(tickets) == len(set(tickets)), "a ticket is in one candidate"
    assert all(sum(week["tickets"] for week in each["per_week"]) == len(each["tickets"]) for each in found)
    windowed = json.loads(svar("capture", "--home", demo_home, "--json", "--locale", "da").stdout)["candidates"]
    assert {each["locale"] for each in windowed} <= {"da"}
    again = json.loads(svar("capture", "--home", demo_home, "--json").stdout)["candidates"]
    assert again == found
