"""Whether a ticket without a trace is covered by what would be suggested today."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from assistant.gaps.corpus import Corpus
from assistant.gaps.demand import Demand, coverage_with
from assistant.gaps.likely import Likely
from assistant.gaps.model import Coverage
from assistant.gaps.shelf import ArticleShelf
from kb.settings import Settings
from kb.store import Store
from tests.assistant.gaps.made import asked
from tests.fakes import DAY, an_article, put


@pytest.mark.parametrize(
    ("chance", "around", "base", "retold", "covered"),
    [
        (0.9, 0.0, 0.0, 1.0, True),
        (0.4, 0.0, 0.0, 1.0, False),
        # Colleagues answered, and said what the article says, or something else.
        (0.9, 0.0, 0.0, 0.5, True),
        (0.9, 0.0, 0.0, 0.1, False),
        # Where tickets are linked densely, nobody around it is.
        (0.9, 0.1, 0.8, 1.0, False),
        (0.9, 0.7, 0.8, 1.0, True),
    ],
)
def test_a_confident_list_counts_where_nothing_tells_against_it(
    tmp_path: Path, chance: float, around: float, base: float, retold: float, covered: bool
) -> None:
    store = Store.open(Settings(home=tmp_path))
    put(store, an_article("a1", "Restart the hub."))
    one = np.ones(1, np.float32)
    corpus = Corpus(("t1",), MappingProxyType({"t1": 0}), one[:, None], one[:, None], ("en",), ("",))
    demand = Demand({"t1": asked("t1")}, {}, {}, {}, {})
    code = np.zeros(1, np.int64)
    likely = Likely(
        confidence=np.array([chance]), first=code, second=code - 1, cosine=one,
        around=one * np.float32(around), base=base, retold=one * np.float32(retold), articles=("a1",), agreement=None,
    )  # fmt: skip
    shelf = ArticleShelf.read(store, DAY)
    store.close()
    found = coverage_with(demand, corpus, code, likely, shelf, confident=0.5)
    assert found == {"t1": Coverage.LIKELY if covered else Coverage.NONE}
