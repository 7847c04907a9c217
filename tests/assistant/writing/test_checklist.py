"""The content standard: for each point a draft that meets it and one that does not, with the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.writing.checklist import Finding, Known, Nearest, Point, checklist, common_share
from assistant.writing.links import checked_links
from assistant.writing.reading_level import reading_level
from assistant.writing.template import template_of
from kb.knowledge.article_draft import DraftText

BODY = """## Problem

Lampan på hubben lyser gult.

## Miljö

Hubb 2 med appen version 4.

## Lösning

1. Dra ut sladden till hubben.
2. Vänta en minut.
3. Sätt i sladden igen.
"""
GOOD = DraftText(
    title="Hubben lyser gult", body=BODY, locale="sv", product="Hubb", owner_id="u1",
    questions=("Varför lyser min hubb gult?",),
)  # fmt: skip


def points(draft: DraftText, **known: object) -> dict[str, Point]:
    facts = Known(
        template_of(draft.locale), reading_level(draft.body, draft.locale), checked_links(draft.body, {}, set())
    )
    return {point.key: point for point in checklist(draft, replace(facts, **known))}  # type: ignore[arg-type]


def test_a_good_draft_passes() -> None:
    found = points(GOOD)
    assert {key for key, point in found.items() if point.state is not Finding.PASSED} == {"readable"}
    assert found["readable"].state is Finding.BY_HAND


LONG = replace(GOOD, body=BODY + "Sladden sitter i väggen. " * 800)
WRONG: dict[str, tuple[str, DraftText, str]] = {
    "no title": ("title_present", replace(GOOD, title=""), ""),
    "a title of one word": ("title_present", replace(GOOD, title="Hubb"), ""),
    "a title of other words": ("title_in_customers_words", replace(GOOD, title="Indikering vid avsaknad av uppkoppling"), ""),
    "a part is missing": ("sections_present", replace(GOOD, body=BODY.replace("Miljö", "Annat")), ""),
    "a part is empty": ("sections_present", replace(GOOD, body=BODY.replace("Hubb 2 med appen version 4.", "")), "## Miljö\n\n\n\n"),
    "a part says that it is missing": ("sections_present", replace(GOOD, body=BODY.replace("Hubb 2 med appen version 4.", "*Saknas: ingen har sagt det ännu.*")), "## Miljö\n\n*Saknas: ingen har sagt det ännu.*\n\n"),
    "a remedy in prose": ("resolution_has_steps", replace(GOOD, body=BODY.partition("1.")[0] + "Dra ut sladden. Vänta en minut. Sätt i den igen.\n"), "## Lösning\n\nDra ut sladden. Vänta en minut. Sätt i den igen.\n"),
    "no text at all": ("resolution_has_steps", replace(GOOD, body=""), ""),
    "a part twice": ("one_topic", replace(GOOD, body=BODY + "\n## Problem\n\nAppen startar inte.\n"), "## Problem\n\nAppen startar inte.\n"),
    "more text than one question needs": ("one_topic", LONG, ""),
    "a broken link": ("links_valid", replace(GOOD, body=BODY + "\n[x](svar:nobody)"), "[x](svar:nobody)"),
    "no owner": ("metadata_present", replace(GOOD, owner_id=""), ""),
    "no questions": ("metadata_present", replace(GOOD, questions=()), ""),
    "an e-mail address": ("no_personal_data", replace(GOOD, body=BODY + "\nSkriv till eva.lind@posten.example."), "eva.lind@posten.example"),
    "a national number": ("no_personal_data", replace(GOOD, body=BODY + "\n850709-9805"), "850709-9805"),
    "a mark without an end": ("marks_closed", replace(GOOD, body=BODY + "\n::: internal\nx"), "::: internal\nx"),
    "a mark without a beginning": ("marks_closed", replace(GOOD, body=BODY + "\n:::\n"), ":::"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "draft", "place"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_where_it_stands(key: str, draft: DraftText, place: str) -> None:
    point = points(draft)[key]
    assert point.state is Finding.FAILED
    if place:
        assert point.place is not None
        assert draft.body[slice(*point.place)] == place


def test_customers_words_come_from_tickets_too() -> None:
    asked = replace(GOOD, questions=())
    assert points(asked)["title_in_customers_words"].state is Finding.BY_HAND
    assert points(asked, customers=("Hej, hubben lyser bara gult",))["title_in_customers_words"].state is Finding.PASSED
    assert points(asked, customers=("Var är mitt paket?",))["title_in_customers_words"].state is Finding.FAILED


def test_the_teams_own_numbers_are_no_personal_data() -> None:
    draft = replace(GOOD, body=BODY + "\nRing 08-123 456 78 eller skriv till hjalp@firma.example.")
    assert points(draft)["no_personal_data"].state is Finding.FAILED
    assert points(draft, allowed=("08-123 456 78", "hjalp@firma.example"))["no_personal_data"].state is Finding.PASSED


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("help.firma.example", Finding.PASSED),
        ("firma.example", Finding.PASSED),
        ("example", Finding.FAILED),
        ("lafirma.example", Finding.FAILED),
    ],
)
def test_addresses_of_the_teams_own_domain_are_no_personal_data(host: str, state: Finding) -> None:
    draft = replace(GOOD, body=BODY + "\nSkriv till hjalp@firma.example.")
    assert points(draft, hosts=frozenset({host}))["no_personal_data"].state is state


@pytest.mark.parametrize(
    ("nearest", "state"),
    [
        ((), Finding.PASSED),
        ((Nearest("a", "A", 0.3, 0.1),), Finding.PASSED),
        ((Nearest("a", "A", 0.9, 0.1),), Finding.BY_HAND),
        ((Nearest("b", "B", 0.9, 0.1), Nearest("a", "A", 0.2, 0.7)), Finding.FAILED),
    ],
)
def test_another_article_may_say_the_same(nearest: tuple[Nearest, ...], state: Finding) -> None:
    assert points(GOOD, nearest=nearest)["no_duplicate"].state is state


def test_a_teams_own_template_counts() -> None:
    template = template_of("sv", "## Fråga\n\n## Svar\n\n## (Mer)\n")
    assert [(part.heading, part.required) for part in template.sections] == [
        ("Fråga", True),
        ("Svar", True),
        ("Mer", False),
    ]
    draft = replace(GOOD, body="## Fråga\n\nVarför?\n\n## Svar\n\nDärför.\n")
    assert points(draft, template=template)["sections_present"].state is Finding.PASSED
    assert points(GOOD, template=template)["sections_present"].detail == {"missing": ["Fråga", "Svar"]}


@pytest.mark.parametrize("locale", ["sv", "nb", "nn", "da", "en", "fi"])
def test_every_language_has_a_template(locale: str) -> None:
    template = template_of(locale)
    assert [part.key for part in template.sections] == ["issue", "environment", "resolution", "cause"]
    assert all(f"## {part.heading}" in template.markdown for part in template.sections)


def test_common_runs_of_words() -> None:
    one = "a b c d e f g"
    assert common_share(one, one) == 1.0
    assert common_share(one, "x " + one + " y") == 1.0
    assert common_share(one, "a b c d x e f g") == 0.0
    assert common_share(one, "a b") == 0.0
