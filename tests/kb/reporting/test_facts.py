"""Facts of tickets: what counts as what, and that every way to change a ticket is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb.desk.changes import TicketChange
from kb.desk.due import Calendar
from kb.desk.hours import Hours
from kb.desk.replies import OutgoingReply
from kb.desk.satisfaction import Satisfaction
from kb.migrations.reporting_views import VIEWS
from kb.model import Event, EventKind, TicketStatus
from kb.reporting.fact import Deed, Fact, Link, Rating, Told, Turn, fact_of, uses_of
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put

CALENDAR = Calendar(Hours())


def at(minutes: int) -> datetime:
    return DAY + timedelta(minutes=minutes)


def told(**changes: object) -> Told:
    plain = Told(
        status="solved", created_at=at(0), closed_at=at(60), last_at=at(60), worked=None,
        turns=(Turn("customer", at(0)), Turn("agent", at(10), "Ada")),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def fact(**changes: object) -> Fact:
    return fact_of(told(**changes), CALENDAR)


def test_a_bot_answers_nothing_and_an_outgoing_ticket_has_no_first_response() -> None:
    bot = (Turn("customer", at(0)), Turn("bot", at(1)), Turn("agent", at(30)))

    assert fact(turns=bot).first_response_s == 30 * 60
    assert fact(turns=(Turn("agent", at(0)), Turn("customer", at(5)), Turn("agent", at(9)))).first_response_s is None
    assert fact(turns=(Turn("customer", at(0)),)).first_response_s is None


@pytest.mark.parametrize(
    ("changes", "reopened"),
    [
        ({}, 0),
        ({"reopenings": 1}, 1),
        ({"status": "open"}, 1),
        ({"status": "open", "closed_at": None}, 0),
        ({"turns": (Turn("customer", at(0)), Turn("agent", at(9)), Turn("customer", at(70)))}, 0),
        ({"turns": (Turn("customer", at(0)), Turn("customer", at(70)), Turn("agent", at(80)))}, 1),
        ({"turns": (Turn("customer", at(0)), Turn("agent", at(80)))}, 0),
    ],
)
def test_what_counts_as_reopened(changes: dict[str, object], reopened: int) -> None:
    assert fact(**changes).reopened == reopened


@pytest.mark.parametrize(
    ("score", "scale", "satisfied"),
    [
        (4.0, 5.0, 1),
        (3.0, 5.0, 0),
        (5.0, 5.0, 1),
        (2.0, 2.0, 1),
        (1.0, 2.0, 0),
        (8.0, 10.0, 1),
        (7.0, 10.0, 0),
        (3.0, 3.0, 1),
    ],
)
def test_which_scores_are_good(score: float, scale: float, satisfied: int) -> None:
    assert fact(ratings=(Rating(score, scale, None), Rating(1.0, 5.0, 3))).satisfied == satisfied


def test_stages_are_counted_once_per_article_and_solved_needs_a_customer_who_does_not_object() -> None:
    deeds = (
        Deed("shown", "a1", 3, at(1)), Deed("shown", "a1", 1, at(2)), Deed("inserted", "a1", 1, at(3)),
        Deed("sent", "a1", 0, at(10)), Deed("shown", "a2", 2, at(1)), Deed("dismissed", "a2", 2, at(4), '{"reason":"outdated"}'),
        Deed("linked", "a3", 0, at(10), '{"kind":"reference"}'),
    )  # fmt: skip
    found = fact(deeds=deeds)
    uses = {use.article_id: use for use in uses_of(told(deeds=deeds), CALENDAR)}

    assert (found.shown, found.opened, found.used, found.sent, found.solved, found.assisted) == (2, 1, 1, 1, 1, 1)
    assert fact(deeds=deeds, worked=0).solved == 0
    assert (uses["a1"].rank, uses["a1"].stage, uses["a2"].dismissed, uses["a3"].stage) == (1, 4, "outdated", 0)


@pytest.mark.parametrize(
    ("deed", "assisted"),
    [
        (Deed("inserted", "", 0, at(1), '{"by":"draft"}'), 1),
        (Deed("inserted", "", 0, at(1), '{"by":"canned"}'), 0),
        (Deed("copied", "a1", 1, at(1)), 1),
        (Deed("shown", "a1", 1, at(1)), 0),
        (Deed("sent", "", 0, at(1)), 0),
        (Deed("linked", "a1", 0, at(1), '{"kind":"resolution"}'), 1),
        (Deed("linked", "a1", 0, at(1), '{"kind":"resolution","captured":true}', 1), 0),
    ],
)
def test_what_counts_as_help_of_svar(deed: Deed, assisted: int) -> None:
    assert fact(deeds=(deed,)).assisted == assisted


def test_an_article_is_new_only_for_the_ticket_that_its_first_text_was_written_from() -> None:
    links = (Link("a1", at(90)), Link("a2", at(50)))
    first = Deed("linked", "a1", 0, at(90), '{"kind":"resolution","captured":true}', 1)

    assert (fact(links=links, deeds=(first,)).known, fact(links=links, deeds=(first,)).made) == (1, 1)
    later = replace(first, revision=2)
    assert (fact(links=links, deeds=(later,)).known, fact(links=links, deeds=(later,)).made) == (2, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1"))
    put(opened, a_ticket("t1"))
    opened.reporting.facts.catch_up()
    yield opened
    opened.close()


def _import(store: Store) -> None:
    put(store, a_ticket("t1", ("customer", "Q"), ("agent", "A"), ("customer", "Again"), status=TicketStatus.OPEN))


def _reply(store: Store) -> None:
    version = store.tickets.get("t1").version
    store.replies.send(OutgoingReply(ticket_id="t1", body="Hi", author_name="Ada", actor="u1", status=TicketStatus.SOLVED,
                                     version=version, links=(("a1", "resolution"),)))  # fmt: skip


@pytest.mark.parametrize(
    "deed",
    [
        _import,
        _reply,
        lambda store: store.changes.change("t1", TicketChange(status=TicketStatus.OPEN), actor="u1"),
        lambda store: store.changes.change("t1", TicketChange(product="Hub"), actor="u1"),
        lambda store: store.satisfaction.record(Satisfaction("", "", DAY, ticket_id="t1", score=5, scale=5)),
        lambda store: store.events.append([Event(EventKind.SHOWN, DAY, "u1", "t1", "a1", rank=1)]),
        lambda store: store.hours.set({"week": {"mon": "closed"}}),
    ],
    ids=["import", "reply", "status", "product", "satisfaction", "event", "hours"],
)
def test_every_way_to_change_a_ticket_is_noticed(store: Store, deed: object) -> None:
    assert store.reporting.facts.waiting() == 0
    before = store.reporting.facts.version()

    deed(store)  # type: ignore[operator]

    assert store.reporting.facts.waiting() == 1
    assert store.reporting.facts.catch_up() == 1
    assert store.reporting.facts.waiting() == 0
    assert [row[0] for piece in store.reporting.facts.changed_since(before) for row in piece] == ["t1"]


def test_what_changes_no_figure_is_not_reckoned_anew(store: Store) -> None:
    store.changes.change("t1", TicketChange(add_tags=("vip",)), actor="u1")

    assert store.reporting.facts.waiting() == 0


def test_every_change_of_status_is_remembered_with_its_time(store: Store) -> None:
    store.changes.change("t1", TicketChange(status=TicketStatus.OPEN), actor="u1")
    store.changes.change("t1", TicketChange(status=TicketStatus.CLOSED), actor="u1")
    store.changes.change("t1", TicketChange(priority="high"), actor="u1")
    rows = store.database.rows("SELECT was, status, at FROM ticket_statuses ORDER BY id")
    store.reporting.facts.catch_up()

    assert [(row["was"], row["status"]) for row in rows] == [("solved", "open"), ("open", "closed")]
    assert all(len(row["at"]) == len("2026-05-04T09:00:00.000000Z") for row in rows)
    assert store.database.rows("SELECT reopened FROM ticket_facts")[0]["reopened"] == 1


def test_a_deleted_ticket_leaves_nothing_behind(store: Store) -> None:
    with store.database.write("delete", "ticket", "t1") as connection:
        connection.execute("DELETE FROM tickets WHERE id = 't1'")
    store.reporting.facts.catch_up()

    for table in ("ticket_facts", "article_uses", "ticket_statuses", "stale_facts"):
        assert store.database.rows(f"SELECT * FROM {table}") == [], table


SCHEMA = {
    "v_tickets": "ticket_id status locale product channel priority team created_at created_on created_week resolved_at"
    " resolved_on resolved_week first_response_minutes first_response_working_minutes resolution_minutes"
    " resolution_working_minutes replies first_contact_resolved reopened satisfied nps worked articles_linked"
    " known_linked new_linked assisted shown opened used sent solved",
    "v_articles": "article_id title locale product audience confidence governance family revision url published_at"
    " updated_at verified_at verify_due_at unverified_reason merged_into deleted_at tickets_linked",
    "v_article_use": "article_id ticket_id first_on resolved_on resolved_week best_rank shown opened used sent linked"
    " solved dismissed dismissed_because reopened satisfied",
    "v_links": "ticket_id article_id kind linked_at outcome",
    "v_misses": "miss_id at kind ticket_id question locale product nearest_article_id confidence",
    "v_weekly": "week locale product team handled first_responses first_response_minutes"
    " first_response_working_minutes resolutions resolution_minutes resolution_working_minutes answered"
    " first_contact_resolved reopened rated satisfied nps_answers promoters detractors linked known new assisted shown"
    " opened used sent solved",
    "v_gaps": "gap_id place label locale cause remedy status article_id asked tickets customers minutes trend"
    " shipped_article_id shipped_at found_at",
}
"""What reporting tools rely on; a column may be added at the end, none may go or change its name."""


@pytest.mark.parametrize("view", SCHEMA)
def test_views_keep_their_columns_and_cannot_be_written(store: Store, view: str) -> None:
    columns = [row["name"] for row in store.database.rows(f"PRAGMA table_info({view})")]
    manual = (Path(__file__).parents[3] / "docs" / "measures.md").read_text("utf-8")

    assert columns == SCHEMA[view].split()
    assert f"`{view}`" in manual
    with pytest.raises(Exception, match="cannot modify"):
        store.database.connection.execute(f"DELETE FROM {view}")


def test_no_view_is_forgotten(store: Store) -> None:
    views = {row["name"] for row in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'view'")}

    assert {name for name in views if name.startswith("v_")} == set(SCHEMA)
    assert len(VIEWS) == len(SCHEMA)
