"""Locales: many spellings, one code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import InvalidRow
from kb.locales import UI_LOCALES, closeness, is_own, normalise_locale


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("sv", "sv"), ("SV", "sv"), ("sv-SE", "sv"), ("sv_SE", "sv"), ("no", "nb"), ("no-NO", "nb"), ("nb_NO", "nb"),
        ("nn-NO", "nn"), ("norsk", "nb"), ("Nynorsk", "nn"), ("Svenska", "sv"), ("dansk", "da"), ("English", "en"),
        ("zh-Hant-TW", "zh"), (" en ", "en"), (None, "und"), ("", "und"), ("und", "und"), ("de", "de"),
    ],
)  # fmt: skip
def test_spellings(written: object, code: str) -> None:
    assert normalise_locale(written) == code


@pytest.mark.parametrize("written", ["xx", "swedish please", "e", "123", "sv-", "-sv", "en;q=0.5", 7, [], "sv\nSE"])
def test_what_is_no_language_is_refused_by_name(written: object) -> None:
    with pytest.raises(InvalidRow, match=r"unknown locale .*allowed: a language code such as sv, nb, nn, da, en"):
        normalise_locale(written)


@given(st.text(max_size=12))
def test_a_code_stays_what_it_is(text: str) -> None:
    try:
        code = normalise_locale(text)
    except InvalidRow:
        return
    assert normalise_locale(code) == code


@pytest.mark.parametrize(
    ("asked", "other", "close"),
    [("sv", "sv", 2), ("nb", "da", 1), ("nn", "nb", 1), ("da", "nn", 1), ("sv", "nb", 0), ("en", "sv", 0)],
)  # fmt: skip
def test_which_languages_are_close(asked: str, other: str, close: int) -> None:
    assert closeness(asked, other) == closeness(other, asked) == close


def test_every_language_of_the_product_is_one() -> None:
    assert [normalise_locale(code) for code in UI_LOCALES] == list(UI_LOCALES)


@pytest.mark.parametrize(
    ("asked", "other", "own"),
    [("sv", "sv", True), ("nb", "nn", True), ("nn", "nb", True), ("nb", "da", False), ("sv", "nb", False)],
)
def test_a_text_in_the_readers_own_language_needs_no_remark(asked: str, other: str, own: bool) -> None:
    assert is_own(asked, other) is own
