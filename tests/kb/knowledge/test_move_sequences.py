"""A thousand random sequences of moves by random people: no illegal state, one audit row each, every text restorable,
and what a reader of the change counter holds is what is published."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.article_world import World, a_template, audits, check_draft
from tests.fakes import open_store


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; every sequence begins with a copy."""
    return a_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def homes(tmp_path: Path, template: Path) -> Callable[[], Path]:
    """Makes a fresh copy of the template for every sequence."""
    made = 0

    def fresh() -> Path:
        nonlocal made
        made += 1
        shutil.rmtree(tmp_path / str(made - 1), ignore_errors=True)
        return Path(shutil.copytree(template, tmp_path / str(made)))

    return fresh


def play(home: Path, seed: int, length: int) -> None:
    store = open_store(home)
    world = World(store, random.Random(seed).randrange)
    world.look()
    try:
        for _ in range(length):
            before, step = audits(store), world.step()
            step()
            assert audits(store) == before + 1
            check_draft(store)
            world.look()
    finally:
        store.close()


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 14))
def test_forty_sequences(homes: Callable[[], Path], seed: int, length: int) -> None:
    play(homes(), seed, length)


@pytest.mark.slow
@settings(max_examples=1000, suppress_health_check=list(HealthCheck), deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(6, 14))
def test_a_thousand_sequences(homes: Callable[[], Path], seed: int, length: int) -> None:
    play(homes(), seed, length)
