"""The real customers of the evidence, looked for in drafts that are for somebody else."""

from __future__ import annotations

import re

from assistant.model import Draft, SourceKind
from kb.model import Customer
from kb.store import Store

_PAGE = 2000
_FEWEST_LETTERS = 3


class Strangers:
    """Everybody whose tickets are evidence.

    Args:
        store: The evidence.
    """

    def __init__(self, store: Store) -> None:
        self._customers: dict[str, Customer] = {}
        seq = 0
        while page := store.tickets.changed_since(seq, limit=_PAGE):
            seq = page[-1][0]
            self._customers.update((ticket.id, ticket.customer) for _, ticket in page if ticket.customer is not None)

    def found_in(self, draft: Draft, *, known: str) -> list[str]:
        """Full names and e-mail addresses of anybody, and each name of those whose tickets are quoted, sorted.

        Args:
            draft: What was written.
            known: What is the asking customer's own, and the agent's.
        """
        names = {text for customer in self._customers.values() for text in (customer.name, customer.email)}
        found = {name for name in names if " " in name or "@" in name if _mentions(draft.text, name)}
        for sentence in draft.sentences:
            customer = self._customers.get(sentence.source.id)
            if sentence.source.kind is SourceKind.TICKET and customer is not None:
                parts = [part for part in customer.name.split() if len(part) >= _FEWEST_LETTERS]
                found |= {part for part in parts if _mentions(sentence.text, part)}
        return sorted(name for name in found if not _mentions(known, name))


def _mentions(text: str, name: str) -> bool:
    return name.casefold() in text.casefold() and bool(
        re.search(rf"(?<!\w){re.escape(name)}(?:s|'s|’s)?(?!\w)", text, re.IGNORECASE)
    )
