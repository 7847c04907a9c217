"""What agents did with what they were shown, summed up by ticket."""

from __future__ import annotations

import pytest

from assistant.learning.feedback import feedback_of
from kb.model import EventKind

DISMISSED, RESTORED, SENT, OPENED = EventKind.DISMISSED, EventKind.RESTORED, EventKind.SENT, EventKind.OPENED

# What happened to t1, and whether its list was of no use.
CASES = [
    ("dismissed", [(DISMISSED, "a1")], True),
    ("dismissed and taken back", [(DISMISSED, "a1"), (RESTORED, "a1")], False),
    ("taken back and dismissed again", [(DISMISSED, "a1"), (RESTORED, "a1"), (DISMISSED, "a1")], True),
    ("another one stays dismissed", [(DISMISSED, "a1"), (DISMISSED, "a2"), (RESTORED, "a1")], True),
    ("something else was sent", [(DISMISSED, "a1"), (SENT, "a2")], False),
    ("only looked at", [(OPENED, "a1")], False),
    ("nothing was dismissed before", [(RESTORED, "a1")], False),
]


@pytest.mark.parametrize(("deeds", "useless"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_list_is_of_no_use_if_something_stays_dismissed_and_nothing_was_used(
    deeds: list[tuple[EventKind, str]], *, useless: bool
) -> None:
    found = feedback_of((kind, "t1", article) for kind, article in deeds)

    assert found.refused == (frozenset({"t1"}) if useless else frozenset())


def test_deeds_without_ticket_or_article_say_nothing() -> None:
    found = feedback_of([(DISMISSED, "", "a1"), (DISMISSED, "t1", ""), (SENT, "", "a1")])

    assert (found.refused, dict(found.used)) == (frozenset(), {})
