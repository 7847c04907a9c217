"""Whether agents really used a canned reply in tickets like the one in question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    runs = frozenset(run for piece in _FIELD.split(reply.body) for run in _runs(piece))
    if not runs:
        return ()
    return tuple(
        each.ticket.id
        for each in precedents
        if any(len(runs & _runs(message.body)) >= _SAME * len(runs) for message in each.replies)
    )


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1))
