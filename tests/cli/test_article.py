"""`svar article`: from a text on standard input to a published article and back, as different colleagues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kb.model import Role
from kb.settings import Settings
from kb.store import Store
from tests.conftest import Svar
from ui.cli import svar as svar_command


@pytest.fixture
def staffed(home: Path) -> Path:
    """The indexed home with a contributor and a publisher."""
    store = Store.open(Settings(home=home))
    for role in (Role.CONTRIBUTOR, Role.PUBLISHER):
        store.users.create(name=f"{role.value} Nord", email=f"{role.value}@x.example", role=role)
    store.close()
    return home


def test_from_standard_input_to_the_public(staffed: Path) -> None:
    """In this process: each of many commands would begin with half a second of imports."""

    def run(*args: str, stdin: str = "", code: int = 0) -> Any:
        done = CliRunner().invoke(svar_command, ["article", *args, "--json", "--home", str(staffed)], input=stdin)
        assert done.exit_code == code, done.exception
        return json.loads(done.stdout) if done.stdout else str(done.exception)

    public = ("--audience", "public", "--confidence", "validated")
    anna = ("--as", "contributor@x.example")
    draft = run("new", "--title", "Återställ hubben", "--locale", "sv", *public, *anna, stdin="Håll in knappen.")[
        "draft"
    ]
    assert (draft["state"], draft["body"], draft["audience"]) == ("editing", "Håll in knappen.", "public")
    article_id = draft["id"]
    refused = run("publish", article_id, *anna, code=1)
    assert "contributor may not publish here; needed: publisher." in refused
    run("review", article_id, "--reviewer", "publisher@x.example", *anna)
    run("send-back", article_id, "--reason", "Hur länge?", "--as", "publisher@x.example")
    assert run("show", article_id)["draft"]["sent_back"] == "Hur länge?"
    run("edit", article_id, "--file", "-", *anna, stdin="Håll in knappen i tio sekunder.")
    published = run("publish", article_id, "--note", "Ny", "--as", "publisher@x.example")["article"]
    assert (published["revision"]["number"], published["verification"]) == (1, "verified")
    assert published["revision"]["body"] == "Håll in knappen i tio sekunder."

    run("edit", article_id, "--title", "Starta om hubben")
    run("publish", article_id)
    assert run("roll-back", article_id, "1", "--reason", "fel")["article"]["revision"]["title"] == "Återställ hubben"
    assert run("unverify", article_id, "--reason", "gammal")["article"]["unverified_reason"] == "gammal"
    done = run("verify", article_id, "nobody", code=3)
    assert (done["done"], [each["id"] for each in done["refused"]]) == ([article_id], ["nobody"])
    assert (
        run("list", "--text", "hubben", "--locale", "sv", "--verification", "verified")["articles"][0]["id"]
        == article_id
    )
    history = run("history", article_id)
    assert [each["number"] for each in history["revisions"]] == [3, 2, 1]
    assert [each["verb"] for each in history["log"]][:3] == ["verify", "unverify", "roll_back"]


def test_what_people_see(svar: Svar, staffed: Path) -> None:
    made = svar("article", "new", "--title", "Later", "--locale", "en", "--home", staffed, stdin="Text.")
    article_id = made.stdout.split()[1]
    late = svar("article", "schedule", article_id, "2020-01-01", "--home", staffed)
    assert (late.returncode, late.stdout) == (1, "")
    assert late.stderr.startswith("svar: the time to publish must lie ahead, within two years")
    listed = svar("article", "list", "--drafts", "--home", staffed)
    assert (listed.returncode, listed.stdout.split()[0], listed.stderr) == (0, article_id, "")
    assert svar("article", "publish", "--home", staffed).returncode == 2
    assert svar("article", "new", "--file", "/nowhere.md", "--home", staffed).stderr.startswith("svar: Cannot read")
