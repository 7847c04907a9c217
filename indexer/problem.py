"""The problem of a ticket: what the customer said, never what the agent answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kb.model import RESOLVED, Author, Message, Ticket

REOPENED = "reopened"
"""Tag of a ticket whose customer came back."""


def first_burst(messages: Sequence[Message]) -> list[Message]:
    """The customer's public messages before the first answer of an agent; bots and notes do not count as answers."""
    burst: list[Message] = []
    for message in _public(messages):
        if message.author is Author.AGENT and burst:
            break
        if message.author is Author.CUSTOMER:
            burst.append(message)
    return burst


def latest_burst(messages: Sequence[Message]) -> list[Message]:
    """The customer's newest public messages that no agent's message stands between, oldest first."""
    burst: list[Message] = []
    for message in reversed(_public(messages)):
        if message.author is Author.AGENT and burst:
            break
        if message.author is Author.CUSTOMER:
            burst.append(message)
    return burst[::-1]


def last_reply(messages: Sequence[Message]) -> Message | None:
    """The agents' last public message: where the resolution usually stands."""
    replies = [m for m in _public(messages) if m.author is Author.AGENT]
    return replies[-1] if replies else None


def is_evidence(ticket: Ticket) -> bool:
    """Whether a ticket may be shown and may vote: it is resolved, and a person asked something."""
    return ticket.status in RESOLVED and any(
        m.author is Author.CUSTOMER and m.public and m.body.strip() for m in ticket.messages
    )


def is_solved(ticket: Ticket) -> bool:
    """Whether it ended well: resolved, answered by an agent in public, and not reopened.

    What the customer said about it afterwards weighs more than a tag.
    """
    ended_well = REOPENED not in ticket.tags if ticket.worked is None else ticket.worked
    return ticket.status in RESOLVED and ended_well and last_reply(ticket.messages) is not None


def _public(messages: Sequence[Message]) -> list[Message]:
    return [m for m in messages if m.public and m.author is not Author.BOT]
