"""What a model may make of a sentence: the table of verdicts, and what must hold for any answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Source, SourceKind
from assistant.rewriting.gates import Asked, Likeness, fault, loss
from assistant.rewriting.meanings import negations_in, numbers_in, stakes_in, units_in
from assistant.rewriting.model import Line, Reason
from assistant.rewriting.opaque import Vault
from indexer.encode_nano import NanoEncoder

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sentences.yaml").read_text("utf-8"))
ENCODER = NanoEncoder()


def verdict(source: str, answer: str, locale: str, target: str) -> str:
    vault = Vault()
    line = Line(1, 0, "", vault.protect(source), "", locale, Source(SourceKind.ARTICLE, "a1"))
    asked = Asked(line, target)
    likeness = Likeness(ENCODER, [line])
    return (fault(answer, asked, likeness) or loss([answer], asked) or "kept").lower()


@pytest.mark.parametrize(("locale", "target", "source", "answer", "expected"), CASES)
def test_verdicts(locale: str, target: str, source: str, answer: str, expected: str) -> None:
    assert verdict(source, answer, locale, target) == expected


def test_the_table_has_every_gate_that_one_sentence_can_fail() -> None:
    assert {case[4] for case in CASES} == {"kept", *(reason.value for reason in Reason)} - {"no_source"}


@pytest.mark.parametrize("case", [case for case in CASES if case[0] == case[1]], ids=lambda case: case[2][:40])
def test_a_sentence_that_comes_back_unchanged_is_kept(case: list[str]) -> None:
    vault = Vault()
    line = Line(1, 0, "", vault.protect(case[2]), "", case[0], Source(SourceKind.ARTICLE, "a1"))
    assert fault(line.text, Asked(line, case[0]), Likeness(ENCODER, [line])) is None
    assert loss([line.text], Asked(line, case[0])) is None


def test_the_words_of_another_sentence_are_not_taken_for_this_one() -> None:
    source = Source(SourceKind.ARTICLE, "a1")
    here = Line(1, 0, "", "The battery lasts for a long time in the cold.", "", "en", source)
    there = Line(2, 1, "", "The battery does well in the cold for a long time.", "", "en", source)
    other = Line(2, 1, "", "The parcel is sent from our warehouse to you.", "", "en", source)
    swapped = fault(other.text, Asked(here, "en"), Likeness(ENCODER, [here, other]))
    assert swapped in {Reason.WORDS, Reason.MEANING}
    assert fault(here.text, Asked(here, "en"), Likeness(ENCODER, [here, there])) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_another_number_never_passes(one: int, other: int) -> None:
    line = Line(1, 0, "", f"Wait {one} times.", "", "en", Source(SourceKind.ARTICLE, "a1"))
    asked = Asked(line, "en")
    changed = fault(f"Wait {other} times.", asked, _Alike())
    assert changed is (None if one == other else Reason.NUMBER)


class _Alike(Likeness):
    """Everything means the same, so that only the other gates decide."""

    def __init__(self) -> None:
        """Nothing is encoded."""

    def of(self, text: str) -> list[float]:
        return [1.0]


def test_numbers_in_words_and_digits_are_the_same_in_every_language() -> None:
    said = {"sv": "två till tio", "nb": "to til ti", "nn": "to til ti", "da": "to til ti", "en": "two to ten"}
    assert {frozenset(numbers_in(text, locale).items()) for locale, text in said.items()} == {
        frozenset({("2", 1), ("10", 1)})
    }
    assert numbers_in("2,4 GHz kl. 14.30, E-1042", "sv") == numbers_in("2.4 GHz 14:30 e-1042", "en")


def test_small_words_are_known_in_every_language() -> None:
    no = {"sv": "inte", "nb": "ikke", "nn": "ikkje", "da": "ikke", "en": "don't"}
    assert {negations_in(f"X {word} y.", locale) for locale, word in no.items()} == {1}
    minutes = {"sv": "minuter", "nb": "minutter", "nn": "minutt", "da": "minutter", "en": "minutes"}
    assert {units_in(f"5 {word}", locale) for locale, word in minutes.items()} == {frozenset({"minute"})}
    for word in ("lösenordet", "passordet", "adgangskoden", "password"):
        assert stakes_in(f"ditt {word}") == {"secret"}
