"""Whether agents really used a canned reply in tickets like the one in question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.drafts.precedents import Precedent
from kb.model import CannedReply

_SHINGLE = 4
_SAME = 0.6
"""Share of the reply's runs of four words that a message must have: agents change greeting, names and a sentence."""
_FIELD = re.compile(r"\{\{[^}]*\}\}")
_WORD = re.compile(r"\w+")


def used_in(reply: CannedReply, precedents: Sequence[Precedent]) -> tuple[str, ...]:
    """The similar tickets in which an agent sent a canned reply, nearly word for word; ids in the given order.

    Args:
        reply: With its merge fields, at which the runs of words are broken.
        precedents: Similar tickets, nearest first.
    """
    return tuple(
        each.ticket.id for each in precedents if any(used_words(reply.body, message.body) for message in each.replies)
    )


def used_words(canned: str, message: str) -> bool:
    """Whether a message has the words of a canned reply, nearly word for word.

    Args:
        canned: With its merge fields, at which the runs of words are broken; shorter than a run is never found.
        message: What an agent wrote.
    """
    runs = _canned_runs(canned)
    return bool(runs) and len(runs & _runs(message)) >= _SAME * len(runs)


@lru_cache(maxsize=256)
def _canned_runs(canned: str) -> frozenset[tuple[str, ...]]:
    return frozenset(run for piece in _FIELD.split(canned) for run in _runs(piece))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1))
