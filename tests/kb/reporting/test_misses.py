"""Questions that found nothing good, and what the same person asked next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kb.model import Event, EventKind
from kb.store import Store
from tests.fakes import DAY, an_article, open_store, put

# Who, about which ticket, after how many minutes, in which words.
ASKED = [
    ("u1", "t1", 0, "hub blinks"),
    ("u1", "t1", 2, "red light on the hub"),
    ("u1", "t1", 9, "hub red"),
    ("u1", "t2", 10, "invoice"),
    ("u2", "t1", 0, "hub blinks"),
    ("u2", "t1", 1, "red light on the hub"),
    ("u2", "t1", 2, "red light on the hub"),
    ("", "t1", 3, "hub blinks"),
    ("", "t1", 4, "hub"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1"))
    opened.events.append([
        Event(EventKind.MISSED, DAY + timedelta(minutes=minutes), user, ticket, "a1",
              detail={"question": words, "query": words, "locale": "en", "product": ""})
        for user, ticket, minutes, words in ASKED
    ])  # fmt: skip
    yield opened
    opened.close()


def test_the_same_words_count_as_one_question(store: Store) -> None:
    found = store.reporting.misses.list(DAY, DAY + timedelta(hours=1))

    assert [(miss.question, miss.times, miss.nearest) for miss in found] == [
        ("hub blinks", 3, "Title of a1"), ("red light on the hub", 3, "Title of a1"), ("invoice", 1, "Title of a1"),
        ("hub red", 1, "Title of a1"), ("hub", 1, "Title of a1"),
    ]  # fmt: skip
    assert store.reporting.misses.count(DAY, DAY + timedelta(minutes=3)) == 5


def test_a_reformulation_is_soon_about_the_same_ticket_by_the_same_person_and_in_other_words(store: Store) -> None:
    found = store.reporting.misses.reformulations(DAY, DAY + timedelta(hours=1))

    # Seven minutes later is another search, another ticket is too, and of nobody it is not known.
    assert [(each.question, each.then, each.times) for each in found] == [("hub blinks", "red light on the hub", 2)]
