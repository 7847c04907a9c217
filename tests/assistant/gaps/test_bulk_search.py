"""The bulk search says what the search says, on a small data folder that is really stored and indexed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.engine import Engine
from assistant.gaps import corpus as corpora
from assistant.gaps import demand as demands
from assistant.gaps import likely
from assistant.gaps.likely import Agreement, Likely, judged
from assistant.gaps.shelf import ArticleShelf
from assistant.question import Question
from kb import clock
from kb.gaps.model import Window
from kb.model import Article, Audience, TicketStatus
from tests.assistant.worlds import ENCODER, World, ticket_at
from tests.fakes import an_article

TOPICS = {
    "invoice": "invoice billing wrong amount charged twice",
    "heating": "radiator stays cold heating valve stuck",
    "parcel": "parcel delivery late courier tracking number",
    "router": "router light blinking no internet connection",
}
EXTRA = ("please", "today", "again", "thanks", "since yesterday", "at home", "urgent", "for my mother")


def text(topic: str, i: int) -> str:
    return f"{TOPICS[topic]} {EXTRA[i % len(EXTRA)]} {EXTRA[(3 * i + 1) % len(EXTRA)]}"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("assistant.gaps.corpus.bulk_encoder", lambda *_, **__: ENCODER)
    world = World(tmp_path, monkeypatch)
    articles: list[Article] = [an_article(f"a-{topic}", f"What to do: {TOPICS[topic]}.") for topic in list(TOPICS)[:3]]
    world.put(*articles, an_article("a-secret", TOPICS["router"], audience=Audience.AUTHOR))
    for topic in list(TOPICS)[:3]:
        world.put(*(ticket_at(i, f"{topic}-{i}", text(topic, i)) for i in range(6)), links=(f"a-{topic}",))
    world.put(*(ticket_at(i, f"{topic}-free-{i}", text(topic, i + 3)) for topic in TOPICS for i in range(5)))
    # Open tickets are not in the index: their words are read from what they say.
    world.put(*(ticket_at(7, f"{topic}-open", text(topic, 9), status=TicketStatus.OPEN) for topic in TOPICS))
    return world


def judge(world: World, threshold: float = 0.5, agreement: Agreement | None = None) -> tuple[list[str], Likely]:
    engine = Engine.open(world.store, world.settings)
    shelf = ArticleShelf.read(world.store, clock.now())
    demand = demands.read(world.store, shelf, Window(), confident=threshold)
    corpus = corpora.read(engine.shelves, world.settings, demand.tickets, [], demand.labels.keys())
    rows = demands.undecided(demand, corpus)

    def ask(row: int) -> Question:
        ticket = demand.tickets[corpus.ids[row]]
        return Question(ticket.subject, ticket.opening, ticket.locale, ticket_id=ticket.id)

    found = judged(engine, corpus, rows, demand.labels, (), ask, threshold=threshold, agreement=agreement)
    return [corpus.ids[row] for row in rows], found


def test_it_agrees_with_the_search(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    names, exact = judge(world)
    assert exact.agreement is None, "so few are all searched"
    monkeypatch.setattr(likely, "ALL_SEARCHED", 0)
    monkeypatch.setattr(likely, "MOST_IN_DOUBT", 0)
    again, bulk = judge(world)
    assert names == again
    assert len(names) == 24
    assert bulk.agreement is not None
    assert bulk.agreement.questions == 24
    assert bulk.agreement.error < 0.05
    assert bulk.agreement.same_side > 0.9
    known = [i for i, name in enumerate(names) if not name.startswith("router")]
    assert bulk.first[known].tolist() == exact.first[known].tolist()
    assert [bulk.articles[bulk.first[i]] for i in known] == [f"a-{names[i].split('-')[0]}" for i in known]
    assert "a-secret" not in bulk.articles


def test_what_is_in_doubt_is_really_searched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, exact = judge(world)
    monkeypatch.setattr(likely, "ALL_SEARCHED", 0)
    asked: list[str] = []
    real = likely.searched

    def noted(engine: Engine, question: Question) -> tuple[float, list[str]]:
        asked.append(question.text)
        return real(engine, question)

    monkeypatch.setattr(likely, "searched", noted)
    monkeypatch.setattr(likely, "_DOUBT", 0.25)
    measured = Agreement(questions=100, same_side=0.9, error=0.06, same_first=0.8)
    _, some = judge(world, agreement=measured)
    assert some.agreement == measured, "measured once is enough"
    assert len(asked) == 6
    assert int((np.abs(some.confidence - exact.confidence) < 1e-9).sum()) >= 6


def test_an_answer_that_says_something_else_tells_against_the_list(world: World) -> None:
    names, found = judge(world)
    # Nobody answered these: nothing tells against the list.
    assert found.retold.tolist() == [1.0] * len(names)


def test_without_articles_nothing_would_be_suggested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.gaps.corpus.bulk_encoder", lambda *_, **__: ENCODER)
    monkeypatch.setattr(likely, "ALL_SEARCHED", 0)
    world = World(tmp_path, monkeypatch)
    world.put(*(ticket_at(i, f"invoice-{i}", text("invoice", i)) for i in range(5)))
    _, found = judge(world)
    assert max(found.confidence) < 0.01
    assert found.first.tolist() == [-1] * 5
