"""Views: one's own, the team's, and those that come with the product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.desk.filters import Sort, TicketFilter
from kb.desk.views import BUILT_IN, MAX_VIEWS, View
from kb.errors import InvalidRow, NotFound, PermissionDenied
from kb.model import Role, User
from kb.store import Store
from tests.fakes import open_store

WANTED = TicketFilter(statuses=("open",), tags=("vip",), min_age_h=24)
NAMES = ("agent", "lead", "other")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    for name in NAMES:
        role = Role.LEAD if name == "lead" else Role.AGENT
        opened.users.create(name=name, email=f"{name}@firma.example", role=role)
    yield opened
    opened.close()


def user(store: Store, name: str) -> User:
    return next(one for one in store.users.list() if one.name == name)


def keep(store: Store, name: str = "agent", *, shared: bool = False, title: str = "Gamla VIP") -> View:
    return store.views.create(name=title, wanted=WANTED, sort=Sort.NEWEST, shared=shared, user=user(store, name))


def ids(store: Store, name: str) -> list[str]:
    return [view.id for view in store.views.of(user(store, name).id)]


def test_a_view_survives_a_restart(store: Store, tmp_path: Path) -> None:
    kept = keep(store, title="  Gamla   VIP ")
    owner = user(store, "agent").id
    store.close()
    again = open_store(tmp_path)

    assert again.views.get(kept.id, user_id=owner) == kept
    assert (kept.name, kept.filter, kept.sort, kept.shared, kept.owner_id) == (
        "Gamla VIP",
        WANTED,
        Sort.NEWEST,
        False,
        owner,
    )
    again.close()


def test_own_views_are_seen_by_nobody_else(store: Store) -> None:
    mine, shared = keep(store), keep(store, shared=True)

    assert {mine.id, shared.id} <= set(ids(store, "agent"))
    assert mine.id not in ids(store, "other")
    assert shared.id in ids(store, "other")
    with pytest.raises(NotFound):
        store.views.get(mine.id, user_id=user(store, "other").id)


def test_who_may_change_what(store: Store) -> None:
    mine, shared = keep(store), keep(store, shared=True)
    change = {"name": "Ny", "wanted": TicketFilter(), "sort": Sort.DUE, "shared": True}

    for view, who, error in [
        (shared, "other", PermissionDenied), (mine, "other", NotFound), (mine, "lead", NotFound),
        (BUILT_IN[0], "lead", PermissionDenied),
    ]:  # fmt: skip
        with pytest.raises(error):
            store.views.replace(view.id, user=user(store, who), **change)  # type: ignore[arg-type]
        with pytest.raises(error):
            store.views.delete(view.id, user=user(store, who))
    assert store.views.replace(shared.id, user=user(store, "lead"), **change).name == "Ny"  # type: ignore[arg-type]
    store.views.delete(shared.id, user=user(store, "lead"))
    store.views.delete(mine.id, user=user(store, "agent"))
    assert ids(store, "agent") == [view.id for view in BUILT_IN]
    verbs = [row["verb"] for row in store.database.rows("SELECT verb FROM audit WHERE noun = 'view' ORDER BY id")]
    assert verbs == ["create", "create", "change", "delete", "delete"]


def test_everybody_has_an_order_of_their_own(store: Store) -> None:
    shared = keep(store, shared=True)
    me = user(store, "agent").id

    store.views.arrange(user_id=me, order=[shared.id, "solved", "no such view"], hidden=["overdue"])

    assert ids(store, "agent")[:2] == [shared.id, "solved"]
    assert [view.id for view in store.views.of(me) if view.hidden] == ["overdue"]
    assert ids(store, "other")[:2] == [BUILT_IN[0].id, BUILT_IN[1].id]
    # What comes later stands last, also where the order was chosen.
    assert ids(store, "agent")[-1] != (later := keep(store, "lead", shared=True)).id
    assert ids(store, "agent")[-1] == later.id


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_needs_a_name(store: Store, name: str) -> None:
    with pytest.raises(InvalidRow, match="allowed: 1 to 60"):
        keep(store, title=name)


def test_a_view_holds_only_what_a_filter_may(store: Store) -> None:
    with pytest.raises(InvalidRow, match="statuses has 'gone'"):
        store.views.create(
            name="x", wanted=TicketFilter(statuses=("gone",)), sort=Sort.DUE, shared=False, user=user(store, "agent")
        )


def test_nobody_keeps_more_than_a_hundred(store: Store) -> None:
    for number in range(MAX_VIEWS):
        keep(store, title=str(number))
    with pytest.raises(InvalidRow, match="you have 100 views"):
        keep(store)
    keep(store, "other")
