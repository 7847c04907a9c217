"""What the tests of the index share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.model import Passage, Shelf
from indexer.shelf_writer import content_hash
from indexer.shelves import Shelves
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder

Stock = Callable[..., Shelves]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder of its own, for the fake model."""
    return Settings(home=tmp_path / "home", model="fake", query_prompt="", passage_prompt="")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> HashEncoder:
    """An encoder that counts."""
    return HashEncoder()


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    """An empty index file."""
    return Shelves(tmp_path / "index" / "fake-1", busy_timeout_s=5)


def fill(shelves: Shelves, *passages: Passage, encoder: HashEncoder | None = None) -> None:
    """Put passages in place of all that their nouns had, with their vectors, in one write."""
    encoder = encoder or HashEncoder()
    nouns: dict[tuple[Shelf, str], list[Passage]] = {}
    for passage in passages:
        own = nouns.setdefault((passage.shelf, passage.noun_id), [])
        own.append(replace(passage, ordinal=len(own)))
    with shelves.write() as writer:
        hashes = [content_hash(p) for p in passages]
        writer.remember_vectors(hashes, encoder.passages([p.embedded for p in passages]))
        for (shelf, noun_id), own in nouns.items():
            writer.replace(shelf, noun_id, own)
