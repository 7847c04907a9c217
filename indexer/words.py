"""Words of a text as the full-text index knows them: folded, stemmed by language, codes kept whole. Pure."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.stopwords import STOPWORDS
from kb.locales import UI_LOCALES

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"[^\W_]+")
# Begins at a word and never gives back what it took: else a long word without a break takes quadratic time.
_CODE = re.compile(r"(?<![^\W_])[^\W_]++(?:[-.:/][^\W_]++)+")
_FOLD = str.maketrans({"ä": "æ", "ö": "ø"})
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_KEEP = frozenset("åæø")
_STEMMERS = {
    "sv": "swedish", "nb": "norwegian", "nn": "norwegian", "da": "danish", "en": "english", "de": "german",
    "fi": "finnish", "fr": "french", "es": "spanish", "pt": "portuguese", "nl": "dutch", "it": "italian",
    "hu": "hungarian", "ro": "romanian", "ru": "russian", "tr": "turkish",
}  # fmt: skip
_MAX_WORD = 60
_local = threading.local()


def fold(text: str) -> str:
    """Lower case, one spelling per letter: Swedish ä and ö become æ and ø, other accents go, å stays."""
    if text.isascii():
        return text.casefold()
    folded = _lower(text).translate(_FOLD)
    if folded.isascii():
        return folded
    return "".join(c if c in _KEEP or c.isascii() else unicodedata.normalize("NFD", c)[0] for c in folded)


def words(text: str) -> list[str]:
    """Folded words in their order, unstemmed; a code such as E-1042 stands as "e1042" behind its parts."""
    folded = fold(text)
    found = [word[:_MAX_WORD] for word in _WORD.findall(folded)]
    return found + codes(folded)


def codes(text: str) -> list[str]:
    """Error codes, versions and part numbers of a folded text, joined: "e-1042" -> "e1042"."""
    return [
        joined[:_MAX_WORD]
        for match in _CODE.findall(fold(text))
        if any(c.isdigit() for c in match) and (joined := re.sub(r"[^\w]", "", match))
    ]


def stems(text: str, locale: str) -> list[str]:
    """Stemmed words of a text in a known language; in an unknown one the folded words themselves."""
    stemmer = _stemmer(locale)
    if stemmer is None:
        return words(text)
    # The stemmers know ä and ö, not their folded form: stem first, fold then.
    raw = _lower(text)
    stemmed = [fold(stem)[:_MAX_WORD] for stem in stemmer.stemWords(_WORD.findall(raw))]
    return stemmed + codes(raw)


def query_stems(text: str, locale: str) -> list[str]:
    """Distinct stems of a question without stop words, in order; all of them if nothing else is left.

    In an undetermined language each word stands as it is, as it is indexed there, and stemmed by all five languages.
    """
    return list(_query_stems(text, locale))


# One suggestion asks for the same question on every shelf, and for the same words in every passage that it marks.
@lru_cache(maxsize=8192)
def _query_stems(text: str, locale: str) -> tuple[str, ...]:
    known = _stemmer(locale) is not None
    found: dict[str, None] = {}
    for each in (locale,) if known else (*UI_LOCALES, locale):
        stop = stop_stems(each)
        found.update(dict.fromkeys(stem for stem in stems(text, each) if stem not in stop))
    return tuple(found) or tuple(dict.fromkeys(stems(text, locale)))


def _lower(text: str) -> str:
    """Lower case, letters composed, one kind of hyphen, no marks that belong to no letter."""
    if text.isascii():
        return text.casefold()
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_HYPHENS)
    return lower if lower.isascii() else "".join(c for c in lower if not unicodedata.combining(c))


@lru_cache
def stop_stems(locale: str) -> frozenset[str]:
    """Stems of a language's stop words; empty for a language without a list."""
    return frozenset(stems(" ".join(STOPWORDS.get(locale, ())), locale))


def _stemmer(locale: str) -> Stemmer | None:
    if locale not in _STEMMERS:
        return None
    # Each thread has its own: a stemmer keeps a cache that two must not change at once.
    own: dict[str, Stemmer] = _local.__dict__
    if locale not in own:
        from Stemmer import Stemmer

        own[locale] = Stemmer(_STEMMERS[locale])
    return own[locale]
