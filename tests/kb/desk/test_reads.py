"""What is new for whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.desk.filters import TicketFilter
from kb.desk.reads import UNREAD
from kb.model import Role, TicketStatus
from kb.store import Store
from tests.fakes import a_ticket, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1", ("customer", "Hej"), ("customer", "Hallå?"), status=TicketStatus.OPEN))
    yield opened
    opened.close()


@pytest.fixture
def users(store: Store) -> list[str]:
    return [store.users.create(name=n, email=f"{n}@firma.example", role=Role.AGENT).id for n in ("mia", "ove")]


def unread(store: Store, user_id: str) -> int:
    return store.queue.count(TicketFilter(unread=True), store.queue.asker(user_id))


def test_reading_is_everybodys_own(store: Store, users: list[str]) -> None:
    mia, ove = users

    assert store.reads.mark(mia, "t1") == UNREAD
    assert store.reads.mark(mia, "t1") == 1

    assert store.reads.upto(mia, ["t1", "t2"]) == {"t1": 1}
    assert store.reads.upto(ove, ["t1"]) == {}
    assert (unread(store, mia), unread(store, ove)) == (0, 1)


def test_what_comes_later_is_new_but_not_what_one_wrote(store: Store, users: list[str]) -> None:
    mia, ove = users
    store.reads.mark(mia, "t1")
    store.reads.mark(ove, "t1")

    store.tickets.reply("t1", "Svar", author_name="Mia", actor=mia, status=TicketStatus.PENDING, version=1)

    assert (unread(store, mia), unread(store, ove)) == (0, 1)
    [ticket] = store.queue.page(TicketFilter(), store.queue.asker(ove)).tickets
    assert store.queue.unread([ticket], store.reads.upto(ove, ["t1"])) == {"t1": 1}
    assert store.queue.unread([ticket], {}) == {"t1": 3}


def test_nobody_and_nothing_leave_no_mark(store: Store, users: list[str]) -> None:
    store.reads.mark("no such user", "t1")
    store.reads.mark(users[0], "no such ticket")
    assert store.database.rows("SELECT * FROM ticket_reads") == []
