"""What is linked more often than usual: in a topic, and lately."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import lifts
from assistant.lifts import Lifts, fit

DAY = 86_400.0
LINKS = [{"a": 1.0}, {"a": 0.5, "b": 0.5}, {"b": 1.0}, {"c": 1.0}]
TOPICS = ["light", "light", "money", ""]
AT = np.array([0.0, 50.0, 75.0, 80.0]) * DAY


def test_a_topic_by_hand() -> None:
    found = fit(LINKS, TOPICS, AT).topic("light")
    overall = {"a": 1.5 / 4, "b": 1.5 / 4, "c": 1 / 4}
    own = {"a": 1.5, "b": 0.5, "c": 0.0}
    expected = {key: math.log(((own[key] + 5 * share) / 7 + 1e-5) / (share + 1e-5)) for key, share in overall.items()}
    assert found.values == pytest.approx(expected, abs=1e-5)
    assert found.values["a"] > 0 > found.values["c"]
    assert found.otherwise == 0


@pytest.mark.parametrize("topic", ["", "delivery"])
def test_no_topic_and_one_that_nobody_knows(topic: str) -> None:
    found = fit(LINKS, TOPICS, AT).topic(topic)
    assert (dict(found.values), found.otherwise) == ({}, 0.0)


def test_lately_by_hand() -> None:
    """Two of the four are of the thirty days before the newest, which belongs to them; the one at day 50 is not."""
    found = fit(LINKS, TOPICS, AT).recent()
    share = {"a": (1, 3), "b": (2, 3), "c": (2, 2)}
    expected = {key: math.log(lately / 7 / (ever / 9)) for key, (lately, ever) in share.items()}
    assert found.values == pytest.approx(expected, abs=1e-5)
    assert found.otherwise == pytest.approx(math.log(9 / 7))


def test_the_commonest_topics_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifts, "_MOST_TOPICS", 1)
    assert fit(LINKS, TOPICS, AT).topics == ("light",)
    assert fit(LINKS[2:], TOPICS[2:], AT[2:]).topics == ("money",)


def test_no_tickets() -> None:
    for found in (fit([], [], np.zeros(0)), Lifts()):
        assert dict(found.topic("light").values) == {}
        assert (dict(found.recent().values), found.recent().otherwise) == ({}, 0.0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]), st.integers(0, 90)), min_size=1))
def test_topics_only_share_out_what_is_there(tickets: list[tuple[str, str, int]]) -> None:
    """What a topic has more of one article it has less of others; nothing is infinite."""
    found = fit([{a: 1.0} for a, _, _ in tickets], [t for _, t, _ in tickets], np.array([d * DAY for *_, d in tickets]))
    assert np.isfinite(found.topical).all()
    assert np.isfinite(found.lately).all()
    overall = np.array([sum(a == name for a, _, _ in tickets) for name in found.articles]) / len(tickets)
    shares = (overall + 1e-5) * np.exp(found.topical) - 1e-5
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(found.topics)), abs=1e-4)
