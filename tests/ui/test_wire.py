"""Dataclasses to JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import ArticleHit, Draft, Suggestion
from kb.model import Customer, Ticket, TicketStatus
from ui.wire import at_least_in_ten, in_ten, time_text, to_json


def test_times_are_utc_with_z() -> None:
    moment = datetime(2026, 5, 4, 9, 12, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))

    assert time_text(moment) == "2026-05-04T07:12:00Z"


def test_names_and_nesting_stay() -> None:
    customer = Customer(id="c", attributes={"Ägare": "ja"})
    ticket = Ticket("t", "s", "t", "Ämne", TicketStatus.OPEN, "sv", datetime(2026, 1, 1, tzinfo=UTC), customer=customer)

    wire = to_json(ticket)

    assert set(wire) == {field.name for field in fields(ticket)}
    assert wire["status"] == "open"
    assert wire["customer"]["attributes"] == {"Ägare": "ja"}
    assert wire["closed_at"] is None
    json.dumps(wire)


@pytest.mark.parametrize("kind", [ArticleHit, Draft, Suggestion])
def test_rest_speaks_the_dataclasses_names(kind: type) -> None:
    assert {"id", "text", "query"} & {field.name for field in fields(kind)}


def test_what_has_no_json_form_is_named() -> None:
    with pytest.raises(TypeError, match="bytes has no JSON form"):
        to_json({"x": b""})


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.5, 5), (0.57, 5), (0.6999, 6), (0.7, 7), (1.0, 9)],
)
def test_confidence_in_words(confidence: float, words: int) -> None:
    assert in_ten(confidence) == words


@pytest.mark.parametrize(("setting", "words"), [(0.0, 0), (0.3, 3), (0.5, 5), (0.55, 6), (0.7, 7), (1.0, 10)])
def test_the_setting_in_words(setting: float, words: int) -> None:
    assert at_least_in_ten(setting) == words


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_words_never_contradict_the_comparison(confidence: int, setting: int) -> None:
    """What is not shown reads as less than what the setting asks for."""
    if confidence / 10_000 < setting / 100:
        assert in_ten(confidence / 10_000) < at_least_in_ten(setting / 100)
