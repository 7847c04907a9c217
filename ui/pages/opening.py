"""What the workspace asks once it knows the views: its first list, and the ticket that its address names. Pure.

Mirrors `readAddress` and `question` of ui/static/queue_state.js; where it guesses otherwise, the page asks itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

PAGE = 50
_NAMES = {
    "statuses": "status", "priorities": "priority", "types": "type", "companies": "company", "products": "product",
    "locales": "locale", "assignees": "assignee", "tags": "tag", "min_age_h": "min_age_h", "max_age_h": "max_age_h",
    "due": "due", "follow_up": "follow_up", "unread": "unread", "waiting": "waiting", "text": "q",
}  # fmt: skip
"""Fields of a filter and their names in an address, in the order in which the page writes them."""


def opening(answers: Mapping[str, bytes], query: str) -> tuple[str, ...]:
    """The addresses that the workspace asks next.

    Args:
        answers: What REST said, by address; "/views" is looked at.
        query: Of the page's own address.
    """
    asked = dict(parse_qsl(query))
    ticket = ("/tickets/" + quote(asked["ticket"], safe="!~*'()"),) if asked.get("ticket") else ()
    if asked.keys() & {*_NAMES.values(), "sort"} or "/views" not in answers:
        return ticket
    views = json.loads(answers["/views"])["views"]
    named = [view for view in views if view["id"] == asked.get("view")]
    view = next(iter(named or [view for view in views if not view["hidden"]] or views), None)
    return ticket if view is None else (f"/tickets?{_question(view)}", *ticket)


def _question(view: Mapping[str, object]) -> str:
    wanted = view["filter"]
    pairs: list[tuple[str, object]] = []
    for field, name in _NAMES.items():
        value = wanted.get(field) if isinstance(wanted, Mapping) else None
        if isinstance(value, list):
            pairs += [(name, each) for each in value]
        # Not "in": 0 hours is an age, and equals False.
        elif value is not None and value is not False and value != "":
            pairs.append((name, "true" if value is True else value))
    return urlencode([*pairs, ("sort", view["sort"]), ("limit", PAGE), ("offset", 0)])
