"""Full text: the right passage first, phrases word for word, and no question that breaks it."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter

import bm25s
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.lexical import (
    K1,
    MAX_REPEATS,
    MAX_TERMS,
    B,
    _rarest,
    bm25,
    ceiling,
    matched_terms,
    with_codes,
    with_phrases,
)
from indexer.model import Shelf
from indexer.postings import Postings
from indexer.reader import Filter, ShelfReader
from indexer.shelves import Shelves
from indexer.words import query_stems, stems
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


def postings(shelves: Shelves, shelf: Shelf = Shelf.ARTICLE) -> Postings:
    """Where the words of all that is there stand."""
    made = Postings(shelves, shelf)
    made.grow(np.array([key[0] for key in shelves.keys(shelf)], np.int64))
    return made


def scored(shelves: Shelves, text: str, *, locale: str = "en", shelf: Shelf = Shelf.ARTICLE) -> dict[str, float]:
    """BM25 by noun id, one passage each."""
    nouns = [key[1] for key in shelves.keys(shelf)]
    scores = bm25(postings(shelves, shelf), text, locale, passages=len(nouns))
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    return dict(zip(nouns, scores.tolist(), strict=True))


def found(shelves: Shelves, text: str, *, locale: str = "en", shelf: Shelf = Shelf.ARTICLE) -> list[str]:
    """Ids of what has a word of the question, best first."""
    scores = scored(shelves, text, locale=locale, shelf=shelf)
    return sorted((noun for noun in scores if scores[noun] > 0), key=lambda noun: -scores[noun])


def phrased(shelves: Shelves, *phrases: str) -> list[str]:
    """Ids of what has all phrases, in the order in which it was stored."""
    ids = with_phrases(shelves, phrases)
    assert ids == sorted(set(ids))
    passages = shelves.passages(ids)
    return [passages[i].noun_id for i in ids]


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
def test_a_phrase_stands_word_for_word(stocked: Shelves, phrase: str, those: list[str]) -> None:
    assert phrased(stocked, phrase) == those


def test_all_phrases_must_stand(stocked: Shelves) -> None:
    assert phrased(stocked, "reset button", "ten seconds") == ["phrase"]
    assert phrased(stocked, "ten seconds", "reset button", "hold") == ["phrase"]
    assert phrased(stocked, "reset button", "five days") == []
    assert phrased(stocked, "reset button", "!!!") == []
    with pytest.raises(ValueError, match="at least one phrase"):
        with_phrases(stocked, [])


def test_phrases_are_of_articles(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(shelf.value, "reset button", shelf=shelf) for shelf in Shelf))
    assert phrased(shelves, "reset button") == ["article"]


def test_a_phrase_goes_with_its_passage(stocked: Shelves) -> None:
    fill(stocked, a_passage("phrase", "Hold the button."), a_passage("new", "the reset button"))
    assert phrased(stocked, "reset button") == ["new"]


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
    assert set(phrased(stocked, text, "hub")) <= {"code", "quote"}
    assert set(phrased(stocked, text)) <= {"code", "quote"}
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
        found(stocked, text, locale=locale, shelf=shelf)
    if phrases:
        assert set(phrased(stocked, *phrases)) <= {*TEXTS, "sv"}


def test_more_words_than_one_query_takes(stocked: Shelves) -> None:
    stocked.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 5000)
    text = " ".join(f"word{i}" for i in range(12_000))
    assert found(stocked, text + " refund") == ["refund"]


def test_the_rarest_words_of_a_long_question(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{i}", " ".join(f"w{j}" for j in range(i, 40))) for i in range(40)))
    chosen = _rarest(postings(shelves), [f"w{j}" for j in range(40)] + ["unknown"])
    assert list(chosen) == [f"w{j}" for j in range(MAX_TERMS)]
    assert [len(posting.places) for posting in chosen.values()] == list(range(1, MAX_TERMS + 1))
    assert _rarest(postings(shelves), []) == {}
    everything = " ".join(f"w{j}" for j in range(40))
    scores = scored(shelves, everything)
    assert scores["a30"] == 0.0, "it has none of the rarest"
    assert scores == scored(shelves, " ".join(f"w{j}" for j in range(MAX_TERMS)))


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
    of = postings(stocked)
    few, more, strange = (ceiling(of, text, "en", passages=10) for text in ("refund", "refund error", "refund qwxz"))
    assert 0 < few < more < strange
    assert ceiling(of, "", "en", passages=10) == 0.0
    assert few == pytest.approx(math.log(1 + 9.5 / 1.5))
    many = " ".join(f"unknown{i}" for i in range(100))
    assert ceiling(of, many, "en", passages=10) == pytest.approx(MAX_TERMS * math.log(1 + 10.5 / 0.5))


def test_a_text_of_mean_length_with_every_word_reaches_the_ceiling(shelves: Shelves) -> None:
    fill(shelves, a_passage("a1", "hub lamp door"), a_passage("a2", "one two three"), a_passage("a3", "four five six"))
    assert scored(shelves, "hub lamp door")["a1"] == pytest.approx(
        ceiling(postings(shelves), "hub lamp door", "en", passages=3)
    )


# ---- BM25


def test_bm25_by_hand(shelves: Shelves) -> None:
    """Three passages of 4, 1 and 1 words: the mean is 2."""
    fill(shelves, a_passage("a1", "hub hub lamp door"), a_passage("a2", "hub"), a_passage("a3", "lamp"))
    common, rare = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)
    assert scored(shelves, "hub door") == pytest.approx(
        {
            "a1": common * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 2)) + rare * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2)),
            "a2": common * 2.2 / (1 + 1.2 * (0.25 + 0.75 / 2)),
            "a3": 0.0,
        }
    )


def test_a_word_that_stands_everywhere_still_counts(shelves: Shelves) -> None:
    fill(shelves, *(a_passage(f"a{i}", "hub") for i in range(5)))
    assert scored(shelves, "hub") == pytest.approx({f"a{i}": math.log(1 + 0.5 / 5.5) for i in range(5)})


@pytest.mark.parametrize("said", [1, 2, 3, 4, 50])
def test_a_word_that_is_said_again_counts_again(stocked: Shelves, said: int) -> None:
    once, often = scored(stocked, "refund money error"), scored(stocked, "money error" + " refund" * said)
    alone = scored(stocked, "refund")
    for noun, score in once.items():
        assert often[noun] == pytest.approx(score + (min(said, MAX_REPEATS) - 1) * alone[noun], rel=1e-5)


VOCABULARY = [f"term{i}" for i in range(60)]


def independent(documents: list[list[str]], question: list[str]) -> NDArray[np.float64]:
    """BM25 of every document by bm25s: Lucene's idf, times k1 + 1 which that variant leaves out."""
    other = bm25s.BM25(method="lucene", k1=K1, b=B)
    other.index(documents, show_progress=False)
    counted = Counter({term: min(times, MAX_REPEATS) for term, times in Counter(question).items()})
    known = {term for document in documents for term in document}
    total = np.zeros(len(documents))
    for term, times in counted.items():
        if term in known:
            total += times * (K1 + 1) * np.asarray(other.get_scores([term]), np.float64)
    return total


