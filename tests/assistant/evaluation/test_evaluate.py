"""Measuring: a data set whose ranks are known by hand gives exactly these measures."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.datasets import load_dataset
from assistant.evaluation.evaluate import MEASURES, Named, Outcome, Reason, run, write_outcomes
from assistant.evaluation.summary import by_group, table
from assistant.evaluation.testbed import Testbed
from assistant.fusion import ranked
from indexer.model import Query
from kb.errors import KBError
from kb.settings import Settings
from tests.assistant.worlds import ENCODER
from tests.fakes import DAY

TWO = 1 / math.log2(3)
ARTICLES = {
    "light": "yellow yellow hub", "money": "refund days money", "key": "password login money", "rare": "zzz",
    "router": "hub router internet", "paint": "wall colour",
}  # fmt: skip
QUERIES = {
    # Which article is right, and where the words put it.
    "first": ("password login", "key", 1), "second": ("yellow yellow hub", "router", 2), "never": ("refund", "rare", 0),
}  # fmt: skip


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def ticket(number: int, body: str, links: list[str]) -> dict[str, Any]:
    at = (DAY + timedelta(days=number)).isoformat()
    turns = [{"author": "customer", "public": True, "at": at, "body": body},
             {"author": "agent", "public": True, "at": at, "body": "See there."}]  # fmt: skip
    return {"id": f"t{number}", "subject": f"s{number}", "status": "closed", "created_at": at, "closed_at": at,
            "locale": "en", "messages": turns, "article_links": links}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("assistant.engine.query_encoder", lambda *_: ENCODER)
    monkeypatch.setattr("assistant.evaluation.testbed.bulk_encoder", lambda *_, **__: ENCODER)
    made = tmp_path / "set"
    write(
        made,
        "articles.jsonl",
        [{"id": key, "title": key, "body": body, "locale": "en"} for key, body in ARTICLES.items()],
    )
    rows = [
        {"id": key, "query": query, "locale": "en", "articles": [right]} for key, (query, right, _) in QUERIES.items()
    ]
    write(made, "queries.jsonl", rows)
    return made


def measure(folder: Path, home: Path, *, until: datetime | None = None) -> list[Outcome]:
    dataset = load_dataset(folder)
    bed = Testbed(dataset, Settings(home=home), until=until)
    engine = bed.whole()
    outcomes = run(engine, [*dataset.queries, *(bed.labelled_tickets() if dataset.labels else [])], memory=bed.memory)
    bed.close()
    return outcomes


def test_known_ranks_give_exact_measures(folder: Path, tmp_path: Path) -> None:
    outcomes = measure(folder, tmp_path / "home")
    assert {o.ranking for o in outcomes} == {"BM25", "dense", "RRF", "convex", "svar"}
    for outcome in (o for o in outcomes if o.ranking == "BM25"):
        _, right, rank = QUERIES[outcome.id]
        assert (outcome.articles.index(right) + 1 if right in outcome.articles else 0) == rank
    line = next(line for line in table(outcomes) if line.ranking == "BM25")
    assert (line.locale, line.questions) == ("", 3)
    assert line.means == pytest.approx({"hit@1": 1 / 3, "hit@5": 2 / 3, "MRR@10": 0.5, "nDCG@10": (1 + TWO) / 3})
    assert all(low <= line.means[name] <= high for name, (low, high) in line.intervals.items())


def test_without_evidence_ours_is_the_match_with_the_articles(folder: Path, tmp_path: Path) -> None:
    bed = Testbed(load_dataset(folder), Settings(home=tmp_path / "home"))
    engine = bed.whole()
    ours = {o.id: o for o in run(engine, bed.dataset.queries, timed=0) if o.ranking == "svar"}
    assert set(ours) == set(QUERIES)
    for item in bed.dataset.queries:
        asked = engine.ask(item.question)
        scores = engine.match(asked, Query(asked.text, asked.locale)).scores
        assert list(ours[item.id].articles) == ranked(scores, limit=10)
        assert [reason.match for reason in ours[item.id].first] == sorted(scores.values(), reverse=True)[:5]
    bed.close()


def labelled_folder(folder: Path) -> Path:
    """The same articles with tickets; the last two are labelled and come after the evidence."""
    (folder / "queries.jsonl").unlink()
    texts = ["hub yellow", "hub internet", "hub router", "money", "refund"]
    write(folder, "tickets.jsonl", [ticket(n, text, ["light"] if n < 3 else ["money"]) for n, text in enumerate(texts)])
    write(folder, "dev.jsonl", [{"id": "t3", "articles": ["money"]}, {"id": "t4", "articles": ["light", "money"]}])
    return folder


def test_labelled_tickets_are_no_evidence(folder: Path, tmp_path: Path) -> None:
    outcomes = measure(labelled_folder(folder), tmp_path / "home", until=DAY + timedelta(days=2.5))
    popular = {o.id: o for o in outcomes if o.ranking == "popular"}
    # The links of the labelled tickets themselves count for nobody.
    assert popular["t3"].articles == popular["t4"].articles == ("light",)
    assert popular["t3"].values == {"hit@1": 0, "hit@5": 0, "MRR@10": 0, "nDCG@10": 0}
    assert popular["t4"].values == pytest.approx({"hit@1": 1, "hit@5": 1, "MRR@10": 1, "nDCG@10": 1 / (1 + TWO)})


def test_measuring_again_gives_the_same(folder: Path, tmp_path: Path) -> None:
    first, second = (measure(folder, tmp_path / "home") for _ in range(2))
    assert [(o.id, o.ranking, o.articles, o.values) for o in first] == [
        (o.id, o.ranking, o.articles, o.values) for o in second
    ]


def test_a_folder_with_other_evidence_is_refused(folder: Path, tmp_path: Path) -> None:
    labelled_folder(folder)
    measure(folder, tmp_path / "home", until=DAY + timedelta(days=2.5))
    with pytest.raises(KBError, match=r"tickets of another measurement.*--work"):
        measure(folder, tmp_path / "home", until=DAY + timedelta(days=1.5))


def test_what_a_loss_needs_to_be_understood(folder: Path, tmp_path: Path) -> None:
    outcomes = measure(labelled_folder(folder), tmp_path / "home", until=DAY + timedelta(days=2.5))
    (found,) = [o for o in outcomes if o.id == "t4" and o.ranking == "svar"]
    assert found.text == "s4 refund"
    assert found.expected == (Named("light", "light", "en"), Named("money", "money", "en"))
    assert found.answerable
    assert [reason.id for reason in found.first] == list(found.articles[:5])
    by_id = {reason.id: reason for reason in found.first}
    assert by_id["money"].title == "money"
    assert by_id["money"].lexical > 0
    assert by_id["money"].tickets == 0
    first = next(o for o in outcomes if o.id == "t3" and o.ranking == "BM25").first[0]
    assert (first.id, first.match > 0) == ("money", True)


def test_votes_are_among_the_reasons(folder: Path, tmp_path: Path) -> None:
    labelled_folder(folder)
    asked = [
        ("hub yellow", ["light"]),
        ("hub yellow", ["light"]),
        ("wall colour", ["paint"]),
        ("refund money", ["money"]),
        ("hub yellow", []),
    ]
    write(folder, "tickets.jsonl", [ticket(n, text, links) for n, (text, links) in enumerate(asked)])
    write(folder, "dev.jsonl", [{"id": "t4", "articles": ["light"]}])
    (found,) = [o for o in measure(folder, tmp_path / "home", until=DAY + timedelta(days=3.5)) if o.ranking == "svar"]
    light = next(reason for reason in found.first if reason.id == "light")
    assert (light.tickets, light.votes > 0) == (2, True)


def test_only_a_sample_is_timed(folder: Path, tmp_path: Path) -> None:
    dataset = load_dataset(folder)
    bed = Testbed(dataset, Settings(home=tmp_path / "home"))
    engine = bed.whole()
    for timed, expected in ((0, 0), (1, 1), (3, 3), (100, 3)):
        outcomes = [o for o in run(engine, dataset.queries, memory=bed.memory, timed=timed) if o.ranking == "svar"]
        assert sum(o.took_ms is not None for o in outcomes) == expected
        assert all(o.took_ms is None or o.took_ms > 0 for o in outcomes)
    assert run(engine, []) == []
    bed.close()


def test_the_engine_keeps_its_encoder(folder: Path, tmp_path: Path) -> None:
    bed = Testbed(load_dataset(folder), Settings(home=tmp_path / "home"))
    engine = bed.whole()
    own = engine.encoder
    run(engine, bed.dataset.queries, memory=bed.memory, timed=0)
    assert engine.encoder is own
    bed.close()


def test_answers_in_one_language_only(folder: Path, tmp_path: Path) -> None:
    write(
        folder, "articles-da.jsonl", [{"id": "da", "title": "da", "body": "password login yellow hub", "locale": "da"}]
    )
    dataset = load_dataset(folder)
    bed = Testbed(dataset, Settings(home=tmp_path / "home"))
    asked = [replace(query, within=("da",)) for query in dataset.queries]
    outcomes = run(bed.whole(), asked, timed=0)
    assert {o.articles for o in outcomes} <= {("da",), ()}
    assert [o.articles for o in outcomes if o.id == "first"] == [("da",)] * 5
    bed.close()


def test_votes_for_other_languages_are_taken_out(folder: Path, tmp_path: Path) -> None:
    labelled_folder(folder)
    write(folder, "articles-da.jsonl", [{"id": "da", "title": "da", "body": "hub", "locale": "da"}])
    write(folder, "dev.jsonl", [{"id": "t2", "articles": ["light"]}])
    bed = Testbed(load_dataset(folder), Settings(home=tmp_path / "home"), until=DAY + timedelta(days=1.5))
    engine, (asked,) = bed.whole(), bed.labelled_tickets()
    by_name = {o.ranking: o.articles for o in run(engine, [replace(asked, within=("da",))], timed=0)}
    assert by_name["popular"] == ()
    assert by_name["svar"] == ("da",)
    bed.close()


def outcome(question: str, locale: str, value: float, took_ms: float | None = 1.0, **changes: Any) -> Outcome:
    return Outcome(question, locale, "svar", ("a",), dict.fromkeys(MEASURES, value), 0.5, took_ms, **changes)


def test_a_table_has_lines_per_language_where_there_are_several() -> None:
    lines = table([outcome("1", "da", 1.0), outcome("2", "sv", 0.0), outcome("3", "sv", 0.5)])
    assert [(line.locale, line.questions, line.means["hit@1"]) for line in lines] == [
        ("", 3, 0.5),
        ("da", 1, 1),
        ("sv", 2, 0.25),
    ]
    assert len(table([outcome("1", "da", 1.0)])) == 1
    assert table([]) == []


def test_a_table_by_group() -> None:
    found = by_group(
        [
            outcome("1", "da", 1.0, group="own"),
            outcome("2", "sv", 0.0, group="own"),
            outcome("3", "sv", 0.5, group="other"),
        ]
    )
    assert [(line.group, line.locale, line.questions, line.means["hit@5"]) for line in found] == [
        ("other", "", 1, 0.5), ("other", "sv", 1, 0.5), ("own", "", 2, 0.5), ("own", "da", 1, 1), ("own", "sv", 1, 0)
    ]  # fmt: skip
    assert by_group([]) == []


@pytest.mark.parametrize("times", [[3.0], [1.0, 2.0], [1.0, 2.0, 30.0], list(map(float, range(100)))])
def test_the_slow_end_is_never_slower_than_the_slowest(times: list[float]) -> None:
    (line,) = table([outcome(str(n), "da", 1.0, took) for n, took in enumerate(times)])
    assert line.median_ms is not None
    assert line.p95_ms is not None
    assert min(times) <= line.median_ms <= line.p95_ms <= max(times)


def test_times_are_those_of_the_timed_questions() -> None:
    (line,) = table([outcome("1", "da", 1.0, None), outcome("2", "da", 1.0, 7.0), outcome("3", "da", 1.0, None)])
    assert (line.questions, line.median_ms, line.p95_ms) == (3, 7.0, 7.0)
    (line,) = table([outcome("1", "da", 1.0, None)])
    assert (line.median_ms, line.p95_ms) == (None, None)


def test_outcomes_can_be_read_one_by_one(tmp_path: Path) -> None:
    reason = Reason("a", "Light", match=0.123456, dense=0.5, lexical=3.0, votes=1.5, tickets=2)
    made = outcome(
        "1", "da", 1.0, experiment="mixed", group="own", text="Why?", expected=(Named("x", "X", "da"),), first=(reason,)
    )
    write_outcomes([made], tmp_path / "each.jsonl")
    (row,) = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text("utf-8").splitlines()]
    assert row == {"id": "1", "experiment": "mixed", "group": "own", "locale": "da", "ranking": "svar", "question": "Why?",
                   "articles": ["a"], "confidence": 0.5, "hit@1": 1.0, "hit@5": 1.0, "MRR@10": 1.0, "nDCG@10": 1.0,
                   "expected": [{"id": "x", "title": "X"}],
                   "first": [{"id": "a", "title": "Light", "match": 0.1235, "dense": 0.5, "lexical": 3.0, "votes": 1.5, "tickets": 2}]}  # fmt: skip


def test_what_is_not_stored_answers_nothing() -> None:
    assert not outcome("1", "da", 0.0, expected=(Named("x", "", ""),)).answerable
    assert not outcome("1", "da", 0.0).answerable
    assert outcome("1", "da", 0.0, expected=(Named("x", "", ""), Named("y", "", "da"))).answerable
