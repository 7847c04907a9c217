"""What a running server does about a change: it is found at once, and what takes long waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from indexer import build, tidy
from indexer.build import bring_up_to_date, take_in
from indexer.encode import Vectors
from indexer.model import Shelf
from indexer.tidy import in_turn
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder, a_ticket, an_article, put
from tests.indexer.building import content, found, index_bytes, opened, snapshot_ids, stock


def test_a_change_is_found_and_nothing_else_is_done(
    store: Store, settings: Settings, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    before = snapshot_ids(settings, Shelf.ARTICLE)
    put(store, an_article("new"), an_article("a1", "Other."), a_ticket("t99"))
    store.articles.archive("a2", actor="u")
    monkeypatch.setattr(build, "tidy", lambda *_: pytest.fail("this takes long"))
    built = take_in(store, settings, encoder=encoder)
    assert (built.nouns, built.passages) == (4, 3)
    assert found(settings) == {"new", *(f"a{i}" for i in range(10))} - {"a2"}
    assert "t99" in found(settings, Shelf.TICKET)
    assert snapshot_ids(settings, Shelf.ARTICLE) == before
    assert take_in(store, settings, encoder=encoder).nouns == 0


def test_afterwards_it_is_as_if_all_had_been_done_at_once(
    store: Store, settings: Settings, encoder: HashEncoder
) -> None:
    stock(store)
    put(store, an_article("gone", "Unique xyzzy."))
    bring_up_to_date(store, settings, encoder=encoder)
    put(store, an_article("new"), an_article("a1", "Other."))
    store.articles.archive("gone", actor="u")
    take_in(store, settings, encoder=encoder)
    shelves = opened(settings)
    tidy.tidy(settings.home, shelves)
    tidied = content(shelves)
    assert b"xyzzy" not in index_bytes(settings).lower()
    bring_up_to_date(store, settings, encoder=encoder, full=True)
    assert content(opened(settings)) == tidied


def test_where_there_is_no_index_one_is_made(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store, 3)
    assert take_in(store, settings, encoder=encoder).nouns == 9
    assert found(settings) == {"a0", "a1", "a2"}
    assert len(snapshot_ids(settings, Shelf.TICKET)) == 3


def test_an_article_does_not_wait_for_many_tickets(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what comes in while tickets are being taken in, articles are next."""
    monkeypatch.setattr(build, "_AT_ONCE", 2)
    stock(store, 1)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    put(store, *(a_ticket(f"more{i}", ("customer", f"More {i}")) for i in range(8)))
    seen: list[str] = []

    class Watching(HashEncoder):
        def queries(self, texts: Sequence[str]) -> Vectors:
            seen.extend(text.split("\n")[-1] for text in texts)
            if len(seen) == 2:
                put(store, an_article("urgent", "Urgent."))
            return super().queries(texts)

        def passages(self, texts: Sequence[str]) -> Vectors:
            seen.extend(texts)
            return super().passages(texts)

    take_in(store, settings, encoder=Watching())
    assert [text.split(".")[0].split("\n")[-1] for text in seen] == [
        "More 0", "More 1", "Urgent", *(f"More {i}" for i in range(2, 8))
    ]  # fmt: skip


def test_a_vector_that_is_forgotten_meanwhile_is_made_again(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process tidies up between the look at what is known and the write."""
    encoder = HashEncoder()
    put(store, an_article("a1", "Same.", title="T"), an_article("a2"))
    bring_up_to_date(store, settings, encoder=encoder)
    store.articles.archive("a1", actor="u")
    take_in(store, settings, encoder=encoder)
    put(store, an_article("a3", "Same.", title="T"))
    shelves = opened(settings)
    known = type(shelves).known_hashes
    looked: list[int] = []

    def then_tidied(self: object, hashes: list[bytes]) -> set[bytes]:
        answer = known(self, hashes)  # type: ignore[arg-type]
        if not looked:
            looked.append(len(answer))
            tidy.tidy(settings.home, shelves)
        return answer

    monkeypatch.setattr(type(shelves), "known_hashes", then_tidied)
    take_in(store, settings, encoder=encoder)
    assert looked == [1], "it was known at first"
    assert found(settings) == {"a2", "a3"}


def test_who_tidies_up_keeps_nobody_from_taking_in(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(store, 3)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    store.articles.archive("a0", actor="u")
    at_work, go_on = threading.Event(), threading.Event()

    def slowly(*_: object) -> None:
        at_work.set()
        assert go_on.wait(20)

    monkeypatch.setattr(tidy, "write_snapshots", slowly)
    other = threading.Thread(target=bring_up_to_date, args=(store, settings), kwargs={"encoder": HashEncoder()})
    other.start()
    assert at_work.wait(20)
    put(store, an_article("new"))
    take_in(store, settings, encoder=HashEncoder())
    assert found(settings) == {"a1", "a2", "new"}
    go_on.set()
    other.join()


def test_two_never_tidy_at_once(store: Store, settings: Settings) -> None:
    stock(store, 3)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    shelves = opened(settings)
    done: list[str] = []

    def tidies() -> None:
        tidy.tidy(settings.home, shelves)
        done.append("other")

    with in_turn(settings.home, "tidy"):
        other = threading.Thread(target=tidies)
        other.start()
        time.sleep(0.2)
        done.append("first")
    other.join(20)
    assert done == ["first", "other"]