@pytest.mark.parametrize("common", [0.0, 0.8, 3.0])
@pytest.mark.parametrize("seed", range(4))
def test_equals_an_independent_bm25(shelves: Shelves, seed: int, common: float) -> None:
    """Also after passages were changed and removed, and for words that stand in nearly every passage."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(VOCABULARY) + 1) ** common
    weights /= weights.sum()

    def text() -> str:
        return " ".join(rng.choice(VOCABULARY, size=rng.integers(1, 40), p=weights))

    of = Postings(shelves, Shelf.ARTICLE)
    fill(shelves, *(a_passage(f"{i}", text(), locale="xx") for i in range(80)))
    of.grow(np.array([key[0] for key in shelves.keys(Shelf.ARTICLE)], np.int64))
    bm25(of, " ".join(VOCABULARY), "xx", passages=80)
    fill(shelves, *(a_passage(f"{i}", text(), locale="xx") for i in range(60, 110)))
    with shelves.write() as writer:
        for i in range(10):
            writer.replace(Shelf.ARTICLE, f"{i}", [])
    ids = [key[0] for key in shelves.keys(Shelf.ARTICLE)]
    of.grow(np.array([i for i in ids if i > 80], np.int64))
    passages = shelves.passages(ids)
    documents = [stems(passages[i].embedded, "xx") for i in ids]
    for _ in range(10):
        question = [str(word) for word in rng.choice([*VOCABULARY, "unknown"], size=rng.integers(1, 12))]
        scores = bm25(of, " ".join(question), "xx", passages=len(ids))
        assert len(query_stems(" ".join(question), "xx")) <= MAX_TERMS
        np.testing.assert_allclose(scores[np.array(ids) - 1], independent(documents, question), rtol=1e-4, atol=1e-6)
        assert scores.sum() == pytest.approx(scores[np.array(ids) - 1].sum()), "nothing for what is gone"


def test_nobody_is_there(shelves: Shelves) -> None:
    assert bm25(postings(shelves), "hub", "en", passages=0).shape == (0,)
    fill(shelves, a_passage("a1", ""), a_passage("a2", "?!"))
    assert scored(shelves, "hub") == scored(shelves, "") == {"a1": 0.0, "a2": 0.0}


# ---- codes


CODED = [
    "Restart at E-1042.",
    "E1042 again",
    "E 1042 apart",
    "E-1043 only",
    "Version 12.1.3",
    "no code",
    "art. no. hx400",
]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("E-1042", [0, 1]), ("my hub says e1042!", [0, 1]), ("E\u20111042 or E\u22121043", [0, 1, 3]), ("12.1.3", []),
        ("hx-400", [6]), ("HX400", [6]), ("E-1044", []), ("1042", []), ("e 1042", []), ("no code", []), ("", []),
        ("E-1042 E-1042 e1042", [0, 1]), ("v2 4g 3d x1 64-bit", []),
    ],
)  # fmt: skip
def test_with_codes(shelves: Shelves, question: str, places: list[int]) -> None:
    """In any spelling; short words with a number are none, nor is a bare number."""
    fill(shelves, *(a_passage(f"a{i}", text) for i, text in enumerate(CODED)), a_passage("v", "v2 4g 3d x1"))
    assert with_codes(postings(shelves), question).tolist() == places


def test_codes_of_what_was_taken_out(shelves: Shelves) -> None:
    fill(shelves, a_passage("a0", "E-1042"), a_passage("a1", "E-1042"))
    fill(shelves, a_passage("a0", "nothing"))
    shelf = ShelfReader(shelves, Shelf.ARTICLE, 32)
    coded = shelf.with_codes("E-1042") & shelf.allowed(Filter())
    assert [shelf.noun[place] for place in np.flatnonzero(coded)] == ["a1"]
    assert len(shelf.with_codes("E-1042")) == len(shelf.noun)
