"""Which ticket another program means: by its name there, or by the address of the page that shows it."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from kb.database import Database

_NAMES = frozenset({"id", "ticket", "ticketid", "ticket_id", "conversation", "conversationid"})
_NOUNS = frozenset({"ticket", "tickets", "conversation", "conversations", "zoom", "browse", "issue", "issues", "case",
                    "cases", "request", "requests"})  # fmt: skip
_LONGEST = 2000
_MOST = 8


class TicketAddresses:
    """Finds tickets of one database by what their source calls them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def by_source(self, source: str, source_id: str) -> str:
        """The ticket of a source, e.g. ("zendesk", "123"); "" if there is none."""
        row = self._db.row("SELECT id FROM tickets WHERE source = ? AND source_id = ?", (source, source_id))
        return str(row["id"]) if row is not None else ""

    def by_url(self, url: str) -> str:
        """The ticket that a help desk shows at an address; "" if none is meant, or if two sources know the number."""
        for name in names_in(url):
            rows = self._db.rows("SELECT id FROM tickets WHERE source_id = ? LIMIT 2", (name,))
            if len(rows) == 1:
                return str(rows[0]["id"])
        return ""


def names_in(url: str) -> tuple[str, ...]:
    """What may be a ticket's name in an address, the likeliest first; pure.

    Known are a number after a noun (".../agent/tickets/123", ".../#ticket/zoom/123", ".../browse/SUP-12"), a parameter
    ("...?id=123", "...;TicketID=123"), and a last part with a digit in it (".../queues/custom/1/SUP-12").

    Args:
        url: Any text; what is no address has no names.
    """
    if len(url) > _LONGEST:
        return ()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    fields = [part.partition("=") for part in re.split(r"[&;]", parts.query)]
    by_field = [unquote(value) for name, _, value in fields if name.casefold() in _NAMES and value]
    # Some programs keep their whole address behind the "#".
    segments = [unquote(part) for part in re.split(r"[/?]", f"{parts.path}/{parts.fragment}") if part]
    after_noun = [
        right for left, right in pairwise(segments)
        if left.casefold() in _NOUNS and any(c.isdigit() for c in right)
    ]  # fmt: skip
    last = [part for part in segments[-1:] if any(c.isdigit() for c in part)]
    return tuple(dict.fromkeys([*after_noun, *by_field, *last]))[:_MOST]
