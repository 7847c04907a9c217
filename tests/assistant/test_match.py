"""How well articles answer a question by themselves, over a real index with the fake encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.engine import Engine
from assistant.fusion import convex
from assistant.match import Match
from assistant.question import Question
from indexer.model import Query
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


def found(engine: Engine, text: str, *, phrases: tuple[str, ...] = (), locales: tuple[str, ...] = (), product: str = "") -> Match:
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
    assert sorted(matched.scores, key=lambda key: -matched.scores[key]) == sorted(blended, key=lambda key: -blended[key])


@pytest.mark.parametrize(
    ("phrases", "ids"), [(("shines yellow",), {"long"}), (("yellow",), {"long", "light"}), (("yellow shines",), set()),
                         (("shines yellow", "refund"), set())],
)  # fmt: skip
def test_a_phrase_decides_what_is_found(engine: Engine, phrases: tuple[str, ...], ids: set[str]) -> None:
    matched = found(engine, " ".join(phrases), phrases=phrases)
    assert set(matched.scores) == ids


def test_filters(engine: Engine) -> None:
    assert set(found(engine, "yellow", locales=("da",)).scores) == {"da"}
    assert "light" not in found(engine, "yellow", product="Hub").scores
    nothing = found(engine, "yellow", locales=("fi",))
    assert (nothing.scores, nothing.passages, nothing.dense, nothing.lexical) == ({}, {}, {}, {})


def test_words_that_nobody_wrote_leave_the_dense_leg(engine: Engine) -> None:
    matched = found(engine, "xylophone")
    assert matched.lexical == {}
    assert set(matched.dense) == {"long", "light", "da", "other"}


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
