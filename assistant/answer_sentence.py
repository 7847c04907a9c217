"""The sentence of a passage that answers a question: quoted, never written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.drafts.sentences import Span, split
from assistant.model import ArticleHit
from indexer.encode import Vectors
from indexer.words import codes, query_stems
from kb.markdown import plain

MOST_SENTENCES = 8
"""Of a passage of more sentences those with most of the question's words are compared; each one costs an encoding."""
_WORDS = 0.1
"""What a sentence gets that has all words of the question, beside its cosine: less than sentences differ in that."""
_LEAST_COMMON = 0.3
"""Share of the question's words without which a sentence of a hit that nobody vouches for is no answer."""
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the answer stands."""

    article_id: str
    revision: int
    start: int
    """Offsets of the sentence in the revision's Markdown."""
    end: int
    text: str
    """The sentence as a reader sees it."""


def answer_in(
    hit: ArticleHit, asked: str, locale: str, likeness: Callable[[Sequence[str]], Vectors], *, trusted: bool = True
) -> Answer | None:
    """Pick the sentence of a hit's passage that answers a question; the first of equals.

    Args:
        hit: The article that was found best.
        asked: The question.
        locale: Its language.
        likeness: The cosines of some sentences with the question: (n,) for n texts.
        trusted: The hit is good enough to be shown; else only a sentence with enough of the question's words is picked.

    Returns:
        None where the hit has no passage, the passage no words, or the hit is not trusted and no sentence says enough.
    """
    body = hit.passage.text
    spans = [span for span in split(body, hit.locale) if _says_something(body, span) and not _is_hidden(hit, span)]
    if not spans:
        return None
    readable = [plain(body[span.start : span.end]) for span in spans]
    common = np.array([_common(asked, locale, text, hit.locale) for text in readable], np.float64)
    chosen = np.argsort(-common, kind="stable")[:MOST_SENTENCES]
    scores = np.full(len(spans), -np.inf)
    scores[chosen] = likeness([readable[place] for place in chosen.tolist()]) + _WORDS * common[chosen]
    best = int(np.argmax(scores))
    if not trusted and common[best] < _LEAST_COMMON:
        return None
    start = hit.passage.start
    return Answer(hit.id, hit.revision, start + spans[best].start, start + spans[best].end, readable[best])


def _is_hidden(hit: ArticleHit, span: Span) -> bool:
    # What is for colleagues alone is no answer that somebody may put into a reply.
    return any(start < span.end and span.start < end for start, end in hit.passage.hidden)


def _says_something(body: str, span: Span) -> bool:
    text = body[span.start : span.end]
    return not text.lstrip().startswith("#") and sum(c.isalnum() for c in text) >= _FEWEST_LETTERS


def _common(asked: str, locale: str, text: str, text_locale: str) -> float:
    """Share of the question's words that a sentence has, 0..1; a code of the question counts as all of them."""
    wanted = frozenset(query_stems(asked, locale))
    if frozenset(codes(asked)) & frozenset(codes(text)):
        return 1.0
    return len(wanted.intersection(query_stems(text, text_locale))) / len(wanted) if wanted else 0.0
