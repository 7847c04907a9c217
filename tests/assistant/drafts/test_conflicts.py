"""Contradictions between two texts: planted ones are found, and nothing else is called one."""

from __future__ import annotations

import re

import pytest

from assistant.drafts.conflicts import contradictions
from assistant.drafts.sentences import Span
from assistant.model import ConflictKind
from tests.assistant.drafts.test_compose_demo import NEEDS_DATA, demo_articles

MIN_PRECISION = 0.9
MIN_RECALL = 0.7


def kinds(one: str, other: str, locale: str = "en") -> list[ConflictKind]:
    """In what two texts contradict each other."""
    return [found.kind for found in contradictions(one, other, locale)]


@pytest.mark.parametrize(
    ("one", "other", "locale", "expected"),
    [
        ("Wait 30 seconds before you plug the hub in.", "Wait 60 seconds before you plug the hub in.", "en", "numbers"),
        ("Returer tas emot inom 60 dagar från köpet.", "Returer tas emot inom 30 dagar från köpet.", "sv", "numbers"),
        ("Garantien gælder i 2 år fra købsdatoen.", "Garantien gælder i 3 år fra købsdatoen.", "da", "numbers"),
        ("Bruk oppladbare batterier i termostaten.", "Bruk ikke oppladbare batterier i termostaten.", "nb", "advice"),
        ("Du må nullstille eininga før sal.", "Du må aldri nullstille eininga før sal.", "nn", "advice"),
        ("Turn on hardware acceleration in settings.", "Turn off hardware acceleration in settings.", "en", "advice"),
    ],
)
def test_contradictions(one: str, other: str, locale: str, expected: str) -> None:
    assert [kind.value for kind in kinds(one, other, locale)] == [expected]
    assert [kind.value for kind in kinds(other, one, locale)] == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wait 30 seconds before you plug the hub in.", "Wait 30 seconds before you plug the hub in."),
        ("Wait 30 seconds before you plug the hub in.", "Wait 2 minutes until the ring is green."),
        ("The hub takes 50 devices in one home.", "The hub takes 24 hours to update in one home."),
        ("Send a photo of the valve to support.", "If that does not help, send a photo of the valve to support."),
        ("Hold the button for 5 seconds until it blinks.", "Hold the button 15 seconds, let go and reset the sensor."),
    ],
)
def test_what_is_no_contradiction(one: str, other: str) -> None:
    assert kinds(one, other) == []


def test_another_number_of_steps() -> None:
    steps = ["Open the app.", "Choose the hub in the list.", "Press the reset button.", "Wait for the green ring."]
    whole = "## Reset the hub\n\n" + "\n".join(f"{n}. {step}" for n, step in enumerate(steps, start=1))
    short = "## Reset the hub\n\n" + "\n".join(f"{n}. {step}" for n, step in enumerate(steps[:3], start=1))
    assert kinds(whole, short) == [ConflictKind.STEPS]
    assert kinds(whole, short.replace("Reset the hub", "Sell your old panel")) == []


def test_only_what_is_quoted_is_looked_at() -> None:
    one = "Wait 30 seconds before you plug the hub in. The box is blue."
    other = "Wait 60 seconds before you plug the hub in."
    assert contradictions(one, other, "en", within=[Span(44, len(one))]) == []
    assert len(contradictions(one, other, "en", within=[Span(0, 10)])) == 1


def planted(body: str) -> str | None:
    """A copy of an article in which one amount is another; None if it names none with a unit."""
    amount = re.search(
        r"\b(\d+)(\*\*)? (sekunder|minuter|minutter|dagar|dager|dage|seconds|minutes|days|år|years)\b", body
    )
    if amount is None:
        return None
    return body[: amount.start(1)] + str(int(amount[1]) * 3 + 1) + body[amount.end(1) :]


@NEEDS_DATA
def test_planted_contradictions_are_found_and_little_else() -> None:
    """Each demo article stands beside four others of its language, as on a list of hits, and a copy that differs."""
    found = right = wanted = 0
    by_locale: dict[str, list[str]] = {}
    for (locale, _), noun in sorted(demo_articles().items()):
        by_locale.setdefault(locale, []).append(noun.revision.body)
    for locale, bodies in by_locale.items():
        for number, body in enumerate(bodies):
            other = planted(body)
            beside = [bodies[(number + step) % len(bodies)] for step in range(1, 5)]
            found += sum(bool(contradictions(body, each, locale)) for each in beside)
            if other is not None:
                wanted += 1
                hit = bool(contradictions(body, other, locale))
                found, right = found + hit, right + hit
    assert wanted >= 80
    assert right / found >= MIN_PRECISION
    assert right / wanted >= MIN_RECALL
