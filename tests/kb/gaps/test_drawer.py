"""What people decide about gaps: each verb writes one audit row, and refuses what makes no sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb import clock
from kb.errors import InvalidRow, KBError, NotFound
from kb.gaps.drawer import Gaps, returns
from kb.gaps.model import ChangeKind, GapChange, GapFigures, GapRecord, GapStatus, RunState, Window
from kb.gaps.rows import is_about
from kb.model import Role
from kb.store import Store
from tests.fakes import DAY, an_article, open_store, put
from tests.ui.gap_figures import FIGURES, SUMMARY

LATER = clock.now() + timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One gap, found by one run."""
    opened = open_store(tmp_path)
    opened.users.create(name="Lea", email="lea@b.example", role=Role.LEAD, locale="en", password="x" * 12)
    put(opened, an_article("a1"))
    runs = opened.gaps.runs
    figures = GapFigures("gap-1", 1, FIGURES, b"\0\0", 0.5)
    runs.finish(runs.begin(Window(), actor="u1"), SUMMARY, [figures], [])
    return opened


def verbs(store: Store) -> list[str]:
    return [row["verb"] for row in store.gaps.log("gap-1")]


VERBS: list[tuple[str, Callable[[Gaps, str], object]]] = [
    ("assign", lambda gaps, user: gaps.assign("gap-1", user, actor=user)),
    ("gap.status", lambda gaps, user: gaps.set_status("gap-1", GapStatus.IN_WORK, actor=user)),
    ("ignore", lambda gaps, user: gaps.ignore("gap-1", "the supplier mends it", LATER, actor=user)),
    ("note", lambda gaps, user: gaps.note("gap-1", "Ask the supplier.", actor=user)),
    ("ship", lambda gaps, user: gaps.ship("gap-1", "a1", DAY, actor=user)),
    ("task", lambda gaps, user: gaps.task("gap-1", lambda _: 2, actor=user)),
]


@pytest.mark.parametrize(("verb", "do"), VERBS, ids=[verb for verb, _ in VERBS])
def test_each_verb_writes_one_audit_row(store: Store, verb: str, do: Callable[[Gaps, str], object]) -> None:
    do(store.gaps, store.users.list()[0].id)
    assert verbs(store) == [verb]


def test_what_was_decided_stays_in_the_next_run(store: Store) -> None:
    user = store.users.list()[0].id
    store.gaps.assign("gap-1", user, actor=user)
    store.gaps.ignore("gap-1", " the supplier mends it ", LATER, actor=user)
    runs = store.gaps.runs
    run_id = runs.begin(Window(), actor="u1")
    runs.finish(run_id, SUMMARY, [GapFigures("gap-1", 1, FIGURES, b"\0\0", 0.5)], [])
    [row] = store.gaps.rows(runs.get(run_id))
    assert (row["status"], row["assignee_id"], row["ignored_reason"]) == ("ignored", user, "the supplier mends it")
    assert (row["count"], row["searches"], row["share"], row["cumulative"]) == (5, 2, 0.75, 0.75)
    assert store.gaps.get("gap-1").ignored_per_week == 2.0
    assert [run_id for run_id, _ in runs.history("gap-1")] == [2, 1]
    back = [GapChange("gap-1", ChangeKind.RETURNED)]
    runs.finish(runs.begin(Window(), actor="u1"), SUMMARY, [GapFigures("gap-1", 1, FIGURES, b"\0\0", 0.5)], back)
    assert store.gaps.get("gap-1").status is GapStatus.OPEN


@pytest.mark.parametrize(
    ("do", "error", "said"),
    [
        (lambda gaps: gaps.assign("gap-9", "", actor="u1"), NotFound, "No gap with id 'gap-9'"),
        (lambda gaps: gaps.assign("gap-1", "nobody", actor="u1"), NotFound, "No user with id 'nobody'"),
        (lambda gaps: gaps.set_status("gap-1", GapStatus.IGNORED, actor="u1"), InvalidRow, "needs a reason"),
        (lambda gaps: gaps.ignore("gap-1", " ", LATER, actor="u1"), InvalidRow, "say why"),
        (lambda gaps: gaps.ignore("gap-1", "x", DAY, actor="u1"), InvalidRow, "a day to come"),
        (lambda gaps: gaps.note("gap-1", "  ", actor="u1"), InvalidRow, "1 to 2000 characters"),
        (lambda gaps: gaps.ship("gap-1", "a9", DAY, actor="u1"), NotFound, "No article with id 'a9'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    store: Store, do: Callable[[Gaps], object], error: type[KBError], said: str
) -> None:
    with pytest.raises(error, match=said):
        do(store.gaps)
    assert verbs(store) == []


@pytest.mark.parametrize(
    ("status", "weekly", "now", "returned"),
    [
        (GapStatus.IGNORED, 3.9, DAY, False),
        (GapStatus.IGNORED, 4.0, DAY, True),
        (GapStatus.IGNORED, 0.0, DAY + timedelta(days=30), True),
        (GapStatus.OPEN, 9.0, DAY, False),
    ],
)
def test_an_ignored_gap_returns(status: GapStatus, weekly: float, now: datetime, returned: bool) -> None:
    record = GapRecord("gap-1", status, "", "", DAY + timedelta(days=30), 2.0, "", None, DAY, 1, 1)
    assert returns(record, weekly, now) is returned


def test_a_killed_run_does_not_stand_in_the_way(store: Store) -> None:
    runs = store.gaps.runs
    dead = runs.begin(Window(), actor="u1")
    with store.database.note() as connection:
        connection.execute("UPDATE gap_runs SET moved_at = ? WHERE id = ?", (clock.to_text(DAY), dead))
    assert runs.get(dead).is_dead(clock.now())
    alive = runs.begin(Window(), actor="u1")
    assert (runs.get(dead).state, runs.get(alive).state) == (RunState.FAILED, RunState.RUNNING)
    runs.move(alive, "judging", 3, 9)
    assert (runs.get(alive).step, runs.get(alive).done, runs.get(alive).total) == ("judging", 3, 9)


def test_what_a_dashboard_is_told(store: Store) -> None:
    found = store.gaps.overview(since=DAY.date(), locale="en")
    assert found["coverage"] == [
        {"week": "2026-W19", "tickets": 4, "covered": 1}, {"week": "2026-W20", "tickets": 2, "covered": 1},
    ]  # fmt: skip
    assert [gap["id"] for gap in found["gaps"]] == ["gap-1"]
    assert store.gaps.overview(locale="da")["gaps"] == []
    assert store.gaps.overview(until=DAY.date())["coverage"][0]["tickets"] == 7


def test_an_empty_base_has_an_empty_overview(tmp_path: Path) -> None:
    assert open_store(tmp_path / "new").gaps.overview()["run"] is None


@pytest.mark.parametrize(
    ("wish", "passes"),
    [({}, True), ({"locale": "da"}, False), ({"product": "hub"}, True), ({"cause": "outdated"}, False)],
)
def test_filters(wish: dict[str, str], passes: bool) -> None:
    assert is_about(dict(FIGURES) | {"status": "open"}, **wish) is passes
