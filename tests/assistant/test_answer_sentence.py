"""The answering sentence: quoted from the passage, the likest one, and none where nothing says enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant.answer_sentence import MOST_SENTENCES, answer_in
from assistant.model import ArticleHit, MatchedPassage
from indexer.encode import Vectors

BODY = "# Lamp\n\nThe hub has a ring. A **yellow ring** means no internet. Wait a minute.\n\n1. Open the app.\n2. Tap E-1042."


def a_hit(text: str = BODY, start: int = 0) -> ArticleHit:
    passage = MatchedPassage(text, start, start + len(text))
    return ArticleHit("a1", 3, "Lamp", "en", "", 0.9, "validated", None, None, "public", "", passage)


def nothing(texts: Sequence[str]) -> Vectors:
    return np.zeros(len(texts), np.float32)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what does a yellow ring mean", "A yellow ring means no internet."),
        ("e1042", "2. Tap E-1042."),
        ("E-1042 app", "2. Tap E-1042."),
        ("which minute", "Wait a minute."),
    ],
)
def test_words_and_codes_decide_where_the_meaning_does_not(asked: str, said: str) -> None:
    found = answer_in(a_hit(), asked, "en", nothing)

    assert found is not None
    assert found.text.endswith(said.removeprefix("2. "))
    assert (found.article_id, found.revision) == ("a1", 3)


def test_the_answer_is_a_verbatim_span_of_the_revision() -> None:
    found = answer_in(a_hit(start=100), "yellow ring", "en", nothing)

    assert found is not None
    assert BODY[found.start - 100 : found.end - 100].strip() == "A **yellow ring** means no internet."


def test_meaning_counts_more_than_words() -> None:
    def like(texts: Sequence[str]) -> Vectors:
        return np.array([0.9 if "Wait" in text else 0.1 for text in texts], np.float32)

    found = answer_in(a_hit(), "yellow ring", "en", like)

    assert found is not None
    assert found.text == "Wait a minute."


def test_what_nobody_vouches_for_must_have_the_questions_words() -> None:
    assert answer_in(a_hit(), "refund my broken fridge please", "en", nothing, trusted=False) is None
    assert answer_in(a_hit(), "yellow ring", "en", nothing, trusted=False) is not None


@pytest.mark.parametrize("text", ["", "# Only a heading", "| - | - |"])
def test_without_sentences_there_is_no_answer(text: str) -> None:
    assert answer_in(a_hit(text), "yellow", "en", nothing) is None


def test_of_a_long_table_only_the_likest_lines_are_compared() -> None:
    rows = "\n".join(f"Line number {n} of many lines here." for n in range(60)) + "\nThe yellow one is the last line."
    asked: list[int] = []

    def like(texts: Sequence[str]) -> Vectors:
        asked.append(len(texts))
        return np.zeros(len(texts), np.float32)

    found = answer_in(replace(a_hit(rows)), "yellow", "en", like)

    assert asked == [MOST_SENTENCES]
    assert found is not None
    assert found.text == "The yellow one is the last line."
