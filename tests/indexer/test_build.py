"""The index run takes in only what changed, and what it does not need to do again it does not do."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from indexer import build
from indexer.build import bring_up_to_date, pending
from indexer.common_questions import COMMON_QUESTIONS
from indexer.folders import require_folder
from indexer.model import Shelf
from indexer.reader import ShelfReader
from indexer.shelves import COMMON_MEANS
from indexer.snapshots import snapshot_path
from kb.errors import KBError
from kb.links import resolve_links
from kb.settings import Settings
from kb.store import Store
from tests.fakes import DAY, HashEncoder, a_canned, a_ticket, an_article, open_store, put
from tests.indexer.building import content, found, opened, own, snapshot_ids, stock


def test_the_first_run_takes_everything(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    told: list[tuple[int, int]] = []
    built = bring_up_to_date(store, settings, encoder=encoder, progress=lambda done, total: told.append((done, total)))
    assert (built.nouns, built.passages, built.encoded, built.folder.name) == (30, 40, 48, "fake-1")
    assert told[-1] == (30, 30)
    assert told == sorted(told)
    assert (len(encoder.stored), len(own(encoder.asked))) == (30, 18), "tickets are questions, their answers too"
    assert [len(found(settings, shelf)) for shelf in Shelf] == [10, 10, 10]


def test_the_next_run_encodes_only_what_changed(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    before = content(opened(settings))
    encoder.forget()
    assert bring_up_to_date(store, settings, encoder=encoder).nouns == 0
    assert encoder.seen == []
    assert content(opened(settings)) == before

    put(store, an_article("a3", "Intro 3.\n\n## Steps\n\nPress another button."), a_canned("c3", "Dear 3", tags=("x",)))
    put(
        store,
        an_article("a4", "Intro 4.\n\n## Steps\n\nPress button 4.", product="Hub"),
        a_ticket("new", ("customer", "New")),
    )
    built = bring_up_to_date(store, settings, encoder=encoder)
    assert encoder.stored == ["Title of a3: Steps\nPress another button."], "labels and known texts cost nothing"
    assert encoder.asked == ["Subject of new\nNew"]
    assert (built.nouns, built.encoded) == (4, 2)
    assert {p.product for p in opened(settings).passages_of(Shelf.ARTICLE, "a4").values()} == {"Hub"}
    assert {p.revision for p in opened(settings).passages_of(Shelf.ARTICLE, "a3").values()} == {2}


def test_a_changed_index_equals_a_new_one(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    put(
        store,
        an_article("a3", "Other."),
        a_ticket("t1", ("customer", "Changed"), ("agent", "x")),
        a_canned("c1", "Other"),
    )
    store.articles.archive("a5", actor="u")
    bring_up_to_date(store, settings, encoder=encoder)
    changed = content(opened(settings))
    built = bring_up_to_date(store, settings, encoder=encoder, full=True)
    assert built.folder.name == "fake-2"
    assert content(opened(settings)) == changed


def test_full_encodes_everything_again(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    encoder.forget()
    assert bring_up_to_date(store, settings, encoder=encoder, full=True).encoded == 48
    assert len(own(encoder.seen)) == 48


def test_the_same_text_is_encoded_once(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(store, *(a_ticket(f"t{i}", ("customer", "Same"), subject="Same") for i in range(5)))
    assert bring_up_to_date(store, settings, encoder=encoder).encoded == 1
    assert len(found(settings, Shelf.TICKET)) == 5


def test_more_than_one_batch(
    store: Store, settings: Settings, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    whole = content(opened(settings))
    monkeypatch.setattr(build, "BATCH", 3)
    bring_up_to_date(store, settings, encoder=encoder, full=True)
    assert content(opened(settings)) == whole


def test_nothing_to_index(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    built = bring_up_to_date(store, settings, encoder=encoder)
    assert (built.nouns, built.passages, encoder.seen) == (0, 0, [])
    put(store, an_article("a1"))
    assert bring_up_to_date(store, settings, encoder=encoder).encoded == 1
    assert found(settings) == {"a1"}


def test_pending(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store, 3)
    bring_up_to_date(store, settings, encoder=encoder)
    assert pending(store, opened(settings)) == 0
    put(store, an_article("a1", "New"), a_ticket("t9"))
    assert pending(store, opened(settings)) == 2


def test_what_comes_in_during_a_run_is_taken_in(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store, 3)

    def meanwhile(done: int, _total: int) -> None:
        if done == 3:
            put(store, a_ticket("late", ("customer", "Late")))

    bring_up_to_date(store, settings, encoder=encoder, progress=meanwhile)
    assert "late" in found(settings, Shelf.TICKET)


def test_a_link_that_resolves_later_makes_a_ticket_vote(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(store, a_ticket("t1"), links=["a1"])
    bring_up_to_date(store, settings, encoder=encoder)
    before = store.seq()
    encoder.forget()
    put(store, an_article("a1"))
    with store.database.write("resolve", "link", "") as connection:
        resolve_links(connection)
    bring_up_to_date(store, settings, encoder=encoder)
    assert [each.id for each in store.tickets.linked_since(before)] == ["t1"]
    assert found(settings, Shelf.TICKET) == {"t1"}
    assert encoder.asked == [], "its text is the same"


def test_the_means_of_common_questions_are_taken_once(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store, 3)
    bring_up_to_date(store, settings, encoder=encoder)
    assert encoder.asked.count(COMMON_QUESTIONS["sv"][0]) == 1
    put(store, an_article("new"))
    bring_up_to_date(store, settings, encoder=encoder)
    assert encoder.asked.count(COMMON_QUESTIONS["sv"][0]) == 1
    kept = json.loads(opened(settings).meta(COMMON_MEANS))
    assert list(kept) == list(COMMON_QUESTIONS)
    for locale, texts in COMMON_QUESTIONS.items():
        np.testing.assert_allclose(kept[locale], HashEncoder().queries(texts).mean(axis=0), atol=1e-5)


def test_two_runs_at_once(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    """The second says so in one line; the first goes on."""
    stock(store, 3)
    said: list[str] = []

    def again(done: int, total: int) -> None:
        with pytest.raises(KBError, match=r"Another index run is working in .*\. Wait until it is done") as caught:
            bring_up_to_date(open_store(settings.home), settings, encoder=HashEncoder())
        said.append(str(caught.value))

    bring_up_to_date(store, settings, encoder=encoder, progress=again)
    assert said
    assert found(settings) == {"a0", "a1", "a2"}
    bring_up_to_date(store, settings, encoder=encoder)


def test_an_encoder_that_fails_changes_nothing(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store, 3)
    bring_up_to_date(store, settings, encoder=encoder)
    before = content(opened(settings))
    put(store, an_article("new"))
    with pytest.raises(RuntimeError, match="told to fail"):
        bring_up_to_date(store, settings, encoder=HashEncoder(fail_after=0))
    assert content(opened(settings)) == before
    bring_up_to_date(store, settings, encoder=encoder)
    assert "new" in found(settings)


def test_snapshots_are_written_anew_only_when_it_pays(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store, 60)
    bring_up_to_date(store, settings, encoder=encoder)
    first = snapshot_ids(settings, Shelf.TICKET)
    put(store, a_ticket("one more"))
    bring_up_to_date(store, settings, encoder=encoder)
    assert snapshot_ids(settings, Shelf.TICKET) == first
    assert len(found(settings, Shelf.TICKET)) == 61
    put(store, *(a_ticket(f"more{i}") for i in range(9)))
    bring_up_to_date(store, settings, encoder=encoder)
    assert len(snapshot_ids(settings, Shelf.TICKET)) == 70


def test_a_damaged_snapshot_is_written_anew(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    snapshot_path(require_folder(settings.home), Shelf.ARTICLE).write_bytes(b"garbage")
    bring_up_to_date(store, settings, encoder=encoder)
    assert len(snapshot_ids(settings, Shelf.ARTICLE)) == 20


def test_tickets_keep_their_time(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(store, a_ticket("t1", created_at=DAY - timedelta(days=9)))
    bring_up_to_date(store, settings, encoder=encoder)
    reader = ShelfReader(opened(settings), Shelf.TICKET, 32)
    place = reader.place_of("t1")
    assert place is not None
    assert reader.at_s[place] == (DAY - timedelta(days=9)).timestamp()
