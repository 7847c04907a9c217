"""Full text: the right passage first, phrases word for word, and no question that breaks it."""

from __future__ import annotations

import sqlite3

import bm25s
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer.lexical import MAX_TERMS, ceiling, matched_terms, rarest, search_words
from indexer.model import Shelf
from indexer.shelves import Shelves
from indexer.words import stems
from tests.fakes import a_passage
from tests.indexer.conftest import fill

TEXTS = {
    "code": "The hub blinks yellow. Error E-1042 means no internet.",
    "near code": "Error E-1043 means no power. Call 1042 for help.",
    "version": "Install version 4.3.1 of the app.",
    "other version": "Install version 4.3.10 of the app.",
    "refund": "You get your money back. Refunds take five days.",
    "phrase": "Hold the reset button for ten seconds.",
    "near phrase": "Hold the button to reset, for ten seconds.",
    "quote": 'Say "OK" * NEAR(hub) AND stems:hub OR NOT',
}


@pytest.fixture
def stocked(shelves: Shelves) -> Shelves:
    fill(shelves, *(a_passage(name, text) for name, text in TEXTS.items()))
    fill(
        shelves,
        a_passage("t1", "My hub blinks", shelf=Shelf.TICKET),
        a_passage("sv", "Hubben blinkar gult", locale="sv"),
    )
    return shelves


def found(shelves: Shelves, text: str, *phrases: str, locale: str = "en", shelf: Shelf = Shelf.ARTICLE) -> list[str]:
    """Ids of what is found, best first."""
    hits = search_words(shelves, shelf, text, locale, limit=20, phrases=phrases)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(hit.score > 0 for hit in hits)
    assert sorted(hits, key=lambda h: (-h.score, h.passage_id)) == hits
    passages = shelves.passages([hit.passage_id for hit in hits])
    return [passages[hit.passage_id].noun_id for hit in hits]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("E-1042", "code"), ("what is e-1042?", "code"), ("e1042", "code"), ("Error E-1042: help", "code"),
        ("E\u20111042", "code"),
        ("E-1043", "near code"), ("4.3.1", "version"), ("version 4.3.10", "other version"), ("refund", "refund"),
        ("refunded money", "refund"), ("MONEY", "refund"),
    ],
)  # fmt: skip
def test_the_right_one_is_first(stocked: Shelves, question: str, first: str) -> None:
    assert found(stocked, question)[0] == first


def test_only_what_has_a_word_is_found(stocked: Shelves) -> None:
    assert found(stocked, "refund please") == ["refund"]
    assert found(stocked, "unknownword") == []
    assert found(stocked, "") == []
    assert found(stocked, "hub", shelf=Shelf.CANNED) == []
    assert found(stocked, "hub", shelf=Shelf.TICKET) == ["t1"]


def test_stems_are_of_the_language(stocked: Shelves) -> None:
    assert found(stocked, "hubbarna", locale="sv") == ["sv"]
    assert found(stocked, "hubbarna", locale="en") == []
    assert found(stocked, "hubbarna", locale="und") == ["sv"]


@pytest.mark.parametrize(
    ("phrase", "those"),
    [
        ("reset button", ["phrase"]),
        ("Reset BUTTON", ["phrase"]),
        ("button to reset", ["near phrase"]),
        ("for ten seconds", ["phrase", "near phrase"]),
        ("reset  button,", ["phrase"]),
        ("resetting button", []),
        ("button reset", []),
        ("E-1042", ["code"]),
        ("error E-1042 means", ["code"]),
        ("E-1043", ["near code"]),
        ("version 4.3.1", ["version"]),
        ("4.3.1 of the app", ["version"]),
        ("ten", ["phrase", "near phrase"]),
        ("zzz", []),
        ("the hub zzz", []),
        ("!!!", []),
    ],
)
@pytest.mark.parametrize("question", ["hold the hub for seconds, error version app", "", "zzz"])
def test_a_phrase_stands_word_for_word(stocked: Shelves, question: str, phrase: str, those: list[str]) -> None:
    """Whatever else is asked; the phrase alone finds all its passages."""
    assert set(found(stocked, question, phrase)) <= set(those)
    if not question.startswith("hold"):
        assert sorted(found(stocked, question, phrase)) == sorted(those)
    else:
        assert sorted(found(stocked, f"{question} {phrase}", phrase)) == sorted(those)


def test_all_phrases_must_stand(stocked: Shelves) -> None:
    assert found(stocked, "", "reset button", "ten seconds") == ["phrase"]
    assert found(stocked, "", "reset button", "five days") == []


@pytest.mark.parametrize("shelf", [Shelf.TICKET, Shelf.CANNED])
def test_phrases_are_for_articles(stocked: Shelves, shelf: Shelf) -> None:
    assert found(stocked, "", "hub", shelf=shelf) == []


