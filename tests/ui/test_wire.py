"""Dataclasses to JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest

from assistant.model import ArticleHit, Draft, Suggestion
from kb.model import Customer, Ticket, TicketStatus
from ui.wire import time_text, to_json


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
