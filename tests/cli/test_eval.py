"""`svar eval` as a person meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svar

ARTICLES = [
    {"id": "hub", "title": "Hub blinks yellow", "body": "Restart the hub and the router.", "locale": "en"},
    {"id": "money", "title": "Refunds", "body": "Your money is back within five days.", "locale": "en"},
]
QUERIES = [
    {"id": "q1", "query": "my hub is yellow", "locale": "en", "articles": ["hub"]},
    {"id": "q2", "query": "when do I get my money back", "locale": "en", "articles": ["money"]},
]
MEASURES = {"hit@1", "hit@5", "MRR@10", "nDCG@10"}


def write(folder: Path, **files: list[Any]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_table_and_json(svar: Svar, tmp_path: Path) -> None:
    folder = write(tmp_path / "set", articles=ARTICLES, queries=QUERIES)
    each = tmp_path / "each.jsonl"
    done = svar("eval", folder, "--work", tmp_path / "work", "--each", each)
    assert done.returncode == 0, done.stderr
    assert "all, 2 questions" in done.stdout
    for ranking in ("BM25", "dense", "RRF", "convex", "svar"):
        assert f"\n  {ranking}" in done.stdout
    assert "svar     hit@1 1.000 [1.000, 1.000]" in done.stdout
    assert "p95" in done.stdout
    assert len(each.read_text("utf-8").splitlines()) == 2 * 5
    done = svar("eval", folder, "--work", tmp_path / "work", "--json")
    found = json.loads(done.stdout)
    assert (found["dataset"], found["questions"]) == ("set", 2)
    assert {line["ranking"] for line in found["lines"]} == {"BM25", "dense", "RRF", "convex", "svar"}
    assert all(set(line["means"]) == set(line["intervals"]) == MEASURES for line in found["lines"])


@pytest.mark.parametrize(
    ("files", "message"),
    [({"articles": ARTICLES}, "is no data set to measure with"), ({"queries": QUERIES}, "is no data set to measure with"),
     (None, "There is no folder")],
)  # fmt: skip
def test_no_data_set(svar: Svar, tmp_path: Path, files: dict[str, list[Any]] | None, message: str) -> None:
    folder = tmp_path / "set" if files is None else write(tmp_path / "set", **files)
    done = svar("eval", folder, "--work", tmp_path / "work")
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "work").exists()


def test_labels_need_the_end_of_evidence(svar: Svar, tmp_path: Path) -> None:
    folder = write(tmp_path / "set", articles=ARTICLES, tickets=[], dev=[{"id": "t1", "articles": ["hub"]}])
    done = svar("eval", folder, "--work", tmp_path / "work")
    assert done.returncode == 2
    assert "--until TIME" in done.stderr


@pytest.mark.parametrize("until", ["yesterday", "2020-13-01T00:00:00Z"])
def test_a_moment_that_is_none(svar: Svar, tmp_path: Path, until: str) -> None:
    folder = write(tmp_path / "set", articles=ARTICLES, queries=QUERIES)
    done = svar("eval", folder, "--work", tmp_path / "work", "--until", until)
    assert done.returncode in {1, 2}
    assert "--until" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_work_folder_is_named(svar: Svar, tmp_path: Path) -> None:
    done = svar("eval", write(tmp_path / "set", articles=ARTICLES, queries=QUERIES))
    assert done.returncode == 2
    assert "--work" in done.stderr


@pytest.mark.parametrize("line", ["{", "[1]", '{"id": "q1"}', '{"query": "?"}'])
def test_a_broken_query_is_one_line(svar: Svar, tmp_path: Path, line: str) -> None:
    folder = write(tmp_path / "set", articles=ARTICLES)
    (folder / "queries.jsonl").write_text(line + "\n", encoding="utf-8")
    done = svar("eval", folder, "--work", tmp_path / "work")
    assert done.returncode == 1
    assert "queries.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


PARALLEL = [{"doc": "hub", "en": "hub", "da": "hub-da"}, {"doc": "money", "en": "money", "da": "money-da"}]
DANISH = [
    {"id": "hub-da", "title": "Hubben blinker gult", "body": "Genstart hubben og routeren.", "locale": "da"},
    {"id": "money-da", "title": "Refusion", "body": "Du har pengene inden for fem dage.", "locale": "da"},
]


def test_every_experiment_in_one_run(svar: Svar, tmp_path: Path) -> None:
    danish = [{"id": f"{q['id']}-da", "query": text, "locale": "da", "articles": [f"{q['articles'][0]}-da"]}
              for q, text in zip(QUERIES, ("min hub lyser gult", "hvornår får jeg mine penge"), strict=True)]  # fmt: skip
    folder = write(tmp_path / "set", articles=ARTICLES + DANISH, queries=QUERIES + danish, parallel=PARALLEL)
    write(tmp_path, jokes=[{"id": 1, "query": "tell me a joke", "locale": "en"}],
          pages=[{"id": "p1", "title": "Vejret", "body": "Det regner.", "locale": "da"}])  # fmt: skip
    picture = tmp_path / "picture.svg"
    options: list[str | Path] = [
        "--cross",
        "--mixed",
        "--distractors",
        tmp_path / "pages.jsonl",
        "--out-of-scope",
        tmp_path / "jokes.jsonl",
    ]
    done = svar("eval", folder, "--work", tmp_path / "work", *options, "--diagram", picture)
    assert done.returncode == 0, done.stderr
    for said in ("shown chance: calibration error", "4 answerable questions against 1 of jokes", "AUROC", "false suggestions",
                 "da > en (few)", "mixed base, answer only in another language", "hit@5 with distractors", "(1 da, 0 en)"):  # fmt: skip
        assert said in done.stdout
    assert picture.read_text("utf-8").startswith("<svg")
    found = json.loads(svar("eval", folder, "--work", tmp_path / "work", *options, "--json").stdout)
    assert set(found) == {"dataset", "questions", "lines", "labels", "calibration", "min_confidence", "out_of_scope", "cross",
                          "mixed", "crowd_out", "distractors"}  # fmt: skip
    assert found["distractors"] == {"da": 1, "en": 0}
    assert {pair["asked"] for entry in found["cross"] for pair in entry["pairs"]} == {"da", "en"}
    assert len(found["calibration"]["bins"]) == 10


def test_missing_labels_are_said(svar: Svar, tmp_path: Path) -> None:
    message = {"author": "customer", "public": True, "at": "2026-01-01T00:00:00Z", "body": "yellow hub"}
    stored = {
        "id": "t1",
        "subject": "hub",
        "status": "closed",
        "created_at": "2026-01-01T00:00:00Z",
        "messages": [message],
    }
    labels = [{"id": "t1", "articles": ["hub", "nowhere"]}, {"id": "t2", "articles": ["hub"]}]
    folder = write(tmp_path / "set", articles=ARTICLES, tickets=[stored], dev=labels)
    done = svar("eval", folder, "--work", tmp_path / "work", "--until", "2025-12-31")
    assert done.returncode == 0, done.stderr
    assert "1 labelled tickets are missing and were not asked: t2" in done.stdout
    assert "1 labelled articles are missing and count as not found: nowhere" in done.stdout
    assert "all, 1 questions" in done.stdout


def test_a_limit(svar: Svar, tmp_path: Path) -> None:
    folder = write(tmp_path / "set", articles=ARTICLES, queries=QUERIES)
    done = svar("eval", folder, "--work", tmp_path / "work", "--limit", "1")
    assert "all, 1 questions" in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--cross"], "no article in several languages"), (["--mixed"], "no article in several languages"),
     (["--limit", "0"], "--limit"), (["--last", "x"], "--last"), (["--distractors", "nowhere.jsonl"], "nowhere.jsonl"),
     (["--out-of-scope", "nowhere.jsonl"], "nowhere.jsonl")],
)  # fmt: skip
def test_options_that_cannot_be_met(svar: Svar, tmp_path: Path, options: list[str], message: str) -> None:
    folder = write(tmp_path / "set", articles=ARTICLES, queries=QUERIES)
    done = svar("eval", folder, "--work", tmp_path / "work", *options)
    assert done.returncode in {1, 2}
    assert message in done.stderr
    assert "Traceback" not in done.stderr
