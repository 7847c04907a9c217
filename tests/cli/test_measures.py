"""`svar measures` and `svar digest` on the ledger's tickets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.errors import InvalidRow
from kb.settings import Settings
from kb.store import Store
from tests.assistant.measures.ledger import fill_ledger, read_ledger
from tests.conftest import Svar
from ui.cli import svar as group
from ui.commands.place import Place

TIME = ("--since", "2026-06-01", "--until", "2026-06-15")
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ledger")
    store = Store.open(Settings(home=home))
    fill_ledger(store, read_ledger())
    store.close()
    return home


@pytest.fixture
def run(filled: Path) -> Run:
    return lambda *args: CliRunner().invoke(group, ["--home", str(filled), *map(str, args)], obj=Place())


def test_the_command_line_prints_figures_with_their_intervals(svar: Svar, filled: Path) -> None:
    done = svar("--home", filled, "measures", *TIME)

    assert done.returncode == 0, done.stderr
    assert "Link rate                          66 % (47 to 80), of 29" in done.stdout
    assert "Satisfied customers                too few to say (14)" in done.stdout
    assert "Minutes saved: not shown (too few)." in done.stdout


def test_what_is_written_holds_what_is_printed(run: Run, tmp_path: Path) -> None:
    page = json.loads(run("measures", *TIME, "--json").stdout)
    csv = run("measures", *TIME, "--csv", "tickets", "-", "--separator", ";", "--decimal", ",").stdout
    done = run("measures", *TIME, "--xlsx", tmp_path / "r.xlsx", "--parquet", "tickets", tmp_path / "t.parquet")

    assert page["team"]["handled"]["n"] == len(csv.splitlines()) - 1 == 29
    assert csv.startswith("ticket_id;status;locale")
    assert done.exit_code == 0
    assert ((tmp_path / "t.parquet").read_bytes()[:4], (tmp_path / "r.xlsx").read_bytes()[:2]) == (b"PAR1", b"PK")


def test_mistakes_are_told(run: Run) -> None:
    with pytest.raises(InvalidRow, match="let it end after it begins"):
        raise run("measures", "--since", "2026-06-02", "--until", "2026-06-01").exception or AssertionError
    assert "is no table; there are: tickets" in run("measures", "--csv", "agents", "-").output
    assert "name them with --to" in run("digest", "--send").output
    assert "--plan needs somebody" in run("digest", "--plan").output


def test_the_digest_is_printed_queued_once_and_planned(run: Run) -> None:
    shown = run("digest", "--language", "nn").stdout
    first = json.loads(run("digest", "--to", "a@b.example", "--send", "--json").stdout)
    again = run("digest", "--to", "a@b.example", "--send").stdout
    plan = json.loads(run("digest", "--to", "a@b.example", "--plan", "--weekday", "fri", "--json").stdout)["plan"]
    stopped = json.loads(run("digest", "--stop", "--json").stdout)["plan"]

    assert shown.startswith("Svar, veke ")
    assert first["queued"] == 1
    assert "all have this week's already" in again
    assert (plan["to"], plan["weekday"], stopped["to"]) == (["a@b.example"], "fri", [])


def test_teams_are_set_and_listed(run: Run) -> None:
    listed = json.loads(run("measures", "team", "--json").stdout)["teams"]
    changed = run("measures", "team", "South", "--member", "Fia", "--member", "Gro").stdout
    gone = run("measures", "team", "South", "--remove").stdout

    assert {"name": "North", "people": 5} in listed
    assert "South  2 people (too few: its figures are not shown)" in changed
    assert "South" not in gone
