"""The live test of a draft says what a suggestion gives once the draft is published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.question import Question
from assistant.service import Service
from assistant.writing.trial import Trial, Trials
from indexer.build import take_in
from kb.model import Article, Audience, Confidence
from tests.assistant.worlds import ENCODER, World, ticket_at
from tests.fakes import an_article

BODIES = {
    "light": "The hub shines yellow when it has no internet.\n\n## Restart\n\n1. Pull the plug of the hub.\n2. Wait a minute.",
    "money": "A refund takes five days. The money comes to the card that you paid with.",
    "battery": "Change the batteries of the thermostat when it blinks.",
    "lys": "Hubben lyser gult, når den ikke har internet.",
}
QUESTIONS = (
    "hub shines yellow", "why is the light of my hub yellow?", "refund of my money", "E-1042 on the hub", "thermostat blinks red",
    "cat", "hubben lyser gult",
)  # fmt: skip
DRAFTS = {
    "a new one": an_article("new", "If the hub shines yellow, and the display says E-1042, the light is broken.", title="Yellow light"),
    "a new text of one that is there": an_article("money", "The thermostat blinks red when its refund of heat is late.", title="Red"),
    "a long one of many passages": an_article("long", "\n\n".join(f"## Part {n}\n\nhub light {n} " + "word " * 150 for n in range(6))),
    "a translation": an_article("gul", "Hubben lyser gult uten internett.", locale="nb", translation_of="light"),
    "one for its author alone": an_article("own", "hub shines yellow hub shines yellow", audience=Audience.AUTHOR),
    "one about another product": an_article("other", "hub shines yellow", product="Boiler"),
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "home", monkeypatch)
    made.put(*(an_article(article_id, body) for article_id, body in BODIES.items()), index=False)
    made.put(ticket_at(0, "t0", "hub shines yellow"), links=["light"], index=False)
    made.put(ticket_at(1, "t1", "yellow light on my hub"), links=["light", "battery"])
    return made


def as_suggested(service: Service, question: str) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in service.suggest(Question(body=question, locale="en"), limit=10).articles]


def tried(service: Service, question: str, draft: Article) -> Trial:
    return Trials().run(service.engine, Question(body=question, locale="en"), draft)


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_it_is_as_after_publishing(world: World, draft: Article) -> None:
    service = world.service()
    trials = {question: tried(service, question, draft) for question in QUESTIONS}
    for question, trial in trials.items():
        assert [(each.id, each.score) for each in trial.before] == as_suggested(service, question)
    world.put(draft, index=False)
    take_in(world.store, world.settings, encoder=ENCODER)
    for question, trial in trials.items():
        published = as_suggested(service, question)
        assert [each.id for each in trial.after] == [article_id for article_id, _ in published], question
        assert [each.score for each in trial.after] == pytest.approx([score for _, score in published], abs=2e-4)
        places = {article_id: rank for rank, (article_id, _) in enumerate(published, start=1)}
        assert trial.rank == places.get(draft.id)
        assert [each.id for each in trial.after if each.is_draft] == ([draft.id] if trial.rank else [])


def test_it_says_what_would_be_pushed_down(world: World) -> None:
    draft = DRAFTS["a new one"]
    trial = tried(world.service(), "E-1042 hub shines yellow light broken", draft)
    ranks = {each.id: each.rank for each in trial.before}
    assert (trial.rank, trial.rank_now) == (1, None)
    assert {each.id: (each.before, each.after) for each in trial.pushed_down} == {
        article_id: (rank, rank + 1) for article_id, rank in ranks.items()
    }


def test_what_is_published_of_it_is_told_too(world: World) -> None:
    draft = an_article("light", "Nothing about that at all.", title="Empty")
    trial = tried(world.service(), "hub shines yellow", draft)
    assert trial.rank_now == 1
    assert trial.pushed_down == ()


def test_an_archived_draft_comes_nowhere(world: World) -> None:
    draft = replace(DRAFTS["a new one"], confidence=Confidence.ARCHIVED)
    assert tried(world.service(), "hub shines yellow", draft).rank is None


def test_nothing_is_stored(world: World) -> None:
    service = world.service()
    before = (world.store.seq(), service.engine.shelves.generation, as_suggested(service, "hub"))
    tried(service, "hub", DRAFTS["a new one"])
    assert (world.store.seq(), service.engine.shelves.generation, as_suggested(service, "hub")) == before


def test_an_empty_question_finds_nothing(world: World) -> None:
    trial = tried(world.service(), " ", DRAFTS["a new one"])
    assert (trial.rank, trial.before, trial.after, trial.pushed_down) == (None, (), (), ())
