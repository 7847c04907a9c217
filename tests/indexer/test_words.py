"""Words: one spelling per letter, one stem per word, codes whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.words import codes, fold, query_stems, stems, stop_stems, words
from kb.locales import UI_LOCALES


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Återställ", "återstæll"),
        ("KÖP", "køp"),
        ("Kjøp", "kjøp"),
        ("café", "cafe"),
        ("Ærø", "ærø"),
        ("a\u030angstro\u0308m", "ångstrøm"),
        ("ﬁber", "fiber"),
        ("Straße", "strasse"),
        ("ＡＢＣ１", "abc1"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert words(text) == ([folded] if folded else [])


@given(st.text(max_size=40))
@example("İ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(fold(text)) == words(text)


@pytest.mark.parametrize(
    ("locale", "family"),
    [
        ("sv", "betalning betalningen betalningar betalningarna"),
        ("sv", "hubben hubbar"),
        ("sv", "återbetalning återbetalningen"),
        ("sv", "blinkar blinkade blinka"),
        ("nb", "fakturaen fakturaer fakturaene"),
        ("nb", "bil bilen biler bilene"),
        ("nb", "pakke pakken pakker pakkene"),
        ("nb", "innlogging innloggingen"),
        ("nn", "bilen bilane bil"),
        ("nn", "pakke pakken pakkane"),
        ("da", "pakke pakken pakker pakkerne"),
        ("da", "betaling betalingen betalinger"),
        ("da", "adgangskode adgangskoden adgangskoder"),
        ("en", "refund refunds refunded refunding"),
        ("en", "password passwords"),
        ("en", "blink blinks blinking blinked"),
        ("de", "Rechnung Rechnungen"),
    ],
)
def test_a_word_and_its_forms_have_one_stem(locale: str, family: str) -> None:
    assert len({tuple(stems(word, locale)) for word in family.split()}) == 1, [stems(w, locale) for w in family.split()]


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [("sv", "mål", "mal"), ("da", "får", "far"), ("nb", "bot", "båt"), ("sv", "hår", "har"), ("en", "wood", "word")],
)
def test_different_words_stay_different(locale: str, one: str, other: str) -> None:
    assert stems(one, locale) != stems(other, locale)


def test_swedish_letters_meet_their_danish_ones() -> None:
    assert stems("Köp", "sv") == ["køp"]
    assert words("färg") == words("færg")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E-1042", ["e1042"]),
        ("E-1042:", ["e1042"]),
        ("(e-1042).", ["e1042"]),
        ("fel E-1042, E-1043", ["e1042", "e1043"]),
        ("version 4.3.1", ["431"]),
        ("v4.3.1-beta", ["v431beta"]),
        ("FYR/TH-200", ["fyrth200"]),
        ("E\u20111042", ["e1042"]),
        ("E\u20131042", ["e1042"]),
        ("E_1042", []),
        ("well-known e-mail", []),
        ("1042", []),
        ("- 5", []),
        ("a--1", []),
    ],
)
def test_codes(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_a_code_stands_behind_its_parts() -> None:
    assert words("Error E-1042: hub") == ["error", "e", "1042", "hub", "e1042"]
    assert stems("Errors E-1042", "en") == ["error", "e", "1042", "e1042"]


@pytest.mark.parametrize("written", ["E-1042", "e-1042", "E-1042:", "E1042", "E\u20111042"])
@pytest.mark.parametrize("locale", [*UI_LOCALES, "und", "pl"])
def test_every_way_to_write_a_code_finds_it(written: str, locale: str) -> None:
    assert "e1042" in query_stems(f"vad är {written}", locale)
    assert "e1042" in stems(written, locale)


@pytest.mark.parametrize(
    ("text", "locale", "found"),
    [
        ("Varför blinkar hubben?", "sv", ["blink", "hubb"]),
        ("Hvorfor kan jeg ikke logge inn på hubben", "nb", ["logg", "hubb"]),
        ("Why is my hub blinking and blinking", "en", ["hub", "blink"]),
        ("the", "en", ["the"]),
        ("hvad er det", "da", ["hvad", "er", "det"]),
        ("", "en", []),
        ("?!", "en", []),
    ],
)
def test_a_question_without_its_stop_words(text: str, locale: str, found: list[str]) -> None:
    assert query_stems(text, locale) == found


def test_a_question_in_an_unknown_language_is_stemmed_by_all() -> None:
    found = query_stems("betalningar refunds", "und")
    assert {"betalning", "refund"} <= set(found)


@pytest.mark.parametrize("locale", ["und", "pl", "xx"])
def test_a_text_in_an_unknown_language_finds_itself(locale: str) -> None:
    """Such a text is indexed as it stands, so a question must ask for words as they stand."""
    text = "hasła betalningarna refunds fakturaene"
    assert set(stems(text, locale)) <= set(query_stems(text, locale))


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_every_language_has_stop_words(locale: str) -> None:
    assert len(stop_stems(locale)) > 50


@given(st.text(max_size=60), st.sampled_from([*UI_LOCALES, "und", "de", "pl"]))
@example("\ud800", "sv")
@example("a\0b", "en")
@example("x" * 200_000, "sv")
@example("a-" * 100_000, "sv")
@settings(deadline=None)
def test_any_text_has_words_the_index_can_hold(text: str, locale: str) -> None:
    for word in [*words(text), *stems(text, locale), *query_stems(text, locale)]:
        assert 0 < len(word) <= 60
        assert word.isalnum()
