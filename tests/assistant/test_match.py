"""How well articles answer a question by themselves, over a real index with the fake encoder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Engine
from assistant.fusion import LEAST_COSINE, stretch
from assistant.match import Match, best_places
from assistant.question import Question
from assistant.weights import DEFAULT
from indexer.cosines import Cosines
from indexer.model import Query, Shelf
from indexer.shelves import TWINS
from tests.assistant.worlds import World
from tests.fakes import a_canned, an_article

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


@pytest.mark.parametrize("text", ["yellow lamp", "refund", "xylophone", "The hub shines yellow lamps"])
def test_words_come_on_top_of_the_cosine(engine: Engine, text: str) -> None:
    """The best passage counts: its cosine and its share of what a text with every word would have."""
    matched = found(engine, text)
    asked, shelf = engine.ask(Question(body=text, locale="en")), engine.readers[Shelf.ARTICLE]
    cosine, words = shelf.cosines(asked.whole[None, :], "en")[0], shelf.words(text, "en")
    fused = cosine + DEFAULT.words * words / shelf.ceiling(text, "en") + DEFAULT.grams * shelf.grams(text, "en")
    best = {noun: max(float(f) for f, n in zip(fused, shelf.noun, strict=True) if n == noun) for noun in shelf.noun}
    assert matched.scores == pytest.approx(stretch(best, LEAST_COSINE), abs=1e-5)


def test_a_share_of_the_words_counts_the_same_for_every_question(engine: Engine) -> None:
    """Not relative to the best article: where nobody has more than a word of many, words decide little."""
    one = found(engine, "yellow")
    many = found(engine, "yellow xylophone quokka walrus zebra ocelot")
    assert one.lexical["light"] == pytest.approx(many.lexical["light"])
    assert many.ceiling > 4 * one.ceiling


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


def with_twins(engine: Engine, *pairs: tuple[str, str]) -> None:
    """Let pairs of articles say the same, both ways, as an index run notes it."""
    with engine.shelves.write() as writer:
        writer.set_twins(sorted({*pairs, *(pair[::-1] for pair in pairs)}))
        writer.set_meta(TWINS, f"4 0 {writer.generation}")
    engine.refresh()


def ranking(matched: Match) -> list[str]:
    return sorted(matched.scores, key=lambda key: (-matched.scores[key], key))


DANISH = "Lampen lyser gult"
"""Found as such in English, the Danish article is first."""


def test_the_translation_in_the_own_language_gets_the_better_score(engine: Engine) -> None:
    plain = found(engine, DANISH)
    assert ranking(plain)[0] == "da"
    with_twins(engine, ("da", "other"))
    moved = found(engine, DANISH)
    assert ranking(moved)[0] == "other"
    assert moved.scores["other"] == plain.scores["da"] == 1
    assert moved.scores["da"] < moved.scores["other"]
    assert {key: moved.scores[key] for key in ("long", "light")} == {
        key: plain.scores[key] for key in ("long", "light")
    }
    assert (moved.dense, moved.lexical, moved.passages) == (plain.dense, plain.lexical, plain.passages)


def test_a_better_score_of_its_own_stays(engine: Engine) -> None:
    text = "Lamps shine yellow"
    plain = found(engine, text)
    assert ranking(plain)[0] == "light"
    with_twins(engine, ("da", "light"))
    moved = found(engine, text)
    assert {key: moved.scores[key] for key in ("long", "light", "other")} == {
        key: plain.scores[key] for key in ("long", "light", "other")
    }
    assert moved.scores["da"] <= min(plain.scores["da"], moved.scores["light"])


def test_the_foreign_translation_stands_behind_by_a_fixed_amount(engine: Engine) -> None:
    with_twins(engine, ("da", "other"))
    behind = {}
    for twin in (0.0, 0.1, 0.3):
        engine.weights = replace(engine.weights, twin=twin)
        behind[twin] = found(engine, DANISH).scores
    assert behind[0.0]["da"] == behind[0.0]["other"] == 1
    assert 0 < behind[0.3]["da"] < behind[0.1]["da"] < 1
    assert 1 - behind[0.3]["da"] == pytest.approx(3 * (1 - behind[0.1]["da"]), abs=1e-5)


def test_a_translation_that_no_leg_found_is_brought_in(engine: Engine) -> None:
    with_twins(engine, ("da", "other"))
    engine.weights = replace(engine.weights, candidates=1)
    matched = found(engine, DANISH)
    assert set(matched.dense) == {"da"}
    assert ranking(matched) == ["other", "da"]
    assert set(matched.passages) == {"da"}, "whoever shows it looks for its passage"


def test_a_question_in_the_other_language_is_turned_round(engine: Engine) -> None:
    with_twins(engine, ("da", "light"))
    asked = engine.ask(Question(body="Lamps shine yellow", locale="da"))
    matched = engine.match(asked, Query(asked.text, asked.locale))
    if asked.locale == "da":
        assert matched.scores["da"] > matched.scores["light"]
    else:
        assert matched.scores["light"] > matched.scores["da"]


@pytest.mark.parametrize("filters", [{"locales": ("da",)}, {"product": "Hub"}], ids=str)
def test_nothing_moves_where_the_translation_may_not_be_found(engine: Engine, filters: dict[str, Any]) -> None:
    """A lamp's article is no answer to whoever asks about a hub, nor one in a language that was not asked for."""
    plain = found(engine, DANISH, **filters)
    assert ranking(plain)[0] == "da"
    with_twins(engine, ("da", "light"))
    assert found(engine, DANISH, **filters) == plain


