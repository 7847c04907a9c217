"""Every filter against a plain-Python oracle, every order, and that pages are found along an index."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb import clock
from kb.desk.filter_sql import Asker, order, path, where
from kb.desk.filters import (
    ME,
    NOBODY,
    SOMEBODY,
    Due,
    FollowUp,
    Sort,
    TicketFilter,
    checked,
    filter_from_data,
    filter_to_data,
)
from kb.desk.hours import rank_of
from kb.errors import InvalidRow
from kb.model import Author, Customer, Message, Role, Ticket, TicketStatus, User
from kb.store import Store
from tests.fakes import open_store, put

NOW = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)
FAR = datetime(9999, 1, 1, tzinfo=UTC)
STATUSES = [status.value for status in TicketStatus]
PRIORITIES = ["urgent", "high", "normal", "low", "blocker"]
TYPES, COMPANIES, PRODUCTS = ["question", "fault"], ["Åkeri AB", "Bögh & Søn"], ["Hub", "Lampa"]
LOCALES, TAGS, TEXTS = ["sv", "nb", "da"], ["vip", "retur", "ÅÄÖ"], ["ÅSA", "lampan", "t-1", "%", "bögh", "inget"]


class World:
    """A store with eighty made-up tickets, and everything that an oracle needs to know of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.users = [
            store.users.create(name=name, email=f"{name}@firma.example", role=Role.AGENT) for name in ("Mia", "Ove")
        ]
        rng = random.Random(4)
        for number in range(80):
            put(store, a_made_up_ticket(rng, number))
        self.tickets = [store.tickets.get(f"t-{number}") for number in range(80)]
        for ticket in self.tickets:
            if rng.random() < 0.3:
                self.follow_up(ticket, NOW + timedelta(hours=rng.uniform(-50, 50)))
        self.tickets = [store.tickets.get(ticket.id) for ticket in self.tickets]
        self.upto: dict[tuple[str, str], int] = {}
        with store.database.note() as connection:
            for user in self.users:
                for ticket in rng.sample(self.tickets, 40):
                    upto = rng.randrange(ticket.standing.message_count)
                    self.upto[user.id, ticket.id] = upto
                    connection.execute(
                        "INSERT INTO ticket_reads VALUES (?, ?, ?, ?)",
                        (user.id, ticket.id, upto, clock.to_text(NOW)),
                    )

    def follow_up(self, ticket: Ticket, at: datetime) -> None:
        from kb.desk.changes import TicketChange

        self.store.changes.change(ticket.id, TicketChange(follow_up_at=at), actor="test")

    def asker(self, user: User) -> Asker:
        return Asker(user.id, NOW, (NOW - timedelta(hours=12), NOW + timedelta(hours=12)))


