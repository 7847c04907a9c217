"""Tickets: idempotent storing, links from replies, and replies that never overwrite each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kb.errors import Conflict, InvalidRow, NotFound
from kb.links import resolve_links
from kb.model import Author, Customer, Ticket, TicketStatus
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, conversation, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def resolve(store: Store) -> None:
    with store.database.write("resolve", "ticket_link", "") as connection:
        resolve_links(connection)


def answer(store: Store, body: str = "Done.", *, version: int = 1, **changes: Any) -> Ticket:
    wanted: dict[str, Any] = {
        "author_name": "Anna",
        "actor": "u1",
        "status": TicketStatus.SOLVED,
        "version": version,
    } | changes
    return store.tickets.reply("t1", body, **wanted)


def test_what_is_stored_is_read(store: Store) -> None:
    ticket = a_ticket(
        "t1", ("customer", "Hej 😀"), ("bot", "Ticket 7"), ("note", "VIP"), ("agent", "Hello"), product="Hub",
        topic="refund",
        tags=("å", "b"), priority="high", channel="mail", closed_at=DAY + timedelta(days=1), status=TicketStatus.CLOSED,
        customer=Customer("email:signe@post.example", "Signe", "signe@post.example", {"plan": "Pro"}),
    )  # fmt: skip
    assert put(store, ticket) == "new"
    assert store.tickets.get("t1") == ticket
    assert store.tickets.get_many(["t1", "t2"]) == {"t1": ticket}


def test_storing_twice_changes_nothing(store: Store) -> None:
    put(store, a_ticket(), links=["a1"])
    seq, version = store.seq(), store.tickets.get("t1").version
    assert put(store, a_ticket(), links=["a1"]) == "unchanged"
    assert (store.seq(), store.tickets.get("t1").version) == (seq, version)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Other"}, {"status": TicketStatus.OPEN}, {"locale": "sv"}, {"tags": ("x",)}, {"priority": "low"},
        {"closed_at": DAY}, {"product": "Hub"}, {"topic": "x"}, {"customer": Customer("c1", "Bo")},
        {"messages": conversation(("customer", "Only this"))},
    ],
)  # fmt: skip
def test_any_difference_is_a_change(store: Store, change: dict[str, Any]) -> None:
    put(store, a_ticket())
    seq = store.seq()
    assert put(store, replace(a_ticket(), **change)) == "changed"
    assert store.seq() > seq
    read = store.tickets.get("t1")
    assert read == replace(a_ticket(), **change, version=2)


def test_links_are_as_the_source_has_them_now(store: Store) -> None:
    put(store, an_article("a1"), an_article("a2"), a_ticket(), links=["a1"])
    resolve(store)
    assert put(store, a_ticket(), links=["a2"]) == "changed"
    resolve(store)
    assert [link.article_id for link in store.tickets.links(["t1"])] == ["a2"]


def test_the_id_of_another_source_is_refused(store: Store) -> None:
    put(store, a_ticket())
    with pytest.raises(InvalidRow, match="ticket id 't1' already belongs to another source"):
        put(store, a_ticket(source="zendesk"))


def test_urls_in_public_replies_are_links(store: Store) -> None:
    """Not those of the customer, of a note, or of a bot; nor a page elsewhere that happens to have the same name."""
    for name in ("said", "asked", "noted", "automatic", "elsewhere"):
        put(store, an_article(name, url=f"https://help.example/kb/{name}"))
    put(
        store,
        a_ticket(
            "t1",
            ("customer", "I read https://help.example/kb/asked"),
            ("note", "see https://help.example/kb/noted"),
            ("bot", "see https://help.example/kb/automatic"),
            ("agent", "See [this](https://help.example/sv/kb/said?x=1). And https://shop.example/elsewhere"),
            ("agent", "Again: https://help.example/sv/kb/said?x=1"),
        ),
    )
    resolve(store)
    (link,) = store.tickets.links(["t1"])
    assert (link.article_id, link.kind, link.at) == ("said", "mentioned", DAY + timedelta(minutes=3))


def test_a_link_counts_once_per_ticket_and_article_and_from_its_first_time(store: Store) -> None:
    put(store, an_article("a1", url="https://help.example/kb/a1"))
    put(
        store,
        a_ticket("t1", ("customer", "?"), ("agent", "https://help.example/kb/a1"), ("customer", "thanks")),
        links=["a1"],
    )
    resolve(store)
    (link,) = store.tickets.links(["t1"])
    assert link.at == DAY + timedelta(minutes=1)
    assert store.tickets.link_counts() == [("a1", 1)]


def test_link_counts_before_a_time(store: Store) -> None:
    put(store, an_article("a1"), an_article("a2"))
    for i in range(4):
        put(store, a_ticket(f"t{i}", created_at=DAY + timedelta(days=i)), links=["a2"] if i % 2 else ["a1", "a2"])
    resolve(store)
    assert store.tickets.link_counts() == [("a2", 4), ("a1", 2)]
    assert store.tickets.link_counts(before=DAY + timedelta(days=1)) == [("a1", 1), ("a2", 1)]
    assert store.tickets.link_counts(before=DAY) == []


def linked(store: Store, seq: int = 0) -> dict[str, list[str]]:
    """Article ids by ticket, in the order in which tickets are told."""
    found = store.tickets.linked_since(seq)
    assert [each.seq for each in found] == sorted({each.seq for each in found}, key=int)
    assert all(each.seq > seq for each in found)
    return {each.id: [article_id for article_id, _ in each.links] for each in found}


def test_linked_tickets_with_the_first_moment_of_each_link(store: Store) -> None:
    url = "https://help.example/kb/a1"
    put(store, an_article("a1", url=url), an_article("a2"))
    put(store, a_ticket("t1", ("customer", "?"), ("agent", url), created_at=DAY), links=["a2", "a1", "nowhere"])
    put(store, a_ticket("mute"), links=["nowhere"])
    resolve(store)
    (found,) = store.tickets.linked_since(0)
    first = DAY + timedelta(minutes=1)
    assert (found.id, found.created_at, found.links) == ("t1", DAY, (("a1", first), ("a2", first)))
    assert store.tickets.count_links() == 3, "the URL and the id, and the other article"


def test_linked_tickets_since_a_change(store: Store) -> None:
    """Of all only those that have a link; later also those that have none, for they may have lost it."""
    put(store, an_article("a1"), an_article("a2"))
    for number in range(3):
        put(store, a_ticket(f"t{number}"), links=["a1"] if number else [])
    resolve(store)
    assert linked(store) == {"t1": ["a1"], "t2": ["a1"]}
    before = store.seq()
    assert linked(store, before) == {}
    put(store, a_ticket("t1"), links=[])
    put(store, a_ticket("t3"), links=["late"])
    assert linked(store, before) == {"t1": [], "t3": []}
    assert linked(store) == {"t2": ["a1"]}
    before = store.seq()
    put(store, an_article("late"))
    resolve(store)
    assert linked(store, before) == {"t3": ["late"]}
    before = store.seq()
    version = store.tickets.get("t3").version
    store.tickets.reply(
        "t3", "See.", author_name="A", actor="u", status=TicketStatus.SOLVED, version=version, article_ids=["a2"]
    )
    assert linked(store, before) == {"t3": ["a2", "late"]}
    assert store.tickets.count_links() == 3


def test_no_links_at_all(store: Store) -> None:
    assert store.tickets.linked_since(0) == []
    assert store.tickets.count_links() == 0


class TestReply:
    """Answering a ticket in the product."""

    def test_adds_message_status_and_resolution(self, store: Store) -> None:
        put(store, an_article("a1"), a_ticket("t1", ("customer", "?"), status=TicketStatus.OPEN))
        seq = store.seq()
        ticket = answer(store, "Hold *it*.", article_ids=["a1"])
        last = ticket.messages[-1]
        assert (last.author, last.public, last.name, last.body, last.number) == (
            Author.AGENT,
            True,
            "Anna",
            "Hold *it*.",
            1,
        )
        assert (ticket.status, ticket.version) == (TicketStatus.SOLVED, 2)
        assert ticket.closed_at == last.at
        assert [(link.article_id, link.kind) for link in store.tickets.links(["t1"])] == [("a1", "resolution")]
        assert [t.id for _, t in store.tickets.changed_since(seq, limit=9)] == ["t1"]

    def test_reopening_clears_the_end(self, store: Store) -> None:
        put(store, a_ticket(closed_at=DAY))
        assert answer(store, status=TicketStatus.OPEN).closed_at is None

    def test_a_note_stays_inside(self, store: Store) -> None:
        put(store, a_ticket(status=TicketStatus.OPEN))
        ticket = answer(store, "VIP", public=False, status=TicketStatus.OPEN)
        assert not ticket.messages[-1].public
        audit = store.database.row("SELECT verb FROM audit ORDER BY id DESC LIMIT 1")
        assert audit is not None
        assert audit["verb"] == "note"

    @pytest.mark.parametrize("body", ["", "  \n\t"])
    def test_an_empty_one_is_refused(self, store: Store, body: str) -> None:
        put(store, a_ticket())
        with pytest.raises(InvalidRow, match="an empty message cannot be sent"):
            answer(store, body)

    def test_an_unknown_ticket(self, store: Store) -> None:
        with pytest.raises(NotFound, match="No ticket with id 't1'"):
            answer(store)

    def test_a_stale_version_loses_nothing(self, store: Store) -> None:
        put(store, a_ticket(status=TicketStatus.OPEN))
        answer(store, "first")
        with pytest.raises(Conflict, match=r"Somebody else changed this ticket.*Reload it"):
            answer(store, "second", status=TicketStatus.OPEN)
        ticket = store.tickets.get("t1")
        assert [m.body for m in ticket.messages][2:] == ["first"]
        assert ticket.status is TicketStatus.SOLVED

    def test_of_two_at_once_exactly_one_wins(self, store: Store) -> None:
        put(store, a_ticket("t1", ("customer", "?"), status=TicketStatus.OPEN))
        for turn in range(1, 16):
            barrier = threading.Barrier(2)
            outcome: dict[str, object] = {}

            def send(
                name: str,
                version: int = turn,
                barrier: threading.Barrier = barrier,
                outcome: dict[str, object] = outcome,
            ) -> None:
                barrier.wait()
                try:
                    outcome[name] = answer(store, f"{name} {version}", version=version)
                except Conflict as error:
                    outcome[name] = error

            threads = [threading.Thread(target=send, args=(name,)) for name in ("Anna", "Bo")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            winners = [name for name, result in outcome.items() if isinstance(result, Ticket)]
            assert len(winners) == 1
            assert len(outcome) == 2
            ticket = store.tickets.get("t1")
            assert ticket.messages[-1].body == f"{winners[0]} {turn}"
            assert len(ticket.messages) == turn + 1
            assert ticket.version == turn + 1

    def test_what_agents_linked_here_survives_the_next_import(self, store: Store) -> None:
        put(store, an_article("a1"), an_article("a2"), a_ticket(), links=["a1"])
        resolve(store)
        answer(store, article_ids=["a1", "a2"])
        put(store, a_ticket(subject="Changed at the source"), links=[])
        resolve(store)
        assert [link.article_id for link in store.tickets.links(["t1"])] == ["a1", "a2"]

    def test_what_agents_wrote_here_survives_the_next_import(self, store: Store) -> None:
        put(store, a_ticket("t1", ("customer", "?"), status=TicketStatus.OPEN))
        answer(store, "Written in Svar.")
        put(store, a_ticket("t1", ("customer", "?"), ("customer", "Hello?"), status=TicketStatus.OPEN))
        read = store.tickets.get("t1").messages
        assert sorted(m.body for m in read) == ["?", "Hello?", "Written in Svar."]
        assert [m.number for m in read] == [0, 1, 2]


class TestPage:
    """The list of tickets."""

    @pytest.fixture(autouse=True)
    def tickets(self, store: Store) -> None:
        put(
            store,
            a_ticket(
                "t1", subject="Refund 100% please", created_at=DAY, locale="sv", customer=Customer("c1", "Åse Öberg")
            ),
        )
        put(store, a_ticket("t2", subject="ØDELAGT hub", created_at=DAY + timedelta(days=1), status=TicketStatus.OPEN))
        put(
            store,
            a_ticket(
                "t3", subject="Refund 1000", created_at=DAY + timedelta(days=2), customer=Customer("c1", "Åse Öberg")
            ),
        )

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["t3", "t2", "t1"]),
            ({"limit": 1, "offset": 1}, ["t2"]),
            ({"statuses": [TicketStatus.OPEN]}, ["t2"]),
            ({"statuses": [TicketStatus.OPEN, TicketStatus.SOLVED]}, ["t3", "t2", "t1"]),
            ({"locale": "sv"}, ["t1"]),
            ({"text": "refund"}, ["t3", "t1"]),
            ({"text": "100%"}, ["t1"]),
            ({"text": "_"}, []),
            ({"text": "ødelagt"}, ["t2"]),
            ({"text": "åse"}, ["t3", "t1"]),
            ({"text": "t2"}, ["t2"]),
            ({"text": "' OR 1=1 --"}, []),
        ],
    )
    def test_filters(self, store: Store, asked: dict[str, Any], found: list[str]) -> None:
        assert [t.id for t in store.tickets.page(**asked)] == found

    def test_counts_and_earlier(self, store: Store) -> None:
        assert store.tickets.counts() == {"open": 1, "solved": 2}
        assert [t.id for t in store.tickets.earlier_of(store.tickets.get("t3"))] == ["t1"]
        assert store.tickets.earlier_of(store.tickets.get("t2")) == []


def test_more_tickets_than_one_query_takes(store: Store) -> None:
    put(store, *(a_ticket(f"t{i:04}") for i in range(1203)))
    found = store.tickets.changed_since(0, limit=5000)
    assert [t.id for _, t in found] == [f"t{i:04}" for i in range(1203)]
    assert all(len(t.messages) == 2 for _, t in found)
