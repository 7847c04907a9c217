"""What a misspelt word was probably meant to be, by the words that the articles themselves use. Pure.

Words are compared without their accents: who has no å, ä or ø on the keyboard has spelt nothing wrong.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.words import fold

_SHORTEST = 4
"""Of a shorter word every other one is a neighbour."""
_TWO_FROM = 7
"""So many letters from which two of them may be wrong."""
_LETTERS = str.maketrans({"å": "a", "ä": "a", "æ": "a", "ö": "o", "ø": "o", "ð": "d", "þ": "t", "ß": "s", "ü": "u"})
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_BIT = {letter: 1 << place for place, letter in enumerate(_ALPHABET)}


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The words of a corpus, arranged for finding those that are spelt alike; column i is one word."""

    words: tuple[str, ...]
    """As the index writes them."""
    bare: tuple[str, ...]
    """Without accents."""
    count: NDArray[np.int64]
    """(n,) how often each occurs."""
    length: NDArray[np.int64]
    """(n,) letters of `bare`."""
    letters: NDArray[np.int64]
    """(n,) which letters occur in `bare`, a bit each."""

    @staticmethod
    def of(counts: Mapping[str, int]) -> Lexicon:
        """Arrange words.

        Args:
            counts: How often each word occurs, 1 and more.
        """
        words = tuple(sorted(counts))
        plain = tuple(map(bare, words))
        return Lexicon(
            words,
            plain,
            np.array([counts[word] for word in words], np.int64),
            np.array([len(word) for word in plain], np.int64),
            np.array([_bits(word) for word in plain], np.int64),
        )

    def nearest(self, word: str) -> list[str]:
        """The words of the corpus that a misspelt one may stand for, most probable first; none if none is near.

        One wrong, missing, added or swapped letter is forgiven, in words of seven letters and more two. The nearest
        comes first, then the one with the same first letter, then the most frequent, then the first by alphabet.

        Args:
            word: Lower case. One that is too short or has a digit is left as it is.
        """
        if len(word) < _SHORTEST or any(c.isdigit() for c in word):
            return []
        wanted = bare(word)
        most = 2 if len(wanted) >= _TWO_FROM else 1
        # A wrong letter changes two of the bits at most, so most words need not be compared letter by letter.
        differs = np.bitwise_count(self.letters ^ np.int64(_bits(wanted)))
        near = np.flatnonzero((np.abs(self.length - len(wanted)) <= most) & (differs <= 2 * most))
        found = [
            (apart, self.bare[place][:1] != wanted[:1], -int(self.count[place]), self.words[place])
            for place in near.tolist()
            if (apart := distance(wanted, self.bare[place], most)) <= most
        ]
        return [each[3] for each in sorted(found) if each[3] != word]


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, added or swapped with their neighbour; `most` + 1 if more than `most`.

    Args:
        one: A word.
        other: Another.
        most: Stop counting there, 0 or more.

    Source: optimal string alignment; Damerau, CACM 1964, doi:10.1145/363958.363994.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        following = [i]
        for j, against in enumerate(other, 1):
            cost = min(row[j] + 1, following[-1] + 1, row[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        if min(following) > most:
            return most + 1
        before, row = row, following
    return min(row[-1], most + 1)


def corrected(text: str, replacements: Mapping[str, str]) -> str:
    """A text with some of its words replaced; everything else, and a capital at the beginning of a word, stays.

    Args:
        text: What somebody typed.
        replacements: What takes the place of each word, by the word in lower case.
    """
    parts: list[str] = []
    for word in _split(text):
        new = replacements.get(word.casefold(), "")
        parts.append(new[:1].upper() + new[1:] if new and word[:1].isupper() else new or word)
    return "".join(parts)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order, each once; what is in quotation marks is meant as it stands."""
    unquoted = "".join(part for place, part in enumerate(text.split('"')) if place % 2 == 0)
    return list(dict.fromkeys(word.casefold() for word in _split(unquoted) if word[:1].isalpha()))


def surface(word: str, texts: Iterable[str]) -> str:
    """How a word of the index is really spelt: its most frequent form in some texts, the first of equals, or itself.

    Args:
        word: As the index writes it, e.g. "återstælla" for "återställa".
        texts: Texts that hold it.
    """
    seen = Counter(form.casefold() for text in texts for form in _split(text) if fold(form) == word)
    return min(seen, key=lambda form: (-seen[form], form)) if seen else word


@lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """A word in lower case without accents: "återställ", "aterstall" and "aterställ" are one."""
    plain = unicodedata.normalize("NFC", word.casefold()).translate(_LETTERS)
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def _bits(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= _BIT.get(letter, 1 << 40)
    return bits


def _split(text: str) -> list[str]:
    """A text cut into words and what is between them; joined again it is the text."""
    parts: list[str] = []
    for letter in text:
        if parts and letter.isalnum() == parts[-1][-1].isalnum():
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts
