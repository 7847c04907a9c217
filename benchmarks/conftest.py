"""What the timings share: a data folder that is only read, and questions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.question import Question
from assistant.service import Service
from assistant.speed.bench_home import filled_home, stored_questions
from kb.settings import Settings

DATA = Path(__file__).resolve().parents[1] / "data"
QUESTIONS = 50


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bench-home", type=Path, help="an indexed data folder to search; without it the demo data, in ~/.svar-bench"
    )


@pytest.fixture(scope="session")
def bench_settings(request: pytest.FixtureRequest) -> Settings:
    """A data folder that is indexed."""
    chosen: Path | None = request.config.getoption("--bench-home")
    settings = Settings.from_env(os.environ, home=chosen)
    if chosen is not None:
        return settings
    root = Path("~/.svar-bench").expanduser()
    own = replace(settings, home=root / "demo", models=settings.models or root / "models")
    own.home.mkdir(parents=True, exist_ok=True)
    filled_home(own, DATA)
    return own


@pytest.fixture(scope="session")
def service(bench_settings: Settings) -> Iterator[Service]:
    """Suggestions as a server gives them once it is warm."""
    found = Service.open(bench_settings)
    found.warm()
    yield found
    found.store.close()


@pytest.fixture(scope="session")
def questions(service: Service) -> list[Question]:
    """What tickets asked when they came in."""
    found = stored_questions(service.store, QUESTIONS)
    if not found:
        pytest.skip("the data folder holds no tickets to ask")
    return found
