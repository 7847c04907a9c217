"""The index run: only what changed, never what is private, and the same result however often it was killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer import build
from indexer.build import bring_up_to_date, pending
from indexer.common_questions import COMMON_QUESTIONS
from indexer.dense import Dense
from indexer.encode import Vectors
from indexer.folders import current_folder, require_folder
from indexer.model import Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import COMMON_MEANS, Shelves
from indexer.snapshots import snapshot_path
from kb.errors import KBError
from kb.links import resolve_links
from kb.model import Audience, Confidence, TicketStatus
from kb.settings import Settings
from kb.store import Store
from tests.conftest import ROOT, environment
from tests.fakes import DAY, HashEncoder, a_canned, a_ticket, an_article, open_store, put

ANSWER = "Please hold the button on its back for ten seconds, then wait until the light is number"


def stock(store: Store, count: int = 10) -> None:
    """Articles, solved tickets (every fifth without an answer that says something) and canned replies."""
    for i in range(count):
        put(store, an_article(f"a{i}", f"Intro {i}.\n\n## Steps\n\nPress button {i}."), a_canned(f"c{i}", f"Dear {i}"))
        put(
            store,
            a_ticket(f"t{i}", ("customer", f"Problem {i}"), ("agent", f"{ANSWER} {i}." if i % 5 else "Solved")),
            links=[f"a{i}"] if i % 2 else [],
        )
    with store.database.write("resolve", "link", "") as connection:
        resolve_links(connection)


def opened(settings: Settings) -> Shelves:
    return Shelves(require_folder(settings.home))


def content(shelves: Shelves) -> dict[str, list[tuple[object, ...]]]:
    """All that an index says, without the numbers that tell when it was written."""
    asked = {
        "passages": 'SELECT shelf, noun_id, revision, ordinal, "start", "end", heading, title, text, locale, product,'
        " audience, solved, at, hash FROM passages",
        "vectors": "SELECT hash, vector FROM vectors",
        "solutions": "SELECT ticket_id, hash FROM solutions",
        "meta": "SELECT key, value FROM meta WHERE key NOT IN ('generation', 'forgotten')",
        "exact": "SELECT p.noun_id, p.ordinal, w.words FROM article_exact w JOIN passages p ON p.id = w.rowid",
    } | {
        shelf: f"SELECT p.noun_id, p.ordinal, w.stems FROM {shelf}_words w LEFT JOIN passages p ON p.id = w.rowid"
        for shelf in Shelf
    }
    return {name: sorted(map(tuple, shelves.connection.execute(sql))) for name, sql in asked.items()}


def own(texts: list[str]) -> list[str]:
    """The team's texts among those that were encoded."""
    common = {text for those in COMMON_QUESTIONS.values() for text in those}
    return [text for text in texts if text not in common]


def found(settings: Settings, shelf: Shelf = Shelf.ARTICLE) -> set[str]:
    """Ids of all nouns that the dense leg can find."""
    encoder = HashEncoder()
    reader = ShelfReader(opened(settings), shelf, encoder.dimension)
    assert reader.cosines(encoder.queries(["x"])).shape == (1, len(reader.noun))
    return {reader.noun[place] for place in np.flatnonzero(reader.allowed(Filter()))}


def snapshot_ids(settings: Settings, shelf: Shelf) -> set[int]:
    return set(Dense.load(snapshot_path(require_folder(settings.home), shelf), 32).ids.tolist())


# ---- only what changed


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


# ---- what may be found


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


def index_bytes(settings: Settings) -> bytes:
    return b"".join(file.read_bytes() for file in require_folder(settings.home).iterdir())


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


# ---- killed at any moment

KILLED = """
import os, pathlib, signal, sys
from indexer import build, dense, folders
from indexer.build import bring_up_to_date
from indexer.shelf_writer import Writer
from indexer.shelves import Shelves
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder

home, where, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
build.BATCH = 4
calls = 0

def deadly(function):
    def wrapped(*args, **kwargs):
        global calls
        calls += 1
        if calls > count:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return wrapped

if where == "write":
    Writer.replace = deadly(Writer.replace)
elif where == "encode":
    HashEncoder._encode = deadly(HashEncoder._encode)
elif where == "orphans":
    Writer.forget_orphans = deadly(Writer.forget_orphans)
elif where == "settle":
    Shelves.settle = deadly(Shelves.settle)
elif where == "snapshot":
    dense.Dense.save = deadly(dense.Dense.save)
elif where == "switch":
    build.make_current = deadly(build.make_current)
settings = Settings(home=home, model="fake", query_prompt="", passage_prompt="")
bring_up_to_date(Store.open(settings), settings, encoder=HashEncoder(), full=sys.argv[4] == "full")
"""


def run_and_kill(settings: Settings, where: str, count: int, *, full: bool = False) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), where, str(count), "full" if full else ""], cwd=ROOT,
        env=environment(), timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("write", 0),
        ("write", 9),
        ("write", 14),
        ("encode", 2),
        ("encode", 5),
        ("settle", 0),
        ("snapshot", 1),
        ("switch", 0),
    ],
)
def test_killed_and_run_again(store: Store, settings: Settings, tmp_path: Path, where: str, count: int) -> None:
    stock(store)
    undisturbed = replace(settings, home=tmp_path / "undisturbed")
    bring_up_to_date(store, undisturbed, encoder=HashEncoder())
    run_and_kill(settings, where, count)
    assert current_folder(settings.home) is None, "half an index never serves"
    encoder = HashEncoder()
    bring_up_to_date(store, settings, encoder=encoder)
    assert content(opened(settings)) == content(opened(undisturbed))
    assert {shelf: found(settings, shelf) for shelf in Shelf} == {shelf: found(undisturbed, shelf) for shelf in Shelf}
    if (where, count) != ("write", 0):
        assert len(own(encoder.seen)) < 48, "what was done is not done again"
    else:
        assert len(own(encoder.seen)) == 48


