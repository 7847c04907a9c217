"""The solution of a ticket: what agents answered in public, without addresses. Pure."""

from __future__ import annotations

import re

from indexer.problem import is_evidence
from kb.model import Author, Ticket

_LINK = re.compile(r"\[[^\]]*\]\([^)]*\)|https?://\S+")
_SPACE = re.compile(r"\s+")
_CHARACTERS = 700
"""So much says which article an answer retells."""
_READ = 10 * _CHARACTERS
"""So much is searched for links: what that takes may grow with the square of the length."""
_LEAST = 40
"""Shorter answers ("Thanks, closing this") say nothing."""


def solution_of(ticket: Ticket) -> str:
    """What the agents of a resolved ticket answered, from the beginning, in one line.

    Links are left out with their titles: what is asked of the text is which article it retells without naming it.

    Returns:
        "" for an open ticket, and where nobody answered more than a few words.
    """
    if not is_evidence(ticket):
        return ""
    text = answer_of(ticket)
    if len(text) > _CHARACTERS:
        text = text[:_CHARACTERS].rsplit(None, 1)[0]
    return text if len(text) >= _LEAST else ""


def answer_of(ticket: Ticket) -> str:
    """All that the agents of a ticket said in public, in one line without addresses and their titles; "" for nothing.

    Of a very long answer the beginning.
    """
    said = " ".join(m.body for m in ticket.messages if m.public and m.author is Author.AGENT)
    return _SPACE.sub(" ", _LINK.sub(" ", said[:_READ])).strip()
