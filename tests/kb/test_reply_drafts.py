"""Unfinished replies: no tab ever writes over another tab's text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.model import Role
from kb.reply_drafts import Origin, forget_sent
from kb.store import Store
from tests.fakes import a_ticket, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1"))
    opened.close()
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def ada(store: Store) -> str:
    return store.users.create(name="Ada", email="ada@x.example", role=Role.AGENT).id


def texts(store: Store, user: str) -> list[str]:
    return [row.body for row in store.reply_drafts.all("t1", user)]


def test_everything_about_a_text_is_kept(store: Store, ada: str) -> None:
    origins = (Origin("article", "a1", 3), Origin("canned", "c1"))
    version = store.reply_drafts.put(
        "t1", ada, "Hej", tab="x", public=False, origins=[*origins, origins[0]], drafted="He"
    )
    [row] = store.reply_drafts.all("t1", ada)
    assert (row.tab, row.body, row.public, row.version, row.origins, row.drafted) == (
        "x",
        "Hej",
        False,
        version,
        origins,
        "He",
    )
    assert store.reply_drafts.get("t1", ada) == "Hej"
    assert store.reply_drafts.newest("t1", "nobody") is None


def test_two_tabs_keep_both_texts_and_the_newest_is_shown(store: Store, ada: str) -> None:
    first = store.reply_drafts.put("t1", ada, "one", tab="a")
    second = store.reply_drafts.put("t1", ada, "two", tab="b")
    assert second > first
    assert texts(store, ada) == ["two", "one"]


def test_who_goes_on_with_a_text_takes_it_over(store: Store, ada: str) -> None:
    before = store.reply_drafts.put("t1", ada, "one", tab="before the crash")
    store.reply_drafts.put("t1", ada, "one more", tab="after", base=before)
    assert texts(store, ada) == ["one more"]


def test_unless_its_own_tab_has_gone_on_since(store: Store, ada: str) -> None:
    before = store.reply_drafts.put("t1", ada, "one", tab="a")
    store.reply_drafts.put("t1", ada, "one, alive", tab="a", base=before)
    store.reply_drafts.put("t1", ada, "one more", tab="b", base=before)
    assert texts(store, ada) == ["one more", "one, alive"]


def test_an_empty_text_is_forgotten_with_what_it_grew_from(store: Store, ada: str) -> None:
    before = store.reply_drafts.put("t1", ada, "one", tab="a")
    assert store.reply_drafts.put("t1", ada, "", tab="b", base=before) == 0
    assert texts(store, ada) == []


def test_the_same_text_is_kept_once(store: Store, ada: str) -> None:
    store.reply_drafts.put("t1", ada, "one", tab="a")
    store.reply_drafts.put("t1", ada, "one", tab="b")
    assert [row.tab for row in store.reply_drafts.all("t1", ada)] == ["b"]


def test_another_user_is_not_touched(store: Store, ada: str) -> None:
    bo = store.users.create(name="Bo", email="bo@x.example", role=Role.AGENT).id
    store.reply_drafts.put("t1", ada, "hers", tab="a")
    store.reply_drafts.put("t1", bo, "his", tab="a")
    assert (texts(store, ada), texts(store, bo)) == (["hers"], ["his"])


def test_what_is_sent_is_forgotten_and_what_only_another_tab_has_stays(store: Store, ada: str) -> None:
    store.reply_drafts.put("t1", ada, "Hej, prova igen.", tab="a")
    store.reply_drafts.put("t1", ada, " Hej, ", tab="b")
    store.reply_drafts.put("t1", ada, "Något annat", tab="c")
    with store.database.write("reply", "ticket", "t1") as connection:
        forget_sent(connection, "t1", ada, tab="a", body="Hej, prova igen.")
    assert texts(store, ada) == ["Något annat"]


def test_the_audit_log_is_not_filled_by_typing(store: Store, ada: str) -> None:
    before = len(store.database.rows("SELECT 1 FROM audit"))
    store.reply_drafts.put("t1", ada, "x", tab="a")
    assert len(store.database.rows("SELECT 1 FROM audit")) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "yy", "zzz"]), st.booleans()), max_size=12))
def test_a_tabs_last_text_is_lost_only_to_who_went_on_with_it(
    store: Store, ada: str, saves: list[tuple[str, str, bool]]
) -> None:
    with store.database.note() as connection:
        connection.execute("DELETE FROM reply_drafts")
    alive: dict[str, tuple[int, str]] = {}
    for tab, body, adopts in saves:
        newest = store.reply_drafts.newest("t1", ada)
        base = newest.version if adopts and newest else alive.get(tab, (0, ""))[0]
        version = store.reply_drafts.put("t1", ada, body, tab=tab, base=base)
        alive = {name: kept for name, kept in alive.items() if name != tab and kept[0] != base and kept[1] != body}
        if body:
            alive[tab] = version, body
    assert {row.tab: (row.version, row.body) for row in store.reply_drafts.all("t1", ada)} == alive
