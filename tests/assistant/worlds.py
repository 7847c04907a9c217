"""Small data folders that are really stored and indexed, and the demo data, for the tests of search and suggestions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from assistant.indexing import bring_up_to_date
from assistant.model import Suggestion
from assistant.question import Question
from assistant.service import Service
from kb.importers.run import import_paths
from kb.links import resolve_links
from kb.model import Article, CannedReply, Ticket
from kb.settings import Settings
from kb.store import Store
from tests.conftest import ROOT
from tests.fakes import DAY, HashEncoder, a_ticket, put

# Threads of the engine that wait in a loop slow each other down tenfold on a busy machine; `svar` sets the same.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
ENCODER = HashEncoder(dimension=64)
DATA = ROOT / "data"
MODELS = Path(os.environ["SVAR_MODELS"]) if os.environ.get("SVAR_MODELS") else None
"""Where a developer keeps the unpacked model; read before the fixture that clears the environment."""


class World:
    """A data folder of a test's own, indexed with the fake encoder."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setattr("assistant.engine.query_encoder", lambda *_: ENCODER)
        self.settings = Settings(home=home, model=ENCODER.name, query_prompt="", passage_prompt="")
        self.store = Store.open(self.settings)

    def put(self, *nouns: Article | Ticket | CannedReply, links: Sequence[str] = (), index: bool = True) -> None:
        """Store nouns; every ticket among them links the same articles."""
        put(self.store, *nouns, links=links)
        with self.store.database.write("import", "links", "0") as connection:
            resolve_links(connection)
        if index:
            self.index()

    def index(self) -> None:
        """Bring the index up to date, as another process would."""
        bring_up_to_date(self.store, self.settings, encoder=ENCODER)

    def service(self, *, min_confidence: float = 0.5, scope: str = "") -> Service:
        """A service that reads the folder anew."""
        return Service.open(replace(self.settings, min_confidence=min_confidence, scope=scope))


def ticket_at(days: float, ticket_id: str, body: str, **changes: Any) -> Ticket:
    """A solved ticket that was created some days after DAY."""
    moved = timedelta(days=days)
    made = a_ticket(ticket_id, ("customer", body), ("agent", "See the article."), **changes)
    messages = tuple(replace(message, at=message.at + moved) for message in made.messages)
    return replace(
        made, created_at=made.created_at + moved, messages=messages, closed_at=DAY + moved + timedelta(hours=1)
    )


def shown(found: Suggestion) -> Suggestion:
    """What is shown, without the time that it took."""
    return replace(found, took_ms=0.0)


def as_new(ticket: Ticket) -> Question:
    """The words of a ticket as somebody new would send them."""
    bodies = [message.body for message in ticket.messages if message.author == "customer"]
    name = ticket.customer.name if ticket.customer else ""
    return Question(ticket.subject, bodies[0] if bodies else "", ticket.locale, ticket.product, customer_name=name)


@cache
def demo_home() -> Path:
    """The demo data, imported and indexed with the real model; shared by all tests of a run, never to be changed."""
    home = Path(mkdtemp(prefix="svar-demo-"))
    import_demo(home, DATA)
    return home


def import_demo(home: Path, data: Path) -> None:
    """Import and index a folder like the demo data's."""
    settings = Settings(home=home, models=MODELS)
    store = Store.open(settings)
    import_paths(store, [data])
    bring_up_to_date(store, settings)
    store.close()


def forget_demo() -> None:
    """Delete the shared folder."""
    if demo_home.cache_info().currsize:
        shutil.rmtree(demo_home(), ignore_errors=True)
        demo_home.cache_clear()
