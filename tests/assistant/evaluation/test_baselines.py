"""The plain rankings: as the textbook has them, over the same passages and filters as ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.engine import Engine
from assistant.evaluation.baselines import Baselines
from assistant.question import Question
from indexer.model import Query, Shelf
from tests.assistant.worlds import ENCODER, World
from tests.fakes import an_article

QUESTIONS = ("shines yellow", "refund five days", "lampen lyser", "xylophone", "the hub the lamp")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "home", monkeypatch)
    made.put(
        an_article("long", "About things.\n\n## Yellow\n\nThe hub shines yellow.\n\n## Money\n\nA refund takes five days."),
        an_article("light", "Lamps shine yellow.", product="Lamp"), an_article("other", "Nothing of that kind."),
        an_article("da", "Lampen lyser gult", locale="da"), an_article("sv", "Lampan lyser gult", locale="sv"),
        an_article("gone", "The lamp shines yellow."),
    )  # fmt: skip
    made.store.articles.archive("gone", actor="u1")
    made.index()
    return made


@pytest.fixture
def engine(world: World) -> Engine:
    return Engine.open(world.store, world.settings)


def rankings(engine: Engine, text: str, **filters: object) -> dict[str, list[str]]:
    asked = engine.ask(Question(body=text, locale="en"))
    return Baselines(engine).rankings(asked, Query(text, asked.locale, **filters))  # type: ignore[arg-type]


def by_hand(engine: Engine, text: str, allowed: set[str]) -> dict[str, list[str]]:
    """The same from the index file, in plain numpy and Python."""
    ids, raw = engine.shelves.vectors(shelf=Shelf.ARTICLE, dimension=ENCODER.dimension)
    nouns = [engine.shelves.passages([i])[i].noun_id for i in ids]
    mean = raw.mean(axis=0)
    # What is subtracted from a question is the mean of questions.
    query = ENCODER.queries([text])[0] - engine.readers[Shelf.ARTICLE].query_means[""]
    placed = raw - mean
    cosines = placed @ query / (np.linalg.norm(placed, axis=1) * np.linalg.norm(query))
    asked, shelf = engine.ask(Question(body=text, locale="en")), engine.readers[Shelf.ARTICLE]
    words = dict(zip(shelf.dense.ids.tolist(), shelf.words(text, asked.locale).tolist(), strict=True))
    dense = {
        n: max(float(c) for c, each in zip(cosines, nouns, strict=True) if each == n) for n in set(nouns) & allowed
    }
    lexical = {n: max(words[i] for i, each in zip(ids, nouns, strict=True) if each == n) for n in dense}
    lexical = {n: score for n, score in lexical.items() if score > 0}

    def first(scores: dict[str, float]) -> list[str]:
        return sorted(scores, key=lambda n: (-scores[n], n))

    legs = [first(dense), first(lexical)]
    fused = {n: sum(1 / (61 + leg.index(n)) for leg in legs if n in leg) for n in dense}
    high = max(dense.values(), default=0.0), max(lexical.values(), default=1.0)
    blend = {n: 0.7 * max(0.0, (dense[n] + 0.3) / (high[0] + 0.3)) + 0.3 * lexical.get(n, 0.0) / high[1] for n in dense}
    return {"dense": legs[0], "BM25": legs[1], "RRF": first(fused), "convex": first(blend)}


@pytest.mark.parametrize("text", QUESTIONS)
def test_as_by_hand(engine: Engine, text: str) -> None:
    assert rankings(engine, text) == by_hand(engine, text, {"long", "light", "other", "da", "sv"})


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        ({"locales": ("da",)}, {"da"}), ({"locales": ("sv", "da")}, {"da", "sv"}), ({"locales": ("fi",)}, set()),
        ({"product": "Hub"}, {"long", "other", "da", "sv"}), ({"audiences": ("nobody",)}, set()),
    ],
    ids=lambda case: str(sorted(case) if isinstance(case, set) else case),
)  # fmt: skip
def test_filters(engine: Engine, filters: dict[str, object], allowed: set[str]) -> None:
    for text in QUESTIONS:
        found = rankings(engine, text, **filters)
        assert found == by_hand(engine, text, allowed)
        assert set(found["dense"]) == set(found["RRF"]) == set(found["convex"]) == allowed


def test_words_that_nobody_wrote(engine: Engine) -> None:
    found = rankings(engine, "xylophone")
    assert found["BM25"] == []
    assert found["RRF"] == found["dense"]


def test_what_an_index_run_wrote_since_is_ranked_too(world: World, engine: Engine) -> None:
    """Also where the engine has not looked yet, and places have moved."""
    world.put(an_article("new", "The hub shines yellow."), an_article("other", "Hubs shine."))
    world.store.articles.archive("light", actor="u1")
    world.index()
    assert rankings(engine, "shines yellow") == by_hand(engine, "shines yellow", {"long", "other", "new", "da", "sv"})


def test_neither_languages_nor_links_nor_twins_move_them(world: World, engine: Engine) -> None:
    """What they are measured against is ours, and nothing of ours is in them."""
    before = {text: rankings(engine, text) for text in QUESTIONS}
    with engine.shelves.write() as writer:
        writer.set_twins([("da", "light"), ("light", "da")])
    shelf = engine.readers[Shelf.ARTICLE]
    shelf.query_means = {locale: mean if locale == "" else -mean for locale, mean in shelf.query_means.items()}
    assert {text: rankings(engine, text) for text in QUESTIONS} == before
