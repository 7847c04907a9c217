"""What customers say afterwards, and what becomes of the ticket and of the articles that are linked to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer.problem import is_solved
from kb.desk.satisfaction import Satisfaction, placed, put_satisfaction
from kb.errors import InvalidRow, NotFound
from kb.importers.run import import_paths
from kb.model import EventKind, Role
from kb.settings import Settings
from kb.store import Store

AT = datetime(2026, 11, 20, tzinfo=UTC)
TICKETS = (
    '{"id": "t1", "source_id": "900", "subject": "a", "status": "solved", "created_at": "2026-11-01",'
    ' "customer": {"email": "a@k.example"}, "messages": [{"author": "customer", "body": "q"},'
    ' {"author": "agent", "body": "r https://h.example/one"}], "article_links": ["https://h.example/one", "two"]}\n'
)
ARTICLES = '{"id": "one", "title": "One", "body": "x", "url": "https://h.example/one"}\n{"id": "two", "title": "T", "body": "y"}\n'


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "a.jsonl", tmp_path / "t.jsonl"]
    found[0].write_text(ARTICLES)
    found[1].write_text(TICKETS)
    return found


@pytest.fixture
def store(tmp_path: Path, files: list[Path]) -> Store:
    opened = Store.open(Settings(home=tmp_path / "home"))
    import_paths(opened, files)
    return opened


def said(source_id: str = "1", **changes: Any) -> Satisfaction:
    return replace(Satisfaction(source="survey", source_id=source_id, at=AT, ticket_id="t1"), **changes)


def put(store: Store, *answers: Satisfaction) -> list[str]:
    with store.database.write("import", "satisfaction", str(len(answers))) as connection:
        return [put_satisfaction(connection, placed(connection, answer)) for answer in answers]


def outcomes(store: Store) -> dict[str, str]:
    return {link.article_id: link.outcome for link in store.tickets.links(["t1"])}


def rated(store: Store) -> list[tuple[str, object]]:
    events = [event for event in store.events.list(ticket_id="t1") if event.kind is EventKind.RATED]
    return sorted((event.article_id, event.detail["outcome"]) for event in events)


def test_it_did_not_work(store: Store) -> None:
    before = store.seq()

    assert put(store, said(worked=False)) == ["new"]

    assert outcomes(store) == {"one": "unsolved", "two": "unsolved"}
    assert rated(store) == [("one", "unsolved"), ("two", "unsolved")]
    assert store.tickets.get("t1").worked is False
    assert not is_solved(store.tickets.get("t1"))
    assert store.seq() > before
    assert [ticket.id for _, ticket in store.tickets.changed_since(before, limit=9)] == ["t1"]


def test_the_same_answer_again_is_logged_once(store: Store) -> None:
    put(store, said(worked=False))
    seq, events = store.seq(), rated(store)

    assert put(store, said(worked=False)) == ["unchanged"]

    assert (store.seq(), rated(store)) == (seq, events)


def test_the_newest_answer_counts_whatever_comes_first(store: Store) -> None:
    put(store, said("late", at=AT + timedelta(days=1), worked=True), said("early", worked=False))

    assert outcomes(store) == {"one": "solved", "two": "solved"}
    assert is_solved(store.tickets.get("t1"))


def test_a_score_alone_says_nothing_about_the_article(store: Store) -> None:
    put(store, said(score=1.0, scale=5.0))

    assert outcomes(store) == {"one": "", "two": ""}
    assert store.tickets.get("t1").worked is None
    assert is_solved(store.tickets.get("t1"))


def test_a_customer_who_is_content_outweighs_the_tag(store: Store) -> None:
    ticket = replace(store.tickets.get("t1"), tags=("reopened",))

    assert not is_solved(ticket)
    assert is_solved(replace(ticket, worked=True))


def test_a_related_article_is_not_judged(store: Store) -> None:
    with store.database.write("link", "ticket", "t1") as connection:
        connection.execute("UPDATE ticket_links SET kind = 'reference' WHERE target = 'two'")

    put(store, said(worked=False))

    assert outcomes(store) == {"one": "unsolved", "two": ""}


def test_the_outcome_outlives_the_next_import(store: Store, files: list[Path]) -> None:
    put(store, said(worked=False))
    files[1].write_text(TICKETS.replace('"subject": "a"', '"subject": "b"'))

    assert import_paths(store, files).ticket.changed == 1

    assert outcomes(store) == {"one": "unsolved", "two": "unsolved"}
    assert store.tickets.get("t1").worked is False


def test_an_agent_writes_down_what_they_heard(store: Store) -> None:
    stored = store.satisfaction.record(replace(said(worked=True, comment="Tack!"), recorded_by="u1"))

    (found,) = store.satisfaction.of_ticket("t1")
    assert found == replace(stored, customer_id="email:a@k.example")
    assert store.satisfaction.of_customer("email:a@k.example") == [found]
    audit = store.database.row("SELECT actor, verb, noun_id FROM audit ORDER BY id DESC LIMIT 1")
    assert audit is not None
    assert tuple(audit) == ("u1", "rate", "t1")


def test_nobody_can_rate_what_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound, match="t9"):
        store.satisfaction.record(said(ticket_id="t9", worked=True))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "says nothing"),
        ({"score": 6.0, "scale": 5.0}, "outside 1 to 5"),
        ({"score": 0.0, "scale": 5.0}, "outside 1 to 5"),
        ({"nps": 11}, "0 to 10"),
        ({"worked": True, "ticket_id": "", "customer_id": ""}, "neither its ticket nor its customer"),
    ],
)
def test_what_cannot_be_meant_is_refused(store: Store, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason):
        put(store, said(**changes))


def test_a_ticket_is_found_by_the_help_desks_id_and_a_customer_by_address(store: Store) -> None:
    put(
        store, said("1", ticket_id="900", worked=False), said("2", ticket_id="", customer_id="email:a@k.example", nps=9)
    )

    assert outcomes(store)["one"] == "unsolved"
    assert [answer.nps for answer in store.satisfaction.of_customer("email:a@k.example")] == [9, None]


def test_wishes_are_kept_per_user(store: Store) -> None:
    user = store.users.create(name="A", email="a@f.example", role=Role.AGENT)

    assert store.wishes.get(user.id, "after_contact", "yes") == "yes"
    store.wishes.put(user.id, "after_contact", "no")
    store.wishes.put(user.id, "after_contact", "no")
    assert store.wishes.get(user.id, "after_contact", "yes") == "no"


def test_a_slip_is_taken_back_by_whoever_made_it(store: Store) -> None:
    put(store, said(worked=True))
    slip = store.satisfaction.record(replace(said(worked=False), at=AT + timedelta(days=1), recorded_by="u1"))
    assert outcomes(store)["one"] == "unsolved"

    with pytest.raises(NotFound, match=slip.source_id):
        store.satisfaction.withdraw("t1", slip.source_id, actor="u2")
    store.satisfaction.withdraw("t1", slip.source_id, actor="u1")

    assert outcomes(store) == {"one": "solved", "two": "solved"}
    assert store.tickets.get("t1").worked is True
    assert len(store.satisfaction.of_ticket("t1")) == 1
    with pytest.raises(NotFound, match=slip.source_id):
        store.satisfaction.withdraw("t1", slip.source_id, actor="u1")
