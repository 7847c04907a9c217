"""How far suggestions get: counted by hand and by the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.event import Event, EventKind
from kb.funnel import Deed, Funnel, funnel_of
from kb.model import TicketStatus
from kb.store import Store
from tests.fakes import DAY, a_ticket, open_store, put

K = EventKind


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("deeds", "solved", "expected"),
    [
        ("", "", (0, 0, 0, 0, 0)),
        ("shown t1 a", "", (1, 0, 0, 0, 0)),
        ("shown t1 a, shown t1 a, shown t1 a", "", (1, 0, 0, 0, 0)),
        ("shown t1 a, shown t2 a", "", (2, 0, 0, 0, 0)),
        ("shown t1 a, opened t1 a", "", (1, 1, 0, 0, 0)),
        ("shown t1 a, inserted t1 a", "", (1, 1, 1, 0, 0)),
        ("shown t1 a, copied t1 a", "t1", (1, 1, 1, 0, 0)),
        ("shown t1 a, inserted t1 a, sent t1 a", "", (1, 1, 1, 1, 0)),
        ("shown t1 a, linked t1 a", "t1", (1, 1, 1, 1, 1)),
        ("sent t1 a, linked t1 a", "t1", (1, 1, 1, 1, 1)),
        ("shown t1 a, dismissed t1 a", "t1", (1, 0, 0, 0, 0)),
        (
            "dismissed t1 a, searched t1 a, flagged t1 a, missed t1 a, rewritten t1 a, overridden t1 a",
            "t1",
            (0, 0, 0, 0, 0),
        ),
        ("sent t1 -", "t1", (0, 0, 0, 0, 0)),
        ("shown - a, opened - a", "", (1, 1, 0, 0, 0)),
    ],
)
def test_table(deeds: str, solved: str, expected: tuple[int, ...]) -> None:
    made = [
        Deed(K(kind), ticket.strip("-"), article.strip("-"))
        for kind, ticket, article in map(str.split, filter(None, deeds.split(", ")))
    ]
    assert funnel_of(made, set(solved.split())) == Funnel(*expected)


@given(
    st.lists(st.tuples(st.sampled_from(list(K)), st.sampled_from("tuv"), st.sampled_from(["a", "b", ""])), max_size=40),
    st.sets(st.sampled_from("tuv")),
)
def test_no_stage_is_larger_than_the_one_before(rows: list[tuple[EventKind, str, str]], solved: set[str]) -> None:
    found = funnel_of([Deed(*row) for row in rows], solved)
    assert found.shown >= found.opened >= found.used >= found.sent >= found.solved >= 0
    accepted = {(t, a) for kind, t, a in rows if a and kind in {K.SENT, K.LINKED}}
    assert found.sent == len(accepted)
    assert 0.0 <= found.acceptance <= 1.0


LEDGER = """
shown     t1 a 1, shown     t1 b 2, shown     t1 c 3, opened    t1 a 1, inserted  t1 a 1, linked t1 a 0, sent t1 a 0,
shown     t2 a 1, shown     t2 d 2, dismissed t2 a 1, opened    t2 d 2, copied    t2 d 2, sent t2 - 0,
shown     t3 b 1, shown     t3 c 2, opened    t3 b 1, opened    t3 b 1, inserted  t3 b 1, inserted t3 b 1, sent t3 b 0,
searched  t4 - 0, opened    t4 e 0, inserted  t4 e 0, linked    t4 e 0, sent      t4 e 0, missed t4 - 0,
shown     t5 a 1, shown     t5 b 2, shown     t5 c 3, flagged   t5 a 0
"""


def test_thirty_events_are_what_a_hand_counts(store: Store) -> None:
    put(store, *(a_ticket(f"t{n}", status=TicketStatus.OPEN) for n in range(1, 6)))
    store.database.connection.execute("UPDATE tickets SET status = 'solved' WHERE id IN ('t1', 't4', 't5')")
    rows = [row.split() for row in LEDGER.replace("\n", " ").split(",")]
    assert len(rows) == 30
    store.events.append([
        Event(K(kind), DAY, "u", ticket, article.strip("-"), rank=int(rank)) for kind, ticket, article, rank in rows
    ])  # fmt: skip

    # By hand: t1 abc, t2 ad, t3 bc, t4 e, t5 abc were seen; t1 a, t2 d, t3 b, t4 e looked at and used; t2 d was only
    # copied, so t1 a, t3 b, t4 e are accepted; t3 is still open.
    assert store.events.funnel() == Funnel(shown=11, opened=4, used=4, sent=3, solved=2)
    assert store.events.funnel().acceptance == 3 / 11
    assert store.events.funnel(since=DAY).shown == 11
    assert store.events.funnel(until=DAY) == Funnel()


def test_what_did_not_work_is_not_solved(store: Store) -> None:
    put(store, a_ticket("t1", status=TicketStatus.SOLVED))
    store.events.append([Event(K.LINKED, DAY, "u", "t1", "a")])
    assert store.events.funnel().solved == 1
    store.database.connection.execute("UPDATE tickets SET worked = 0")
    assert store.events.funnel() == Funnel(1, 1, 1, 1, 0)
