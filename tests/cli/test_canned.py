"""`svar canned`: listed, added and removed from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from kb.model import Role
from kb.settings import Settings
from kb.store import Store
from tests.conftest import Svar


def rows(svar: Svar, home: Path, *more: str) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(svar("canned", "list", *more, "--json", "--home", home).stdout)[
        "canned"
    ]
    return listed


def test_add_list_and_remove(svar: Svar, home: Path) -> None:
    before = len(rows(svar, home))
    added = svar(
        "canned",
        "add",
        "Omstart",
        "Hej {{agent.name}}, starta om.",
        "--locale",
        "sv-SE",
        "--shortcut",
        ";kallstart",
        "--folder",
        "Hubb",
        "--json",
        "--home",
        home,
    )
    assert (added.returncode, added.stderr) == (0, "")
    [one] = json.loads(added.stdout)["canned"]
    assert (one["locale"], one["shortcut"], one["folder"], one["source"], one["personal"]) == (
        "sv",
        "kallstart",
        "Hubb",
        "svar",
        False,
    )
    assert [row["id"] for row in rows(svar, home, "kallstart")] == [one["id"]]
    assert one["id"] in svar("canned", "list", "kallstart", "--home", home).stdout
    assert svar("canned", "remove", one["id"], "--home", home).returncode == 0
    assert len(rows(svar, home)) == before


def test_one_of_a_colleague(svar: Svar, home: Path) -> None:
    store = Store.open(Settings(home=home))
    store.users.create(name="Ada", email="ada@x.example", role=Role.AGENT)
    store.close()
    added = svar(
        "canned", "add", "Min", "Bara min.", "--locale", "sv", "--owner", "Ada@x.example", "--json", "--home", home
    )
    [one] = json.loads(added.stdout)["canned"]
    assert one["personal"] is True
    assert one["id"] not in {row["id"] for row in rows(svar, home)}
    assert one["id"] in {row["id"] for row in rows(svar, home, "--owner", "ada@x.example")}
    assert svar("canned", "remove", one["id"], "--home", home).returncode == 0


def test_mistakes_are_one_clear_line(svar: Svar, home: Path) -> None:
    imported = str(rows(svar, home)[0]["id"])
    for arguments, says in (
        (["add", "A", "Hej {{agent.age}}", "--locale", "sv"], "Unknown merge field {{agent.age}}."),
        (["add", "A", "Hej", "--locale", "xx-klingon"], "unknown locale"),
        (["add", "A", "Hej", "--locale", "sv", "--owner", "nobody@x.example"], "nobody@x.example"),
        (["remove", "nowhere"], "No canned reply with id 'nowhere'"),
        (["remove", imported], "change it there, or copy it"),
    ):
        done = svar("canned", *arguments, "--home", home)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert says in done.stderr
