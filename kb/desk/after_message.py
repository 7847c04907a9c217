"""What follows from an agent's message, in the same transaction: colleagues are told, the help desk gets the reply."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kb import clock
from kb.desk.mentions import insert_mentions
from kb.desk.outbox import Post, PostKind, insert_post
from kb.markdown import render
from kb.model import TicketStatus
from kb.settings_outgoing import Outgoing

_MAX_RENDERED = 50_000
"""Longer texts go as Markdown only: a pasted log is no prose."""
_SINGLE_BREAK = re.compile(r"(?<![\n ])\n(?!\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message that has just been stored."""

    ticket_id: str
    number: int
    at: datetime
    body: str
    """Markdown."""
    public: bool
    user_id: str
    user_name: str
    article_ids: tuple[str, ...] = ()
    """What it was linked with."""
    status: TicketStatus = TicketStatus.OPEN
    """The ticket's, after it."""


def after_message(connection: sqlite3.Connection, written: Written, outgoing: Outgoing) -> None:
    """Store who is mentioned in a note; put a public reply into the outbox if it goes to a help desk.

    Args:
        connection: Inside the transaction that stored the message.
        written: The message.
        outgoing: Where replies go; nowhere unless it is set.
    """
    if not written.public:
        insert_mentions(
            connection, written.ticket_id, written.body, at=written.at, by_id=written.user_id,
            by_name=written.user_name,
        )  # fmt: skip
    elif outgoing.reply_webhook:
        payload = _payload(connection, written)
        post = Post(PostKind.REPLY, written.ticket_id, "", payload, message_at=written.at)
        insert_post(connection, post, at=written.at)


def _payload(connection: sqlite3.Connection, written: Written) -> dict[str, object]:
    ticket = connection.execute("SELECT source, source_id FROM tickets WHERE id = ?", (written.ticket_id,)).fetchone()
    short = len(written.body) <= _MAX_RENDERED
    return {
        "kind": "reply",
        "at": clock.to_text(written.at),
        "ticket": {
            "id": written.ticket_id, "source": ticket["source"], "source_id": ticket["source_id"],
            "status": written.status.value,
        },
        "message": {
            "markdown": written.body,
            "html": render(_SINGLE_BREAK.sub("  \n", written.body)) if short else "",
            "author": {"id": written.user_id, "name": written.user_name},
        },
        "articles": [_article(connection, article_id) for article_id in dict.fromkeys(written.article_ids)],
    }  # fmt: skip


def _article(connection: sqlite3.Connection, article_id: str) -> dict[str, object]:
    row = connection.execute(
        "SELECT a.url, a.locale, r.title FROM articles a JOIN revisions r"
        " ON r.article_id = a.id AND r.number = a.revision WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    known = {"title": row["title"], "url": row["url"], "locale": row["locale"]} if row is not None else {}
    return {"id": article_id, **known}
