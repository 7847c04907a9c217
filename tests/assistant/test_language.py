"""Which language a question is in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import detect
from kb.locales import UI_LOCALES

SENTENCES = {
    "sv": [
        "Hej! Min hub blinkar gult och jag får inte igång den igen.",
        "Varför har jag inte fått mina pengar tillbaka?",
        "Jag kan inte logga in med mitt lösenord",
    ],
    "nb": [
        "Hei! Huben min blinker gult og jeg får ikke koblet den til nettet.",
        "Hvorfor har jeg ikke fått pengene mine tilbake ennå, noen som vet?",
        "Hva skal jeg gjøre når passordet ikke virker lenger?",
    ],
    "nn": [
        "Hei! Eg får ikkje kopla huben min til nettet, kva skal eg gjere?",
        "Kvifor har eg ikkje fått pengane mine tilbake?",
        "Korleis byter eg passord når eg ikkje hugsar det gamle?",
    ],
    "da": [
        "Hej! Min hub blinker gult, og jeg kan ikke få den op at køre igen.",
        "Hvorfor har jeg ikke fået mine penge tilbage af jer, hvad sker der?",
        "Hvad skal jeg gøre, når min adgangskode ikke virker mere?",
    ],
    "en": [
        "Hi! My hub is blinking yellow and I can't get it to work again.",
        "Why have I not got my money back?",
        "How do I change the password when I have lost the old one?",
    ],
}
CASES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "cases" / "language.yaml").read_text("utf-8"))
LEAST = {"sv": 0.97, "nb": 0.97, "nn": 0.97, "da": 0.84, "en": 0.99}
"""Share of the cases whose language is told without any prior; Danish shares most words of short texts with bokmål."""
ALL = [(locale, sentence) for locale, sentences in SENTENCES.items() for sentence in sentences]
PRIOR_STAYS = {
    "two English words in a Danish ticket": ("da", "Error: the connection"),
    "a code": ("sv", "E-1042"),
    "nothing": ("nb", ""),
    "no letters": ("en", "12:30 ??? 99"),
    "a product's name": ("nn", "Fyrvik Termo Plugg"),
    "one letter of a name": ("en", "Is Søren the one who answers?"),
    "Norwegian prior, words that Danish shares": ("nb", "jeg kan ikke logge ind"),
}


@pytest.mark.parametrize(("locale", "sentence"), ALL)
def test_nobody_said(locale: str, sentence: str) -> None:
    assert detect(sentence) == locale


@pytest.mark.parametrize(("locale", "sentence"), ALL)
def test_the_prior_agrees(locale: str, sentence: str) -> None:
    assert detect(sentence, prior=locale) == locale


@pytest.mark.parametrize(("locale", "sentence"), [pair for pair in ALL if pair[0] in {"sv", "en"}])
def test_a_whole_sentence_overrules_a_wrong_prior(locale: str, sentence: str) -> None:
    assert detect(sentence + " " + sentence, prior="da") == locale


@pytest.mark.parametrize(("prior", "text"), PRIOR_STAYS.values(), ids=PRIOR_STAYS.keys())
def test_too_little_to_overrule(prior: str, text: str) -> None:
    assert detect(text, prior=prior) == prior


@pytest.mark.parametrize("text", ["", "42", "E-1042"])
def test_nobody_knows(text: str) -> None:
    assert detect(text) == "und"


@given(st.text(max_size=200), st.sampled_from(["de", "fi", "fr", "is", "xx"]))
def test_another_language_stays(text: str, prior: str) -> None:
    assert detect(text, prior=prior) == prior


@given(st.text(max_size=200), st.sampled_from(["und", *UI_LOCALES]))
def test_any_text_has_one_of_the_five_or_the_prior(text: str, prior: str) -> None:
    assert detect(text, prior=prior) in {prior, *UI_LOCALES}


@given(
    st.sampled_from(UI_LOCALES),
    st.lists(st.sampled_from("the and och ikke eg det som hvad kva jeg".split()), max_size=2),
)
def test_two_words_never_flip_a_prior(prior: str, found: list[str]) -> None:
    assert detect(" ".join(found), prior=prior) == prior


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_short_sentences_as_customers_write_them(locale: str) -> None:
    sentences = CASES[locale]
    assert len(sentences) == len(set(sentences)) >= 60
    assert sum(detect(sentence) == locale for sentence in sentences) / len(sentences) >= LEAST[locale]


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_a_right_prior_is_never_overruled(locale: str) -> None:
    assert [sentence for sentence in CASES[locale] if detect(sentence, prior=locale) != locale] == []


@pytest.mark.parametrize("other", UI_LOCALES)
def test_a_sentence_of_two_words_never_flips_a_ticket(other: str) -> None:
    short = [sentence for sentences in CASES.values() for sentence in sentences if len(sentence.split()) <= 2]
    assert len(short) > 30
    assert [sentence for sentence in short if detect(sentence, prior=other) != other] == []


def test_long_sentences_overrule_a_wrong_prior() -> None:
    """Most of them: of two neighbours a sentence may be good in both."""
    asked = [
        (locale, wrong, sentence)
        for locale, sentences in CASES.items()
        for sentence in sentences
        for wrong in UI_LOCALES
        if wrong != locale and len(sentence.split()) >= 10
    ]
    told = [detect(sentence, prior=wrong) for _, wrong, sentence in asked]
    right = sum(answer == locale for answer, (locale, _, _) in zip(told, asked, strict=True))
    third = sum(answer not in (locale, wrong) for answer, (locale, wrong, _) in zip(told, asked, strict=True))
    assert right / len(asked) >= 0.85
    assert third / len(asked) <= 0.02


def test_questions_of_public_help_pages(shared_data: Path) -> None:
    lines = (shared_data / "faq_nordic" / "queries.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    right = sum(detect(question["query"]) == question["locale"] for question in asked)
    assert right / len(asked) >= 0.93


def test_a_name_says_nothing_about_the_language() -> None:
    assert detect("Fungerar Business Central med Microsoft Teams?") == "sv"
    assert detect("jeg bruger ikke Microsoft Windows Firewall Monitoring") == "da"


def test_only_the_beginning_counts() -> None:
    assert detect("jag har inte fått mina pengar " * 20 + "the and you " * 1000) == "sv"
