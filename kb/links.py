"""From what a link says to the article it means, and the links of tickets."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from itertools import groupby

from kb import clock
from kb.addresses import candidates, host_of
from kb.database import Database, next_seq
from kb.model import LinkedTicket


def resolve_links(connection: sqlite3.Connection) -> int:
    """Point every open link of every ticket at the article it means; runs after an import.

    Returns:
        How many links found their article.
    """
    urls = connection.execute("SELECT DISTINCT url FROM articles WHERE url <> ''")
    hosts = frozenset(host_of(row["url"]) for row in urls)
    found = 0
    # Thousands of tickets may name the same page that no article is at.
    meant: dict[tuple[str, bool], str] = {}
    for row in connection.execute("SELECT ticket_id, target, kind FROM ticket_links WHERE article_id = ''").fetchall():
        asked = row["target"], row["kind"] != "mentioned"
        if asked not in meant:
            meant[asked] = article_at(connection, asked[0], hosts, any_host=asked[1])
        article_id = meant[asked]
        if article_id:
            connection.execute(
                "UPDATE ticket_links SET article_id = ? WHERE ticket_id = ? AND target = ?",
                (article_id, row["ticket_id"], row["target"]),
            )
            connection.execute("UPDATE tickets SET seq = ? WHERE id = ?", (next_seq(connection), row["ticket_id"]))
            found += 1
    return found


def article_at(connection: sqlite3.Connection, target: str, hosts: frozenset[str], *, any_host: bool) -> str:
    """The id of the article that a target means, empty if none does; `hosts` are where articles live."""
    for address in candidates(target, known_hosts=hosts, any_host=any_host):
        row = connection.execute("SELECT article_id FROM addresses WHERE address = ?", (address,)).fetchone()
        if row is not None:
            return str(row["article_id"])
    return ""


def insert_link(
    connection: sqlite3.Connection, ticket_id: str, target: str, article_id: str, at: datetime, kind: str
) -> None:
    """Note that a ticket points at an article; a target that it has already stays as it is, unless this says more.

    A resolution says most and a reference least.
    """
    connection.execute(
        "INSERT INTO ticket_links (ticket_id, target, article_id, at, kind) VALUES (?, ?, ?, ?, ?)"
        # What an agent here linked takes the place of a link that goes when the source forgets it.
        " ON CONFLICT (ticket_id, target) DO UPDATE SET kind = excluded.kind, article_id = excluded.article_id"
        " WHERE excluded.kind = 'resolution' OR ticket_links.kind = 'reference'",
        (ticket_id, target, article_id, clock.to_text(at), kind),
    )


def linked_since(database: Database, seq: int) -> list[LinkedTicket]:
    """See Tickets.linked_since; what is only related to a ticket is no link."""
    kind = "LEFT JOIN" if seq else "JOIN"
    # Grouped by what it is chosen and ordered by: grouped by id alone, SQLite goes through all tickets.
    rows = database.rows(
        f"SELECT t.id, t.seq, t.created_at, l.article_id, min(l.at) AS at FROM tickets t {kind} ticket_links l"
        " ON l.ticket_id = t.id AND l.article_id <> '' AND l.kind <> 'reference' WHERE t.seq > ?"
        " GROUP BY t.seq, t.id, l.article_id ORDER BY t.seq, t.id, l.article_id",
        (seq,),
    )
    found: list[LinkedTicket] = []
    for ticket_id, group in groupby(rows, key=lambda row: str(row["id"])):
        members = list(group)
        links = [(row["article_id"], clock.from_text(row["at"])) for row in members if row["article_id"]]
        found.append(
            LinkedTicket(
                id=ticket_id,
                seq=int(members[0]["seq"]),
                created_at=clock.from_text(members[0]["created_at"]) or clock.now(),
                links=tuple((article_id, at) for article_id, at in links if at is not None),
            )
        )
    return found
