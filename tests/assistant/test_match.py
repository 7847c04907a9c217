"""How well articles answer a question by themselves, over a real index with the fake encoder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Engine
from assistant.fusion import convex
from assistant.match import Match, best_places
from assistant.question import Question
from indexer.model import Query, Shelf
from tests.assistant.worlds import World
from tests.fakes import an_article

LONG = "About things.\n\n## Yellow\n\nThe hub shines yellow.\n\n## Money\n\nA refund takes five days."


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        an_article("long", LONG), an_article("light", "Lamps shine yellow.", product="Lamp"),
        an_article("da", "Lampen lyser gult", locale="da"), an_article("other", "Nothing of that kind."),
    )  # fmt: skip
    return Engine.open(world.store, world.settings)


def found(
    engine: Engine, text: str, *, phrases: tuple[str, ...] = (), locales: tuple[str, ...] = (), product: str = ""
) -> Match:
    asked = engine.ask(Question(body=text, locale="en"))
    return engine.match(asked, Query(text, "en", phrases=phrases, locales=locales, product=product))


@pytest.mark.parametrize(("text", "heading"), [("shines yellow", "Yellow"), ("refund five days", "Money")])
def test_the_passage_that_answers_best(engine: Engine, text: str, heading: str) -> None:
    matched = found(engine, text)
    assert max(matched.scores, key=lambda key: matched.scores[key]) == "long"
    passages = engine.shelves.passages(list(matched.passages.values()))
    assert passages[matched.passages["long"]].heading == heading
    assert {passages[p].noun_id for p in matched.passages.values()} == set(matched.passages)


def test_every_article_has_a_score_between_nothing_and_all_and_a_passage(engine: Engine) -> None:
    matched = found(engine, "yellow lamp")
    assert set(matched.scores) == set(matched.passages) == set(matched.dense)
    assert set(matched.lexical) <= set(matched.dense)
    assert all(0 <= score <= 1 for score in matched.scores.values())


def test_the_order_is_that_of_the_convex_blend(engine: Engine) -> None:
    matched = found(engine, "yellow lamp", locales=("en",))
    blended = convex(matched.dense, matched.lexical, alpha=engine.weights.dense)
    assert sorted(matched.scores, key=lambda key: -matched.scores[key]) == sorted(
        blended, key=lambda key: -blended[key]
    )


@pytest.mark.parametrize(
    ("phrases", "ids"), [(("shines yellow",), {"long"}), (("yellow",), {"long", "light"}), (("yellow shines",), set()),
                         (("shines yellow", "refund"), set())],
)  # fmt: skip
def test_a_phrase_decides_what_is_found(engine: Engine, phrases: tuple[str, ...], ids: set[str]) -> None:
    """Whatever else is asked, and also where the question has no word that anybody knows."""
    for text in (" ".join(phrases), "zzz", "", "lamps take days"):
        assert set(found(engine, text, phrases=phrases).scores) == ids


def test_a_phrase_stands_in_the_passage_that_is_shown(engine: Engine) -> None:
    matched = found(engine, "refund five days", phrases=("shines yellow",))
    (passage,) = engine.shelves.passages(list(matched.passages.values())).values()
    assert (passage.noun_id, passage.heading) == ("long", "Yellow")


def test_a_phrase_without_words_stands_nowhere(engine: Engine) -> None:
    assert found(engine, "yellow", phrases=("!!!",)).scores == {}
    assert found(engine, "yellow", phrases=("",)).scores == {}


def test_filters(engine: Engine) -> None:
    assert set(found(engine, "yellow", locales=("da",)).scores) == {"da"}
    assert "light" not in found(engine, "yellow", product="Hub").scores
    nothing = found(engine, "yellow", locales=("fi",))
    assert (nothing.scores, nothing.passages, nothing.dense, nothing.lexical) == ({}, {}, {}, {})


def test_words_that_nobody_wrote_leave_the_dense_leg(engine: Engine) -> None:
    matched = found(engine, "xylophone")
    assert matched.lexical == {}
    assert set(matched.dense) == {"long", "light", "da", "other"}


def test_what_was_taken_out_or_replaced_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(an_article("a1", "The hub shines yellow."), an_article("a2", "Lamps shine yellow."))
    engine = Engine.open(world.store, world.settings)
    assert set(found(engine, "yellow").lexical) == {"a1", "a2"}
    world.store.articles.archive("a1", actor="u1")
    world.put(an_article("a2", "Refunds."))
    engine.refresh()
    matched = found(engine, "yellow")
    assert (set(matched.scores), matched.lexical) == ({"a2"}, {})
    assert set(matched.passages.values()) == {key[0] for key in engine.shelves.keys(Shelf.ARTICLE)}


def test_few_candidates_are_the_best_of_each_leg(engine: Engine) -> None:
    engine.weights = replace(engine.weights, candidates=1)
    few = found(engine, "shines yellow")
    engine.weights = replace(engine.weights, candidates=200)
    every = found(engine, "shines yellow")
    assert 1 <= len(few.scores) <= 2 < len(every.scores)
    assert max(every.dense, key=lambda key: every.dense[key]) in few.dense
    assert max(every.lexical, key=lambda key: every.lexical[key]) in few.lexical


def test_the_own_language_is_nearer(engine: Engine) -> None:
    own = found(engine, "yellow lamp")
    engine.weights = replace(engine.weights, same_language=0.0)
    plain = found(engine, "yellow lamp")
    assert {key: own.dense[key] - plain.dense[key] for key in own.dense} == pytest.approx(
        {"long": 0.05, "light": 0.05, "other": 0.05, "da": 0.0}, abs=1e-6
    )


SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 0.5, 1.0, 2.0]), max_size=30)


@given(SCORES, st.sets(st.integers(0, 29)), st.integers(1, 35))
def test_best_places(scores: list[float], hidden: set[int], limit: int) -> None:
    """As a sort of everything would do it, ties by place."""
    mask = np.array([place not in hidden for place in range(len(scores))], np.bool_)
    best = best_places(np.array(scores, np.float32), mask, limit)
    allowed = [place for place in range(len(scores)) if place not in hidden]
    assert best.tolist() == sorted(allowed, key=lambda place: (-scores[place], place))[:limit]


def test_a_code_alone_is_searched_by_its_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        an_article("about", "When the app says E-1042, and E-1042 again, restart the router and wait for some minutes."),
        an_article("beside", "See E-1042"), an_article("other", "E-2077"), an_article("none", "e 1042 apart"),
    )  # fmt: skip
    engine = Engine.open(world.store, world.settings)
    for text in ("E-1042", "e1042", "E-1042 "):
        matched = found(engine, text)
        by_words = sorted(matched.lexical, key=lambda key: -matched.lexical[key])
        assert max(matched.scores, key=lambda key: matched.scores[key]) == by_words[0]
