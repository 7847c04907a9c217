"""Data sets to measure with: what is read, and that nothing from after a moment gets in."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.datasets import load_dataset, question_at_arrival, tickets_before
from kb.errors import KBError
from tests.fakes import DAY, a_ticket

ARTICLE = {"id": "a1", "title": "Light", "body": "Yellow.", "locale": "en"}


def write(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


def test_queries(tmp_path: Path) -> None:
    articles = write(tmp_path, "articles.jsonl.gz", ARTICLE)
    write(tmp_path, "queries.jsonl", {"id": 1, "query": "Why?", "locale": "sv-SE", "articles": ["a1", 2]}, {"id": "q2", "query": "?"})
    dataset = load_dataset(tmp_path)
    assert (dataset.name, dataset.articles, dataset.tickets, dataset.labels) == (tmp_path.name, (articles,), (), {})
    first, second = dataset.queries
    assert (first.id, first.question.text, first.question.locale) == ("1", "Why?", "sv")
    assert first.relevant == {"a1", "2"}
    assert (second.locale, second.relevant) == ("und", frozenset())


def test_labels(tmp_path: Path) -> None:
    write(tmp_path, "articles.jsonl", ARTICLE)
    tickets = (write(tmp_path, "tickets-1.jsonl.gz"), write(tmp_path, "tickets-2.jsonl"))
    write(tmp_path, "dev-2020.jsonl", {"id": "t1", "articles": ["a1"]})
    write(tmp_path, "labels.jsonl", {"id": 2, "articles": []})
    dataset = load_dataset(tmp_path)
    assert dataset.tickets == tickets
    assert dataset.labels == {"t1": {"a1"}, "2": set()}


@pytest.mark.parametrize("present", [[], ["articles.jsonl"], ["queries.jsonl"], ["articles.jsonl", "tickets.jsonl"]])
def test_no_data_set(tmp_path: Path, present: list[str]) -> None:
    rows: dict[str, dict[str, Any]] = {"articles.jsonl": ARTICLE, "queries.jsonl": {"id": 1, "query": "?"}, "tickets.jsonl": {"id": "t"}}
    for name in present:
        write(tmp_path, name, rows[name])
    with pytest.raises(KBError, match="is no data set to measure with"):
        load_dataset(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KBError, match="There is no folder"):
        load_dataset(tmp_path / "nowhere")


def test_the_question_at_arrival_knows_no_answer() -> None:
    ticket = a_ticket("t1", ("customer", "one"), ("customer", "two"), ("agent", "X"), ("customer", "three"), product="Hub")
    asked = question_at_arrival(ticket)
    assert asked.body == "one\n\ntwo"
    assert (asked.ticket_id, asked.product, asked.created_at, asked.as_of) == ("t1", "Hub", DAY, DAY)


def test_tickets_before_a_moment(tmp_path: Path) -> None:
    times = ["2020-04-30T23:59:59+00:00", "2020-05-01T00:00:00+00:00", "2020-04-30T23:30:00-08:00", "2020-05-01T01:00:00+02:00"]
    rows = [{"id": number, "created_at": at, "subject": "æ"} for number, at in enumerate(times)]
    files = (write(tmp_path, "tickets.jsonl.gz", *rows[:2]), write(tmp_path, "tickets.jsonl", *rows[2:]))
    target = tmp_path / "out.jsonl"
    assert tickets_before(files, datetime(2020, 5, 1, tzinfo=UTC), target) == 2
    assert [json.loads(line)["id"] for line in target.read_text("utf-8").splitlines()] == [0, 3]
    assert tickets_before(files, None, target) == 4
    assert tickets_before((), None, target) == 0
    assert target.read_text("utf-8") == ""
