"""Sentences with offsets: a table of cases per language, and what holds for every text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.sentences import split, texts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "sentences.yaml").read_text(encoding="utf-8")
)
PIECES = (
    "Hej |a|E-1042|t.ex. |. |.|! |? |\n|\n\n|1. |- |> |# |```\n|`|**|[x? Y](https://a.b/?c=d) |kl. 15. "
    "|Å|…|  \n|\r\n|\t|😀 "
)
MARKDOWN = st.lists(st.sampled_from([*PIECES.split("|"), "| ", "\u2028"]), max_size=40).map("".join)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['locale']} {case['name']}")
def test_cases(case: dict[str, Any]) -> None:
    text = case.get("text", case.get("join", " ").join(case["sentences"]))
    assert texts(text, case["locale"]) == case["sentences"]


@given(text=MARKDOWN | st.text(max_size=200), locale=st.sampled_from(["sv", "nb", "nn", "da", "en", "und"]))
def test_spans_are_in_order_and_cover_everything_but_white_space(text: str, locale: str) -> None:
    end = 0
    for span in split(text, locale):
        assert end <= span.start < span.end <= len(text)
        assert not text[end : span.start].strip()
        sentence = text[span.start : span.end]
        assert sentence == sentence.strip()
        end = span.end
    assert not text[end:].strip()


def test_an_empty_text_has_no_sentences() -> None:
    assert split("", "sv") == () == split(" \n\n ", "sv")


def test_a_long_text_takes_linear_time() -> None:
    assert len(split("Det är klart. " * 20_000, "sv")) == 20_000
