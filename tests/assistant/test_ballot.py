"""Votes of similar tickets, worked by hand and against the formula in plain dictionaries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ballot import Vote, ballot, counted
from assistant.evidence import Neighbour
from assistant.link_table import Links
from assistant.weights import Weights
from kb.model import LinkedTicket
from tests.fakes import DAY

PLAIN = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.0, sharing=0.0, implied=1.0)
"""Every neighbour votes with its similarity and nothing else counts."""


def near(**similarity: float) -> list[Neighbour]:
    return [Neighbour(ticket_id, value, value, place) for place, (ticket_id, value) in enumerate(similarity.items())]


def linked(ticket_id: str, articles: Collection[str], created: datetime = DAY, at: datetime = DAY) -> LinkedTicket:
    return LinkedTicket(ticket_id, 1, created, tuple((article_id, at) for article_id in sorted(articles)))


def cast(
    neighbours: list[Neighbour],
    links: Mapping[str, Collection[str]],
    weights: Weights,
    *,
    implied: Mapping[str, Mapping[str, float]] | None = None,
    days_old: Mapping[str, float] | None = None,
    popularity: Mapping[str, int] | None = None,
    solved: Mapping[str, bool] | None = None,
    hidden: str = "",
) -> dict[str, Vote]:
    """Vote; links are given as letters, e.g. {"t1": "ab"}."""
    tickets = [linked(ticket_id, articles) for ticket_id, articles in links.items()]
    for article_id, count in (popularity or {}).items():
        others = count - sum(article_id in articles for articles in links.values())
        tickets += [linked(f"{article_id} {number}", article_id) for number in range(others)]
    columns = Links.of(
        tickets, [(ticket_id, *link) for ticket_id, shares in (implied or {}).items() for link in shares.items()]
    )
    ages = days_old or {}
    found = ballot(
        neighbours,
        columns,
        shown=np.array([article_id not in hidden for article_id in columns.articles], np.bool_),
        at_s=np.array([(DAY - timedelta(days=ages.get(n.ticket_id, 0))).timestamp() for n in neighbours], np.float64),
        now_s=DAY.timestamp(),
    )
    ended = [(solved or {}).get(n.ticket_id, solved is None) for n in found.near]
    return counted(found, found.tally(weights, ended), columns.articles, ended)


def scores(votes: dict[str, Vote]) -> dict[str, float]:
    return {article_id: found.score for article_id, found in votes.items()}


def test_similarity_is_the_weight() -> None:
    assert scores(cast(near(t1=0.8, t2=0.5), {"t1": "a", "t2": "ab"}, PLAIN)) == pytest.approx({"a": 1.3, "b": 0.5})


def test_sharpness() -> None:
    weights = Weights(sharpness=4.0, half_life_days=1e9, popularity=0.0, sharing=0.0)
    assert scores(cast(near(t1=1.0, t2=0.5), {"t1": "a", "t2": "b"}, weights)) == pytest.approx({"a": 1, "b": 1 / 16})


def test_age_halves() -> None:
    weights = Weights(sharpness=1.0, half_life_days=180, popularity=0.0, sharing=0.0)
    votes = cast(near(t1=1, t2=1, t3=1), {"t1": "a", "t2": "b", "t3": "c"}, weights, days_old={"t2": 180, "t3": 360})
    assert scores(votes) == pytest.approx({"a": 1, "b": 0.5, "c": 0.25})


def test_a_ticket_that_did_not_end_well_counts_less() -> None:
    weights, ended = replace(PLAIN, unsolved=0.25), {"t1": True, "t2": False}
    votes = cast(near(t1=0.8, t2=0.8), {"t1": "a", "t2": "b"}, weights, solved=ended)
    assert scores(votes) == pytest.approx({"a": 0.8, "b": 0.2})


def test_a_ticket_from_the_future_is_not_worth_more() -> None:
    weights = Weights(sharpness=1.0, half_life_days=180, popularity=0.0, sharing=0.0)
    assert scores(cast(near(t1=1), {"t1": "a"}, weights, days_old={"t1": -90})) == pytest.approx({"a": 1})


def test_several_articles_share_a_vote() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.0, sharing=0.5)
    votes = cast(near(t1=1, t2=1), {"t1": "abcd", "t2": "e"}, weights)
    assert scores(votes) == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5, "e": 1})


def test_the_popular_count_a_little_less() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.5, sharing=0.0)
    votes = cast(near(t1=1, t2=1, t3=1), {"t1": "a", "t2": "b", "t3": "c"}, weights, popularity={"a": 100, "b": 4})
    assert scores(votes) == pytest.approx({"a": 0.1, "b": 0.5, "c": 1})


def test_all_together_with_the_shipped_weights() -> None:
    shipped = Weights()
    votes = cast(near(t1=0.9), {"t1": "ab"}, shipped, days_old={"t1": 90}, popularity={"a": 32})
    weight = 0.9**shipped.sharpness * 0.5 ** (90 / shipped.half_life_days) / 2**shipped.sharing
    assert scores(votes) == pytest.approx({"a": weight / 32**shipped.popularity, "b": weight}, rel=1e-5)


def test_what_is_implied_counts_a_part_of_what_was_linked() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.0, sharing=1.0, implied=0.5)
    votes = cast(near(t1=1, t2=0.8), {"t1": "a"}, weights, implied={"t2": {"a": 0.25, "b": 0.75}})
    assert scores(votes) == pytest.approx({"a": 1 + 0.8 * 0.5 * 0.25, "b": 0.8 * 0.5 * 0.75})
    assert {article_id: found.evidence.tickets for article_id, found in votes.items()} == {"a": 1, "b": 0}
    assert votes["b"].evidence.ticket_ids == ()
    assert votes["b"].voters == {}


def test_what_is_implied_makes_nothing_popular() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=1.0, sharing=0.0, implied=1.0)
    votes = cast(near(t1=1), {"t1": "a"}, weights, implied={f"u{i}": {"a": 1.0} for i in range(9)})
    assert scores(votes) == pytest.approx({"a": 1})


def test_who_links_nothing_does_not_vote() -> None:
    assert cast(near(t1=1, t2=0.9), {"t1": ""}, PLAIN) == {}
    assert cast(near(t1=1, t2=0.9), {"t3": "a"}, PLAIN) == {}
    assert cast([], {}, PLAIN) == {}
    assert cast([], {"t1": "a"}, PLAIN) == {}


def test_below_zero_is_no_vote_against() -> None:
    assert scores(cast(near(t1=-0.5, t2=0.5), {"t1": "a", "t2": "a"}, PLAIN)) == pytest.approx({"a": 0.5})


def test_what_is_not_shown_gets_no_vote_and_takes_none() -> None:
    weights = Weights(sharpness=1.0, half_life_days=1e9, popularity=0.0, sharing=1.0, implied=1.0)
    votes = cast(near(t1=1, t2=1, t3=1), {"t1": "ab", "t2": "b"}, weights, implied={"t3": {"b": 1.0}}, hidden="b")
    assert scores(votes) == pytest.approx({"a": 1})


def test_evidence_counts_everybody_and_names_the_nearest_five() -> None:
    neighbours = near(**{f"t{i}": 1 - i / 10 for i in range(7)})
    votes = cast(
        neighbours, {f"t{i}": "a" for i in range(7)}, PLAIN, solved={"t0": True, "t3": True, "t6": True, "t5": False}
    )
    found = votes["a"].evidence
    assert (found.tickets, found.solved) == (7, 3)
    assert found.ticket_ids == ("t0", "t1", "t2", "t3", "t4")


def test_whoever_is_spoken_for_is_named_however_few_the_votes_ties_by_id() -> None:
    names = [f"a{i:03}" for i in range(200)]
    votes = cast(near(t1=0.5, t2=1.0), {"t1": names, "t2": [names[-1]]}, PLAIN)
    assert list(votes) == [names[-1], *names[:-1]]
    assert {tuple(each.voters) for each in votes.values()} == {("t1", "t2"), ("t1",)}


SIMILAR = st.lists(st.tuples(st.sampled_from("pqrstu"), st.floats(0, 1)), unique_by=lambda pair: pair[0], max_size=6)


@given(SIMILAR, st.dictionaries(st.sampled_from("pqrstu"), st.sets(st.sampled_from("abc"))))
def test_another_neighbour_never_takes_a_vote_away(pairs: list[tuple[str, float]], links: dict[str, set[str]]) -> None:
    neighbours = [Neighbour(ticket_id, value, value, 0) for ticket_id, value in pairs]
    every = cast(neighbours, links, Weights())
    fewer = cast(neighbours[:-1], links, Weights())
    assert all(every[article_id].score >= found.score - 1e-6 for article_id, found in fewer.items())
    assert all(every[article_id].evidence.tickets >= found.evidence.tickets for article_id, found in fewer.items())
    assert set(every) == {article for ticket_id, _ in pairs for article in links.get(ticket_id, "")}


# ---- against plain dictionaries


@dataclass(frozen=True)
class Past:
    """One ticket: when it came in, what was linked when (days after DAY), what its answer implies."""

    days: float
    links: dict[str, float] = field(default_factory=dict)
    implied: dict[str, float] = field(default_factory=dict)


def expected(
    near: list[tuple[str, float]], pasts: dict[str, Past], shown: set[str], now: float, known: float, popular: float,
    weights: Weights,
) -> tuple[dict[str, float], dict[str, list[str]]]:  # fmt: skip
    """Votes and who is named, as the documentation says it."""
    popularity: dict[str, int] = {}
    for past in pasts.values():
        for article_id in past.links:
            popularity[article_id] = popularity.get(article_id, 0) + (past.days < popular)
    votes: dict[str, float] = {}
    named: dict[str, list[str]] = {}
    for ticket_id, similarity in near:
        past = pasts.get(ticket_id, Past(0))
        said = similarity**weights.sharpness * 0.5 ** (max(0.0, now - past.days) / weights.half_life_days)
        own = [article_id for article_id, at in past.links.items() if article_id in shown and at <= known]
        shares = {article_id: 1 / len(own) ** weights.sharing for article_id in own}
        if not past.links:
            shares = {key: weights.implied * share for key, share in past.implied.items() if key in shown}
        for article_id, share in shares.items():
            divisor = max(popularity.get(article_id, 0), 1) ** weights.popularity
            votes[article_id] = votes.get(article_id, 0.0) + said * share / divisor
            named.setdefault(article_id, []).extend([ticket_id] if past.links else [])
    return votes, named


DAYS = st.integers(-400, 10).map(float)
PASTS = st.builds(
    Past,
    DAYS,
    st.dictionaries(st.sampled_from("abcd"), DAYS, max_size=3),
    st.dictionaries(st.sampled_from("abcde"), st.floats(0.01, 0.2), max_size=5),
)


@given(
    st.lists(st.tuples(st.sampled_from("pqrstuvw"), st.floats(0, 1)), unique_by=lambda pair: pair[0], max_size=8),
    st.dictionaries(st.sampled_from("pqrstuvwxyz"), PASTS),
    st.sets(st.sampled_from("abcde")),
    DAYS, DAYS, DAYS, st.sampled_from([Weights(), Weights(sharing=0.5, popularity=1.0, implied=1.0, sharpness=1.0)]),
)  # fmt: skip
def test_as_the_documentation_says(
    similar: list[tuple[str, float]], pasts: dict[str, Past], shown: set[str], now: float, known: float,
    popular: float, weights: Weights,
) -> None:  # fmt: skip
    def at(days: float) -> datetime:
        return DAY + timedelta(days=days)

    columns = Links.of(
        [
            LinkedTicket(key, 1, at(past.days), tuple(sorted((a, at(days)) for a, days in past.links.items())))
            for key, past in pasts.items()
        ],
        [(key, *link) for key, past in pasts.items() for link in past.implied.items()],
    )
    found = ballot(
        [Neighbour(key, similarity, similarity, 0) for key, similarity in similar],
        columns,
        shown=np.array([article_id in shown for article_id in columns.articles], np.bool_),
        at_s=np.array([at(pasts.get(key, Past(0)).days).timestamp() for key, _ in similar], np.float64),
        now_s=at(now).timestamp(),
        known_until_s=at(known).timestamp(),
        popular_until_s=at(popular).timestamp(),
    )
    votes = counted(found, found.tally(weights, [True] * len(found.near)), columns.articles, [True] * len(found.near))
    said, named = expected(similar, pasts, shown, now, known, popular, weights)
    assert scores(votes) == pytest.approx(said, rel=1e-4, abs=1e-9)
    assert {article_id: list(each.voters) for article_id, each in votes.items()} == named
    order = [n.ticket_id for n in found.near]
    assert order == [key for key, _ in similar if key in order], "the most similar first"
