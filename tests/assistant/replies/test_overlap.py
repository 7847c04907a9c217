"""Which sentences come from a text: taken, edited a little, joined, cut in two, or only alike."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.replies.overlap import overlaps

SOURCE = (
    "# Återbetalning\n\nKunder får högst två återbetalningar per år utan att teamledaren behöver godkänna det. "
    "Koden till lagret är 4711-22 och byts varje månad. Ring Bo på lagret om paketet har fastnat i tullen. "
    "Skriv till retur@intern.firma.example."
)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("Kunder får högst två återbetalningar per år utan att teamledaren behöver godkänna det.", "Kunder får"),
        ("Hej!\n\nDu får högst två återbetalningar per år utan att teamledaren behöver godkänna det.", "Kunder får"),
        (
            "**Kunder** får högst *två* återbetalningar per år utan att teamledaren behöver godkänna detta!",
            "Kunder får",
        ),
        ("KUNDER FÅR HÖGST TVÅ ÅTERBETALNINGAR PER ÅR", "Kunder får"),
        ("Kunder får högst tre återbetalningar per år utan att chefen behöver godkänna det.", "Kunder får"),
        ("Som du vet: ring Bo på lagret om paketet har fastnat i tullen, tack.", "Ring Bo"),
        ("Ring Bo på lagret", "Ring Bo"),
        ("Koden är 4711-22.", "471122"),
        ("Prova 471122 i dörren", "471122"),
        ("Mejla retur@intern.firma.example så löser det sig", "retur@intern.firma.example"),
    ],
)
def test_taken(reply: str, said: str) -> None:
    found = overlaps(reply, SOURCE)
    assert len(found) == 1
    assert found[0].said.startswith(said)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Hej Anna, tack för ditt meddelande! Vi hör av oss så snart paketet har kommit fram.",
        "Du kan få pengarna tillbaka. Hör av dig om det inte fungerar.",
        "Vi gjorde det 2026-05-04 och igen 2025.",
        "Order 4711 är på väg.",
        "på lagret",
    ],
)
def test_not_taken(reply: str) -> None:
    assert overlaps(reply, SOURCE) == ()


def test_what_the_customer_knows_is_no_secret() -> None:
    reply = "Ring Bo på lagret om paketet har fastnat i tullen. Koden är 4711-22."
    assert len(overlaps(reply, SOURCE)) == 2
    assert overlaps(reply, SOURCE, known=["ring bo på lagret om paketet har fastnat i tullen", "kod 4711-22"]) == ()


def test_places_are_those_of_the_reply() -> None:
    reply = "Hej!\n\nRing Bo på lagret om paketet har fastnat. Hälsningar"
    [found] = overlaps(reply, SOURCE)
    assert reply[found.start : found.end] == "Ring Bo på lagret om paketet har fastnat."


WORDS = st.lists(st.from_regex(r"[a-zåäö]{3,9}", fullmatch=True), min_size=8, max_size=24, unique=True)


@given(WORDS, st.data())
def test_one_changed_word_in_eight_does_not_hide_it(words: list[str], data: st.DataObject) -> None:
    edits = data.draw(st.sets(st.integers(1, len(words) - 2), max_size=len(words) // 8))
    assume(all(place + 1 not in edits for place in edits))
    edited = ["qx" if n in edits else word for n, word in enumerate(words)]
    assert len(overlaps(" ".join(edited) + ".", " ".join(words) + ".")) == 1


@given(WORDS, WORDS)
def test_other_words_are_never_taken(a: list[str], b: list[str]) -> None:
    assume(not set(a) & set(b))
    assert overlaps(" ".join(a), " ".join(b)) == ()
