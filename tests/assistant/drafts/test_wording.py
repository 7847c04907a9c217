"""Courtesy texts that a team words itself: what may stand in them, and that they are used and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.drafts.templates import Tone, templates_of
from assistant.drafts.wording import InvalidTemplate, restore, reword, templates_for, wordings
from kb.locales import UI_LOCALES
from kb.store import Store
from tests.fakes import open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_without_own_texts_all_is_as_shipped(store: Store) -> None:
    for locale in UI_LOCALES:
        assert templates_for(store, locale, Tone.FORMAL) == templates_of(locale, Tone.FORMAL)
    assert not any(each.is_own for each in wordings(store))
    assert {each.locale for each in wordings(store)} == set(UI_LOCALES)
    assert templates_for(store, "fi", Tone.FORMAL).locale == "en"


def test_an_own_text_is_used_and_can_be_taken_back(store: Store) -> None:
    made = reword(store, "sv", "sign_off.informal", "  Allt gott\r\n{{agent.name}}, {{ ticket.id }} ", actor="anna")
    assert made.text == "Allt gott\n{{agent.name}}, {{ ticket.id }}"
    assert templates_for(store, "sv", Tone.INFORMAL).get("sign_off").text == made.text
    assert templates_for(store, "nb", Tone.INFORMAL) == templates_of("nb", Tone.INFORMAL)
    assert [each.key for each in wordings(store, "sv") if each.is_own] == ["sign_off.informal"]
    restore(store, "sv", "sign_off.informal", actor="anna")
    assert restore(store, "sv", "sign_off.informal").text == dict(templates_of("sv").texts)["sign_off.informal"]
    assert templates_for(store, "sv", Tone.INFORMAL) == templates_of("sv", Tone.INFORMAL)
    rows = store.database.rows("SELECT actor, verb, noun_id FROM audit ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("anna", "word", "sv/sign_off.informal"), ("anna", "reset", "sv/sign_off.informal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "key", "text", "said"),
    [
        ("fi", "acknowledge.informal", "Kiitos", "There are no texts in 'fi'; allowed: "),
        ("sv", "greting", "Hej", "There is no text 'greting'; there are acknowledge"),
        ("sv", "acknowledge.informal", " \n ", "has 0 characters; allowed: 1 to 1,000"),
        ("sv", "acknowledge.informal", "x" * 1001, "has 1,001 characters"),
        ("sv", "acknowledge.informal", "Hej {{agent.name", "is not closed"),
        ("sv", "acknowledge.informal", "Hej {{ }}", "is not closed"),
        (
            "sv",
            "acknowledge.informal",
            "Hej {{agent.salary}}",
            "cannot hold {{agent.salary}}; allowed: ticket.customer",
        ),
        ("sv", "acknowledge.informal", "Se {{article.url}}", "cannot hold {{article.url}}"),
        ("sv", "link.rest", "Läs {{article.title}}", "must hold {{article.url}}"),
    ],
)
def test_what_cannot_be_used_is_refused(store: Store, locale: str, key: str, text: str, said: str) -> None:
    with pytest.raises(InvalidTemplate) as refused:
        reword(store, locale, key, text)
    assert said in str(refused.value)
    assert not any(each.is_own for each in wordings(store))


def test_every_shipped_text_may_be_worded_as_it_is(store: Store) -> None:
    for each in wordings(store):
        assert reword(store, each.locale, each.key, each.shipped) == each
