"""With and without: a known effect is found with its interval, nothing is claimed without one, and unlike groups are told."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.measures.comparison import Comparison, compare
from assistant.measures.frame import Frame, frame_of
from kb.reporting.ticket_facts import COLUMNS

SHORT, LONG = 40.0, 100.0


def made_up(n: int, *, saves: float = 0.0, harder: float = 0.0, seed: int = 1, assisted: float = 0.5) -> Frame:
    """Tickets about two products; long ones are about "Hub", and with `harder` more of those are assisted."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for number in range(n):
        product = ("App", "Hub")[number % 2]
        used = rng.random() < assisted + (harder if product == "Hub" else -harder)
        minutes = (LONG if product == "Hub" else SHORT) * rng.lognormal(0.0, 0.5) - (saves if used else 0.0)
        fact: dict[str, object] = dict.fromkeys(COLUMNS)
        fact |= {
            "created_on": "2026-06-01", "resolved_on": "2026-06-02", "locale": "sv", "product": product,
            "channel": "email", "priority": "normal", "agent": f"a{number % 9}", "resolution_work_s": 60 * minutes,
            "resolution_s": 60 * minutes, "replies": 1, "reopened": 0, "assisted": int(used),
        }  # fmt: skip
        rows.append((f"t{number}", 1, *(fact[name] for name in COLUMNS)))
    return frame_of(rows, {}, smallest=5)


def compared(frame: Frame) -> Comparison:
    return compare(frame, np.ones(len(frame), dtype=bool))


def test_a_known_effect_is_found_with_an_interval_that_holds_it() -> None:
    value = compared(made_up(1200, saves=12.0)).value

    assert (value.shown, value.why) == (True, "measured")
    assert value.low is not None
    assert value.high is not None
    assert value.minutes == pytest.approx(12.0, abs=5)
    assert value.low < 12.0 < value.high
    assert value.total == pytest.approx((value.minutes or 0) * value.tickets)


def test_no_effect_is_claimed_where_there_is_none() -> None:
    claimed = sum(compared(made_up(300, seed=seed)).value.shown for seed in range(60))

    # One in twenty is what an interval of 95 % lets through.
    assert claimed <= 8
    assert compared(made_up(300, seed=5)).value.why == "no_difference"


def test_a_harder_mix_is_no_effect_and_is_told() -> None:
    found = compared(made_up(1500, harder=0.3))

    assert {(each.field, each.word) for each in found.warnings} == {("product", "App"), ("product", "Hub")}
    assert next(each.difference for each in found.warnings if each.word == "Hub") > 0.5
    # Plain medians say that the assistant makes tickets longer; within products nothing differs.
    assert (found.differences["resolution_work"].low or 0) > 10
    assert found.value.why == "no_difference"


def test_groups_that_are_alike_bring_no_warning() -> None:
    assert compared(made_up(4000)).warnings == ()


@pytest.mark.parametrize(("n", "assisted", "why"), [(40, 0.5, "too_few"), (400, 0.02, "too_few"), (0, 0.5, "too_few")])
def test_few_tickets_say_nothing(n: int, assisted: float, why: str) -> None:
    found = compared(made_up(n, saves=30, assisted=assisted))

    assert (found.value.shown, found.value.why, found.value.total) == (False, why, None)
    assert found.differences["resolution_work"].value is None


def test_tickets_without_a_counterpart_are_not_compared() -> None:
    one = made_up(300, saves=20, harder=0.5)

    assert compared(one).value.why == "not_comparable"
