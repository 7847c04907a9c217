"""Another language than the customer's is remarked on; neighbours, short texts and quoted words are not."""

from __future__ import annotations

import pytest

from assistant.replies.reply_language import foreign
from kb.locales import UI_LOCALES, is_own
from kb.settings import Settings
from kb.store import Store
from tests.ui.seed import fill_store

SV = "Hej Anna! Det går att starta om hubben genom att hålla knappen intryckt i tio sekunder. Sedan brukar lampan lysa grönt igen inom några minuter. Hör gärna av dig om det inte fungerar."
NB = "Hei Anna! Du kan starte huben på nytt ved å holde knappen inne i ti sekunder. Etterpå pleier lampen å lyse grønt igjen i løpet av noen minutter. Ta gjerne kontakt hvis det ikke virker."
NN = "Hei Anna! Du kan starte huben på nytt ved å halde knappen inne i ti sekund. Etterpå pleier lampa å lyse grønt igjen i løpet av nokre minutt. Ta gjerne kontakt om det ikkje verkar, så hjelper vi deg vidare."
DA = "Hej Anna! Du kan genstarte hubben ved at holde knappen nede i ti sekunder. Bagefter plejer lampen at lyse grønt igen i løbet af nogle minutter. Skriv gerne til os, hvis det ikke virker, så hjælper vi dig videre."
EN = "Hi Anna! You can restart the hub by holding the button down for ten seconds. After that the light usually turns green again within a few minutes. Please write to us again if it does not work."
TEXTS = {"sv": SV, "nb": NB, "nn": NN, "da": DA, "en": EN}


@pytest.mark.parametrize("customer", UI_LOCALES)
@pytest.mark.parametrize("reply", UI_LOCALES)
def test_every_pair_of_languages(reply: str, customer: str) -> None:
    found = foreign(TEXTS[reply], customer)
    if is_own(customer, reply):
        assert found == ""
    else:
        assert found == reply or is_own(found, reply)


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("", "sv"),
        ("OK, thanks!", "sv"),
        ("Restart the hub and try again, please.", "da"),
        ("Hei! Det ordner vi. Ha en fin dag videre.", "da"),
        (EN, "de"),
        (EN, "und"),
        (SV + "\n\n> " + EN, "sv"),
        (SV + " Välj ”Restart the hub now” i menyn ”Settings and more”.", "sv"),
        (SV + "\n```\n" + EN + "\n```", "sv"),
        ("FV-204518 1Z999 https://help.example/en/how-to-restart-the-hub-when-the-light-is-red " * 5, "da"),
    ],
)
def test_nothing_to_remark(text: str, customer: str) -> None:
    assert foreign(text, customer) == ""


def test_no_text_of_the_demo_company_is_remarked_on_in_its_own_language(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = Store.open(Settings(home=tmp_path_factory.mktemp("demo")))
    fill_store(store)
    texts = [(a.locale, a.revision.body) for _, a in store.articles.changed_since(0, limit=9999)]
    texts += [(c.locale, c.body) for c in store.canned.list()]
    texts += [
        (t.locale, m.body)
        for _, t in store.tickets.changed_since(0, limit=9999)
        for m in t.messages
        if m.author == "agent"
    ]
    store.close()

    own = [foreign(text, locale) for locale, text in texts]
    others = [
        (text, locale, other)
        for locale, text in texts
        for other in UI_LOCALES
        if not is_own(locale, other) and len(text.split()) > 40
    ]
    caught = sum(bool(foreign(text, other)) for text, _, other in others)

    assert len(texts) > 700
    assert [each for each in own if each] == []
    assert caught > 0.9 * len(others)
