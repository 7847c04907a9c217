"""Passing on: note, status, tag, date, event and post in one transaction; and how the ticket comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kb import clock
from kb.desk.escalations import TAG, PassOn
from kb.desk.outbox import Post, PostKind
from kb.desk.sending import PostState
from kb.errors import Conflict, InvalidRow, NotFound
from kb.model import EventKind, Role, TicketStatus, User
from kb.store import Store
from tests.fakes import a_ticket, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1", ("customer", "Hjälp"), status=TicketStatus.OPEN, tags=("wifi",)))
    yield opened
    opened.close()


@pytest.fixture
def anna(store: Store) -> User:
    return store.users.create(name="Anna Berg", email="a@b.example", role=Role.AGENT)


def wish(user: User, **changes: object) -> PassOn:
    one = PassOn(
        ticket_id="t1", version=1, kind="team", name="Nät", note="Passed on to Nät.", user_id=user.id,
        user_name=user.name, status=TicketStatus.PENDING, follow_up_at=clock.now() + timedelta(days=1),
        post=Post(PostKind.MAIL, "t1", "nat@b.example", {"subject": "S", "text": "T"}),
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]


def test_all_of_it_happens_together(store: Store, anna: User) -> None:
    seq = store.seq()
    mine = wish(anna)

    number = store.escalations.pass_on(mine)

    ticket = store.tickets.get("t1")
    note = ticket.messages[-1]
    assert (number, note.number, note.public, note.name, note.body) == (1, 1, False, "Anna Berg", "Passed on to Nät.")
    assert (ticket.status, ticket.tags, ticket.version) == (TicketStatus.PENDING, ("wifi", TAG), 2)
    assert ticket.follow_up_at == mine.follow_up_at
    assert ticket.standing.message_count == 2
    assert store.seq() > seq
    (event,) = store.events.list(ticket_id="t1")
    assert (event.kind, event.user_id) == (EventKind.PASSED_ON, anna.id)
    assert event.detail == {"to": "team", "name": "Nät", "message": 1, "sent": True}
    (audit,) = store.database.rows("SELECT * FROM audit WHERE verb = 'pass_on'")
    assert (audit["actor"], audit["noun_id"]) == (anna.id, "t1")
    (one,) = store.escalations.of("t1")
    assert (one.kind, one.name, one.user_name, one.follow_up_at) == ("team", "Nät", "Anna Berg", mine.follow_up_at)
    assert one.delivery is not None
    assert one.delivery.state is PostState.WAITING
    post = store.outbox.claim()
    assert post is not None
    assert post.payload["at"] == clock.to_text(note.at)


def test_importing_the_ticket_again_takes_nothing_of_it_back(store: Store, anna: User) -> None:
    store.escalations.pass_on(wish(anna))
    before = store.tickets.get("t1")
    put(store, a_ticket("t1", ("customer", "Hjälp"), status=TicketStatus.OPEN, tags=("wifi", "new"), subject="Ny"))
    after = store.tickets.get("t1")
    assert after.subject == "Ny"
    assert (after.status, after.tags, after.follow_up_at) == (before.status, before.tags, before.follow_up_at)
    assert after.messages[-1].body == "Passed on to Nät."


def test_inside_nothing_is_sent_and_a_tag_comes_once(store: Store, anna: User) -> None:
    store.escalations.pass_on(wish(anna, post=None, follow_up_at=None))
    store.escalations.pass_on(wish(anna, post=None, version=2, name="Andra", status=TicketStatus.SOLVED))

    ticket = store.tickets.get("t1")
    assert ticket.tags == ("wifi", TAG)
    assert ticket.status is TicketStatus.SOLVED
    assert ticket.closed_at is not None
    assert [(each.name, each.delivery) for each in store.escalations.of("t1")] == [("Andra", None), ("Nät", None)]
    assert store.outbox.claim() is None


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"version": 7}, Conflict, "Somebody else changed this ticket"),
        ({"ticket_id": "nowhere"}, NotFound, "No ticket with id 'nowhere'"),
        ({"follow_up_at": datetime(2020, 1, 1, tzinfo=UTC)}, InvalidRow, "must lie ahead"),
        ({"follow_up_at": datetime(2199, 1, 1, tzinfo=UTC)}, InvalidRow, "must lie ahead"),
    ],
)
def test_what_cannot_be_done_leaves_nothing_behind(
    store: Store, anna: User, changes: dict[str, object], error: type[Exception], match: str
) -> None:
    before = store.tickets.get("t1")
    with pytest.raises(error, match=match):
        store.escalations.pass_on(wish(anna, **changes))
    assert store.tickets.get("t1") == before
    assert store.outbox.counts()["waiting"] == 0
    assert store.escalations.of("t1") == []
    assert store.events.list() == []


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-05-04T09:00:00+00:00", date(2026, 5, 5)),
        ("2026-05-08T15:00:00+00:00", date(2026, 5, 11)),
        ("2026-05-09T15:00:00+00:00", date(2026, 5, 11)),
        # Late on Sunday in UTC it is Monday already where the team is.
        ("2026-05-10T23:30:00+00:00", date(2026, 5, 12)),
    ],
)
def test_the_next_business_day(store: Store, now: str, day: date) -> None:
    assert store.escalations.next_business_day(now=datetime.fromisoformat(now)) == day


def test_a_follow_up_begins_when_the_team_opens(store: Store) -> None:
    assert store.escalations.opening_of(date(2026, 5, 5)).isoformat() == "2026-05-05T06:00:00+00:00"


def test_a_day_begins_also_where_the_team_is_closed(store: Store) -> None:
    saturday = store.escalations.opening_of(date(2026, 5, 9))
    assert saturday.isoformat() == "2026-05-09T08:00:00+02:00"


def test_a_mention_in_the_words_that_go_along_counts(store: Store, anna: User) -> None:
    bo = store.users.create(name="Bo Ek", email="bo@b.example", role=Role.AGENT)
    store.escalations.pass_on(wish(anna, note="Passed on.\n\n@Bo Ek vet mer"))
    assert store.mentions.unread(bo.id) == 1


def test_it_comes_back_into_the_queue_on_its_day_though_it_is_pending(store: Store, anna: User) -> None:
    """Nobody has to do anything for it: what time it is says whether it is there."""
    back = clock.now() + timedelta(days=1)
    store.escalations.pass_on(wish(anna, follow_up_at=back))
    overdue = next(view for view in store.views.of(anna.id) if view.id == "overdue").filter

    def listed(now: datetime) -> list[str]:
        asker = replace(store.queue.asker(anna.id), now=now)
        return [ticket.id for ticket in store.queue.page(overdue, asker).tickets]

    assert store.tickets.get("t1").status is TicketStatus.PENDING
    assert listed(back - timedelta(seconds=1)) == []
    assert listed(back + timedelta(seconds=1)) == ["t1"]
