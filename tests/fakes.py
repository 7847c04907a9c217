"""Fakes that tests share: an encoder without a model, and nouns with as few words as possible."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from indexer.encode import Vectors
from indexer.model import Passage, Shelf
from kb.article_intake import put_article
from kb.canned import put_canned
from kb.model import Article, Author, CannedReply, Message, Revision, Ticket, TicketStatus
from kb.settings import Settings
from kb.store import Store
from kb.ticket_intake import put_ticket

DAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
"""The day on which everything here happens, if nothing else is said."""
_WORD = re.compile(r"\w+")


class HashEncoder:
    """An Encoder whose vectors are sums of one fixed direction per word: texts that share words are near.

    It remembers every text that it was given, and can be told to fail after a number of them.
    """

    def __init__(self, *, name: str = "fake", dimension: int = 32, fail_after: int | None = None) -> None:
        self.name = name
        self.dimension = dimension
        self.asked: list[str] = []
        self.stored: list[str] = []
        self._fail_after = fail_after
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            self.asked.extend(texts)
        return self._encode(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            self.stored.extend(texts)
        return self._encode(texts)

    @property
    def seen(self) -> list[str]:
        """Every text that was encoded."""
        return self.asked + self.stored

    def forget(self) -> None:
        """Begin counting anew."""
        self.asked.clear()
        self.stored.clear()

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if self._fail_after is not None and len(self.seen) > self._fail_after:
            raise RuntimeError("the fake encoder was told to fail")
        rows = [self._vector(text) for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    def _vector(self, text: str) -> Vectors:
        summed = self._direction("")
        for word in _WORD.findall(text[:8000].casefold()):
            summed = summed + self._direction(word)
        unit: Vectors = (summed / np.linalg.norm(summed)).astype(np.float32)
        return unit

    def _direction(self, word: str) -> Vectors:
        digest = hashlib.sha256(f"{self.name}\0{word}".encode("utf-8", "replace")).digest()
        drawn: Vectors = np.random.default_rng(int.from_bytes(digest[:8])).standard_normal(self.dimension, np.float32)
        return drawn


def open_store(home: Path, *, busy_timeout_s: float = 10.0) -> Store:
    """The store of a data folder."""
    return Store.open(Settings(home=home, busy_timeout_s=busy_timeout_s))


def an_article(article_id: str = "a1", body: str = "Hold the button.", **changes: Any) -> Article:
    """An article; `title`, `tags` and `summary` go to its revision, all other changes to itself."""
    title = changes.pop("title", f"Title of {article_id}")
    revision = Revision(article_id, 1, title, body, changes.pop("summary", ""), changes.pop("tags", ()))
    defaults: dict[str, Any] = {"source": "files", "source_id": article_id, "locale": "en"}
    return Article(id=article_id, revision=revision, **(defaults | changes))


def a_message(
    author: str = "customer", body: str = "It does not work.", *, number: int = 0, public: bool = True, minutes: int = 0
) -> Message:
    """A turn, some minutes after the ticket was created."""
    return Message(number, Author(author), public, DAY + timedelta(minutes=minutes), body)


def conversation(*turns: tuple[str, str]) -> tuple[Message, ...]:
    """Messages from (author, body); the author "note" is an agent's private note."""
    return tuple(
        a_message("agent" if author == "note" else author, body, number=i, public=author != "note", minutes=i)
        for i, (author, body) in enumerate(turns)
    )


def a_ticket(ticket_id: str = "t1", *turns: tuple[str, str], **changes: Any) -> Ticket:
    """A solved English ticket with a conversation; by default one question and one answer."""
    turns = turns or (("customer", f"Question of {ticket_id}"), ("agent", f"Answer of {ticket_id}"))
    later = changes.get("created_at", DAY) - DAY
    defaults: dict[str, Any] = {
        "source": "files", "source_id": ticket_id, "subject": f"Subject of {ticket_id}", "status": TicketStatus.SOLVED,
        "locale": "en", "created_at": DAY,
        "messages": tuple(replace(message, at=message.at + later) for message in conversation(*turns)),
    }  # fmt: skip
    return Ticket(id=ticket_id, **(defaults | changes))


def a_canned(canned_id: str = "c1", body: str = "Dear customer, hold the button.", **changes: Any) -> CannedReply:
    """A canned reply."""
    defaults: dict[str, Any] = {
        "source": "files",
        "source_id": canned_id,
        "title": f"Title of {canned_id}",
        "locale": "en",
    }
    return CannedReply(id=canned_id, body=body, **(defaults | changes))


def a_passage(noun_id: str = "a1", text: str = "Hold the button.", **changes: Any) -> Passage:
    """A passage of an article in English; everything may be changed."""
    defaults: dict[str, Any] = {
        "shelf": Shelf.ARTICLE, "revision": 1, "ordinal": 0, "start": 0, "end": len(text), "heading": "", "title": "",
        "locale": "en",
    }  # fmt: skip
    return Passage(noun_id=noun_id, text=text, **(defaults | changes))


def put(
    store: Store, *nouns: Article | Ticket | CannedReply, links: Sequence[str] = (), old: Sequence[str] = ()
) -> str:
    """Store nouns in one write, as an import does.

    Args:
        store: Where to.
        nouns: What to store.
        links: The help desk's links of every ticket among them.
        old: Redirects of every article among them.

    Returns:
        What happened to the last: "new", "changed" or "unchanged".
    """
    happened = ""
    with store.database.write("import", "noun", str(len(nouns))) as connection:
        for noun in nouns:
            if isinstance(noun, Article):
                happened = put_article(connection, noun, old)
            elif isinstance(noun, Ticket):
                happened = put_ticket(connection, noun, links)
            else:
                happened = put_canned(connection, noun)
    return happened
