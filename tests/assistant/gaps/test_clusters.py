"""Uncovered questions in groups; who belongs to none stands alone, and nobody is lost."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.demand.asked import Demand
from assistant.demand.grain import Grain
from assistant.gaps import clusters
from assistant.gaps.clusters import clusters_of
from assistant.gaps.corpus import Corpus


def corpus_of(topics: dict[str, int], *, spread: float = 0.3) -> Corpus:
    """Questions of some topics, "topic-000" and so on, each topic a direction of its own."""
    names = [f"{topic}-{i:03d}" for topic, count in sorted(topics.items()) for i in range(count)]
    rows = []
    for n, name in enumerate(names):
        drawn = np.random.default_rng(n)
        direction = np.zeros(32, np.float32)
        direction[sorted(topics).index(name.split("-")[0])] = 1.0
        row = direction + spread * drawn.standard_normal(32).astype(np.float32) / np.sqrt(32)
        rows.append(row / np.linalg.norm(row))
    vectors = np.array(rows, np.float32)
    place = {name: i for i, name in enumerate(names)}
    return Corpus(tuple(names), place, vectors, vectors, ("en",) * len(names), ("",) * len(names))


def grouped(corpus: Corpus) -> tuple[list[set[str]], set[str]]:
    def demand_of(rows: np.ndarray) -> Demand:
        return corpus.demand(rows, {}, {}, 32)

    every = np.arange(len(corpus.ids))
    found, alone = clusters_of(corpus, every, np.zeros(0, np.int64), demand_of, Grain(size=20))
    return [{corpus.ids[row] for row in each.rows} for each in found], {corpus.ids[row] for row in alone}


def test_every_topic_is_a_cluster_and_nobody_is_lost() -> None:
    corpus = corpus_of({"a": 30, "b": 20, "c": 10, "lonely": 1})
    found, alone = grouped(corpus)
    assert [len(each) for each in found] == sorted((len(each) for each in found), reverse=True)
    assert all(len({name[0] for name in each if name[0] in "abc"}) == 1 for each in found)
    assert sum(len(each) for each in found) + len(alone) == len(corpus.ids)
    assert set().union(*found) | alone == set(corpus.ids)


def test_of_many_some_make_the_groups_and_the_others_join(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_of({"a": 60, "b": 60})
    whole, _ = grouped(corpus)
    monkeypatch.setattr(clusters, "MOST_GROUPED", 50)
    found, alone = grouped(corpus)
    assert all(len({name[0] for name in each}) == 1 for each in found), "who joins, joins its own topic"
    assert sum(len(each) for each in found) + len(alone) == 120
    assert sum(len(each) for each in found) > 80
    assert whole


def test_nothing_uncovered_is_no_cluster() -> None:
    corpus = corpus_of({"a": 3})
    none = np.zeros(0, np.int64)
    assert clusters_of(corpus, none, none, lambda rows: corpus.demand(rows, {}, {}, 32), Grain()) == ([], [])
