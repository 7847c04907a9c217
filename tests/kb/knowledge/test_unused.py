"""Articles that nobody vouches for and nobody uses: six months, a week's notice, then a proposal; by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb import clock
from kb.desk.article_links import LinkKind
from kb.errors import InvalidRow, NotFound
from kb.knowledge.unused import NOTICE, UNVERIFIED_FOR, UnusedState, is_unused
from kb.knowledge.verification import Verification
from kb.model import Confidence, Event, EventKind
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put

DUE = DAY + timedelta(days=10)
HALF_A_YEAR = DUE + UNVERIFIED_FOR


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(clock, "now", lambda: DAY)
    opened = open_store(tmp_path)
    put(opened, an_article("old"), an_article("fine"), a_ticket("t1"))
    run_out(opened, "old", DUE)
    run_out(opened, "fine", DAY + timedelta(days=1000))
    yield opened
    opened.close()


def run_out(store: Store, article_id: str, due: datetime) -> None:
    with store.database.write("verify", "article", article_id) as connection:
        connection.execute(
            "UPDATE articles SET verify_due_at = ? WHERE id = ?", (clock.to_text(due), article_id)
        )  # fmt: skip


def states(store: Store, now: datetime) -> list[tuple[str, str]]:
    return [(each.article_id, each.state.value) for each in store.unused.list(now)]


def test_the_days(store: Store) -> None:
    moment = timedelta(seconds=1)
    assert states(store, HALF_A_YEAR - moment) == []
    assert states(store, HALF_A_YEAR) == [("old", "noticed")]
    assert states(store, HALF_A_YEAR + NOTICE - moment) == [("old", "noticed")]
    assert states(store, HALF_A_YEAR + NOTICE) == [("old", "proposed")]
    (only,) = store.unused.list(HALF_A_YEAR + NOTICE)
    assert (only.verification, only.unverified_since, only.last_used_at) == (Verification.OVERDUE, DUE, None)
    assert only.propose_at == HALF_A_YEAR + NOTICE
    # It proposes; nothing of the article is changed by it.
    assert store.articles.get("old").confidence is Confidence.VALIDATED


def test_the_notice_is_a_week_even_where_nobody_looked_before(store: Store) -> None:
    years_later = HALF_A_YEAR + timedelta(days=900)
    assert states(store, years_later)[0] == ("old", "noticed")
    assert dict(states(store, years_later + NOTICE))["old"] == "proposed"


@pytest.mark.parametrize("kind", [EventKind.OPENED, EventKind.INSERTED, EventKind.COPIED, EventKind.SENT])
def test_any_use_takes_it_off_and_the_half_year_is_not_over_again(kind: EventKind, store: Store) -> None:
    states(store, HALF_A_YEAR)
    store.events.append([Event(kind, HALF_A_YEAR + timedelta(days=1), "u1", "t1", "old")])
    assert states(store, HALF_A_YEAR + NOTICE) == []


@pytest.mark.parametrize("kind", [EventKind.SHOWN, EventKind.DISMISSED])
def test_being_shown_is_no_use(kind: EventKind, store: Store) -> None:
    store.events.append([Event(kind, HALF_A_YEAR - timedelta(days=1), "u1", "t1", "old")])
    assert states(store, HALF_A_YEAR) == [("old", "noticed")]


def test_use_before_it_ran_out_does_not_count(store: Store) -> None:
    store.events.append([Event(EventKind.SENT, DUE - timedelta(days=1), "u1", "t1", "old")])
    assert states(store, HALF_A_YEAR) == [("old", "noticed")]


@pytest.mark.parametrize("kind", LinkKind)
def test_a_link_is_use(kind: LinkKind, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: DUE + timedelta(days=1))
    store.article_links.put("t1", "old", kind, actor="u1")
    assert states(store, HALF_A_YEAR) == []


def test_verified_again_the_week_begins_anew_when_it_runs_out_again(store: Store) -> None:
    states(store, HALF_A_YEAR)
    run_out(store, "old", HALF_A_YEAR + timedelta(days=100))
    assert states(store, HALF_A_YEAR + NOTICE) == []
    later = HALF_A_YEAR + timedelta(days=100) + UNVERIFIED_FOR
    assert states(store, later) == [("old", "noticed")]
    assert states(store, later + NOTICE) == [("old", "proposed")]


def test_kept_and_no_longer_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    states(store, HALF_A_YEAR)
    monkeypatch.setattr(clock, "now", lambda: HALF_A_YEAR)
    assert store.unused.keep(["old"], actor="u1", reason="asked every Christmas") == ("old",)
    (kept,) = store.unused.list(HALF_A_YEAR + timedelta(days=800), state=UnusedState.KEPT)
    assert (kept.kept_by, kept.reason, kept.keep_until) == ("u1", "asked every Christmas", None)
    assert store.unused.unkeep(["old", "fine"], actor="u1") == ("old",)
    assert states(store, HALF_A_YEAR + NOTICE) == [("old", "noticed")]


def test_kept_until_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    states(store, HALF_A_YEAR)
    monkeypatch.setattr(clock, "now", lambda: HALF_A_YEAR)
    until = HALF_A_YEAR + timedelta(days=30)
    store.unused.keep(["old"], actor="u1", until=until)
    assert states(store, until - timedelta(seconds=1)) == [("old", "kept")]
    assert states(store, until) == [("old", "noticed")]
    assert states(store, until + NOTICE) == [("old", "proposed")]
    with pytest.raises(InvalidRow, match="is over"):
        store.unused.keep(["old"], actor="u1", until=HALF_A_YEAR)
    with pytest.raises(NotFound, match="nowhere"):
        store.unused.keep(["nowhere"], actor="u1")


def test_archived_and_doubted_and_never_validated(store: Store) -> None:
    put(store, an_article("new", confidence=Confidence.NOT_VALIDATED, updated_at=DAY), an_article("doubted"))
    run_out(store, "doubted", DAY + timedelta(days=1000))
    with store.database.write("unverify", "article", "doubted") as connection:
        connection.execute("UPDATE articles SET unverified_reason = 'by_hand', verified_at = ? WHERE id = 'doubted'",
                           (clock.to_text(DAY),))  # fmt: skip
        connection.execute("UPDATE articles SET confidence = 'archived' WHERE id = 'old'")
    assert sorted(each for each, _ in states(store, HALF_A_YEAR)) == ["doubted", "new"]


def test_pure() -> None:
    day = timedelta(days=1)
    assert not is_unused(DAY, unverified_since=None, last_used_at=None)
    assert not is_unused(DAY, unverified_since=DAY - UNVERIFIED_FOR + day, last_used_at=None)
    assert is_unused(DAY, unverified_since=DAY - UNVERIFIED_FOR, last_used_at=DAY - UNVERIFIED_FOR - day)
    assert not is_unused(DAY, unverified_since=DAY - UNVERIFIED_FOR, last_used_at=DAY - UNVERIFIED_FOR)
