"""What earlier runs worked out: each piece under a digest of all that it was worked out from, so that it cannot lie.

A run with a memory finds the same as one without. Only what has the same digest is taken over, and the code that works
it out is a part of each digest, so that nothing of an older Svar is left after an update.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from kb.knowledge.candidate_memory import Worked
from kb.model import Ticket

T = TypeVar("T")
_PACKAGES = ("assistant", "indexer")


class Memory:
    """What is known from earlier runs, and what this one has used."""

    def __init__(self, known: Mapping[tuple[str, str], Worked] | None = None) -> None:
        """Begin a run.

        Args:
            known: What is remembered (`CandidateMemory.read`); None: nothing.
        """
        self._known = dict(known or {})
        self.used: dict[tuple[str, str], Worked] = {}
        """What to remember for the next run."""
        self.made = 0
        """How many pieces had to be worked out."""

    def worked(self, noun: str, ticket_id: str, made_of: str, make: Callable[[], T]) -> T:
        """What comes out, remembered or made now.

        Args:
            noun: What kind of piece.
            ticket_id: The ticket it is about.
            made_of: Digest of all that it depends on (`digest`).
            make: Works it out, as something that JSON can hold.

        Returns:
            What JSON makes of it: lists for tuples.
        """
        known = self._known.get((noun, ticket_id))
        if known is None or known[0] != made_of:
            self.made += 1
            known = (made_of, json.dumps(make(), ensure_ascii=False, sort_keys=True))
        self.used[noun, ticket_id] = known
        value: T = json.loads(known[1])
        return value

    def carry(self, noun: str, ticket_id: str) -> None:
        """Remember on what this run had no need of, because what is made of it is remembered.

        Args:
            noun: What kind of piece.
            ticket_id: The ticket it is about.
        """
        known = self._known.get((noun, ticket_id))
        if known is not None:
            self.used.setdefault((noun, ticket_id), known)


def digest(*parts: object) -> str:
    """A short name for some values and for the code that works with them.

    Args:
        parts: Anything whose `repr` says all that it is.
    """
    told = sha256(_code().encode())
    for part in parts:
        told.update(repr(part).encode("utf-8", "backslashreplace"))
        told.update(b"\0")
    return told.hexdigest()[:32]


def content_of(ticket: Ticket) -> str:
    """A digest of all that is read of a ticket; its links are no part of it."""
    return digest(
        ticket.id, ticket.subject, ticket.product, ticket.topic, ticket.tags, ticket.locale, ticket.status,
        ticket.worked, ticket.customer, ticket.created_at, ticket.messages,
    )  # fmt: skip


@cache
def _code() -> str:
    told = sha256()
    for package in _PACKAGES:
        for name, text in sorted(_read(files(package), package)):
            told.update(f"{name}\0".encode())
            told.update(text)
    return told.hexdigest()


def _read(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _read(each, f"{name}/{each.name}")
        elif each.name.endswith((".py", ".json")):
            found.append((f"{name}/{each.name}", each.read_bytes()))
    return found
