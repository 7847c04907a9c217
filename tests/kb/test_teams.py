"""Teams: what an admin may name, and what happens to secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import InvalidRow, NotFound
from kb.store import Store
from tests.fakes import open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_a_team_is_added_changed_and_taken_away(store: Store) -> None:
    first, is_new = store.teams.put("Nät  teamet", email="Nat@Firma.example")
    assert (first.name, first.email, first.secret, is_new) == ("Nät teamet", "Nat@firma.example", "", False)

    second, is_new = store.teams.put("NÄT TEAMET", webhook="https://x.example/hook", outside=True)

    assert is_new
    assert second.id == first.id
    assert (second.email, second.outside, second.leaves) == ("", True, True)
    assert len(second.secret) >= 32
    assert store.teams.list() == [second]
    assert store.teams.get(first.id) == second
    assert store.teams.remove("nät teamet") == second
    assert store.teams.list() == []
    audit = store.database.rows("SELECT verb, detail FROM audit WHERE noun = 'team' ORDER BY id")
    assert [row["verb"] for row in audit] == ["put", "put", "remove"]
    assert second.secret not in "".join(row["detail"] for row in audit)


def test_a_secret_lives_as_long_as_its_address(store: Store) -> None:
    first, _ = store.teams.put("A", webhook="https://x.example/1")
    same, is_new = store.teams.put("A", webhook="https://x.example/1", email="a@b.example")
    assert (same.secret, is_new) == (first.secret, False)
    other, is_new = store.teams.put("A", webhook="https://x.example/2")
    assert other.secret != first.secret
    assert is_new
    assert store.teams.put("A")[0].secret == ""
    assert "secret" not in repr(other)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\rBcc: x@y.example", "a\u202eb", "x" * 81, "a\x00"])
def test_names_that_could_be_something_else_are_refused(store: Store, name: str) -> None:
    with pytest.raises(InvalidRow, match="the team name"):
        store.teams.put(name)
    assert store.teams.list() == []


@pytest.mark.parametrize(
    "email", ["x", "a@b", "a@b.example, c@d.example", "A <a@b.example>", "a@b.example\nBcc: x@y.z"]
)
def test_one_address_and_nothing_else(store: Store, email: str) -> None:
    with pytest.raises(InvalidRow, match="is not one address"):
        store.teams.put("A", email=email)


@pytest.mark.parametrize(
    "webhook", ["http://x.example/", "ftp://x.example", "file:///etc/passwd", "https://u:p@x.example"]
)
def test_webhooks_are_https(store: Store, webhook: str) -> None:
    with pytest.raises(InvalidRow, match="begin it with https://"):
        store.teams.put("A", webhook=webhook)


def test_a_team_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound, match="There are none yet"):
        store.teams.remove("X")
    store.teams.put("Nät")
    with pytest.raises(NotFound, match="There are: Nät"):
        store.teams.remove("X")
    with pytest.raises(NotFound, match="No team with id 'x'"):
        store.teams.get("x")
