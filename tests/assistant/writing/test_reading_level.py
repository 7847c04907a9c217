"""LIX: worked by hand, and what is not read like a sentence does not count."""

from __future__ import annotations

import pytest

from assistant.writing.reading_level import Level, reading_level

EASY = "Dra ut sladden. Vänta en minut. " * 6
"""36 words in 12 sentences, one long word ("sladden") in six: 36 / 12 + 100 * 6 / 36 = 3 + 16.7."""
HARD = (
    "Återställningsproceduren förutsätter administratörsbehörighet beträffande nätverkskonfigurationen och säkerhetsinställningarna "
    * 5
)


def test_it_is_as_worked_by_hand() -> None:
    found = reading_level(EASY, "sv")
    assert (found.words, found.sentences, found.long_words, found.lix) == (36, 12, 6, 19.7)
    assert (found.level, found.goal) == (Level.VERY_EASY, 50.0)


def test_every_item_of_a_list_is_a_sentence() -> None:
    found = reading_level("1. Öppna locket\n2. Byt batteri\n   - inte tvärtom\n", "sv")
    assert (found.words, found.sentences) == (6, 3)


def test_headings_tables_and_code_are_not_read() -> None:
    extra = "# Säkerhetsinställningarna\n\n| Återställningsproceduren | b |\n|---|---|\n| c | d |\n\n```\nkonfigurationsfilen\n```\n"
    assert reading_level(f"{extra}\n{EASY}", "sv") == reading_level(EASY, "sv")


def test_addresses_are_no_words_of_their_text() -> None:
    linked = EASY.replace("sladden", "[sladden](https://help.example/administration/konfiguration)")
    assert reading_level(linked, "sv").lix == reading_level(EASY, "sv").lix


@pytest.mark.parametrize(
    ("text", "locale", "level"),
    [
        (HARD, "sv", Level.VERY_HARD),
        (EASY, "da", Level.VERY_EASY),
        ("Kort text.", "nb", Level.TOO_SHORT),
        ("", "en", Level.TOO_SHORT),
    ],
)
def test_levels(text: str, locale: str, level: Level) -> None:
    assert reading_level(text, locale).level is level


def test_danish_has_its_own_scale() -> None:
    # 40 words in 2 sentences, 14 long ones: 20 + 35 = 55.
    text = ("ord " * 13 + "langtord " * 7).strip() + ". "
    found = {locale: reading_level(text * 2, locale).level for locale in ("da", "sv", "nb", "en")}
    assert found == {"da": Level.VERY_HARD, "sv": Level.HARD, "nb": Level.HARD, "en": Level.HARD}
