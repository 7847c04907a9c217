"""Which of the product's languages a text is in, by its commonest words; the ticket's own field is the prior. Pure."""

from __future__ import annotations

import re
from collections import Counter

from indexer.stopwords import STOPWORDS
from kb.locales import UI_LOCALES, UNDETERMINED

_WORD = re.compile(r"[^\W\d_]+")
_MANY = 60
"""More words than this do not change the answer."""
_CLEAR = 2.0
"""How much heavier than the prior's the evidence must be: two words must not flip a ticket's language."""
_LETTERS = {"ä": ("sv",), "ö": ("sv",), "æ": ("da", "nb", "nn"), "ø": ("da", "nb", "nn")}
_ALL = {locale: STOPWORDS[locale] for locale in UI_LOCALES}
# A word that several languages share says less about each of them.
_SHARED = Counter(word for words in _ALL.values() for word in words)


def detect(text: str, *, prior: str = UNDETERMINED) -> str:
    """Tell the language of a text.

    Args:
        text: The question.
        prior: What the ticket or the customer's record says; wins unless the text clearly speaks otherwise.

    Returns:
        One of the five languages of the product; the prior if the text says nothing; "und" if nobody knows. A prior
        outside the five stays, since its words are not known here.
    """
    if prior not in (UNDETERMINED, *UI_LOCALES):
        return prior
    weights = _weights(text)
    best = max(UI_LOCALES, key=lambda locale: (weights[locale], locale == prior))
    if weights[best] == 0.0:
        return prior
    if prior in UI_LOCALES and weights[best] <= weights[prior] + _CLEAR:
        return prior
    return best


def _weights(text: str) -> dict[str, float]:
    found = _WORD.findall(text.casefold())[:_MANY]
    weights = {locale: sum(1.0 / _SHARED[word] for word in found if word in words) for locale, words in _ALL.items()}
    for letter, locales in _LETTERS.items():
        if any(letter in word for word in found):
            for locale in locales:
                weights[locale] += 1.0 / len(locales)
    return weights
