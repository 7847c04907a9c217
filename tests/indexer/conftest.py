"""What the tests of the index share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.encode_openvino import OpenVinoEncoder
from indexer.encoders import BULK_FROM, bulk_encoder
from indexer.model import Passage, Shelf
from indexer.shelf_writer import content_hash
from indexer.shelves import Shelves
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder
from tests.indexer.tiny_model import make_tiny, settings_of

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


@pytest.fixture(scope="session")
def tiny_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with its export; never to be changed."""
    model = make_tiny(tmp_path_factory.mktemp("tiny") / "tiny", seed=1)
    assert isinstance(bulk_encoder(str(model), settings_of(model), texts=BULK_FROM), OpenVinoEncoder)
    return model


@pytest.fixture
def bare(tiny_original: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, nothing exported."""
    return Path(shutil.copytree(tiny_original, tmp_path / "tiny"))


@pytest.fixture
def tiny(bare: Path, tiny_original: Path) -> Path:
    """A copy of the tiny model with its export, which finds itself in a folder whose name depends on the place."""
    assert isinstance(bulk_encoder(str(bare), settings_of(bare), texts=BULK_FROM), OpenVinoEncoder)
    return bare


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
