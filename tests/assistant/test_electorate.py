"""Who may vote, and how many of the tickets most like a question have a link."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.electorate import Electorate
from assistant.link_table import Links
from indexer.cosines import Cosines
from indexer.encode import Vectors
from kb.model import LinkedTicket
from tests.fakes import DAY

HOUR = timedelta(hours=1)
LINKS = Links.of(
    [
        LinkedTicket("t0", 1, DAY, (("a", DAY + 2 * HOUR), ("b", DAY + HOUR))),
        LinkedTicket("t2", 1, DAY, (("a", DAY + 5 * HOUR),)),
    ],
    [("t1", "a", 0.5)],
)
NOUNS = ["t0", "t1", "t2", "t3"]


def test_what_links_say_of_each_ticket() -> None:
    found = Electorate().of(LINKS, NOUNS)
    assert found.votable.tolist() == [True, True, True, False]
    first, third = (DAY + HOUR).timestamp(), (DAY + 5 * HOUR).timestamp()
    assert found.linked_s.tolist() == [first, np.inf, third, np.inf]


def test_only_what_is_new_is_looked_at() -> None:
    known = Electorate().of(LINKS, NOUNS[:3])
    grown = known.of(LINKS, NOUNS)
    assert grown.votable.tolist() == Electorate().of(LINKS, NOUNS).votable.tolist()
    assert grown.of(LINKS, NOUNS) is grown
    other = grown.of(Links.of((), ()), NOUNS)
    assert not other.votable.any()
    assert np.isinf(other.linked_s).all()


def test_the_first_ones() -> None:
    found = Electorate().of(LINKS, NOUNS)
    assert found.first(4) is found
    assert found.first(2).votable.tolist() == [True, True]


def alike(cosines: Vectors) -> Cosines:
    return Cosines.exact(cosines[None, :])


def ten_of_twenty(linked: set[int]) -> Electorate:
    linked_s = np.array([100.0 + i if i in linked else np.inf for i in range(20)])
    return Electorate(LINKS, linked_s < np.inf, linked_s)


COSINES = np.array([0.9] * 10 + [0.1] * 10, np.float32)
EVERYBODY = np.ones(20, np.bool_)


def test_all_alike_are_answered_and_nobody_else() -> None:
    assert ten_of_twenty(set(range(10))).answered(alike(COSINES), EVERYBODY) == pytest.approx(0.5)
    assert ten_of_twenty(set(range(10, 20))).answered(alike(COSINES), EVERYBODY) == pytest.approx(-0.5)
    assert ten_of_twenty(set()).answered(alike(COSINES), EVERYBODY) == 0


def test_the_nearer_weighs_more() -> None:
    cosines = np.array([0.8] + [0.4] * 9 + [0.1] * 10, np.float32)
    expected = 0.8**3 / (0.8**3 + 9 * 0.4**3) - 1 / 20
    assert ten_of_twenty({0}).answered(alike(cosines), EVERYBODY) == pytest.approx(expected)


def test_what_may_not_be_known_does_not_count() -> None:
    found = ten_of_twenty(set(range(20)))
    assert found.answered(alike(COSINES), EVERYBODY, known_until_s=99.0) == 0
    # Five of the ten nearest were linked by then, and nobody else of the twenty.
    assert found.answered(alike(COSINES), EVERYBODY, known_until_s=104.0) == pytest.approx(0.25)
    allowed = EVERYBODY.copy()
    allowed[0] = False
    assert ten_of_twenty({0}).answered(alike(COSINES), allowed) == 0, (
        "nor a ticket that came later, or the one that asks"
    )


def test_too_few_or_nobody_alike() -> None:
    found = ten_of_twenty({0})
    assert found.answered(alike(COSINES), np.arange(20) < 9) == 0
    assert found.answered(alike(-COSINES), EVERYBODY) == 0
    assert Electorate().answered(alike(COSINES), EVERYBODY) == 0


@given(st.sets(st.integers(0, 19)), st.lists(st.floats(-1, 1, width=32), min_size=20, max_size=20))
def test_between_minus_one_and_one(linked: set[int], cosines: list[float]) -> None:
    assert -1 <= ten_of_twenty(linked).answered(alike(np.array(cosines, np.float32)), EVERYBODY) <= 1.000001
