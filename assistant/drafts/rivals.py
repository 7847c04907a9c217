"""Which of the articles that were found answers a question: the chance of each, one against the other. Pure.

A conditional logit. Its weights were fitted on questions and answers in five languages (`benchmarks/fit_rivals.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.drafts.asked import Inquiry, meaning
from assistant.drafts.sources import ArticleSource
from assistant.question import Question
from indexer.words import codes, query_stems

FOUND = 5.76
"""What the logarithm of the score counts that an article was found with."""
LIKE = 4.09
"""What the cosine counts."""
TELLING = 2.47
"""What it counts to have words of the question that the rivals do not have."""
NAMED = 0.5
"""What it counts if the question names what the title names. Set by hand: siblings of one FAQ share their title, the
articles of a help centre do not."""
OWN_LANGUAGE = 1.94
MISPLACED = -1.39
"""What it costs to begin with yes or no where nobody asked whether."""
OTHER_ERROR = math.log(0.5)
"""The same for an article about one error code where the customer does not name it."""
_LEAST_SCORE = 1e-3
_YES_OR_NO = re.compile(r"\W*(?:ja|jo|nej|nei|yes|no)\b", re.IGNORECASE)
_ASKS_FOR_MORE = re.compile(
    r"\W*(?:how|what|where|why|which|who|when|hur|vad|var|varför|vilken|vilket|vilka|vem|när|hvordan|hva|hvad|hvor"
    r"|hvorfor|hvornår|hvilken|hvilket|hvilke|hvem|når|korleis|kva|kvar|kvifor|kor|kven)\b",
    re.IGNORECASE,
)


def features(question: Question, inquiry: Inquiry, rivals: Sequence[ArticleSource]) -> list[tuple[float, ...]]:
    """What the chance of each article is computed from, in the order of the weights above.

    Args:
        question: With the customer's language.
        inquiry: What of it is known apart.
        rivals: Articles of which one is to be chosen.

    Returns:
        Per article: log of the score; cosine; telling words, about -0.4..1.8; words of the title that the question has,
        over the root of their number; 1 if in the customer's language; 1 if it begins with yes or no where that is no
        answer.
    """
    locale = question.locale
    said = frozenset(query_stems(question.text, locale))
    wanted = meaning(question.text, locale) or said
    held = [_stems(f"{r.article.title}\n{r.article.revision.body}", r.article.locale) & wanted for r in rivals]
    rare = {stem: math.log((len(rivals) + 1) / (sum(stem in each for each in held) + 0.5)) for stem in wanted}
    more = bool(_ASKS_FOR_MORE.match(inquiry.questions[-1] if inquiry.questions else question.text))
    return [
        (
            math.log(max(rival.score, _LEAST_SCORE)),
            rival.cosine,
            sum(rare[stem] for stem in own) / max(1, len(wanted)),
            _named(rival, said),
            float(rival.article.locale == locale),
            float(more and bool(_YES_OR_NO.match(rival.article.revision.body))),
        )
        for rival, own in zip(rivals, held, strict=True)
    ]


def chances(
    question: Question, inquiry: Inquiry, rivals: Sequence[ArticleSource], *, doubt: float = 1.0
) -> list[float]:
    """The chance of each article that it is the one that answers, if one of them does.

    Args:
        question: With the customer's language.
        inquiry: What of it is known apart.
        rivals: Articles of which one is to be chosen; none give an empty list.
        doubt: How little similar tickets say, 0..1: at 0 only the score counts, which the tickets decided.

    Returns:
        (n,) in the order given, summing to 1.
    """
    if not rivals:
        return []
    weights = (FOUND, doubt * LIKE, doubt * TELLING, doubt * NAMED, doubt * OWN_LANGUAGE, doubt * MISPLACED)
    asked = set(inquiry.codes)
    sums = [
        sum(weight * value for weight, value in zip(weights, each, strict=True)) + _error(rival, asked)
        for each, rival in zip(features(question, inquiry, rivals), rivals, strict=True)
    ]
    powers = [math.exp(each - max(sums)) for each in sums]
    return [power / sum(powers) for power in powers]


def _named(rival: ArticleSource, said: frozenset[str]) -> float:
    title = _stems(rival.article.title, rival.article.locale)
    return len(title & said) / math.sqrt(max(1, len(title)))


def _error(rival: ArticleSource, asked: set[str]) -> float:
    titled = {code for code in codes(rival.article.title) if not code.isdigit()}
    return OTHER_ERROR if titled and not titled & asked else 0.0


@lru_cache(maxsize=1024)
def _stems(text: str, locale: str) -> frozenset[str]:
    return frozenset(query_stems(text, locale))
