"""The real application on a real database; only the engine behind it is a fake."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kb.model import Role
from kb.settings import Settings
from kb.store import Store
from tests.ui.fakes import FakeService, Known
from tests.ui.seed import fill_store
from ui.app import build_app

HERE = "http://127.0.0.1"
PASSWORD = "en lång mening här"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo company, made once."""
    home = tmp_path_factory.mktemp("seeded")
    store = Store.open(Settings(home=home))
    fill_store(store)
    return _closed(store, home)


@pytest.fixture(scope="session")
def staffed(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one user per role: agent@firma.example and so on, all with one password."""
    home = tmp_path_factory.mktemp("staffed") / "home"
    shutil.copytree(seeded, home)
    store = Store.open(Settings(home=home))
    for role in Role:
        store.users.create(
            name=f"{role.value.title()} Nord", email=f"{role.value}@firma.example", role=role, locale="sv",
            password=PASSWORD,
        )  # fmt: skip
    return _closed(store, home)


def _closed(store: Store, home: Path) -> Path:
    store.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return home


@pytest.fixture(scope="session")
def known(seeded: Path) -> Known:
    """What the fake engine knows, read once."""
    store = Store.open(Settings(home=seeded))
    found = Known.read(store)
    store.close()
    return found


def _copy(home: Path, place: Path, known: Known) -> Iterator[FakeService]:
    shutil.copytree(home, place)
    settings = Settings(home=place)
    store = Store.open(settings)
    yield FakeService(store, settings, known)
    store.close()


@pytest.fixture
def empty_service(seeded: Path, tmp_path: Path, known: Known) -> Iterator[FakeService]:
    """A service without users on a copy of the data, which a test may change."""
    yield from _copy(seeded, tmp_path / "home", known)


@pytest.fixture
def service(staffed: Path, tmp_path: Path, known: Known) -> Iterator[FakeService]:
    """The same with users."""
    yield from _copy(staffed, tmp_path / "home", known)


@pytest.fixture
def app(service: FakeService) -> FastAPI:
    """The application without Gradio."""
    return build_app(service, demo=False, settings=service.settings, shell=False, follow=False)


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    """A browser in which nobody is signed in."""
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 40000), follow_redirects=False)


@pytest.fixture
def signed_in(app: FastAPI, service: FakeService) -> Callable[[Role], TestClient]:
    """A browser with somebody of a role signed in."""

    def browser(role: Role) -> TestClient:
        user = next(user for user in service.store.users.list() if user.role is role)
        client = TestClient(app, base_url=HERE, client=("127.0.0.1", 40000), follow_redirects=False)
        client.cookies.set("svar_session", service.store.users.open_session(user.id))
        return client

    return browser


@pytest.fixture
def agent(signed_in: Callable[[Role], TestClient]) -> TestClient:
    """A browser with an agent signed in."""
    return signed_in(Role.AGENT)
