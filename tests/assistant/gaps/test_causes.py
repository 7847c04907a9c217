"""Each cause has its fixture, and what people said comes before guesses."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.gaps.causes import Facts, cause_of, missing_words, readable
from assistant.gaps.model import REMEDIES, Cause, Remedy
from tests.assistant.gaps.made import near

CROWD: dict[str, Any] = {"linked_tickets": 30, "mixing": 0.8, "confidence": 0.45}
"""What makes an article one that is about the gap."""
CASES: list[tuple[str, str, dict[str, Any], Cause]] = [
    ("nothing is near", "en", {"confidence": 0.2}, Cause.NO_ARTICLE),
    ("the search believes in it, its tickets lie elsewhere", "en", {**CROWD, "mixing": 0.1}, Cause.NO_ARTICLE),
    ("its tickets lie here by chance", "en", {**CROWD, "confidence": 0.1}, Cause.NO_ARTICLE),
    ("one crowd with its tickets", "en", CROWD, Cause.NOT_FOUND),
    ("few link it, the search nearly believes in it", "en", {"confidence": 0.4}, Cause.NOT_FOUND),
    ("agents linked it by hand", "en", {"by_hand": 4}, Cause.NOT_FOUND),
    ("one agent did once", "en", {"by_hand": 1}, Cause.NO_ARTICLE),
    ("set aside as another topic", "en", {"dismissed": {"wrong_topic": 3}}, Cause.DISMISSED),
    ("set aside as too long", "en", {"dismissed": {"too_long": 2}}, Cause.DISMISSED),
    ("set aside as outdated", "en", {"dismissed": {"outdated": 3}}, Cause.OUTDATED),
    ("flagged as outdated", "en", {**CROWD, "flags": frozenset({"outdated"})}, Cause.OUTDATED),
    ("a signal doubts it", "en", {**CROWD, "doubt": "unverified"}, Cause.OUTDATED),
    ("customers say it did not work", "en", {"unsolved": 2}, Cause.CONTRADICTED),
    ("agents say it does not work", "en", {"dismissed": {"does_not_work": 2}}, Cause.CONTRADICTED),
    ("flagged as wrong", "en", {**CROWD, "flags": frozenset({"wrong"})}, Cause.CONTRADICTED),
    ("agents answer something else", "en", {**CROWD, "answers_mixing": 0.01}, Cause.CONTRADICTED),
    ("agents answer the same", "en", {**CROWD, "answers_mixing": 0.6}, Cause.NOT_FOUND),
    ("for colleagues only", "en", {**CROWD, "is_hidden": True, "audience": "internal"}, Cause.HIDDEN_BY_AUDIENCE),
    ("only in another language", "da", CROWD, Cause.OTHER_LANGUAGE),
    ("set aside for its language", "en", {"dismissed": {"wrong_language": 2}}, Cause.OTHER_LANGUAGE),
    ("said before guessed", "da", {**CROWD, "dismissed": {"wrong_topic": 5}}, Cause.DISMISSED),
]  # fmt: skip


@pytest.mark.parametrize(("_", "locale", "known", "cause"), CASES, ids=[case[0] for case in CASES])
def test_each_cause(_: str, locale: str, known: dict[str, Any], cause: Cause) -> None:
    article = near(**known)
    found, about = cause_of(Facts(10, locale, (article,), 0.5))
    assert found is cause
    assert about is (None if cause is Cause.NO_ARTICLE else article)


def test_every_cause_has_a_fixture_and_a_remedy() -> None:
    assert {case[3] for case in CASES} == set(Cause)
    assert set(REMEDIES) == set(Cause)
    assert set(REMEDIES.values()) == set(Remedy)


def test_the_second_article_may_be_the_one() -> None:
    found, about = cause_of(Facts(10, "en", (near("a1"), near("a2", **CROWD)), 0.5))
    assert (found, about and about.id) == (Cause.NOT_FOUND, "a2")


@pytest.mark.parametrize(
    ("locale", "locales", "served"),
    [("nn", {"nb"}, True), ("nb", {"nn"}, True), ("sv", {"nb"}, False), ("und", {"nb"}, True), ("da", {"da"}, True)],
)
def test_both_norwegians_read_both(locale: str, locales: set[str], served: bool) -> None:
    assert readable(locale, frozenset(locales)) is served


def test_what_customers_say_and_an_article_does_not() -> None:
    questions = [["hub", "blink", "yellow"], ["yellow", "hub"], ["lamp", "hub", "yellow"], ["hub", "blink"]]
    assert missing_words(questions, frozenset({"hub"}), frozenset()) == ("yellow", "blink")
    assert missing_words(questions, frozenset({"hub"}), frozenset({"yellow"})) == ("blink",)
    assert missing_words([], frozenset(), frozenset()) == ()
