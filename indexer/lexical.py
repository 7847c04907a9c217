"""The lexical leg: BM25 over stems by SQLite's FTS5."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from indexer.model import Hit, Shelf
from indexer.shelves import Shelves, index_errors
from indexer.words import codes, query_stems, stems, words

MAX_REPEATS = 3
"""How often a repeated word of the question counts at most."""
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_URL = re.compile(r"\]\([^)]*\)|https?://\S+")
_AT_ONCE = 5000
_TELLING_DIGITS = 3
"""Shorter numbers match by chance and are not shown as a reason."""
MAX_TERMS = 24
"""A long ticket is searched by its rarest words only: common ones cost most and say least."""


def search_words(
    shelves: Shelves, shelf: Shelf, text: str, locale: str, *, limit: int, phrases: Sequence[str] = ()
) -> list[Hit]:
    """Passages by BM25 of the question's rarest stems, best first, ties by id.

    Args:
        shelves: The index.
        shelf: Which kind of thing.
        text: The question.
        locale: Its language; "und" stems it by all five.
        limit: Most hits to return.
        phrases: Must stand in the passage word for word (articles only).

    Returns:
        Hits with a score above 0; none if the question has no word that the shelf knows.
    """
    terms = rarest(shelves, shelf, query_stems(text, locale))
    table, allowed = f"{shelf}_words", ""
    parameters: list[object] = []
    if phrases and shelf is Shelf.ARTICLE:
        allowed = " AND rowid IN (SELECT rowid FROM article_exact WHERE article_exact MATCH ?)"
        parameters.append(" AND ".join(_quote(" ".join(_phrase(p))) for p in phrases))
        terms = terms or rarest(shelves, shelf, [s for p in phrases for s in query_stems(p, locale)])
    # A word that the customer says again counts again: FTS5 adds up every phrase of the query.
    said = Counter(stems(text, locale))
    match = " OR ".join(_quote(term) for term in terms for _ in range(max(1, min(said[term], MAX_REPEATS))))
    if not match and allowed:
        # Its words have other stems in its own language, but word for word it may stand there.
        table, match, allowed, parameters = "article_exact", str(parameters[0]), "", []
    if not match:
        return []
    with index_errors(shelves.path):
        rows = shelves.connection.execute(
            f"SELECT rowid, -bm25({table}) AS score FROM {table} WHERE {table} MATCH ?{allowed}"
            " ORDER BY rank, rowid LIMIT ?",
            [match, *parameters, limit],
        ).fetchall()
    return [Hit(row["rowid"], "", row["score"], rank) for rank, row in enumerate(rows, start=1)]


def rarest(shelves: Shelves, shelf: Shelf, terms: Sequence[str]) -> list[str]:
    """The at most MAX_TERMS terms that fewest passages contain, unknown ones left out; codes are nearly always in."""
    frequency = _frequencies(shelves, shelf, terms)
    known = [term for term in terms if term in frequency]
    return sorted(known, key=lambda term: (frequency[term], term))[:MAX_TERMS]


def ceiling(shelves: Shelves, shelf: Shelf, text: str, locale: str, passages: int) -> float:
    """About the BM25 that a passage with every word of the question would have; words that no passage knows count too.

    Args:
        shelves: The index.
        shelf: Which kind of thing.
        text: The question.
        locale: Its language.
        passages: How many passages the shelf has.

    Returns:
        Sum over the MAX_TERMS rarest terms of ln(1 + (N - n + 0.5) / (n + 0.5)), n being 0 for an unknown one; a term
        that stands once in a passage of mean length scores just that. 0 for a question without words.
    """
    terms = query_stems(text, locale)
    frequency = _frequencies(shelves, shelf, terms)
    weights = sorted((_idf(frequency.get(term, 0), passages) for term in terms), reverse=True)
    return sum(weights[:MAX_TERMS])


def _idf(containing: int, passages: int) -> float:
    return math.log(1 + (max(passages, containing) - containing + 0.5) / (containing + 0.5))


def _frequencies(shelves: Shelves, shelf: Shelf, terms: Sequence[str]) -> dict[str, int]:
    """In how many passages each known term stands."""
    frequency: dict[str, int] = {}
    with index_errors(shelves.path):
        for start in range(0, len(terms), _AT_ONCE):
            part = list(terms[start : start + _AT_ONCE])
            marks = ",".join("?" * len(part))
            rows = shelves.connection.execute(f"SELECT term, doc FROM {shelf}_terms WHERE term IN ({marks})", part)
            frequency.update((row["term"], row["doc"]) for row in rows)
    return frequency


def matched_terms(question: str, locale: str, text: str, text_locale: str) -> tuple[str, ...]:
    """Words of a text, as they stand there, whose stem is one of the question's; distinct, in the text's order."""
    wanted = set(query_stems(question, locale)) | set(codes(question))
    found: dict[str, str] = {}
    for word in _WORD.findall(_URL.sub(" ", text)):
        key = word.casefold()
        if key in found or (word.isdigit() and len(word) < _TELLING_DIGITS):
            continue
        if wanted.intersection(query_stems(word, text_locale)):
            found[key] = word
    return tuple(found.values())


def _phrase(phrase: str) -> list[str]:
    # Joined codes stand behind the running words in the index; a phrase is made of running words only.
    joined = set(codes(phrase))
    return [word for word in words(phrase) if word not in joined] or words(phrase)


def _quote(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
