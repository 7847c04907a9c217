"""The verification queue, its order by damage, the light marks for a search, and the team's rules; on a frozen clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import clock
from kb.errors import InvalidRow
from kb.knowledge.damage import MOST_AGE, damage, doubt
from kb.knowledge.spread import NEVER_DUE, first_due
from kb.knowledge.team_rules import TeamRules
from kb.knowledge.upkeep_queue import QueueFilter
from kb.knowledge.verification import DUE_SOON, EVERY_DAYS, Verification
from kb.model import Confidence, Event, EventKind
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put

ONE_DAY = timedelta(days=1)


class Now:
    """The present, as a test sets it."""

    def __init__(self) -> None:
        self.at = DAY

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    made = Now()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def store(tmp_path: Path, now: Now) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def set_columns(store: Store, article_id: str, **columns: object) -> None:
    with store.database.write("set", "article", article_id) as connection:
        for name, value in columns.items():
            text = clock.to_text(value) if isinstance(value, datetime) else value
            connection.execute(f"UPDATE articles SET {name} = ? WHERE id = ?", (text, article_id))


def ids(store: Store, **wish: str) -> list[str]:
    return [each.id for each in store.upkeep.page(QueueFilter(**wish)).articles]


def test_the_day_before_and_the_day_after(store: Store, now: Now) -> None:
    put(store, an_article("a1"))
    due = DAY + 100 * ONE_DAY
    set_columns(store, "a1", verify_due_at=due)
    seen = []
    for moment in (due - DUE_SOON - ONE_DAY, due - DUE_SOON, due - ONE_DAY, due, due + ONE_DAY):
        now.at = moment
        page = store.upkeep.page()
        marks = store.verification.marks()
        seen.append(([(a.id, a.verification.value) for a in page.articles], sorted(marks.doubted)))
        assert store.articles.get("a1").verification(moment) is (
            page.articles[0].verification if page.articles else Verification.VERIFIED
        )
    assert seen == [
        ([], []),
        ([("a1", "due")], []),
        ([("a1", "due")], []),
        ([("a1", "overdue")], ["a1"]),
        ([("a1", "overdue")], ["a1"]),
    ]


def test_a_synthetic_log_gives_the_expected_order(store: Store, now: Now) -> None:
    """(links + uses of 30 days) x doubt, worked out by hand: 180 days are one interval."""
    put(store, *(a_ticket(f"t{i}") for i in range(60)))
    put(store, *(an_article(each) for each in ("busy", "stale", "flagged", "idle", "long_ago", "twice", "fresh")))
    now.at = DAY + 400 * ONE_DAY
    overdue = {"busy": 18, "stale": 180, "idle": 500, "long_ago": 90, "twice": 0}
    for article_id, days in overdue.items():
        set_columns(store, article_id, verify_due_at=now.at - days * ONE_DAY)
    set_columns(store, "flagged", verify_due_at=now.at + 90 * ONE_DAY, unverified_reason="flagged")
    set_columns(store, "fresh", verify_due_at=now.at + 100 * ONE_DAY)
    log = [("busy", 30), ("stale", 15), ("flagged", 16), ("long_ago", 50), ("fresh", 55)]
    events = []
    for article_id, uses in log:
        at = now.at - (40 if article_id == "long_ago" else 10) * ONE_DAY
        events += [Event(EventKind.SENT, at, "u1", f"t{i}", article_id) for i in range(uses)]
    # The same ticket counts once, whatever was done there.
    kinds = (EventKind.INSERTED, EventKind.COPIED, EventKind.SENT)
    events += [Event(kind, now.at - ONE_DAY, "u1", f"t{i}", "twice") for i in range(20) for kind in kinds]
    store.events.append(events)

    page = store.upkeep.page()

    assert [(each.id, each.uses.total, each.doubt, each.damage) for each in page.articles] == [
        ("busy", 30, 1.1, 33.0),
        ("stale", 15, 2.0, 30.0),
        ("flagged", 16, 1.5, 24.0),
        ("twice", 20, 1.0, 20.0),
        ("idle", 0, 3.7778, 0.0),
        ("long_ago", 0, 1.5, 0.0),
    ]
    assert page.counts == {"due": 0, "overdue": 5, "unverified": 1, "never": 0, "proposed": 0}
    assert (page.total, [a.id for a in store.upkeep.page(limit=2, offset=1).articles]) == (6, ["stale", "flagged"])


def test_the_filters(store: Store) -> None:
    put(
        store,
        an_article("new", confidence=Confidence.NOT_VALIDATED, locale="da", product="Hub"),
        an_article("wip", confidence=Confidence.WIP),
        an_article("gone", confidence=Confidence.ARCHIVED),
        an_article("late"),
        an_article("fine"),
    )
    set_columns(store, "late", verify_due_at=DAY - ONE_DAY, owner_id="u1")
    assert ids(store) == ["late", "new", "wip"]
    assert ids(store, state="never") == ["new", "wip"]
    assert ids(store, locale="da") == ids(store, product="Hub") == ["new"]
    assert ids(store, owner_id="u1") == ["late"]
    assert ids(store, owner_id="-") == ["new", "wip"]
    assert ids(store, state="proposed") == []


@given(
    st.floats(-3000, 3000), st.sampled_from([None, 0, 30, 180]), st.integers(0, 5), st.sampled_from(list(Verification)),
    st.integers(0, 1000),
)  # fmt: skip
def test_more_use_or_more_signals_never_do_less_damage(
    days: float, every: int | None, signals: int, state: Verification, uses: int
) -> None:
    def of(*, signals: int, later: float = 0.0) -> float:
        due = DAY + timedelta(days=days)
        at = DAY + timedelta(days=later)
        return doubt(at, verification=state, due_at=due, every_days=every, signals=signals)

    base = of(signals=signals)
    assert 0 <= base <= MOST_AGE + max(signals, 1)
    assert of(signals=signals + 1) >= base
    assert of(signals=signals, later=1.0) >= base
    assert damage(uses + 1, base) >= damage(uses, base) >= 0


def test_doubt_by_hand() -> None:
    def of(state: Verification, due: datetime | None = None, signals: int = 0) -> float:
        return doubt(DAY, verification=state, due_at=due, every_days=100, signals=signals)

    assert of(Verification.VERIFIED, DAY + 100 * ONE_DAY) == 0.0
    assert of(Verification.DUE, DAY + 10 * ONE_DAY) == pytest.approx(0.9)
    assert of(Verification.OVERDUE, DAY) == 1.0
    assert of(Verification.OVERDUE, DAY - 1000 * ONE_DAY) == MOST_AGE
    assert of(Verification.NEVER) == 1.0
    assert of(Verification.VERIFIED, None) == 0.0
    assert of(Verification.UNVERIFIED, None, signals=0) == 1.0
    assert of(Verification.UNVERIFIED, None, signals=2) == 2.0


def test_an_imported_help_centre_floods_nobody(store: Store, now: Now) -> None:
    put(store, *(an_article(f"a{i}", verified_at=DAY - 900 * ONE_DAY) for i in range(600)))
    assert store.upkeep.page().counts == {"due": 0, "overdue": 0, "unverified": 0, "never": 0, "proposed": 0}
    dates = sorted(a.verify_due_at or DAY for _, a in store.articles.changed_since(0, limit=1000))
    per_month = [sum(DUE_SOON <= d - DAY - k * 30 * ONE_DAY < DUE_SOON + 30 * ONE_DAY for d in dates) for k in range(6)]
    assert sum(per_month) == 600
    assert all(75 <= count <= 125 for count in per_month)
    # The same import later changes no date.
    now.at = DAY + 50 * ONE_DAY
    put(store, an_article("a7", "Another text.", verified_at=DAY - 900 * ONE_DAY))
    assert store.articles.get("a7").verify_due_at == first_due("a7", DAY, EVERY_DAYS)


def test_an_import_takes_no_verification_back(store: Store) -> None:
    put(store, an_article("a1", verified_at=DAY - ONE_DAY))
    set_columns(store, "a1", verified_at=DAY)
    put(store, an_article("a1", "Another text.", verified_at=DAY - ONE_DAY))
    assert store.articles.get("a1").verified_at == DAY


def test_the_marks_follow_every_change(store: Store, now: Now) -> None:
    put(store, an_article("a1"), an_article("a2", confidence=Confidence.NOT_VALIDATED))
    board = store.verification
    assert (board.marks().doubted, board.marks().hidden) == (frozenset(), frozenset())
    assert board.marks() is board.marks()
    set_columns(store, "a1", unverified_reason="flagged")
    assert board.marks().doubted == {"a1"}
    store.team_rules.change(actor="boss", only_verified=True)
    assert board.marks().hidden == {"a1", "a2"}
    set_columns(store, "a1", unverified_reason="")
    assert board.marks().hidden == {"a2"}
    now.at = DAY + 4000 * ONE_DAY
    assert (set(board.marks().doubted), set(board.marks().hidden)) == ({"a1"}, {"a1", "a2"})
    store.team_rules.change(actor="boss", only_verified=False)
    assert board.marks().hidden == frozenset()


def test_the_marks_say_what_the_pure_function_says(store: Store, now: Now) -> None:
    moments = [None, DAY - ONE_DAY, DAY, DAY + ONE_DAY, DAY + 100 * ONE_DAY]
    cases = [
        (confidence, verified, due, reason)
        for confidence in Confidence
        for verified in (None, DAY - 10 * ONE_DAY)
        for due in moments
        for reason in ("", "flagged")
    ]
    put(store, *(an_article(f"a{i}") for i in range(len(cases))))
    for i, (confidence, verified, due, reason) in enumerate(cases):
        set_columns(
            store, f"a{i}", confidence=confidence.value, verified_at=verified, verify_due_at=due,
            unverified_reason=reason,
        )  # fmt: skip
    store.team_rules.change(actor="boss", only_verified=True)
    states = {a.id: a.verification(DAY) for _, a in store.articles.changed_since(0, limit=1000)}
    live = {f"a{i}" for i, case in enumerate(cases) if case[0] is not Confidence.ARCHIVED}
    marks = store.verification.marks()
    assert marks.hidden == {each for each in live if not states[each].holds}
    lowered = {Verification.OVERDUE, Verification.UNVERIFIED}
    assert marks.doubted == {each for each in live if states[each] in lowered}
    queued = {a.id: a.verification for a in store.upkeep.page(limit=1000).articles}
    assert queued == {each: states[each] for each in live if states[each] is not Verification.VERIFIED}


def test_the_teams_rules(store: Store) -> None:
    assert store.team_rules.get() == TeamRules(only_verified=False, verify_every_days=EVERY_DAYS)
    put(store, *(an_article(each) for each in ("imported", "verified", "own", "late")))
    set_columns(store, "verified", verified_at=DAY, verify_due_at=DAY + 180 * ONE_DAY)
    set_columns(store, "own", verify_every_days=30, verify_due_at=DAY + 30 * ONE_DAY)
    set_columns(store, "late", verify_due_at=DAY - ONE_DAY)
    was = store.articles.get("imported").verify_due_at or DAY

    store.team_rules.change(actor="boss", verify_every_days=360)
    due = {each: store.articles.get(each).verify_due_at for each in ("imported", "verified", "own", "late")}
    assert due == {
        "imported": was + 180 * ONE_DAY, "verified": DAY + 360 * ONE_DAY, "own": DAY + 30 * ONE_DAY,
        "late": DAY - ONE_DAY,
    }  # fmt: skip

    # A shorter interval makes nothing overdue tonight.
    store.team_rules.change(actor="boss", verify_every_days=7)
    assert all(
        (store.articles.get(each).verify_due_at or DAY) > DAY + timedelta(days=6) for each in ("imported", "verified")
    )
    store.team_rules.change(actor="boss", verify_every_days=0)
    assert store.articles.get("verified").verify_due_at is None
    assert store.articles.get("imported").verify_due_at == NEVER_DUE
    assert store.articles.get("imported").verification(DAY + 3000 * ONE_DAY) is Verification.VERIFIED
    for days in (-1, 3651):
        with pytest.raises(InvalidRow, match="allowed: 0"):
            store.team_rules.change(actor="boss", verify_every_days=days)
