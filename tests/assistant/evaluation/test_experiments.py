"""Variants of a data set: who is asked what, worked by hand."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.datasets import Labelled, Row
from assistant.evaluation.experiments import OTHER, OWN, across, distractors, existing, left_out, mixed
from assistant.question import Question

HUB = {"da": "hub-da", "nb": "hub-nb", "sv": "hub-sv"}
KEY = {"da": "key-da", "en": "key-en"}


def query(question_id: str, locale: str, *relevant: str) -> Labelled:
    return Labelled(question_id, Question(body=question_id, locale=locale), frozenset(relevant), locale)


def brief(found: list[Labelled]) -> list[tuple[str, str, tuple[str, ...], set[str]]]:
    return [(item.id, item.group, item.within, set(item.relevant)) for item in found]


def test_every_question_is_asked_once_per_language() -> None:
    asked = across(
        [query("q1", "da", "hub-da"), query("q2", "en", "key-en"), query("alone", "da", "other")], [HUB, KEY]
    )
    assert brief(asked) == [
        ("q1", "da>da", ("da",), {"hub-da"}), ("q1", "da>nb", ("nb",), {"hub-nb"}), ("q1", "da>sv", ("sv",), {"hub-sv"}),
        ("q2", "en>da", ("da",), {"key-da"}), ("q2", "en>en", ("en",), {"key-en"}),
    ]  # fmt: skip


def test_a_question_with_several_answers_has_them_in_every_language() -> None:
    (own, english) = across([query("q", "da", "key-da", "two-da")], [KEY, {"da": "two-da", "en": "two-en"}])
    assert own.relevant == {"key-da", "two-da"}
    assert english.relevant == {"key-en", "two-en"}


def test_a_question_without_an_answer_of_its_own_language_is_not_asked() -> None:
    assert across([query("q", "sv", "key-en")], [KEY]) == []
    assert across([query("q", "da", "hub-da")], [{"da": "hub-da"}]) == []
    assert across([], [HUB]) == []


def test_one_language_of_every_item_stays() -> None:
    gone = left_out([HUB, KEY, {"en": "single"}])
    assert len(gone & set(HUB.values())) == 2
    assert len(gone & set(KEY.values())) == 1
    assert "single" not in gone
    assert left_out([]) == frozenset()


def test_which_language_stays_is_the_same_everywhere() -> None:
    digest = hashlib.sha256(b"hub-da\nhub-nb\nhub-sv").digest()
    kept = ["hub-da", "hub-nb", "hub-sv"][int.from_bytes(digest[:8]) % 3]
    assert left_out([HUB]) == set(HUB.values()) - {kept}
    assert left_out([dict(reversed(HUB.items()))]) == left_out([HUB])


@given(st.lists(st.integers(0, 10**6), unique=True, min_size=60, max_size=120))
def test_languages_stay_about_equally_often(numbers: list[int]) -> None:
    items = [{"da": f"{n}-da", "sv": f"{n}-sv"} for n in numbers]
    gone = left_out(items)
    assert len(gone) == len(items)
    assert 0.2 < sum(key.endswith("da") for key in gone) / len(items) < 0.8


def test_questions_to_a_mixed_base() -> None:
    stays = next(iter(set(HUB.values()) - left_out([HUB])))
    asked = mixed([*(query(locale, locale, key) for locale, key in HUB.items()), query("alone", "da", "other")], [HUB])
    assert [item.id for item in asked] == ["da", "nb", "sv"]
    assert all(item.relevant == {stays} and item.within == () for item in asked)
    assert {item.id: item.group for item in asked} == {
        locale: OWN if key == stays else OTHER for locale, key in HUB.items()
    }


def test_a_mixed_question_with_two_answers() -> None:
    items = [{"da": f"{n}-da", "sv": f"{n}-sv"} for n in range(20)]
    gone = left_out(items)
    danish = next(item for item in items if item["sv"] in gone)
    swedish = next(item for item in items if item["da"] in gone)
    (asked,) = mixed([query("q", "da", danish["da"], swedish["da"])], items)
    assert asked.relevant == {danish["da"], swedish["sv"]}
    assert asked.group == OWN


def test_items_that_exist() -> None:
    assert existing([HUB, KEY], ["hub-da", "hub-sv", "key-da"]) == [{"da": "hub-da", "sv": "hub-sv"}]
    assert existing([], ["a"]) == []


PAGES: list[Row] = [
    {"id": "1", "locale": "sv-SE", "url": "https://x.example/1"}, {"id": "2", "locale": "da"}, {"id": "3", "locale": "sv", "url": "https://x.example/Mine#part"},
    {"id": "own", "locale": "sv"}, {"id": "4", "locale": "sv"}, {"id": "5", "locale": "sv"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "count", "ids"),
    [("sv", 2, ["1", "4"]), ("sv", 9, ["1", "4", "5"]), ("da", 9, ["2"]), ("en", 9, []), ("sv", 0, [])],
)
def test_distractors_hold_no_answer(locale: str, count: int, ids: list[str]) -> None:
    own: list[Row] = [{"id": "own"}, {"id": "faq", "url": "https://x.example/mine#faq"}]
    assert [row["id"] for row in distractors(PAGES, own, locale, count)] == ids
