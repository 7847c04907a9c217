"""Which language a question is in."""

from __future__ import annotations

import pytest
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


@given(st.sampled_from(UI_LOCALES), st.lists(st.sampled_from("the and och ikke eg det som hvad kva jeg".split()), max_size=2))
def test_two_words_never_flip_a_prior(prior: str, found: list[str]) -> None:
    assert detect(" ".join(found), prior=prior) == prior


def test_only_the_beginning_counts() -> None:
    assert detect("jag har inte fått mina pengar " * 20 + "the and you " * 1000) == "sv"
