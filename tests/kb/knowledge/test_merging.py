"""Merged articles: old ids, addresses and links lead on, through chains, and back again when it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import InvalidRow, NotFound
from kb.knowledge.move import ArticleMove, ArticleWish
from kb.knowledge.moves import SYSTEM
from kb.knowledge.refusals import ArticleNotLive, DraftInTheWay, MoveRefused
from kb.store import Store
from tests.fakes import a_ticket, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    for name in "abc":
        put(opened, an_article(name, f"Text {name}.", url=f"https://help.example/kb/{name}-page"))
    put(opened, a_ticket("t1"))
    with opened.database.write("link", "ticket", "t1") as connection:
        connection.execute(
            "INSERT INTO ticket_links VALUES ('t1', 'https://help.example/kb/a-page', 'a', '2026-01-01', 'linked', '')"
        )
    yield opened
    opened.close()


def merge(store: Store, article_id: str, into: str) -> None:
    store.article_moves.move(article_id, ArticleMove.MERGE, SYSTEM, ArticleWish(into=into))


def restore(store: Store, article_id: str) -> None:
    store.article_moves.move(article_id, ArticleMove.RESTORE, SYSTEM)


def where(store: Store) -> tuple[str, str, str]:
    """Where a's id, a's address and the ticket's link lead."""
    resolved = store.articles.resolve("https://help.example/kb/a-page")
    return store.articles.final("a").id, resolved, store.tickets.links(["t1"])[0].article_id


def test_chains_lead_to_the_end_and_come_back_in_any_order(store: Store) -> None:
    merge(store, "a", "b")
    assert where(store) == ("b", "b", "b")
    merge(store, "b", "c")
    assert where(store) == ("c", "c", "c")
    assert store.articles.resolve("a") == "c"
    restore(store, "a")
    assert where(store) == ("a", "a", "a")
    restore(store, "b")
    assert where(store) == ("a", "a", "a"), "what has come back is not taken along"
    assert store.articles.resolve("b") == "b"
    merge(store, "a", "b")
    merge(store, "b", "c")
    restore(store, "b")
    assert where(store) == ("b", "b", "b")


def test_a_merged_target_means_its_end_and_there_is_no_way_round(store: Store) -> None:
    merge(store, "b", "c")
    merge(store, "a", "b")
    assert store.articles.get("a").merged_into == "c"
    with pytest.raises(InvalidRow, match="cannot be merged into itself; 'a' leads to 'c'"):
        merge(store, "c", "a")
    with pytest.raises(MoveRefused, match="that are merged do not allow merge"):
        merge(store, "a", "b")


def test_what_cannot_be_merged(store: Store) -> None:
    with pytest.raises(NotFound, match="No article with id 'nope'"):
        merge(store, "a", "nope")
    store.articles.archive("b", actor="u1")
    with pytest.raises(ArticleNotLive, match=r"article b is archived\. Restore it first"):
        merge(store, "a", "b")
    store.article_drafts.create(SYSTEM, article_id="a")
    with pytest.raises(DraftInTheWay, match="Publish or discard the draft first"):
        merge(store, "a", "c")
    assert where(store) == ("a", "a", "a"), "a refused merge moves nothing"


def test_translations_join_the_other_family_or_stand_alone(store: Store) -> None:
    put(store, an_article("a-sv", locale="sv", translation_of="a"), an_article("a-da", locale="da", translation_of="a"),
        an_article("b-sv", locale="sv", translation_of="b"))  # fmt: skip
    merge(store, "a", "b")
    assert {a.id for a in store.articles.translations(store.articles.get("b"))} == {"b-sv", "a-da"}
    assert store.articles.get("a-sv").translation_of == ""
    restore(store, "a")
    assert {a.id for a in store.articles.translations(store.articles.get("a"))} == {"a-sv", "a-da"}


def test_an_import_of_what_was_merged_leads_to_the_end(store: Store) -> None:
    merge(store, "a", "b")
    put(store, an_article("a", "New text.", url="https://help.example/kb/a-new-page"))
    assert store.articles.resolve("https://help.example/kb/a-new-page") == "b"
    assert store.articles.get("a").merged_into == "b"
