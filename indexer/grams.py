"""Pieces of words, four letters long, spelled alike in all Nordic languages. Pure.

Stems meet when a word is inflected; they miss a part of a compound ("felsökning" in "felsökningsguide"), a word of a
neighbouring language ("tilgang", "tillgång") and a slip of the keyboard. Pieces meet in all of these.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexer.stopwords import STOPWORDS
from indexer.words import fold, words

LENGTH = 4
"""Letters in a gram; the edges of a word count as letters."""
CODES = 1 << 6 * LENGTH
"""Codes of grams lie below this."""
MOST_TIMES = 255
"""A gram that stands more often in a passage counts as if it stood so often."""
_EDGE = "_"
_LETTERS = f"{_EDGE}abcdefghijklmnopqrstuvwxyz0123456789"
_ALIKE = (
    ("æ", "e"), ("ø", "o"), ("å", "a"), ("ck", "k"), ("kk", "k"), ("ch", "k"), ("ph", "f"), ("qu", "kv"), ("x", "ks"),
    ("w", "v"), ("c", "k"), ("z", "s"), ("j", "i"), ("y", "i"),
)  # fmt: skip
_TWICE = re.compile(r"([^\W\d_])\1+")
_TIMES_BITS = 8


def skeleton(word: str) -> str:
    """A folded word as it would be spelled if all Nordic languages spelled alike.

    å is a, æ is e, ø is o; ck, ch, c are k, qu is kv, x is ks, w is v, z is s, j and y are i; doubled letters are
    single, doubled digits stay.
    """
    for spelling, common in _ALIKE:
        word = word.replace(spelling, common)
    return _TWICE.sub(r"\1", word)


def grams_of(word: str) -> tuple[str, ...]:
    """Four letters each, from left to right, of a folded word's skeleton with its edges marked.

    A word of one letter has one gram, which is shorter.
    """
    marked = f"{_EDGE}{skeleton(word)}{_EDGE}"
    return tuple(marked[start : start + LENGTH] for start in range(max(1, len(marked) - LENGTH + 1)))


def code_of(gram: str) -> int:
    """A number below CODES for a gram: its own for Latin letters and digits, shared with others for other letters."""
    code = 0
    for letter in gram:
        place = _LETTERS.find(letter)
        code = code << 6 | (place + 1 if place >= 0 else len(_LETTERS) + 1 + ord(letter) % (63 - len(_LETTERS)))
    return code


def gram_codes(text: str) -> NDArray[np.int64]:
    """(k,) codes of the grams of all words of a text, joined codes such as e1042 too, as often as they stand there."""
    return _codes(words(text))


def query_codes(text: str, locale: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Codes of a question's grams, stop words of its language left out unless nothing else is left.

    Args:
        text: The question.
        locale: Its language; in one without a list of stop words nothing is left out.

    Returns:
        (k,) distinct codes, rising, and (k,) how often each stands there.
    """
    said, stop = words(text), _stop_words(locale)
    codes, times = np.unique(_codes([word for word in said if word not in stop] or said), return_counts=True)
    return codes, times


def pack(codes: NDArray[np.int64]) -> bytes:
    """The grams of one passage as they are stored: four bytes for each distinct one, little-endian, by code.

    Args:
        codes: (k,) in any order, as often as they stand there.
    """
    distinct, times = np.unique(codes, return_counts=True)
    return (distinct << _TIMES_BITS | np.minimum(times, MOST_TIMES)).astype("<u4").tobytes()


def unpack(packed: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """(k,) codes and (k,) how often each stands there, of one packed passage or several behind each other."""
    stored = np.frombuffer(packed, "<u4")
    return (stored >> _TIMES_BITS).astype(np.uint32), (stored & MOST_TIMES).astype(np.uint8)


def _codes(said: list[str]) -> NDArray[np.int64]:
    return np.fromiter(chain.from_iterable(map(_codes_of, said)), np.int64)


# A few thousand words make up most of every text.
@lru_cache(maxsize=65536)
def _codes_of(word: str) -> tuple[int, ...]:
    return tuple(map(code_of, grams_of(word)))


@lru_cache
def _stop_words(locale: str) -> frozenset[str]:
    return frozenset(map(fold, STOPWORDS.get(locale, ())))