def a_made_up_ticket(rng: random.Random, number: int) -> Ticket:
    # Several at the same moment, so that ties come about.
    made = NOW - timedelta(hours=rng.choice([0, 1, 3, 24, 24, 30, 100, 900]))
    turns = rng.choices([Author.CUSTOMER, Author.AGENT, Author.BOT], k=rng.randint(1, 4))
    return Ticket(
        id=f"t-{number}", source="s", source_id=str(number), subject=rng.choice(["Lampan blinkar", "100 % fel"]),
        status=rng.choice(list(TicketStatus)), locale=rng.choice(LOCALES), created_at=made,
        messages=tuple(
            Message(place, author, rng.random() < 0.8, made + timedelta(minutes=20 * place), "text")
            for place, author in enumerate(turns)
        ),
        product=rng.choice(["", *PRODUCTS]), tags=tuple(rng.sample(TAGS, rng.randint(0, 3))),
        priority=rng.choice(PRIORITIES), type=rng.choice(["", *TYPES]), assignee=rng.choice(["", "mia", "Ove", "Eva"]),
        customer=rng.choice([
            None,
            Customer("c1", "Åsa", "asa@post.example", company="Åkeri AB"),
            Customer("c2", "Bo", "bo@post.example", company="Bögh & Søn"),
            Customer("c3", "Cy", "cy@post.example"),
        ]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store = open_store(tmp_path_factory.mktemp("queue"))
    yield World(store)
    store.close()


def holds(wanted: TicketFilter, ticket: Ticket, world: World, user: User) -> bool:
    """What the documentation of TicketFilter says, said once more."""
    stands, who, now = ticket.standing, ticket.customer, NOW
    words = f"{ticket.subject} {ticket.id} " + (f"{who.name} {who.email} {who.company}" if who else "")
    people = {ME: ticket.assignee_id == user.id, NOBODY: not ticket.assignee_id, SOMEBODY: bool(ticket.assignee_id)}
    due, today = stands.due_at, world.asker(user).today
    dues = {
        "": True,
        Due.OVERDUE: due is not None and due < now,
        Due.TODAY: due is not None and today[0] <= due < today[1],
        Due.DAY: due is not None and now <= due < now + timedelta(hours=24),
    }
    again = ticket.follow_up_at
    return all([
        not wanted.statuses or ticket.status in wanted.statuses,
        not wanted.priorities or ticket.priority in wanted.priorities,
        not wanted.types or ticket.type in wanted.types,
        not wanted.companies or (who is not None and who.company in wanted.companies),
        not wanted.products or ticket.product in wanted.products,
        not wanted.locales or ticket.locale in wanted.locales,
        not wanted.assignees or any(people.get(one, ticket.assignee_id == one) for one in wanted.assignees),
        not wanted.tags or bool(set(wanted.tags) & set(ticket.tags)),
        wanted.min_age_h is None or ticket.created_at <= now - timedelta(hours=wanted.min_age_h),
        wanted.max_age_h is None or ticket.created_at > now - timedelta(hours=wanted.max_age_h),
        dues[wanted.due],
        not wanted.follow_up or (again is not None and (wanted.follow_up == FollowUp.SET or again <= now)),
        not wanted.unread or world.upto.get((user.id, ticket.id), -1) < stands.message_count - 1,
        not wanted.waiting or stands.waits_since is not None,
        not wanted.text or wanted.text.casefold() in words.casefold(),
    ])  # fmt: skip


def key(sort: Sort, ticket: Ticket) -> tuple[Any, ...]:
    stands = ticket.standing
    last, due = (stands.last_at or NOW).timestamp(), stands.due_at or FAR
    return {
        Sort.DUE: (due, -last, ticket.id),
        Sort.NEWEST: (-last, ticket.id),
        Sort.WAITING: (stands.waits_since or FAR, ticket.id),
        Sort.PRIORITY: (rank_of(ticket.priority), due, ticket.id),
        Sort.CREATED: (-ticket.created_at.timestamp(), ticket.id),
    }[sort]


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    # Mostly nothing: many conditions at once hold for no ticket and prove little.
    return st.one_of(st.just(()), st.just(()), st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple))


def rarely(strategy: st.SearchStrategy[Any], otherwise: object) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(otherwise), st.just(otherwise), strategy)


AGES = st.sampled_from([0, 1, 2, 24, 25, 100])
FILTERS = st.builds(
    TicketFilter,
    statuses=some(STATUSES), priorities=some(PRIORITIES), types=some([*TYPES, "none such"]),
    companies=some(COMPANIES), products=some(PRODUCTS), locales=some(LOCALES),
    assignees=some([ME, NOBODY, SOMEBODY, "no such user"]), tags=some(TAGS), min_age_h=rarely(AGES, None),
    max_age_h=rarely(AGES, None), due=rarely(st.sampled_from([*Due]), ""),
    follow_up=rarely(st.sampled_from([*FollowUp]), ""), unread=rarely(st.just(True), False),
    waiting=rarely(st.just(True), False), text=rarely(st.sampled_from(TEXTS), ""),
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=FILTERS, sort=st.sampled_from(Sort), who=st.integers(0, 1), expected=st.sampled_from([0, 10**6]))
def test_filters_and_orders_are_what_they_say(
    world: World, wanted: TicketFilter, sort: Sort, who: int, expected: int
) -> None:
    user = world.users[who]
    asker = world.asker(user)
    right = sorted((t for t in world.tickets if holds(wanted, t, world, user)), key=lambda t: key(sort, t))

    assert world.store.queue.ids(wanted, asker, sort=sort, expected=expected) == [ticket.id for ticket in right]
    assert world.store.queue.count(wanted, asker) == len(right)
    assert filter_from_data(filter_to_data(wanted)) == wanted


@pytest.mark.parametrize("name", [field.name for field in fields(TicketFilter)])
def test_each_field_alone_keeps_some_and_leaves_some(world: World, name: str) -> None:
    """That the matrix above is no game with empty sets."""
    values: dict[str, Any] = {
        "statuses": ("open",), "priorities": ("high",), "types": ("fault",), "companies": ("Åkeri AB",),
        "products": ("Hub",), "locales": ("sv",), "assignees": (ME,), "tags": ("vip",), "min_age_h": 25,
        "max_age_h": 25, "due": Due.OVERDUE, "follow_up": FollowUp.REACHED, "unread": True, "waiting": True,
        "text": "åsa",
    }  # fmt: skip
    count = world.store.queue.count(TicketFilter(**{name: values[name]}), world.asker(world.users[0]))
    assert 0 < count < 80


