"""Made-up articles and tickets, their blended vectors, and the data folder that is filled with them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.engine import Engine
from assistant.question import Question
from assistant.speed.blended_encoder import BlendedEncoder
from assistant.speed.synthetic import Seeds, article_id, made_up_articles, made_up_tickets, pasted_log
from assistant.speed.synthetic_home import Size, fill_made_up, read_seeds
from indexer.folders import require_folder
from indexer.model import Query, Shelf
from kb.settings import DEFAULT_MODEL, Settings
from kb.store import Store
from tests.fakes import HashEncoder

SIZE = Size(24, 120)


@pytest.fixture(scope="module")
def seeds(small_data: Path) -> Seeds:
    return read_seeds(small_data)


def test_seeds_are_whole_sentences_with_their_links(seeds: Seeds) -> None:
    assert len(seeds.articles) == 4
    assert [seed.id for seed in seeds.tickets] == sorted(seed.id for seed in seeds.tickets)
    assert all(seed.sentences and "\n" not in line for seed in seeds.tickets for line in seed.sentences)
    assert set().union(*(seed.links for seed in seeds.tickets)) <= {seed.id for seed in seeds.articles}
    assert any(seed.links for seed in seeds.tickets)


def test_nothing_comes_of_nothing() -> None:
    with pytest.raises(ValueError, match="need articles and tickets with text, got 0 and 0"):
        Seeds.of([], [], {})


def test_the_same_every_time_and_a_smaller_number_is_the_beginning(seeds: Seeds) -> None:
    rows = list(made_up_articles(seeds, 10))
    assert rows == list(made_up_articles(seeds, 10))
    assert rows[:6] == list(made_up_articles(seeds, 6))
    assert len({row["id"] for row in rows}) == len({row["title"] for row in rows}) == 10
    tickets: list[dict[str, Any]] = list(made_up_tickets(seeds, 50, articles=10))
    assert tickets == list(made_up_tickets(seeds, 50, articles=10))
    assert len({row["messages"][0]["body"] for row in tickets}) == 50


def test_links_lead_to_articles_that_are_made_up_too(seeds: Seeds) -> None:
    articles = {row["id"] for row in made_up_articles(seeds, 8)}
    tickets: list[dict[str, Any]] = list(made_up_tickets(seeds, 100, articles=8))
    linked = [link for row in tickets for link in row["article_links"]]
    assert linked
    assert set(linked) <= articles


def test_a_log_looks_like_one() -> None:
    lines = pasted_log(30, np.random.default_rng(1))
    assert len(lines) == 30
    assert all(
        re.fullmatch(r"2026-05-04 09:\d\d:17\.\d{4} WARN \[.+\] E-\d{4} 0x[0-9a-f]{8} state=1", line) for line in lines
    )


def test_a_blend_lies_near_its_lines_and_is_always_the_same() -> None:
    model = HashEncoder(dimension=64)
    lines = ["the hub blinks yellow", "my refund has not come", "reset the password"]
    blended = BlendedEncoder(model, lines, lines)
    own, other, apart = blended.queries([f"{lines[0]}\nFY-1", f"{lines[0]}\nFY-2", lines[2]])
    assert np.allclose(np.linalg.norm([own, other, apart], axis=1), 1, atol=1e-5)
    exact = model.queries(lines)
    assert int(np.argmax(exact @ own)) == 0
    assert own @ other > own @ apart
    assert not np.allclose(own, other)
    assert np.array_equal(blended.queries([f"{lines[0]}\nFY-1"])[0], own)
    assert blended.passages([]).shape == (0, 64)


def test_a_text_without_a_known_line_is_encoded() -> None:
    model = HashEncoder()
    blended = BlendedEncoder(model, ["known"], ["known"])
    found = blended.passages(["known", "strange", "known", "stranger"])
    assert np.allclose(found[[1, 3]], model.passages(["strange", "stranger"]))
    assert (blended.name, blended.dimension) == (model.name, model.dimension)


def test_a_made_up_folder_can_be_searched(small_data: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "made-up")
    settings.home.mkdir()
    model = HashEncoder(name=DEFAULT_MODEL, dimension=64)
    assert fill_made_up(settings, SIZE, small_data, encoder=model)
    store = Store.open(settings)
    assert store.counts()["articles"] == SIZE.articles
    assert store.counts()["tickets"] == SIZE.tickets
    assert store.counts()["canned_replies"] == 4
    engine = Engine(store, settings, require_folder(settings.home), encoder=model)
    assert len(engine.readers[Shelf.ARTICLE].dense) >= SIZE.articles
    seed = next(seed for seed in read_seeds(small_data).articles if "hub-light" in seed.id)
    asked = engine.ask(Question(body=" ".join(seed.sentences[:3]), locale=seed.locale))
    found = engine.articles(asked, Query(asked.text, asked.locale))
    best = max(found.scores, key=lambda each: found.scores[each])
    assert best in {article_id(seed.id, turn) for turn in range(SIZE.articles)}
    assert found.votes
    asked_before = len(model.seen)
    assert not fill_made_up(settings, SIZE, small_data, encoder=model)
    assert len(model.seen) == asked_before
    store.close()
