"""What a search finds is what is published: a real index beside fifty random moves of drafts and articles."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from indexer.build import take_in
from indexer.model import Shelf
from indexer.reader import Filter, ShelfReader
from kb.settings import Settings
from kb.store import Store
from tests.article_world import World, a_template
from tests.fakes import HashEncoder
from tests.indexer.building import opened

MOVES = 50


def test_search_follows_every_move(tmp_path: Path) -> None:
    settings = Settings(home=a_template(tmp_path), model="fake", query_prompt="", passage_prompt="")
    store, encoder = Store.open(settings), HashEncoder()
    world = World(store, random.Random(7).randrange)
    take_in(store, settings, encoder=encoder)
    reader = ShelfReader(opened(settings), Shelf.ARTICLE, encoder.dimension)
    for _ in range(MOVES):
        world.step()()
        world.look()
        take_in(store, settings, encoder=encoder)
        reader.refresh()
        published: dict[str, set[str]] = {text[1]: set() for text in world.texts.values()}
        for article_id, text in world.shelf.items():
            published[text[1]].add(article_id)
        assert {body: found(reader, body) for body in published} == published
    assert len(world.texts) > 5, "some texts came and went"
    store.close()


def found(reader: ShelfReader, words: str) -> set[str]:
    """The articles that a search for some words finds."""
    there = (reader.words(words, "en") > 0) & reader.allowed(Filter())
    return {reader.noun[place] for place in np.flatnonzero(there)}
