"""What a customer asks, read from his words in five languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.asked import MOST_QUESTIONS, in_context, read, tried_in
from assistant.question import Question
from kb.locales import UI_LOCALES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "asked.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:40] for case in CASES])
def test_what_is_read(case: dict[str, Any]) -> None:
    found = read(Question(body=case["text"], locale=case["locale"]))
    assert list(found.questions) == case.get("questions", [])
    assert list(found.tried) == case.get("tried", [])
    assert sorted(found.platforms) == case.get("platforms", [])
    if case.get("codes"):
        assert list(found.codes) == case["codes"]


def test_every_language_has_cases() -> None:
    assert {case["locale"] for case in CASES} == set(UI_LOCALES)


def test_a_single_question_is_apart_only_when_the_customer_turns_to_it() -> None:
    alone = "Termo blinker rødt. Er det normalt at displayet viser to grader mer?"
    aside = "Termo blinker rødt. Og mens jeg har dere: er det normalt at displayet viser to grader mer?"
    assert read(Question(body=alone, locale="nb")).apart == ()
    assert read(Question(body=aside, locale="nb")).apart == (
        "Og mens jeg har dere: er det normalt at displayet viser to grader mer?",
    )


@given(text=st.text(max_size=400), locale=st.sampled_from(UI_LOCALES))
def test_everything_read_is_the_customers_own_words(text: str, locale: str) -> None:
    question = Question(body=text, locale=locale)
    found = read(question)
    assert len(found.questions) <= MOST_QUESTIONS
    plain = " ".join(question.text.split())
    assert all(each in plain for each in found.questions)
    assert all(each in question.text for each in found.tried)


@pytest.mark.parametrize(
    "sentence", ["Jeg har ikke prøvd å starte den på nytt", "I haven't tried that", "Jag har aldrig provat det"]
)
def test_what_was_not_done_was_not_tried(sentence: str) -> None:
    assert list(tried_in(sentence)) == []


def test_a_question_is_searched_with_what_leads_to_it() -> None:
    body = "I want to return a Termo. How do I get a refund? And how do I cancel Plus?"
    found = Question(body=body, locale="en")
    first, second = read(found).apart
    assert in_context(found, first) == "I want to return a Termo. How do I get a refund?"
    assert in_context(found, second) == second
