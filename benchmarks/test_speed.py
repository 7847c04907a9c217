"""Times of single steps, recorded by pytest-benchmark: run by `make bench`, never with the tests, and never failing.

Each round takes the next question, so that the spread is that of questions and not of one. How the whole product does,
with a server around it, is what `svar bench` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import TypeVar

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from assistant.question import Question
from assistant.service import Service
from assistant.speed.bench_home import some_passages
from assistant.speed.encoding_speed import LENGTHS, TURN, cut, product_encoders
from assistant.speed.suggest_speed import long_kinds
from indexer.encode import Encoder
from kb.settings import Settings

T = TypeVar("T")
ROUNDS = 50


def time_each(benchmark: BenchmarkFixture, call: Callable[[T], object], arguments: Sequence[T]) -> None:
    """One round per argument, in turn; the first few are not counted."""
    following: Iterator[T] = cycle(arguments)
    benchmark.pedantic(call, setup=lambda: ((next(following),), {}), rounds=ROUNDS, warmup_rounds=5)


@pytest.fixture(scope="session")
def encoders(bench_settings: Settings) -> dict[str, Encoder]:
    return product_encoders(bench_settings)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("which", ["first", "bulk"])
def test_one_question_encoded(
    benchmark: BenchmarkFixture, encoders: dict[str, Encoder], questions: list[Question], which: str, length: int
) -> None:
    name, encoder = list(encoders.items())[0 if which == "first" else -1]
    benchmark.group = f"one question of {length} characters encoded"
    benchmark.extra_info["encoder"] = name
    texts = cut([question.text for question in questions], length)
    time_each(benchmark, lambda text: encoder.queries([text]), texts)


@pytest.mark.parametrize("which", ["first", "bulk"])
def test_passages_encoded(
    benchmark: BenchmarkFixture, encoders: dict[str, Encoder], service: Service, which: str
) -> None:
    name, encoder = list(encoders.items())[0 if which == "first" else -1]
    benchmark.group = f"{TURN} passages encoded"
    benchmark.extra_info["encoder"] = name
    passages = some_passages(service.store, TURN)
    benchmark.pedantic(encoder.passages, args=(passages,), rounds=3, warmup_rounds=1)


def test_suggest(benchmark: BenchmarkFixture, service: Service, questions: list[Question]) -> None:
    benchmark.group = "suggest"
    time_each(benchmark, service.suggest, questions)


@pytest.mark.parametrize("kind", ["log", "text"])
def test_suggest_for_4000_characters(
    benchmark: BenchmarkFixture, service: Service, questions: list[Question], kind: str
) -> None:
    benchmark.group = "suggest"
    long = next(found for name, found in long_kinds(questions).items() if name.endswith(kind))
    time_each(benchmark, service.suggest, long)


def test_search(benchmark: BenchmarkFixture, service: Service, questions: list[Question]) -> None:
    benchmark.group = "search"
    time_each(benchmark, service.search, [question.text for question in questions])


def test_draft(benchmark: BenchmarkFixture, service: Service, questions: list[Question]) -> None:
    benchmark.group = "draft of what was suggested"
    known = [(question, service.suggest(question)) for question in questions]
    time_each(benchmark, lambda pair: service.draft(pair[0], suggestion=pair[1]), known)


def test_nothing_new(benchmark: BenchmarkFixture, service: Service) -> None:
    benchmark.group = "look whether the index has changed"
    benchmark(service.refresh)
