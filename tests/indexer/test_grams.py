"""Pieces of words: what they are, how they are stored, and the words that meet by them where stems do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.gram_postings import GramPostings
from indexer.grams import CODES, MOST_TIMES, code_of, gram_codes, grams_of, pack, query_codes, skeleton, unpack
from indexer.lexical import bm25, gram_share
from indexer.model import Shelf
from indexer.postings import Postings
from indexer.shelves import Shelves
from indexer.stopwords import STOPWORDS
from indexer.words import fold, words
from tests.fakes import a_passage
from tests.indexer.conftest import fill


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tilgang", "tillgång"),
        ("jobb", "job"),
        ("kjøpe", "kiope"),
        ("quiz", "kviss"),
        ("telephon", "telefon"),
        ("check", "kek"),
        ("taxi", "taksi"),
        ("zoom", "som"),
    ],
)
def test_spellings_that_are_the_same(one: str, other: str) -> None:
    assert skeleton(fold(one)) == skeleton(fold(other))


def test_doubled_digits_stay() -> None:
    assert (skeleton("1100"), skeleton("aabb11")) == ("1100", "ab11")


@pytest.mark.parametrize(
    ("word", "grams"),
    [
        ("login", "_log logi ogin gin_"),
        ("å", "_a_"),
        ("ab", "_ab_"),
        ("abc", "_abk abk_"),
        ("allt", "_alt alt_"),
        ("", "__"),
    ],
)
def test_grams_of_a_word(word: str, grams: str) -> None:
    assert grams_of(word) == tuple(grams.split())


def test_codes_of_latin_grams_are_their_own() -> None:
    letters = "_abcdefghijklmnopqrstuvwxyz0123456789"
    codes = [code_of(a + b + "_" + a) for a in letters for b in letters] + [
        code_of(a + b) for a in letters for b in letters
    ]
    assert len(set(codes)) == len(codes)


@given(st.text(max_size=30))
@example("日本語の質問")
@example("вход")
def test_every_gram_has_a_code(text: str) -> None:
    codes = gram_codes(text)
    assert len(codes) == sum(len(grams_of(word)) for word in words(text))
    assert all(0 < code < CODES for code in codes.tolist())


@given(st.text(alphabet="abå ", max_size=40))
def test_what_is_packed_comes_back(text: str) -> None:
    codes, times = unpack(pack(gram_codes(text)))
    assert dict(zip(codes.tolist(), times.tolist(), strict=True)) == Counter(gram_codes(text).tolist())
    assert codes.tolist() == sorted(set(codes.tolist()))


def test_a_gram_counts_so_often_at_most() -> None:
    codes, times = unpack(pack(gram_codes("hub " * 1000)))
    assert set(times.tolist()) == {MOST_TIMES}
    assert len(codes) == len(grams_of("hub"))
    assert pack(np.zeros(0, np.int64)) == b""


@pytest.mark.parametrize(
    ("text", "locale", "words_left"),
    [
        ("Hur ändrar jag min adress?", "sv", ["ændrar", "adress"]),
        ("Hvordan endrer jeg adressen?", "nb", ["endrer", "adressen"]),
        ("min adress min", "fi", ["min", "adress", "min"]),
        ("hur är det", "sv", ["hur", "ær", "det"]),
        ("", "sv", []),
    ],
)
def test_grams_of_a_question(text: str, locale: str, words_left: list[str]) -> None:
    """Without stop words, unless there is nothing else."""
    codes, times = query_codes(text, locale)
    counted = Counter(code_of(gram) for word in words_left for gram in grams_of(word))
    assert dict(zip(codes.tolist(), times.tolist(), strict=True)) == counted
    assert codes.tolist() == sorted(counted)


# ---- compounds, inflections and neighbours


@dataclass(frozen=True)
class Case:
    """A word of a question, and the title of the article that is meant."""

    asked: str
    locale: str
    meant: str
    article_locale: str


CASES = [
    # Compounds: the part is asked for, or the whole.
    Case("felsökning", "sv", "Felsökningsguide", "sv"),
    Case("garanti", "sv", "Produktgarantin", "sv"),
    Case("lösenordsbyte", "sv", "Byt lösenord", "sv"),
    Case("feilsøking", "nb", "Feilsøkingsveiledning", "nb"),
    Case("strømforbruk", "nb", "Forbruket av strøm", "nb"),
    Case("abonnement", "nb", "Månedsabonnementet", "nb"),
    Case("feilsøking", "nn", "Feilsøkingsrettleiing", "nn"),
    Case("nettlesar", "nn", "Nettlesarutvidingar", "nn"),
    Case("fejlfinding", "da", "Fejlfindingsguide", "da"),
    Case("leveringstid", "da", "Tid til levering", "da"),
    Case("adgangskode", "da", "Engangsadgangskoder", "da"),
    # Inflections that the stemmers do not undo.
    Case("böcker", "sv", "Bokhyllan och böckerna", "sv"),
    Case("återbetald", "sv", "Återbetalningar", "sv"),
    Case("innlogga", "nn", "Innlogging", "nn"),
    Case("bestilte", "nb", "Bestillinger", "nb"),
    Case("betalt", "da", "Betalinger", "da"),
    # The neighbour's word.
    Case("tillgång", "sv", "Tilgang for brukere", "nb"),
    Case("beställning", "sv", "Bestilling", "da"),
    Case("säkerhet", "sv", "Sikkerhet", "nb"),
    Case("faktura", "nn", "Fakturering", "da"),
    # A slip of the keyboard.
    Case("abonemang", "sv", "Abonnemang", "sv"),
    Case("adresse endrng", "nb", "Endring av adresse", "nb"),
]  # fmt: skip
OTHERS = [
    ("Skärmen flimrar", "sv"),
    ("Kamera på mobilen", "nb"),
    ("Printeren er offline", "da"),
    ("Kva vêret blir", "nn"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.locale}-{case.asked}")
def test_words_that_meet_by_their_pieces(shelves: Shelves, case: Case) -> None:
    """Only the article that is meant has pieces of the question; its stems, most often, it has not."""
    fill(
        shelves,
        a_passage("meant", case.meant, locale=case.article_locale),
        *(a_passage(f"other{i}", text, locale=locale) for i, (text, locale) in enumerate(OTHERS)),
    )
    shares = gram_share(opened(shelves), case.asked, case.locale, passages=5)
    assert int(shares.argmax()) == 0
    assert shares[0] > 0.15 > 3 * shares[1:].max()


def test_stems_alone_meet_in_few_of_them(shelves: Shelves) -> None:
    """Else all of this would be for nothing."""
    met = []
    for number, case in enumerate(CASES):
        own = Shelves(shelves.path.parent / f"{number}")
        fill(own, a_passage("meant", case.meant, locale=case.article_locale))
        postings = Postings(own, Shelf.ARTICLE)
        postings.grow(np.array([key[0] for key in own.keys(Shelf.ARTICLE)], np.int64))
        met.append(bool(bm25(postings, case.asked, case.locale, passages=1).any()))
    assert sum(met) <= len(CASES) // 5


# ---- the share


def opened(shelves: Shelves) -> GramPostings:
    """Grams of all articles that there are now."""
    made = GramPostings(shelves)
    made.grow(np.array([key[0] for key in shelves.keys(Shelf.ARTICLE)], np.int64))
    return made


def test_a_passage_with_every_gram_of_the_question_has_about_all(shelves: Shelves) -> None:
    fill(shelves, a_passage("a", "login"), a_passage("b", "refund"), a_passage("c", "router"))
    shares = gram_share(opened(shelves), "login", "en", passages=3)
    assert shares.tolist() == pytest.approx([1.0, 0.0, 0.0], abs=0.1)
    assert shares.dtype == np.float32


def test_grams_that_nobody_has_count_in_the_ceiling(shelves: Shelves) -> None:
    fill(shelves, a_passage("a", "login"), a_passage("b", "refund"))
    of = opened(shelves)
    known = gram_share(of, "login", "en", passages=2)
    more = gram_share(of, "login xylophone", "en", passages=2)
    assert 0 < 2 * more[0] < known[0]
    assert not gram_share(of, "zzzz", "en", passages=2).any()
    assert not gram_share(of, "", "en", passages=2).any()


def test_who_repeats_a_word_says_it_more(shelves: Shelves) -> None:
    fill(shelves, a_passage("a", "login"), a_passage("b", "refund"))
    of = opened(shelves)
    once, twice, often = (gram_share(of, "login refund " + n * "login ", "en", passages=2) for n in (0, 1, 50))
    assert once[0] < twice[0] < often[0]
    assert often[0] == pytest.approx(3 * once[0], rel=1e-4), "three times at most"


@settings(max_examples=30)
@given(text=st.text(max_size=20), locale=st.sampled_from([*STOPWORDS, "und", "xx"]))
def test_nothing_stored_gives_nothing(text: str, locale: str) -> None:
    codes, times = query_codes(text, locale)
    assert (codes[1:] > codes[:-1]).all()
    assert (times > 0).all()
