"""What may not be found is nowhere in the index, and what was deleted leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.build import bring_up_to_date
from indexer.model import Shelf
from indexer.reader import ShelfReader
from kb.model import Audience, Confidence, TicketStatus
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder, a_ticket, an_article, put
from tests.indexer.building import content, found, index_bytes, opened, snapshot_ids, stock


@pytest.mark.parametrize(
    ("change", "findable"),
    [
        ({}, True),
        ({"confidence": Confidence.WIP}, True),
        ({"audience": Audience.INTERNAL}, True),
        ({"confidence": Confidence.ARCHIVED}, False),
        ({"audience": Audience.AUTHOR}, False),
        ({"body": ""}, True),
    ],
)
def test_which_articles_are_indexed(
    store: Store, settings: Settings, encoder: HashEncoder, change: dict[str, Any], findable: bool
) -> None:
    put(store, an_article("a0"), an_article("a1", **({"body": "Text"} | change)))
    bring_up_to_date(store, settings, encoder=encoder)
    assert ("a1" in found(settings)) is findable


def test_private_words_are_nowhere_in_the_index(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(
        store,
        a_ticket(
            "t1", ("customer", "Visiblequestion"), ("note", "Secretnote"), ("bot", "Secretbot"),
            ("agent", "Secretanswer"), ("customer", "Secretthanks"),
        ),
        a_ticket("t2", ("customer", "Secretopen"), status=TicketStatus.OPEN, subject="Secretsubject"),
        an_article("a1", "Secretarchived", confidence=Confidence.ARCHIVED, title="Secrettitle"),
        an_article("a2", "Secretdraft", audience=Audience.AUTHOR),
    )  # fmt: skip
    bring_up_to_date(store, settings, encoder=encoder)
    words = index_bytes(settings).lower()
    assert b"visiblequestion" in words
    assert b"secret" not in words
    assert not [text for text in encoder.seen if "secret" in text.lower()]


def test_what_is_archived_is_gone_with_its_vectors(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    """From the index file and from the snapshot, however small its share."""
    stock(store, 60)
    put(store, an_article("gone", "Unique xyzzy."))
    bring_up_to_date(store, settings, encoder=encoder)
    shelves = opened(settings)
    (old,) = shelves.passages_of(Shelf.ARTICLE, "gone")
    assert old in snapshot_ids(settings, Shelf.ARTICLE)
    assert b"xyzzy" in index_bytes(settings).lower()
    vectors = len(content(shelves)["vectors"])
    store.articles.archive("gone", actor="u")
    bring_up_to_date(store, settings, encoder=encoder)
    assert shelves.passages_of(Shelf.ARTICLE, "gone") == {}
    assert len(content(shelves)["vectors"]) == vectors - 1
    assert old not in snapshot_ids(settings, Shelf.ARTICLE)
    assert b"xyzzy" not in index_bytes(settings).lower()
    reader = ShelfReader(shelves, Shelf.ARTICLE, 32)
    assert not reader.words("xyzzy", "en").any()


def test_a_vector_that_another_text_still_needs_stays(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(store, an_article("a1", "Same", title="T"), an_article("a2", "Same", title="T"))
    bring_up_to_date(store, settings, encoder=encoder)
    store.articles.archive("a1", actor="u")
    bring_up_to_date(store, settings, encoder=encoder)
    assert found(settings) == {"a2"}


def test_a_ticket_is_indexed_when_it_is_solved(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(store, an_article("a1"), a_ticket("t1", ("customer", "Help"), status=TicketStatus.OPEN))
    bring_up_to_date(store, settings, encoder=encoder)
    assert found(settings, Shelf.TICKET) == set()
    ticket = store.tickets.reply(
        "t1", "Hold it.", author_name="A", actor="u", status=TicketStatus.SOLVED, version=1, article_ids=["a1"]
    )
    bring_up_to_date(store, settings, encoder=encoder)
    (passage,) = opened(settings).passages_of(Shelf.TICKET, "t1").values()
    assert (passage.solved, passage.text) == (True, "Help")
    store.tickets.reply("t1", "Sorry.", author_name="A", actor="u", status=TicketStatus.OPEN, version=ticket.version)
    bring_up_to_date(store, settings, encoder=encoder)
    assert found(settings, Shelf.TICKET) == set()
