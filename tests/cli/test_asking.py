"""`svar search`, `suggest`, `draft` and `show` on a small data folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svar

QUESTION = "Min hub blinker gult og appen siger E-1042"


def test_search(svar: Svar, indexed_home: Path) -> None:
    done = svar("--home", indexed_home, "search", "hub", "gult", "-n", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["query"] == "hub gult"
    assert 1 <= len(found["articles"]) <= 2
    assert all(hit["locale"] == "da" for hit in found["articles"])


def test_search_for_a_phrase_that_nobody_wrote(svar: Svar, indexed_home: Path) -> None:
    done = svar("search", '"hubben er en lille blå elefant"', "--home", indexed_home)
    assert done.returncode == 0
    assert "Nothing found" in done.stdout


def test_suggest_json_has_what_the_workspace_shows(svar: Svar, indexed_home: Path) -> None:
    done = svar("suggest", "--text", QUESTION, "--json", "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert {"confident", "confidence", "articles", "tickets", "canned"} <= found.keys()
    first = found["articles"][0]
    assert first["id"] == "hub-offline-da"
    assert {"id", "revision", "title", "locale", "url", "score", "state", "verified_at", "passage"} <= first.keys()
    passage = first["passage"]
    revision = str(first["revision"])
    done = svar("show", "article", first["id"], "--revision", revision, "--json", "--home", indexed_home)
    shown = json.loads(done.stdout)
    assert shown["body"][passage["start"] : passage["end"]] == passage["text"]


def test_suggest_from_standard_input_is_the_same(svar: Svar, indexed_home: Path) -> None:
    typed = svar("suggest", "--text", QUESTION, "--json", "--home", indexed_home)
    piped = svar("suggest", "--text", "-", "--json", "--home", indexed_home, stdin=QUESTION)
    assert [hit["id"] for hit in json.loads(typed.stdout)["articles"]] == [
        hit["id"] for hit in json.loads(piped.stdout)["articles"]
    ]


def test_suggest_for_a_ticket_leaves_the_ticket_out(svar: Svar, indexed_home: Path) -> None:
    done = svar("suggest", "--ticket", "da-3020", "--json", "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    assert "da-3020" not in [hit["id"] for hit in json.loads(done.stdout)["tickets"]]


@pytest.mark.parametrize("command", ["suggest", "draft"])
def test_readable_output(svar: Svar, indexed_home: Path, command: str) -> None:
    done = svar(command, "--text", QUESTION, "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    assert all(len(line) <= 110 for line in done.stdout.splitlines() if command == "suggest")
    assert "Traceback" not in done.stderr


def test_draft_cites_what_is_stored(svar: Svar, indexed_home: Path) -> None:
    done = svar("draft", "--text", QUESTION, "--json", "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    draft = json.loads(done.stdout)
    assert {"locale", "confident", "text", "sentences", "placeholders"} <= draft.keys()
    for sentence in draft["sentences"]:
        check_source(svar, indexed_home, sentence["source"])


def check_source(svar: Svar, home: Path, source: dict[str, Any]) -> None:
    if source["kind"] == "template":
        return
    args = ["show", source["kind"], source["id"], "--json", "--home", str(home)]
    if source["kind"] == "article":
        args += ["--revision", str(source["revision"])]
    shown = json.loads(svar(*args).stdout)
    body = shown["messages"][source["revision"]]["body"] if source["kind"] == "ticket" else shown["body"]
    assert body[source["start"] : source["end"]] == source["quote"]


def test_show_a_ticket(svar: Svar, indexed_home: Path) -> None:
    done = svar("show", "ticket", "da-3001", "--json", "--home", indexed_home)
    ticket = json.loads(done.stdout)
    assert ticket["id"] == "da-3001"
    assert [message["number"] for message in ticket["messages"]] == list(range(len(ticket["messages"])))
    assert "da-3001" in svar("show", "ticket", "da-3001", "--home", indexed_home).stdout


def test_letters_stay_readable_in_a_plain_locale(svar: Svar, indexed_home: Path) -> None:
    done = svar("search", "æøå hub", "--json", "--home", indexed_home, env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    assert "\\u00" not in done.stdout


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["suggest"], "exactly one of"),
        (["suggest", "--text", "x", "--ticket", "y"], "exactly one of"),
        (["suggest", "--batch", "pyproject.toml"], "belong together"),
        (["suggest", "--text", "x", "-n", "0"], "0 is not in the range"),
        (["suggest", "--text", "  "], "text is empty"),
        (["draft", "--batch", "nowhere.jsonl", "--out", "x"], "does not exist"),
        (["search", " "], "TEXT is empty"),
        (["show", "user", "x"], "'user' is not one of"),
        (["show", "ticket", "x", "--revision", "2"], "Only articles have revisions"),
        (["serve", "--port", "99999"], "99999 is not in the range"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_usage(svar: Svar, indexed_home: Path, args: list[str], says: str) -> None:
    done = svar("--home", indexed_home, *args)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["suggest", "--ticket", "none"], "No ticket with id 'none'"),
        (["show", "article", "none"], "No article with id 'none'"),
        (["show", "article", "hub-light-da", "--revision", "9"], "Its revisions are 1 to 1"),
        (["show", "canned", "none"], "No canned reply with id 'none'"),
        (["search", "hub", "--locale", "klingon"], "unknown locale 'klingon'"),
    ],
)
def test_asked_for_what_is_not_there(svar: Svar, indexed_home: Path, args: list[str], says: str) -> None:
    done = svar("--home", indexed_home, *args)
    assert done.returncode == 1
    assert done.stderr.startswith("svar: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("locale", "said"), [("sv", True), ("da", False)])
def test_a_card_says_when_the_customer_cannot_read_the_article(
    svar: Svar, indexed_home: Path, locale: str, said: bool
) -> None:
    done = svar("suggest", "--text", QUESTION, "--locale", locale, "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    assert ("only in da" in done.stdout) is said
