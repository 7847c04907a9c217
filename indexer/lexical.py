"""The lexical leg: BM25 over stems, and over pieces of words where stems do not meet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.gram_postings import GramSource
from indexer.grams import query_codes
from indexer.postings import Posting, TermPostings
from indexer.shelves import Shelves, index_errors
from indexer.words import codes, query_stems, stems, words

MAX_REPEATS = 3
"""How often a repeated word of the question counts at most."""
MAX_TERMS = 24
"""A long ticket is searched by its rarest words only: common ones say least."""
MAX_GRAMS = 16
"""The same for pieces of words, of which a few rare ones tell a word."""
K1, B = 1.2, 0.75
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_URL = re.compile(r"\]\([^)]*\)|https?://\S+")
_TELLING_DIGITS = 3
"""Shorter numbers match by chance and are not shown as a reason."""


def bm25(postings: TermPostings, text: str, locale: str, *, passages: int) -> NDArray[np.float32]:
    """How well every passage of a shelf fits the question's rarest words.

    Args:
        postings: Where words stand.
        text: The question.
        locale: Its language; "und" stems it by all five.
        passages: How many passages there are.

    Returns:
        (n,) sum over the terms of idf * times * f (k1 + 1) / (f + k1 (1 - b + b * length / mean length)); `times` is
        how often the customer says the word, at most MAX_REPEATS; 0 where no word of the question stands, and for
        passages that were removed. The mean is taken over those that are there.

    Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; idf as in `_idf`.
    """
    chosen = _rarest(postings, query_stems(text, locale))
    said = Counter(stems(text, locale)) if chosen else Counter()
    # Lengths are read afterwards: they may have grown in between, but never shrink.
    return _scores([(found, said[term]) for term, found in chosen.items()], postings.lengths, passages)


def gram_share(postings: GramSource, text: str, locale: str, *, passages: int) -> NDArray[np.float32]:
    """How well every passage of a shelf fits the question's rarest grams, as a share of what it could at most.

    Args:
        postings: Where grams stand.
        text: The question.
        locale: Its language; its stop words are left out.
        passages: How many passages there are.

    Returns:
        (n,) BM25 as in `bm25` over the MAX_GRAMS rarest grams that any passage holds, ties by code, divided by the sum
        of idf over the MAX_GRAMS rarest of all, which is about what a passage with every gram would have; all 0 for a
        question without words.
    """
    codes, said = query_codes(text, locale)
    counts = postings.counts(codes)
    ceiling = float(np.sort(_idf(counts, passages))[-MAX_GRAMS:].sum())
    known = np.flatnonzero(counts)
    rarest = known[np.argsort(counts[known], kind="stable")][:MAX_GRAMS]
    found = zip(postings.of(codes[rarest]), said[rarest].tolist(), strict=True)
    return _scores(list(found), postings.lengths, passages) / np.float32(max(ceiling, 1e-9))


def with_codes(postings: TermPostings, text: str) -> NDArray[np.int32]:
    """(k,) places of the passages in which a code of the question stands, each once, rising.

    A code is E-1042 in any spelling: letters and at least three digits, joined or with a hyphen between. Fewer digits,
    as in 64-bit, say too little; and who names version 4.3.1 seldom asks about it.
    """
    wanted = [word for word in dict.fromkeys(words(text)) if _is_code(word)]
    found = [posting.places for posting in postings.of(wanted)]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int32)


def with_phrases(shelves: Shelves, phrases: Sequence[str]) -> list[int]:
    """Ids of the article passages in which all phrases stand word for word, rising; one without words stands nowhere.

    Raises:
        ValueError: There is no phrase.
    """
    if not phrases:
        raise ValueError("at least one phrase must be given")
    wanted = " AND ".join(_quote(" ".join(_phrase(phrase))) for phrase in phrases)
    with index_errors(shelves.path):
        rows = shelves.connection.execute(
            "SELECT rowid FROM article_exact WHERE article_exact MATCH ? ORDER BY rowid", (wanted,)
        )
        return [row[0] for row in rows]


def ceiling(postings: TermPostings, text: str, locale: str, *, passages: int) -> float:
    """About the BM25 that a passage with every word of the question would have; words that no passage knows count too.

    Args:
        postings: Where words stand.
        text: The question.
        locale: Its language.
        passages: How many passages there are.

    Returns:
        Sum of idf over the MAX_TERMS rarest terms; a term that stands once in a passage of mean length scores just
        that. 0 for a question without words.
    """
    counts = np.array([len(found.places) for found in postings.of(query_stems(text, locale))], np.int64)
    return float(np.sort(_idf(counts, passages))[-MAX_TERMS:].sum())


def matched_terms(question: str, locale: str, text: str, text_locale: str) -> tuple[str, ...]:
    """Words of a text, as they stand there, whose stem is one of the question's; distinct, in the text's order."""
    wanted = set(query_stems(question, locale)) | set(codes(question))
    found: dict[str, str] = {}
    for word, key, stemmed in _telling_words(text, text_locale):
        if key not in found and not wanted.isdisjoint(stemmed):
            found[key] = word
    return tuple(found.values())


# The same passages are shown for every word that somebody types.
@lru_cache(maxsize=2048)
def _telling_words(text: str, locale: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The distinct words of a text in its order: as it stands there, in small letters, and its stems."""
    distinct = dict.fromkeys(_WORD.findall(_URL.sub(" ", text)))
    return tuple(
        (word, word.casefold(), tuple(query_stems(word, locale)))
        for word in distinct
        if not word.isdigit() or len(word) >= _TELLING_DIGITS
    )


def _rarest(postings: TermPostings, terms: Sequence[str]) -> dict[str, Posting]:
    """The at most MAX_TERMS terms that fewest passages contain, unknown ones left out; codes are nearly always in."""
    known = [(term, found) for term, found in zip(terms, postings.of(terms), strict=True) if len(found.places)]
    known.sort(key=lambda pair: (len(pair[1].places), pair[0]))
    return dict(known[:MAX_TERMS])


def _scores(chosen: Sequence[tuple[Posting, int]], lengths: NDArray[np.float32], passages: int) -> NDArray[np.float32]:
    """(n,) BM25 of passages of so many terms each, over postings and how often the customer says each term."""
    scores = np.zeros(len(lengths), np.float32)
    # What was removed has length 0 and is none of the passages.
    slope = K1 * B / max(float(lengths.sum()) / max(passages, 1), 1.0)
    weights = _idf(np.array([len(found.places) for found, _ in chosen], np.int64), passages)
    for (posting, said), idf in zip(chosen, weights.tolist(), strict=True):
        places = posting.places
        damped = posting.times + (K1 * (1 - B) + slope * lengths[places])
        weight = idf * (K1 + 1) * max(1, min(said, MAX_REPEATS))
        scores[places] += np.float32(weight) * posting.times / damped
    return scores


def _idf(containing: NDArray[np.int64], passages: int) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)): above 0 even for a word that stands nearly everywhere."""
    weights: NDArray[np.float64] = np.log1p((np.maximum(passages, containing) - containing + 0.5) / (containing + 0.5))
    return weights


def _is_code(word: str) -> bool:
    digits = sum(c.isdigit() for c in word)
    return _TELLING_DIGITS <= digits < len(word)


def _phrase(phrase: str) -> list[str]:
    # Joined codes stand behind the running words in the index; a phrase is made of running words only.
    joined = set(codes(phrase))
    return [word for word in words(phrase) if word not in joined] or words(phrase)


def _quote(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
