"""Canned replies: idempotent storing and revisions that stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.errors import InvalidRow, NotFound
from kb.store import Store
from tests.fakes import DAY, a_canned, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def bodies(store: Store) -> list[str]:
    rows = store.database.rows("SELECT body FROM canned_revisions WHERE canned_id = 'c1' ORDER BY number")
    return [row["body"] for row in rows]


def test_what_is_stored_is_read(store: Store) -> None:
    canned = a_canned("c1", "Hej {{name}}!", shortcut="/hej", product="Hub", tags=("å",), updated_at=DAY)
    assert put(store, canned) == "new"
    assert store.canned.get("c1") == canned
    assert store.canned.get_many(["c1", "c2"]) == {"c1": canned}
    assert store.canned.get_many([]) == {}


def test_storing_twice_changes_nothing(store: Store) -> None:
    put(store, a_canned())
    seq = store.seq()
    assert put(store, a_canned()) == "unchanged"
    assert store.seq() == seq


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({"body": "Other."}, ["Dear customer, hold the button.", "Other."]),
        ({"title": "Other"}, ["Dear customer, hold the button."]),
        ({"tags": ("x",)}, ["Dear customer, hold the button."]),
        ({"shortcut": "/x"}, ["Dear customer, hold the button."]),
        ({"updated_at": DAY}, ["Dear customer, hold the button."]),
    ],
)
def test_only_a_changed_text_is_a_new_revision(store: Store, change: dict[str, Any], texts: list[str]) -> None:
    put(store, a_canned())
    seq = store.seq()
    assert put(store, a_canned(**change)) == "changed"
    assert store.seq() > seq
    assert bodies(store) == texts
    assert store.canned.get("c1").revision == len(texts)


def test_the_id_of_another_source_is_refused(store: Store) -> None:
    put(store, a_canned())
    with pytest.raises(InvalidRow, match="canned reply id 'c1' already belongs to another source"):
        put(store, a_canned(source="zendesk"))


def test_unknown(store: Store) -> None:
    with pytest.raises(NotFound, match="No canned reply with id 'c9'"):
        store.canned.get("c9")


def test_the_list_is_by_title_and_language(store: Store) -> None:
    put(store, a_canned("c1", title="B"), a_canned("c2", title="A"), a_canned("c3", title="C", locale="sv"))
    assert [c.id for c in store.canned.list()] == ["c2", "c1", "c3"]
    assert [c.id for c in store.canned.list("sv")] == ["c3"]
    assert [c.id for _, c in store.canned.changed_since(0, limit=2)] == ["c1", "c2"]
