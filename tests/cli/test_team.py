"""`svar team`, and what `svar status` says about the outbox."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kb import clock
from kb.desk.outbox import Post, PostKind, insert_post
from kb.settings import Settings
from kb.store import Store
from tests.conftest import ROOT, Svar
from tests.fakes import a_ticket, put
from ui.http_post import signature


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store.open(Settings(home=tmp_path / "home"))
    put(store, a_ticket("t1"))
    store.close()
    return tmp_path / "home"


def test_add_list_and_remove(svar: Svar, folder: Path) -> None:
    done = svar("team", "add", "Nät\u202f teamet", "--webhook", "https://x.example/hook", "--home", folder, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    added = json.loads(done.stdout)
    assert len(added["secret"]) >= 32
    svar("team", "add", "Alfa", "--email", "a@firma.example", "--outside", "--home", folder)

    listed = svar("team", "list", "--home", folder, "--json").stdout

    assert added["secret"] not in listed
    assert [(team["name"], team["outside"]) for team in json.loads(listed)["teams"]] == [
        ("Alfa", True),
        ("Nät teamet", False),
    ]
    assert "Alfa (outside): a@firma.example" in svar("team", "list", "--home", folder).stdout
    assert svar("team", "remove", "NÄT TEAMET", "--home", folder).returncode == 0
    done = svar("team", "remove", "Nät", "--home", folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().endswith("There are: Alfa.")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("add", "A\nB"), "the team name"),
        (("add", "A", "--webhook", "http://10.0.0.1/"), "begin it with https://"),
        (("add", "A", "--email", "a@b.example\nBcc: c@d.example"), "is not one address"),
    ],
)
def test_a_mistake_is_one_clear_line(svar: Svar, folder: Path, args: tuple[str, ...], says: str) -> None:
    done = svar("team", *args, "--home", folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_status_counts_what_waits_and_what_was_given_up(svar: Svar, folder: Path) -> None:
    assert json.loads(svar("status", "--home", folder, "--json").stdout)["outbox"] == {
        "waiting": 0, "sent": 0, "failed": 0,
    }  # fmt: skip
    assert "Outbox" not in svar("status", "--home", folder).stdout
    store = Store.open(Settings(home=folder))
    for _ in range(2):
        with store.database.write("test", "outbox", "") as connection:
            insert_post(connection, Post(PostKind.MAIL, "t1", "a@b.example", {}), at=clock.now())
    post = store.outbox.claim()
    assert post is not None
    store.outbox.failed(post, "SMTP 550", final=True)
    store.close()
    said = svar("status", "--home", folder).stdout
    assert re.search(r"Outbox +1 waiting, 1 failed \(look for the mark in the tickets\)", said)


def test_the_manuals_check_of_a_signature_works() -> None:
    """The example is for others to copy, so it is run."""
    manual = (ROOT / "docs" / "commands.md").read_text("utf-8")
    example = re.search(r"```python\n(import hashlib.*?)```", manual, re.DOTALL)
    assert example is not None
    names: dict[str, object] = {}
    exec(example[1], names)
    check = names["is_from_svar"]
    assert callable(check)
    now = int(clock.now().timestamp())
    headers = {"Svar-Timestamp": str(now), "Svar-Signature": signature("s" * 20, now, b"{}")}
    assert check("s" * 20, headers, b"{}")
    assert not check("t" * 20, headers, b"{}")
    assert not check("s" * 20, headers, b"{ }")
    old = {"Svar-Timestamp": str(now - 400), "Svar-Signature": signature("s" * 20, now - 400, b"{}")}
    assert not check("s" * 20, old, b"{}")
