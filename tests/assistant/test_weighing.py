"""What counts for the order and the chance, and what is only named."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.ballot import ballot
from assistant.confidence import PRIOR
from assistant.evidence import Neighbour
from assistant.learning.parameters import weights_from
from assistant.link_table import Links
from assistant.match import Match
from assistant.ranking import TERMS
from assistant.weighing import MOST, Gathered, weigh
from assistant.weights import Weights
from kb.model import LinkedTicket
from tests.fakes import DAY

WEIGHTS = Weights(sharpness=1.0, unsolved=1.0, popularity=0.0, sharing=0.0, likeness=(0.0, 0.1))
NOTHING = dict.fromkeys(set(TERMS) - {"voted"}, 0.0)
NAMES = tuple(f"a{i:03}" for i in range(MOST + 3))


def gathered(matched: dict[str, float]) -> Gathered:
    """Three neighbours: one links all articles, the others the first two."""
    near = [Neighbour(f"t{n}", 0.9 - n / 10, 0.9, n) for n in range(3)]
    links = Links.of(
        [
            LinkedTicket(f"t{n}", 1, DAY, tuple((name, DAY) for name in (NAMES if n == 0 else NAMES[:2])))
            for n in range(3)
        ],
        (),
    )
    cast = ballot(
        near, links, shown=np.ones(len(NAMES), np.bool_), at_s=np.full(3, DAY.timestamp()), now_s=DAY.timestamp()
    )
    return Gathered(Match(matched, {}, {}, {}), cast, (True, False, True), links.articles, voters=1000)


def test_everybody_is_named_and_the_first_ones_count() -> None:
    last = NAMES[-1]
    found = weigh(gathered({last: 0.5}), WEIGHTS, PRIOR)
    assert list(found.votes) == list(NAMES)
    assert found.votes[last].voters == {"t0": True}
    assert found.votes[NAMES[0]].voters == {"t0": True, "t1": False, "t2": True}
    assert set(found.scores) == {*NAMES[:MOST], last}
    found = weigh(gathered({last: 0.5}), weights_from({**NOTHING, "voted": 1.0}, WEIGHTS), PRIOR)
    assert found.scores[last] == 0.0, "its votes do not count"
    # Five of 60 that count: the share of the votes that the first ones got.
    total = 2 * (0.9 + 0.8 + 0.7) + (MOST - 2) * 0.9
    assert found.features.backing == pytest.approx(0.9 * (2 * 2.4 + 3 * 0.9) / total, rel=1e-5)


def test_where_nothing_alike_was_asked_nobody_is_named() -> None:
    far = Weights(sharpness=1.0, likeness=(0.95, 0.99))
    found = weigh(gathered({"a000": 0.5}), far, PRIOR)
    assert found.votes == {}
    assert found.scores == {"a000": 0.5}
