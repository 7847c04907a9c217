"""A knowledge base with some of its articles taken out: what `svar capture` should find is known then."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kb.database import next_seq
from kb.knowledge.move import SYSTEM, ArticleMove
from kb.model import Author, Customer, Ticket
from kb.settings import Settings
from kb.store import Store
from kb.ticket_intake import put_ticket

FEWEST, MOST = 25, 400
"""Links of an article that may be taken out."""
AGAIN = "again-"
"""Begins the id of a ticket that came in a second time."""
_SELDOM = 10
_SEEDS = (
    ("Mikaela Sundqvist-Falk", "mikaela.sundqvist@post.example", "+46 70 174 06 35", "19811218-9876"),
    ("Thorbjørn Kvalevåg", "t.kvalevag@firma.example", "+47 912 34 567", "010150 23456"),
    ("Aoife Ní Dhomhnaill", "aoife.nd@mail.example", "+353 85 012 3456", "4539 1488 0343 6467"),
)
"""Name, address, telephone and number of people who exist nowhere."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What was taken out."""

    gone: tuple[str, ...]
    """Ids of the articles."""
    links: dict[str, tuple[str, ...]]
    """The linked articles of each ticket, as they were in the whole base."""
    again: dict[str, str]
    """Tickets that came in a second time without their links: new id -> id of the first time."""

    @staticmethod
    def seeds() -> tuple[str, ...]:
        """Everything of the made-up people that no draft may hold."""
        return tuple(each for person in _SEEDS for each in (*person, person[0].split()[-1]))


def reduce(whole: Path, home: Path, *, out: int, seed: int) -> Reduced:
    """Copy an indexed data folder and take articles out of the copy, with the links to them.

    Every tenth ticket of those articles gets the details of a made-up person, in its customer's name, in what the
    customer says and in what agents say. Every tenth ticket that still links an article comes in a second time without
    its links.

    Args:
        whole: An indexed data folder.
        home: The copy; what is there is thrown away.
        out: How many articles that FEWEST to MOST tickets link.
        seed: Of the draw.
    """
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(whole, home)
    store = Store.open(Settings(home=home))
    counts = dict(store.tickets.link_counts())
    chosen = sorted(article for article, count in counts.items() if FEWEST <= count <= MOST)
    gone = tuple(np.random.default_rng(seed).permutation(chosen)[:out].tolist())
    links = _links(store)
    for article in gone:
        store.article_moves.move(article, ArticleMove.ARCHIVE, SYSTEM)
    with store.database.write("benchmark", "links", str(len(gone))) as connection:
        for ticket in sorted({ticket for ticket, those in links.items() if set(those) & set(gone)}):
            connection.executemany(
                "DELETE FROM ticket_links WHERE ticket_id = ? AND article_id = ?", [(ticket, each) for each in gone]
            )
            connection.execute("UPDATE tickets SET seq = ? WHERE id = ?", (next_seq(connection), ticket))
    _seed(store, [ticket for ticket, those in sorted(links.items()) if set(those) & set(gone)][::_SELDOM])
    first = [ticket for ticket, those in sorted(links.items()) if not set(those) & set(gone)][::_SELDOM]
    _put(store, [replace(each, id=AGAIN + each.id, source_id=AGAIN + each.source_id) for each in _read(store, first)])
    store.close()
    return Reduced(gone, links, {AGAIN + each: each for each in first})


def _links(store: Store) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in store.database.rows("SELECT DISTINCT ticket_id, article_id FROM ticket_links WHERE article_id <> ''"):
        found.setdefault(row["ticket_id"], []).append(row["article_id"])
    return {ticket: tuple(sorted(those)) for ticket, those in found.items()}


def _seed(store: Store, ids: Sequence[str]) -> None:
    changed = []
    for n, ticket in enumerate(_read(store, ids)):
        name, email, telephone, number = _SEEDS[n % len(_SEEDS)]
        told = f"\n\nMy number is {number}, call me on {telephone}.\n\nRegards,\n{name}"
        messages = list(ticket.messages)
        for place, message in enumerate(messages):
            if message.author is Author.CUSTOMER and place == 0:
                messages[place] = replace(message, body=message.body + told, name=name)
            elif message.author is Author.AGENT:
                body = f"Hi {name.split()[0]},\n\n{message.body}\n\nI wrote to {email} about {number}, too."
                messages[place] = replace(message, body=body)
        customer = Customer(f"made-up-{n % len(_SEEDS)}", name, email)
        changed.append(replace(ticket, messages=tuple(messages), customer=customer))
    _put(store, changed)


def _read(store: Store, ids: Sequence[str]) -> list[Ticket]:
    stored = store.tickets.get_many(ids)
    return [stored[each] for each in ids if each in stored]


def _put(store: Store, tickets: Sequence[Ticket]) -> None:
    with store.database.write("benchmark", "tickets", str(len(tickets))) as connection:
        for ticket in tickets:
            put_ticket(connection, ticket, ())