HOSTILE = [
    '" OR *', "NEAR(hub, 2)", "stems:hub", "hub*", "^hub", "{stems}: hub", "hub AND", "NOT hub", "(", '"""',
    "'; DROP TABLE passages; --",
    "hub + blink", "-hub", "\0", "hub\0blink", "\ud800", "😀", "𝓗𝓾𝓫", "ª²", "अनुच्छेद", "𞤀", "Ꭰ",
    "a" * 100_000, "?", "rowid:1", "rank",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_questions(stocked: Shelves, text: str) -> None:
    for locale in ("en", "sv", "und"):
        found(stocked, text, locale=locale)
        found(stocked, "hub", text, locale=locale)
        found(stocked, text, text, "hub", locale=locale)
    assert "code" in found(stocked, f"{text} hub")


def test_operators_are_words(stocked: Shelves) -> None:
    assert found(stocked, "NEAR") == ["quote"]
    assert found(stocked, "stems") == ["quote"]


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    text=st.text(max_size=40),
    phrases=st.lists(st.text(max_size=12), max_size=3),
    locale=st.sampled_from(["en", "sv", "und", "pl"]),
)
@example(text="", phrases=[""], locale="en")
@example(text="hub", phrases=["-"], locale="en")
def test_no_question_breaks_it(stocked: Shelves, text: str, phrases: list[str], locale: str) -> None:
    for shelf in Shelf:
        found(stocked, text, *phrases, locale=locale, shelf=shelf)


def test_more_words_than_one_query_takes(stocked: Shelves) -> None:
    stocked.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 5000)
    text = " ".join(f"word{i}" for i in range(12_000))
    assert found(stocked, text + " refund") == ["refund"]


def test_the_rarest_words_of_a_long_question(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{i}", " ".join(f"w{j}" for j in range(i, 40))) for i in range(40)))
    chosen = rarest(shelves, Shelf.ARTICLE, [f"w{j}" for j in range(40)] + ["unknown"])
    assert chosen == sorted((f"w{j}" for j in range(MAX_TERMS)), key=lambda w: int(w[1:]))
    assert rarest(shelves, Shelf.ARTICLE, []) == []


def test_unknown_languages_find_their_own_words(shelves: Shelves) -> None:
    fill(
        shelves,
        a_passage("und", "Betalningarna refunds fakturaene", locale="und"),
        a_passage("pl", "hasła klientów", locale="pl"),
    )
    for word in ("betalningarna", "refunds", "fakturaene"):
        assert found(shelves, word, locale="und") == ["und"]
    assert found(shelves, "klientów", locale="pl") == ["pl"]


@pytest.mark.parametrize(
    ("question", "locale", "text", "text_locale", "shown"),
    [
        ("blinking hubs", "en", "The hub blinks. Hub!", "en", ("hub", "blinks")),
        ("E-1042", "sv", "Fel E-1042 betyder", "sv", ("E-1042",)),
        ("the", "en", "the hub", "en", ("the",)),
        ("step 2", "en", "Step 2 of 10", "en", ("Step",)),
        ("hub", "en", "[x](https://hub.example/hub) and https://hub.example", "en", ()),
        ("", "en", "hub", "en", ()),
    ],
)
def test_words_that_are_shown_as_the_reason(
    question: str, locale: str, text: str, text_locale: str, shown: tuple[str, ...]
) -> None:
    assert matched_terms(question, locale, text, text_locale) == shown


def test_ceiling_grows_with_words_and_counts_unknown_ones(stocked: Shelves) -> None:
    few, more, strange = (ceiling(stocked, Shelf.ARTICLE, text, "en", 10) for text in ("refund", "refund error", "refund qwxz"))
    assert 0 < few < more < strange
    assert ceiling(stocked, Shelf.ARTICLE, "", "en", 10) == 0.0


def test_scores_order_as_an_independent_bm25_does(shelves: Shelves) -> None:
    """bm25s with FTS5's constants (k1 1.2, b .75). Words are rare here: FTS5 lets no idf go below zero."""
    rng = np.random.default_rng(7)
    vocabulary = [f"term{i}" for i in range(60)]
    documents = [" ".join(rng.choice(vocabulary, size=rng.integers(3, 12))) for _ in range(80)]
    fill(shelves, *(a_passage(f"{i}", text, locale="xx") for i, text in enumerate(documents)))
    other = bm25s.BM25(method="atire", k1=1.2, b=0.75, idf_method="robertson")
    other.index([stems(text, "xx") for text in documents], show_progress=False)
    for _ in range(10):
        question = list(dict.fromkeys(rng.choice(vocabulary, size=3)))
        expected = other.get_scores(question)
        hits = search_words(shelves, Shelf.ARTICLE, " ".join(question), "xx", limit=10)
        passages = shelves.passages([hit.passage_id for hit in hits])
        theirs = [expected[int(passages[hit.passage_id].noun_id)] for hit in hits]
        assert theirs == pytest.approx(sorted(expected, reverse=True)[: len(hits)], rel=1e-4)
