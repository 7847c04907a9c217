"""What a misspelt word was meant to be: nearest, of the corpus, blind to accents; codes and quotes are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.spelling import Lexicon, bare, corrected, distance, surface, words_of

WORDS = {
    "återstælla": 9,
    "hubben": 30,
    "hubbar": 2,
    "batteri": 12,
    "returnera": 5,
    "router": 20,
    "retur": 8,
    "nyckel": 1,
}
LEXICON = Lexicon.of(WORDS)
WORD = st.text(alphabet="abcdefå", max_size=9)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aterstalla", "återstælla"),
        ("batteir", "batteri"),
        ("bateri", "batteri"),
        ("hubbben", "hubben"),
        ("hubbn", "hubben"),
        ("retunerra", "returnera"),
        ("routre", "router"),
        ("retru", "retur"),
    ],
)
def test_the_most_probable_word_comes_first(typed: str, meant: str) -> None:
    assert LEXICON.nearest(typed)[0] == meant


@pytest.mark.parametrize("typed", ["", "hub", "e1042", "xylofon", "termostat"])
def test_what_is_short_a_code_or_far_from_all_is_left(typed: str) -> None:
    assert LEXICON.nearest(typed) == []


def test_of_equally_near_words_the_more_frequent_comes_first() -> None:
    assert Lexicon.of({"katten": 1, "hatten": 50, "natten": 3}).nearest("jatten") == ["hatten", "natten", "katten"]


def test_an_empty_corpus_knows_nothing() -> None:
    assert Lexicon.of({}).nearest("hubben") == []


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "xbc", 1),
        ("abcd", "badc", 2),
        ("a", "b", 1),
    ],
)
def test_distances_worked_by_hand(one: str, other: str, apart: int) -> None:
    assert distance(one, other, 2) == apart


@given(WORD, WORD, st.integers(0, 3))
def test_a_distance_is_symmetric_and_never_more_than_asked_for(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == distance(other, one, most) <= most + 1
    assert (distance(one, other, most) == 0) == (one == other)


@given(st.dictionaries(st.text(alphabet="abcdefgåäø", min_size=4, max_size=9), st.integers(1, 9), max_size=30),
       st.text(alphabet="abcdefgåäø", min_size=4, max_size=9))  # fmt: skip
def test_the_quick_search_finds_what_comparing_with_all_finds(counts: dict[str, int], typed: str) -> None:
    most = 2 if len(bare(typed)) >= 7 else 1
    near = {word for word in counts if word != typed and distance(bare(typed), bare(word), most) <= most}

    assert set(Lexicon.of(counts).nearest(typed)) == near


def test_a_text_is_put_right_word_by_word() -> None:
    meant = {"batteir": "batteri", "retunera": "returnera"}

    assert corrected("Batteir, (retunera) E-1042!", meant) == "Batteri, (returnera) E-1042!"
    assert corrected("", meant) == ""


def test_words_inside_of_quotation_marks_are_meant_as_they_stand() -> None:
    assert words_of('Byt "exakt fars" batteir 1042 byt') == ["byt", "batteir"]


def test_a_word_is_written_as_the_texts_write_it() -> None:
    assert surface("återstælla", ["Återställa hubben", "att återställa", "aterstalla"]) == "återställa"
    assert surface("hubben", []) == "hubben"