def test_nothing_moves_when_the_translation_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        an_article("en", "Something else."), an_article("da", DANISH, locale="da"), an_article("more", "Refunds.")
    )
    engine = Engine.open(world.store, world.settings)
    with_twins(engine, ("da", "en"))
    assert ranking(found(engine, DANISH))[0] == "en"
    # Taken out behind the twins' back, as in the moment before they are looked for again.
    with engine.shelves.write() as writer:
        writer.replace(Shelf.ARTICLE, "en", [])
    engine.refresh()
    matched = found(engine, DANISH)
    assert (ranking(matched)[0], "en" in matched.scores) == ("da", False)


def test_nothing_moves_where_phrases_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the phrase stands in both: whoever quotes wants the text that was quoted."""
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        an_article("en", "Something else about the Smart Hub in many other words."),
        an_article("da", "Smart Hub lyser gult", locale="da"), an_article("more", "Refunds."),
    )  # fmt: skip
    engine = Engine.open(world.store, world.settings)
    plain = found(engine, "lyser gult", phrases=("smart hub",))
    assert ranking(plain) == ["da", "en"]
    with_twins(engine, ("da", "en"))
    assert ranking(found(engine, "lyser gult"))[0] == "en"
    assert found(engine, "lyser gult", phrases=("smart hub",)) == plain


def test_twins_in_one_language_or_of_others_move_nothing(engine: Engine) -> None:
    plain = found(engine, DANISH)
    for pairs in ((), (("da", "unknown"),)):
        with_twins(engine, *pairs)
        assert found(engine, DANISH) == plain


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


STORY = "The hub lost its connection after the update last week, and the lamp in the hall blinks yellow since then"


@pytest.mark.parametrize("code", ["E-1042", "e1042", "E\u20111042", "e\u22121042", "E1042", "e-1042"])
@pytest.mark.parametrize("written", ["E-1042", "E1042", "E\u20131042"])
def test_an_article_with_the_very_code_is_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, written: str
) -> None:
    """Also in a long question about much else, to which other articles say more."""
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        an_article("hub", "The hub lost its connection after the update: wait.", title="The hub since the update"),
        an_article("update", "After the update of last week restart the app.", title="Update"),
        an_article("lamp", "The lamp in the hall blinks: its battery is empty.", title="Lamp"),
        an_article("code", f"{written} means that the hub lost power: unplug the lamp.", title="The hub and its codes"),
        an_article("near", "E-1043 and E-104 mean that the hub lost power.", title="The hub and other codes"),
    )
    engine = Engine.open(world.store, world.settings)
    text = f"{STORY}. What can I do? It says {code} all the time, thank you for your help"
    assert ranking(found(engine, text))[0] == "code"
    engine.weights = replace(engine.weights, code=0.0)
    assert ranking(found(engine, text))[0] == "hub"


def says_nothing(patch: pytest.MonkeyPatch, engine: Engine, shelf: Shelf) -> None:
    """Let the dense leg find everything equally far."""
    of = engine.readers[shelf]
    nothing = Cosines.exact(np.zeros((1, len(of.noun)), np.float32))
    patch.setattr(of, "nearly", lambda *_: nothing)


@pytest.mark.parametrize(
    ("text", "locale", "title"),
    [
        ("felsökning av huben", "sv", "Felsökningsguide för hubbar"),
        ("jeg venter på leveringstiden", "nb", "Levering og tid"),
        ("korleis verkar innlogginga", "nn", "Innloggingsside"),
        ("min adgangskode virker ikke", "da", "Engangsadgangskoder"),
    ],
)
def test_a_compound_and_its_parts_find_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, locale: str, title: str
) -> None:
    """By their pieces, among articles that share none, where vectors say nothing."""
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        *(an_article(f"a{i}", f"qwz{i}", title=f"Xyz{i}", locale=locale) for i in range(8)),
        an_article("meant", "x", title=title, locale=locale),
    )
    engine = Engine.open(world.store, world.settings)
    says_nothing(monkeypatch, engine, Shelf.ARTICLE)
    asked = engine.ask(Question(body=text, locale=locale))
    query = Query(text, locale)
    assert ranking(engine.match(asked, query))[0] == "meant"
    engine.weights = replace(engine.weights, words=0.0)
    assert ranking(engine.match(asked, query))[0] == "meant"
    engine.weights = replace(engine.weights, grams=0.0)
    assert len(set(engine.match(asked, query).scores.values())) == 1


def test_canned_replies_are_found_by_pieces_of_words_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(
        an_article("a"), a_canned("refund", "Återbetalningar tar fem dagar", locale="sv"),
        *(a_canned(f"c{i}", f"qwz{i}", locale="sv") for i in range(6)),
    )  # fmt: skip
    engine = Engine.open(world.store, world.settings)
    says_nothing(monkeypatch, engine, Shelf.CANNED)
    matched = engine.canned(engine.ask(Question(body="återbetald", locale="sv")), frozenset({"sv"}))
    assert ranking(matched)[0] == "refund"
    assert matched.lexical == {}, "not by its stems"
