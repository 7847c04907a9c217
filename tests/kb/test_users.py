"""Users: passwords are hashes, sessions end, and nobody learns who has an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import argon2
import pytest

from kb import clock
from kb.errors import Conflict, InvalidRow, NotFound
from kb.model import Role, User
from kb.store import Store
from kb.users import SESSION_AGE
from tests.fakes import open_store

PASSWORD = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def anna(store: Store) -> User:
    return store.users.create(
        name="Anna", email=" Anna@Fyrvik.example ", role=Role.LEAD, password=PASSWORD, locale="sv"
    )


def everything(store: Store) -> bytes:
    """All bytes that the database keeps, its log included."""
    return b"".join(file.read_bytes() for file in store.database.path.parent.iterdir())


def test_a_user_is_read_as_made(store: Store, anna: User) -> None:
    assert anna == User(anna.id, "Anna", "anna@fyrvik.example", Role.LEAD, "sv")
    assert store.users.get(anna.id) == anna
    assert store.users.list() == [anna]
    with pytest.raises(NotFound, match="No user with id 'nobody'"):
        store.users.get("nobody")


def test_the_password_is_an_argon2id_hash(store: Store, anna: User) -> None:
    row = store.database.row("SELECT password_hash FROM users")
    assert row is not None
    assert row["password_hash"].startswith("$argon2id$")
    assert PASSWORD.encode() not in everything(store)


@pytest.mark.parametrize(
    ("email", "password", "comes_in"),
    [
        ("anna@fyrvik.example", PASSWORD, True),
        (" ANNA@fyrvik.EXAMPLE", PASSWORD, True),
        ("anna@fyrvik.example", PASSWORD + " ", False),
        ("anna@fyrvik.example", PASSWORD.upper(), False),
        ("anna@fyrvik.example", "", False),
        ("bo@fyrvik.example", PASSWORD, False),
        ("", "", False),
        ("' OR 1=1 --", "x", False),
    ],
)
def test_who_comes_in(store: Store, anna: User, email: str, password: str, comes_in: bool) -> None:
    assert store.users.check_password(email, password) == (anna if comes_in else None)


def test_without_a_password_nobody_comes_in(store: Store) -> None:
    store.users.create(name="Bo", email="bo@fyrvik.example", role=Role.AGENT)
    assert store.users.check_password("bo@fyrvik.example", "") is None
    assert store.users.check_password("bo@fyrvik.example", "anything at all") is None


def test_a_refusal_never_tells_whether_the_account_exists(
    store: Store, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every refusal does the same work: one look-up, one verification with the same cost, and no hashing."""
    store.users.create(name="Bo", email="bo@fyrvik.example", role=Role.AGENT)
    gone = store.users.create(name="Gone", email="gone@fyrvik.example", role=Role.AGENT, password=PASSWORD)
    with store.database.write("deactivate", "user", gone.id) as connection:
        connection.execute("UPDATE users SET active = 0 WHERE id = ?", (gone.id,))
    store.users.check_password("warm@up.example", "x")
    work: list[str] = []
    verify, make = argon2.PasswordHasher.verify, argon2.PasswordHasher.hash

    def counted_verify(self: argon2.PasswordHasher, stored: str, password: str) -> bool:
        work.append("verify " + "$".join(stored.split("$")[:4]))
        return verify(self, stored, password)

    def counted_hash(self: argon2.PasswordHasher, password: str) -> str:
        work.append("hash")
        return make(self, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted_verify)
    monkeypatch.setattr(argon2.PasswordHasher, "hash", counted_hash)
    done = []
    for email in ("anna@fyrvik.example", "nobody@fyrvik.example", "bo@fyrvik.example", "gone@fyrvik.example"):
        work.clear()
        assert store.users.check_password(email, "wrong password") is None
        done.append(list(work))
    assert all(each == done[0] for each in done)
    assert len(done[0]) == 1


@pytest.mark.parametrize(
    ("name", "email", "password", "reason"),
    [
        ("", "a@b.example", "", "a user needs a name and an email address"),
        ("  ", "a@b.example", "", "a user needs a name and an email address"),
        ("A", "no-address", "", "a user needs a name and an email address"),
        ("A", "a@b.example", "123456789", "the password is too short; use at least 10 characters"),
    ],
)
def test_who_cannot_be_made(store: Store, name: str, email: str, password: str, reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason):
        store.users.create(name=name, email=email, role=Role.AGENT, password=password)
    assert store.users.list() == []


def test_an_address_belongs_to_one(store: Store, anna: User) -> None:
    with pytest.raises(Conflict, match=r"There is already a user with the email anna@fyrvik\.example"):
        store.users.create(name="Other", email="ANNA@fyrvik.example", role=Role.AGENT)
    assert store.users.list() == [anna]


def test_a_session_is_known_by_its_token_only(store: Store, anna: User) -> None:
    token = store.users.open_session(anna.id)
    assert store.users.of_session(token) == anna
    assert store.users.of_session(token[:-1]) is None
    assert store.users.of_session("") is None
    assert token.encode() not in everything(store), "only a hash of the token is stored"
    assert store.users.open_session(anna.id) != token


def test_signing_out_ends_this_session_only(store: Store, anna: User) -> None:
    here, there = store.users.open_session(anna.id), store.users.open_session(anna.id)
    store.users.close_session(here)
    store.users.close_session("unknown")
    assert store.users.of_session(here) is None
    assert store.users.of_session(there) == anna


def test_sessions_end_after_a_day(store: Store, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = store.users.open_session(anna.id)
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began + SESSION_AGE - timedelta(minutes=1))
    assert store.users.of_session(token) == anna
    monkeypatch.setattr(clock, "now", lambda: began + SESSION_AGE + timedelta(seconds=1))
    assert store.users.of_session(token) is None
    store.users.open_session(anna.id)
    rows = store.database.rows("SELECT 1 FROM sessions")
    assert len(rows) == 1, "what has ended is cleared away at the next sign-in"


def test_who_is_switched_off_is_out_at_once(store: Store, anna: User) -> None:
    token = store.users.open_session(anna.id)
    with store.database.write("deactivate", "user", anna.id) as connection:
        connection.execute("UPDATE users SET active = 0")
    assert store.users.of_session(token) is None
    assert store.users.check_password("anna@fyrvik.example", PASSWORD) is None


def test_the_language_is_remembered(store: Store, anna: User) -> None:
    store.users.set_locale(anna.id, "da")
    assert store.users.get(anna.id).locale == "da"


@pytest.mark.parametrize("have", list(Role))
@pytest.mark.parametrize("need", list(Role))
def test_a_role_includes_those_before_it(have: Role, need: Role) -> None:
    order = ["agent", "contributor", "publisher", "lead", "admin"]
    assert have.allows(need) == (order.index(have) >= order.index(need))