@pytest.mark.parametrize("due", [Due.TODAY, Due.DAY])
def test_today_and_tomorrow_are_somebodys(world: World, due: Due) -> None:
    assert world.store.queue.count(TicketFilter(due=due), world.asker(world.users[0])) > 0


@pytest.mark.parametrize("wanted", [TicketFilter(), TicketFilter(text="lampan"), TicketFilter(text="t-7")])
def test_pages_are_the_list_cut_up(world: World, wanted: TicketFilter) -> None:
    asker = world.asker(world.users[0])
    every = world.store.queue.ids(wanted, asker)
    pages = [world.store.queue.page(wanted, asker, limit=7, offset=offset) for offset in range(0, len(every), 7)]

    assert [ticket.id for page in pages for ticket in page.tickets] == every
    assert {page.total for page in pages} == {len(every)}


def test_beyond_the_end_is_the_last_page(world: World) -> None:
    asker = world.asker(world.users[0])
    page = world.store.queue.page(TicketFilter(), asker, limit=30, offset=500)
    assert (page.offset, len(page.tickets), page.total) == (60, 20, 80)

    nothing = world.store.queue.page(TicketFilter(text="finns inte"), asker, limit=30, offset=500)
    assert (nothing.offset, nothing.tickets, nothing.total) == (0, (), 0)


@pytest.mark.parametrize("sort", list(Sort))
def test_a_large_page_is_never_sorted(world: World, sort: Sort) -> None:
    """What makes 50,000 tickets quick; benchmarks/queue_speed.py has the times."""
    wanted = TicketFilter(statuses=("solved", "closed"))
    part = where(wanted, world.asker(world.users[0]))
    sql = f"SELECT t.id FROM tickets t {path(wanted, sort, 50_000)} WHERE {part.sql} ORDER BY {order(sort)} LIMIT 50"
    steps = [row["detail"] for row in world.store.database.rows("EXPLAIN QUERY PLAN " + sql, part.values)]
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (TicketFilter(statuses=("opened",)), "statuses has 'opened'; allowed: open, pending, solved, closed"),
        (TicketFilter(due="soon"), "due has 'soon'; allowed: overdue, today, day"),
        (TicketFilter(min_age_h=-1), "min_age_h is -1; allowed: 0 to"),
        (TicketFilter(max_age_h=10**12), "max_age_h is 1000000000000"),
        (TicketFilter(tags=("x" * 201,)), "tags has a value of 201 characters"),
        (TicketFilter(tags=tuple(str(n) for n in range(51))), "tags has 51 values; allowed: at most 50"),
    ],
)
def test_what_a_filter_may_not_hold(wanted: TicketFilter, message: str) -> None:
    with pytest.raises(InvalidRow, match=message):
        checked(wanted)


@pytest.mark.parametrize(
    "data", [{"status": ["open"]}, {"tags": "vip"}, {"unread": 1}, {"min_age_h": True}, {"tags": [1]}]
)
def test_data_that_is_no_filter(data: dict[str, Any]) -> None:
    with pytest.raises(InvalidRow, match="filter has"):
        filter_from_data(data)


def test_choices_are_the_values_that_there_are(world: World) -> None:
    found = world.store.queue.choices()

    assert set(found["products"]) == set(PRODUCTS)
    assert set(found["companies"]) == set(COMPANIES)
    assert set(found["tags"]) == set(TAGS)
    counts = [sum(tag in ticket.tags for ticket in world.tickets) for tag in found["tags"]]
    assert counts == sorted(counts, reverse=True)


def test_who_is_renamed_is_found_by_the_new_name(tmp_path: Any) -> None:
    store = open_store(tmp_path)
    ticket = Ticket(
        "t1", "s", "t1", "Hej", TicketStatus.OPEN, "sv", NOW, customer=Customer("x", "Ida", "i@post.example")
    )
    put(store, ticket)
    put(
        store,
        Ticket("t2", "s", "t2", "Hej", TicketStatus.OPEN, "sv", NOW, customer=Customer("x", "Ängla", "i@post.example")),
    )

    ids = store.queue.ids(TicketFilter(text="ÄNGLA"), store.queue.asker("u"))
    assert ids == ["t1", "t2"]
    store.close()
