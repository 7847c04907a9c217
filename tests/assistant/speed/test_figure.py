"""Figures and the machine that they were measured on."""

from __future__ import annotations

import os

import pytest

from assistant.question import MAX_CHARACTERS, Question
from assistant.speed.encoding_speed import bulk, cut, name_of, single_questions
from assistant.speed.figure import SPEED, Figure, milliseconds
from assistant.speed.machine import memory_of, this_machine
from assistant.speed.suggest_speed import LONG, long_kinds
from tests.fakes import HashEncoder


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("ms", [3.0], (3.0, 3.0, 3.0)),
        ("ms", list(range(101)), (50.0, 95.0, 100.0)),
        (SPEED, list(range(101)), (50.0, 5.0, 0.0)),
    ],
)
def test_a_figure_says_the_middle_and_the_slow_end(unit: str, values: list[float], expected: tuple[float, ...]) -> None:
    figure = Figure.of("suggest", "one", unit, values)
    assert (figure.median, figure.p95, figure.worst, figure.count) == (*expected, len(values))


def test_no_measurement_is_no_figure() -> None:
    with pytest.raises(ValueError, match="suggest, one: nothing was measured"):
        Figure.of("suggest", "one", "ms", [])


def test_every_argument_is_timed_once() -> None:
    seen: list[int] = []
    assert len(milliseconds(seen.append, [1, 2, 3])) == 3
    assert seen == [1, 2, 3]


def test_the_machine_and_a_process_are_described() -> None:
    machine = this_machine()
    assert machine.processor
    assert machine.cores >= 1
    assert "numpy" in machine.versions
    memory = memory_of(os.getpid())
    assert memory is None or 0 < memory.own_mb <= memory.resident_mb
    assert memory_of(2**30) is None


def test_texts_of_one_length() -> None:
    assert cut(["abcdef", " ", "xy"], 5) == ["abcde", "xy\nab"]
    assert cut(["", " "], 5) == []


def test_long_questions_of_both_kinds() -> None:
    kinds = long_kinds([Question(subject="Gul", body=f"Hubben blinkar {n}") for n in range(LONG + 3)])
    assert len(kinds) == 2
    for long in kinds.values():
        assert len(long) == LONG
        assert all(3900 < len(question.text) <= MAX_CHARACTERS for question in long)


def test_encoders_are_compared_on_the_same_texts() -> None:
    encoders = {"one": HashEncoder(), "two": HashEncoder(name="other")}
    singles = single_questions(encoders, ["Hubben blinkar gult", "Pengar tillbaka"], (10,))
    assert [(figure.name, figure.count) for figure in singles] == [
        ("one text of 10 characters, one", 2), ("one text of 10 characters, two", 2)]  # fmt: skip
    figures, vectors = bulk(encoders, [f"text {n}" for n in range(70)])
    assert [(figure.unit, figure.count) for figure in figures] == [(SPEED, 2)] * 2
    assert {name: len(found) for name, found in vectors.items()} == {"one": 70, "two": 70}
    assert name_of(encoders["one"]) == "HashEncoder"
