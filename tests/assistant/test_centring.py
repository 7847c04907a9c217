"""What is subtracted from questions: common ones at first, the team's own later."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.centring import question_means
from indexer.shelves import COMMON_MEANS, Shelves

OWN = np.array([4.0, 4.0], np.float32)


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    made = Shelves(tmp_path / "fake-1")
    with made.write() as writer:
        writer.set_meta(COMMON_MEANS, json.dumps({"sv": [1.0, 0.0], "en": [0.0, 1.0]}))
    return made


@pytest.mark.parametrize(("tickets", "share"), [(0, 0.0), (50, 0.5), (450, 0.9)])
def test_the_more_tickets_the_more_they_count(shelves: Shelves, tickets: int, share: float) -> None:
    means = question_means(shelves, OWN, tickets)
    assert set(means) == {"", "sv", "en"}
    middle = share * OWN + (1 - share) * 0.5
    np.testing.assert_allclose(means[""], middle)
    np.testing.assert_allclose(
        means["sv"], middle + np.array([0.25, -0.25]), err_msg="half of what sets the language apart"
    )
    np.testing.assert_allclose(means["en"], middle + np.array([-0.25, 0.25]))


def test_an_index_that_knows_no_common_ones(tmp_path: Path) -> None:
    assert question_means(Shelves(tmp_path / "fake-1"), OWN, 10) == {}
