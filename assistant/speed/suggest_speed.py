"""How fast suggestions come in one process, without a server around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.question import MAX_CHARACTERS, Question
from assistant.service import Service
from assistant.speed.encoding_speed import cut
from assistant.speed.figure import Figure, milliseconds
from assistant.speed.synthetic import pasted_log

PART = "suggest"
WARM_UP = 10
"""Questions that are asked before anything is counted."""
LONG = 20
"""Long questions of each kind."""
_LOG_LINES = 80


def suggestions(service: Service, questions: Sequence[Question]) -> list[Figure]:
    """Ask questions one after the other, then long ones.

    Args:
        service: Should be warm, as a server's is.
        questions: At least one.

    Raises:
        ValueError: There is no question.
    """
    for question in questions[:WARM_UP]:
        service.suggest(question)
    figures = [Figure.of(PART, "questions as they come in", "ms", milliseconds(service.suggest, questions))]
    figures.append(Figure.of(PART, "search in articles only", "ms", milliseconds(service.search, _texts(questions))))
    for name, long in long_kinds(questions).items():
        figures.append(Figure.of(PART, name, "ms", milliseconds(service.suggest, long)))
    return figures


def long_kinds(questions: Sequence[Question]) -> dict[str, list[Question]]:
    """Questions as long as questions may be, at most LONG of each kind, by what they are.

    Args:
        questions: What they begin with: a log follows, or the next questions, which are common words mostly.
    """
    texts = _texts(questions)
    logs = ["\n".join(pasted_log(_LOG_LINES, np.random.default_rng([3, number]))) for number in range(len(texts))]
    with_log = [f"{text}\n\n{log}"[:MAX_CHARACTERS] for text, log in zip(texts, logs, strict=True)]
    return {
        f"{MAX_CHARACTERS:,} characters {kind}": [Question(body=text) for text in long[:LONG]]
        for kind, long in {"with a pasted log": with_log, "of running text": cut(texts, MAX_CHARACTERS)}.items()
    }


def _texts(questions: Sequence[Question]) -> list[str]:
    return [question.text for question in questions if question.text]
