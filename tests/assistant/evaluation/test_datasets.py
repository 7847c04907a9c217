"""Data sets to measure with: what is read, and that nothing from after a moment gets in."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.datasets import (
    Row,
    load_dataset,
    load_questions,
    question_at_arrival,
    rows,
    sample,
    tickets_before,
    write_rows,
)
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
    write(
        tmp_path,
        "queries.jsonl",
        {"id": 1, "query": "Why?", "locale": "sv-SE", "articles": ["a1", 2]},
        {"id": "q2", "query": "?"},
    )
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
    rows: dict[str, dict[str, Any]] = {
        "articles.jsonl": ARTICLE,
        "queries.jsonl": {"id": 1, "query": "?"},
        "tickets.jsonl": {"id": "t"},
    }
    for name in present:
        write(tmp_path, name, rows[name])
    with pytest.raises(KBError, match="is no data set to measure with"):
        load_dataset(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KBError, match="There is no folder"):
        load_dataset(tmp_path / "nowhere")


def test_the_question_at_arrival_knows_no_answer() -> None:
    ticket = a_ticket(
        "t1", ("customer", "one"), ("customer", "two"), ("agent", "X"), ("customer", "three"), product="Hub"
    )
    asked = question_at_arrival(ticket)
    assert asked.body == "one\n\ntwo"
    assert (asked.ticket_id, asked.product, asked.created_at, asked.as_of) == ("t1", "Hub", DAY, DAY)


def test_tickets_before_a_moment(tmp_path: Path) -> None:
    times = [
        "2020-04-30T23:59:59+00:00",
        "2020-05-01T00:00:00+00:00",
        "2020-04-30T23:30:00-08:00",
        "2020-05-01T01:00:00+02:00",
    ]
    rows = [{"id": number, "created_at": at, "subject": "æ"} for number, at in enumerate(times)]
    files = (write(tmp_path, "tickets.jsonl.gz", *rows[:2]), write(tmp_path, "tickets.jsonl", *rows[2:]))
    target = tmp_path / "out.jsonl"
    assert tickets_before(files, datetime(2020, 5, 1, tzinfo=UTC), target) == 2
    assert [json.loads(line)["id"] for line in target.read_text("utf-8").splitlines()] == [0, 3]
    assert tickets_before(files, None, target) == 4
    assert tickets_before((), None, target) == 0
    assert target.read_text("utf-8") == ""


def test_only_the_newest_linked_tickets(tmp_path: Path) -> None:
    found = [
        ("a", "2020-01-03", ["x"]),
        ("b", "2020-01-01", ["x"]),
        ("c", "2020-01-04", []),
        ("d", "2020-01-03", ["y"]),
        ("e", "2020-01-09", ["x"]),
    ]
    file = write(
        tmp_path,
        "tickets.jsonl",
        *({"id": key, "created_at": f"{day}T00:00:00Z", "article_links": links} for key, day, links in found),
    )
    target, until = tmp_path / "out.jsonl", datetime(2020, 1, 5, tzinfo=UTC)
    for last, ids in ((1, ["d"]), (2, ["a", "d"]), (3, ["b", "a", "d"]), (300, ["b", "a", "d"])):
        assert tickets_before((file,), until, target, last=last) == len(ids)
        assert [row["id"] for row in rows(target)] == ids
    assert tickets_before((file,), until, target) == 4


def test_parallel_items(tmp_path: Path) -> None:
    write(tmp_path, "articles.jsonl", ARTICLE)
    write(tmp_path, "queries.jsonl", {"id": 1, "query": "?"})
    write(
        tmp_path,
        "parallel.jsonl.gz",
        {"doc": "d", "id": "1", "en": "a1", "da-DK": "a2", "titles": {"en": "x"}, "sv": None, "und": "x"},
    )
    assert load_dataset(tmp_path).parallel == ({"en": "a1", "da": "a2"},)


def test_questions_that_nothing_answers(tmp_path: Path) -> None:
    (found,) = load_questions(write(tmp_path, "oos.jsonl", {"id": 7, "query": "Tell a joke", "locale": "en"}))
    assert (found.id, found.question.text, found.relevant, found.group, found.within) == (
        "7",
        "Tell a joke",
        frozenset(),
        "",
        (),
    )


@pytest.mark.parametrize(
    ("count", "limit", "taken"),
    [(6, 3, [0, 2, 4]), (5, 3, [0, 1, 3]), (3, 3, [0, 1, 2]), (3, 9, [0, 1, 2]), (3, None, [0, 1, 2]), (0, 3, [])],
)
def test_a_sample_is_spread_evenly(tmp_path: Path, count: int, limit: int | None, taken: list[int]) -> None:
    items = load_questions(write(tmp_path, "q.jsonl", *({"id": n, "query": "?"} for n in range(count))))
    assert [int(item.id) for item in sample(items, limit)] == taken


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    made: list[Row] = [{"id": "å", "n": 1}, {"id": "b"}]
    assert write_rows(iter(made), tmp_path / "out.jsonl") == 2
    assert list(rows(tmp_path / "out.jsonl", "id")) == made


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KBError, match=r"Cannot read .*gone\.jsonl"):
        list(rows(tmp_path / "gone.jsonl"))
    (tmp_path / "bad.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(KBError, match=r"Cannot read .*bad\.jsonl\.gz"):
        list(rows(tmp_path / "bad.jsonl.gz"))
    (tmp_path / "bad.jsonl").write_bytes(b'{"id": 1}\n[')
    with pytest.raises(KBError, match=r"bad\.jsonl:2 is no row"):
        list(rows(tmp_path / "bad.jsonl"))
