"""What a team may say about its hours, and the one clear error for what it may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.desk.hours import Hours, Target, duration_from, duration_text, hours_from_data, hours_to_data
from kb.errors import SettingInvalid
from kb.model import TicketStatus
from kb.store import Store
from tests.fakes import a_ticket, open_store, put

WRONG = [
    ({"zone": "Europe/Atlantis"}, "zone is 'Europe/Atlantis'; allowed: a time zone's name"),
    ({"zone": "../../etc/passwd"}, "zone is '../../etc/passwd'; allowed"),
    ({"country": "FI"}, "country is 'FI'; allowed: SE, NO, DK or none"),
    ({"week": {"mon": "8-17"}}, "mon is '8-17'; allowed: closed, 24h"),
    ({"week": {"mon": "17:00-8:00"}}, "mon is '17:00-8:00'; allowed"),
    ({"week": {"mon": "8:00-12:00,11:00-17:00"}}, "allowed: closed, 24h, or spans that follow each other"),
    ({"week": {"mon": "8:00-25:00"}}, "mon is '8:00-25:00'"),
    ({"week": {"mon": "8:61-9:00"}}, "mon is '8:61-9:00'"),
    ({"week": {"monday": "24h"}}, "week is 'monday'; allowed: mon, tue"),
    ({"week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "closed")}, "at least one weekday"),
    ({"days": {"midsommar": "closed"}}, "day is 'midsommar'; allowed: a date, as 2026-06-19"),
    ({"targets": {"urgent": {"first_reply": "soon", "solution": "4h"}}}, "urgent first_reply is 'soon'"),
    ({"targets": {"urgent": {"first_reply": "8h", "solution": "4h"}}}, "urgent solution is '4h'; allowed: no less"),
    ({"targets": {"urgent": {"first_reply": "0m", "solution": "4h"}}}, "urgent first_reply is '0m'"),
    ({"targets": {"asap": {}}}, "targets is 'asap'; allowed: urgent, high, normal, low"),
    ({"lunch": "12"}, "hours is 'lunch'; allowed: zone, country, week, days, targets"),
    ({"week": "24h"}, "week is '24h'; allowed: an object"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(("data", "message"), WRONG, ids=[case[1][:40] for case in WRONG])
def test_what_is_wrong_is_named(data: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        hours_from_data(data)
    assert message in str(caught.value)


def test_hours_are_read_as_they_are_written() -> None:
    hours = hours_from_data(
        {
            "zone": "Europe/Oslo", "country": "no", "week": {"sat": "10:00-14:00", "sun": "24h"},
            "days": {"2026-12-24": "closed", "2026-12-23": "8:00-12:00"},
            "targets": {"urgent": {"first_reply": "30m", "solution": "1h30m"}},
        }
    )  # fmt: skip

    assert hours_from_data(hours_to_data(hours)) == hours
    assert hours.week[5:] == (((600, 840),), ((0, 1440),))
    assert hours.target("urgent") == Target(30, 90)
    assert hours.target("whatever") == hours.target("normal") == Hours().target("normal")


def test_a_part_changes_only_that_part() -> None:
    base = hours_from_data({"days": {"2026-12-24": "closed", "2026-12-31": "closed"}, "country": "DK"})

    now = hours_from_data({"days": {"2026-12-31": "usual"}, "week": {"fri": "8:00-15:00"}}, base=base)

    assert [str(day) for day, _ in now.special] == ["2026-12-24"]
    assert (now.country, now.week[4], now.week[3]) == ("DK", ((480, 900),), base.week[3])


@pytest.mark.parametrize(("text", "minutes"), [("30m", 30), ("4h", 240), ("1h30m", 90), ("90 min", 90), ("2H", 120)])
def test_durations(text: str, minutes: int) -> None:
    assert duration_from(text, name="x") == minutes
    assert duration_from(duration_text(minutes), name="x") == minutes


def test_new_hours_move_what_is_due(store: Store) -> None:
    # Made on Monday 2026-05-04 at 11:00 in Stockholm; the default target for a first reply is nine working hours.
    put(store, a_ticket("t1", ("customer", "Hej"), status=TicketStatus.OPEN))
    first = store.tickets.get("t1").standing.first_due_at
    assert str(first) == "2026-05-05 09:00:00+00:00"

    store.hours.set({"targets": {"normal": {"first_reply": "1h", "solution": "2h"}}}, actor="lead")

    assert str(store.tickets.get("t1").standing.first_due_at) == "2026-05-04 10:00:00+00:00"
    assert store.hours.get().target("normal") == Target(60, 120)
    audit = store.database.rows("SELECT * FROM audit WHERE noun = 'hours'")
    assert [(row["actor"], row["verb"]) for row in audit] == [("lead", "set")]


def test_wrong_hours_change_nothing(store: Store) -> None:
    with pytest.raises(SettingInvalid, match="zone is 'x'"):
        store.hours.set({"zone": "x", "country": "DK"})
    assert store.hours.get() == Hours()
    assert store.database.rows("SELECT * FROM audit") == []
