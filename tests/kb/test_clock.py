"""Times: what goes in comes out, in one sortable spelling."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import clock
from kb.errors import InvalidRow

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 3), max_value=datetime(2199, 12, 30), timezones=st.timezones()  # noqa: DTZ001
)  # fmt: skip


@given(MOMENTS)
def test_what_goes_in_comes_out(moment: datetime) -> None:
    assert clock.from_text(clock.to_text(moment)) == moment.astimezone(UTC)


@given(MOMENTS, MOMENTS)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    first, second = clock.to_text(one), clock.to_text(other)
    assert first is not None
    assert second is not None
    assert (first < second) == (one.astimezone(UTC) < other.astimezone(UTC))


def test_nothing_stays_nothing() -> None:
    assert clock.to_text(None) is None
    assert clock.from_text(None) is None
    assert clock.parse(None, name="at") is None
    assert clock.parse("", name="at") is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-05-04T09:12:00+02:00", datetime(2026, 5, 4, 7, 12, tzinfo=UTC)),
        ("2026-05-04T09:12:00Z", datetime(2026, 5, 4, 9, 12, tzinfo=UTC)),
        (" 2026-05-04 09:12 ", datetime(2026, 5, 4, 9, 12, tzinfo=UTC)),
        ("2026-05-04", datetime(2026, 5, 4, tzinfo=UTC)),
        (date(2026, 5, 4), datetime(2026, 5, 4, tzinfo=UTC)),
        (datetime(2026, 5, 4, 9), datetime(2026, 5, 4, 9, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 5, 4, 9, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 5, 4, 7, tzinfo=UTC)),
        (1777885920, datetime(2026, 5, 4, 9, 12, tzinfo=UTC)),
        (1777885920.5, datetime(2026, 5, 4, 9, 12, 0, 500000, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_of_a_file(written: object, moment: datetime) -> None:
    assert clock.parse(written, name="at") == moment


@pytest.mark.parametrize(
    "written",
    ["yesterday", "04/05/2026", "2026-13-01", True, float("nan"), float("inf"), 10**40, [], {}, 1.8e12],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_an_example(written: object) -> None:
    with pytest.raises(InvalidRow, match=r"created_at .* is no time; write it as 2026-"):
        clock.parse(written, name="created_at")


@pytest.mark.parametrize("written", ["1969-12-31", "2201-01-01", "0001-01-01T00:00:00+00:00", -1])
def test_a_time_outside_of_living_memory_is_refused(written: object) -> None:
    with pytest.raises(InvalidRow, match="is outside the years 1970 to 2200"):
        clock.parse(written, name="at")


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.binary(max_size=5)))
def test_parsing_gives_a_time_or_a_reason(value: object) -> None:
    try:
        moment = clock.parse(value, name="at")
    except InvalidRow as error:
        assert str(error).startswith("at ")  # noqa: PT017 - either is right
    else:
        assert moment is None or moment.tzinfo is UTC


def test_now_knows_its_zone() -> None:
    assert clock.now().utcoffset() == timedelta(0)