@pytest.mark.parametrize("full", [False, True])
def test_a_killed_run_leaves_the_old_index_serving(store: Store, settings: Settings, full: bool) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    before = content(opened(settings))
    put(store, *(an_article(f"b{i}", f"New {i}") for i in range(9)))
    run_and_kill(settings, "write", 2, full=full)
    if full:
        assert content(opened(settings)) == before
    assert {f"a{i}" for i in range(10)} <= found(settings)
    bring_up_to_date(store, settings, encoder=HashEncoder())
    assert {f"b{i}" for i in range(9)} <= found(settings)
    changed = content(opened(settings))
    bring_up_to_date(store, settings, encoder=HashEncoder(), full=True)
    assert content(opened(settings)) == changed


def test_what_was_archived_is_forgotten_also_after_a_kill(store: Store, settings: Settings) -> None:
    stock(store, 3)
    put(store, an_article("gone", "Unique xyzzy."))
    bring_up_to_date(store, settings, encoder=HashEncoder())
    vectors = len(content(opened(settings))["vectors"])
    store.articles.archive("gone", actor="u")
    run_and_kill(settings, "orphans", 0)
    assert len(content(opened(settings))["vectors"]) == vectors
    bring_up_to_date(store, settings, encoder=HashEncoder())
    assert len(content(opened(settings))["vectors"]) == vectors - 1
    assert b"xyzzy" not in index_bytes(settings).lower()


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


# ---- snapshots


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


# ---- another model, a damaged index


def test_another_model_is_built_while_the_old_serves(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    old = bring_up_to_date(store, settings, encoder=encoder).folder
    served: list[Path | None] = []
    other = replace(settings, model="company/other-model")
    built = bring_up_to_date(
        store, other, encoder=HashEncoder(name="other", dimension=8),
        progress=lambda *_: served.append(current_folder(settings.home)),
    )  # fmt: skip
    assert set(served) == {old}
    assert built.folder.name == "other-model-1"
    assert current_folder(settings.home) == built.folder
    assert Shelves(built.folder).meta("dimension") == "8"
    assert old.exists(), "the way back"
    encoder.forget()
    back = bring_up_to_date(store, settings, encoder=encoder)
    assert (back.folder, back.encoded) == (old, 0)
    assert current_folder(settings.home) == old


def test_a_model_that_is_missing_leaves_the_old_index_serving(
    store: Store, settings: Settings, encoder: HashEncoder
) -> None:
    stock(store)
    old = bring_up_to_date(store, settings, encoder=encoder).folder
    other = replace(settings, model="company/other-model")

    class Missing(HashEncoder):
        def passages(self, texts: Sequence[str]) -> Vectors:
            raise KBError("There is no model 'company/other-model' on this machine.")

    with pytest.raises(KBError, match="There is no model"):
        bring_up_to_date(store, other, encoder=Missing())
    assert current_folder(settings.home) == old


def test_two_models_of_one_name(store: Store, settings: Settings) -> None:
    """The folder's name is no proof; the index says which model it was made with."""
    stock(store, 3)
    one = replace(settings, model="/srv/a/model")
    other = replace(settings, model="/srv/b/model")
    first = bring_up_to_date(store, one, encoder=HashEncoder(name="a")).folder
    second = bring_up_to_date(store, other, encoder=HashEncoder(name="b")).folder
    assert first != second
    assert [Shelves(folder).meta("model") for folder in (first, second)] == ["/srv/a/model", "/srv/b/model"]


@pytest.mark.parametrize("damage", ["garbage", "empty", "other format"])
def test_an_index_that_cannot_be_used_is_made_anew(
    store: Store, settings: Settings, encoder: HashEncoder, damage: str
) -> None:
    stock(store, 3)
    folder = bring_up_to_date(store, settings, encoder=encoder).folder
    if damage == "other format":
        with Shelves(folder).write() as writer:
            writer.set_meta("format", "0")
    else:
        for file in folder.glob("index.db*"):
            file.unlink()
        (folder / "index.db").write_bytes(b"garbage " * 999 if damage == "garbage" else b"")
    encoder.forget()
    built = bring_up_to_date(store, settings, encoder=encoder)
    assert built.encoded == 14
    assert found(settings) == {"a0", "a1", "a2"}


def test_the_index_before_the_last_stays_and_older_ones_go(
    store: Store, settings: Settings, encoder: HashEncoder
) -> None:
    stock(store, 2)
    for _ in range(4):
        bring_up_to_date(store, settings, encoder=encoder, full=True)
    assert sorted(p.name for p in (settings.home / "index").iterdir()) == ["CURRENT", "fake-3", "fake-4"]


def test_tickets_keep_their_time(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    put(store, a_ticket("t1", created_at=DAY - timedelta(days=9)))
    bring_up_to_date(store, settings, encoder=encoder)
    reader = ShelfReader(opened(settings), Shelf.TICKET, 32)
    place = reader.place_of("t1")
    assert place is not None
    assert reader.at_s[place] == (DAY - timedelta(days=9)).timestamp()
