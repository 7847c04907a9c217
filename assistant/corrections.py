"""Putting right what somebody misspelt in a search, by the words of the articles."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from assistant.spelling import Lexicon, corrected, surface, words_of
from indexer.corpus_words import stands_in, texts_with, word_counts
from indexer.shelves import Shelves
from indexer.words import fold, query_stems
from kb.locales import UI_LOCALES, UNDETERMINED, closeness

_MOST = 5
"""So many of the words that are spelt alike are looked up."""


class Corrections:
    """Knows the words of one index; reads them when they are first needed, and anew when the index has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[str, int] = ("", -1)
        self._lexicon = Lexicon.of({})

    def correct(self, shelves: Shelves, text: str, locale: str = UNDETERMINED) -> str:
        """A text with its misspelt words put right; "" if nothing is to be put right.

        A word is left as it is if it stands in any form in an article that a reader of the language can read, or in an
        English one, whose words are used everywhere; if it is a code, or stands in quotation marks.

        Args:
            shelves: The index.
            text: What somebody typed.
            locale: Its language; undetermined means that any will do.
        """
        near = [other for other in UI_LOCALES if closeness(locale, other) > 0]
        readable = [*dict.fromkeys([*near, locale, "en"])] if locale != UNDETERMINED else []
        lexicon = self._read(shelves)
        replacements = {}
        for word in words_of(text):
            if stands_in(shelves, _forms(word, readable), readable):
                continue
            for meant in lexicon.nearest(fold(word))[:_MOST]:
                if stands_in(shelves, _forms(meant, readable), readable):
                    replacements[word] = surface(meant, texts_with(shelves, meant))
                    break
        return corrected(text, replacements) if replacements else ""

    def _read(self, shelves: Shelves) -> Lexicon:
        now = str(shelves.path), shelves.generation
        with self._lock:
            if now != self._of:
                self._lexicon, self._of = Lexicon.of(word_counts(shelves)), now
            return self._lexicon


def _forms(word: str, locales: Sequence[str]) -> list[str]:
    """The stems that a word has in some languages; in an unknown one those of all, and the word itself."""
    return list(dict.fromkeys(stem for locale in locales or (UNDETERMINED,) for stem in query_stems(word, locale)))
