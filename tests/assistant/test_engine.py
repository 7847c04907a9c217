"""The search over a real store and index, with the fake encoder: what may vote, and what must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.engine import Engine, Found
from assistant.evidence import Neighbour
from assistant.model import Evidence
from assistant.question import Question, question_of
from indexer import dense
from indexer.model import Query, Shelf
from kb.errors import KBError
from kb.model import Article, Audience, Confidence, TicketStatus
from tests.assistant.worlds import World, ticket_at
from tests.fakes import DAY, a_canned, a_ticket, an_article

ARTICLES = {
    "light": "The hub shines yellow when it has no internet.",
    "money": "A refund takes five days.",
    "battery": "Change the batteries of the thermostat.",
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return stocked(tmp_path / "home", monkeypatch)


def stocked(home: Path, patch: pytest.MonkeyPatch) -> World:
    """Three articles and four linked tickets, a day apart."""
    made = World(home, patch)
    made.put(*(an_article(article_id, body) for article_id, body in ARTICLES.items()), index=False)
    made.put(ticket_at(0, "t0", "hub shines yellow"), links=["light"], index=False)
    made.put(ticket_at(1, "t1", "yellow light on my hub"), links=["light", "battery"], index=False)
    made.put(ticket_at(2, "t2", "where is my refund", tags=("reopened",)), links=["money"], index=False)
    made.put(ticket_at(3, "t3", "hub without internet"), links=["light"])
    return made


def engine_of(world: World) -> Engine:
    """An engine that hears whoever is there: with four tickets none is much like a question."""
    engine = Engine.open(world.store, world.settings)
    engine.weights = replace(engine.weights, likeness=(-2.0, 0.3))
    return engine


def test_nobody_is_heard_where_nothing_alike_was_asked(world: World) -> None:
    engine = engine_of(world)
    engine.weights = replace(engine.weights, likeness=(0.9, 1.0))
    found = ask(engine, Question(body="my cat is ill", locale="en"))
    assert found.votes == {}
    assert found.scores == pytest.approx(found.matched.scores)


def ask(engine: Engine, question: Question) -> Found:
    asked = engine.ask(question)
    return engine.articles(asked, Query(asked.text, asked.locale))


def linked_near(engine: Engine, question: Question) -> list[Neighbour]:
    """The linked tickets most like a question."""
    return engine._voters(engine.ask(question), engine.links.links)[0]


def may_vote(engine: Engine, question: Question) -> set[str]:
    """Ids of the linked tickets that a question may know of; here none is too far away to be heard."""
    near, count = engine._voters(engine.ask(question), engine.links.links)
    assert count == len(near)
    return {neighbour.ticket_id for neighbour in near}


def evidence(found: Found) -> dict[str, Evidence]:
    return {article_id: each.evidence for article_id, each in found.votes.items()}


def voters(found: Found) -> dict[str, set[str]]:
    return {article_id: set(each.voters) for article_id, each in found.votes.items()}


def asked_at(days: float, text: str = "hub shines yellow", ticket_id: str = "") -> Question:
    moment = DAY + timedelta(days=days)
    return Question(body=text, locale="en", ticket_id=ticket_id, created_at=moment, as_of=moment)


# ---- who votes


def test_everybody_votes_on_a_question_of_no_time(world: World) -> None:
    found = ask(engine_of(world), Question(body="hub shines yellow", locale="en"))
    assert voters(found) == {"light": {"t0", "t1", "t3"}, "battery": {"t1"}, "money": {"t2"}}
    assert (found.votes["light"].evidence.tickets, found.votes["light"].evidence.solved) == (3, 3)
    assert (found.votes["money"].evidence.tickets, found.votes["money"].evidence.solved) == (1, 0)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, {}), (0.5, {"light": {"t0"}}), (1.5, {"light": {"t0", "t1"}, "battery": {"t1"}}),
     (2.5, {"light": {"t0", "t1"}, "battery": {"t1"}, "money": {"t2"}})],
)  # fmt: skip
def test_only_earlier_tickets_vote(world: World, days: float, expected: dict[str, set[str]]) -> None:
    assert voters(ask(engine_of(world), asked_at(days))) == expected


def test_a_link_that_was_made_later_does_not_count(world: World) -> None:
    # t1 came in before the question, but was answered an hour after it came.
    assert voters(ask(engine_of(world), asked_at(1 + 0.5 / 24))) == {"light": {"t0"}}


@pytest.mark.parametrize("ticket_id", ["t0", "t1", "t2", "t3"])
def test_a_ticket_never_speaks_for_itself(world: World, ticket_id: str) -> None:
    engine = engine_of(world)
    question = replace(question_of(world.store.tickets.get(ticket_id)), created_at=None, as_of=None)
    assert all(ticket_id not in found for found in voters(ask(engine, question)).values())
    assert all(near.ticket_id != ticket_id for near in engine.similar(engine.ask(question)))


def test_an_open_ticket_does_not_vote(world: World) -> None:
    world.put(ticket_at(4, "t4", "hub shines yellow", status=TicketStatus.OPEN), links=["money"])
    assert voters(ask(engine_of(world), Question(body="hub shines yellow")))["money"] == {"t2"}


@pytest.mark.parametrize("hide", ["archive", "author"])
def test_nobody_votes_for_what_is_not_shown(world: World, hide: str) -> None:
    if hide == "archive":
        world.store.articles.archive("light", actor="u1")
    else:
        world.put(an_article("light", ARTICLES["light"], audience=Audience.AUTHOR), index=False)
    world.index()
    found = ask(engine_of(world), Question(body="hub shines yellow", locale="en"))
    assert voters(found) == {"battery": {"t1"}, "money": {"t2"}}
    assert "light" not in found.matched.scores
    assert "light" not in found.scores


# ---- what comes later changes nothing

LATER = st.lists(
    st.tuples(
        st.floats(2.51, 400), st.lists(st.sampled_from("hub shines yellow refund internet x".split()), max_size=4),
        st.sampled_from([(), ("light",), ("money",), ("battery", "money")]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def known_by_then(found: Found) -> tuple[dict[str, Evidence], dict[str, float]]:
    """Who voted and how much; the words of the vote are weighed by how rare they are on the whole shelf."""
    return evidence(found), {article_id: each.score for article_id, each in found.votes.items()}


@given(LATER)
@settings(max_examples=12, deadline=None)
def test_newer_tickets_change_nothing(later: list[tuple[float, list[str], tuple[str, ...]]]) -> None:
    question = asked_at(2.5, ticket_id="t9")
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        world = stocked(Path(folder), patch)
        engine = engine_of(world)
        # Without the lexical leg, since how rare a word is depends on all that is stored.
        engine.weights = replace(engine.weights, alike=0.0)
        before = ask(engine, question)
        near = linked_near(engine, question)
        similar = engine.similar(engine.ask(question))
        for number, (days, words, links) in enumerate(later):
            world.put(ticket_at(days, f"n{number}", " ".join(words)), links=links, index=False)
        world.put(ticket_at(9, "t9", "hub shines yellow"), links=["money"])
        engine.refresh()
        after = ask(engine, question)
        assert known_by_then(after) == known_by_then(before)
        assert linked_near(engine, question) == near
        assert engine.similar(engine.ask(question)) == similar
        assert after.features.belief == before.features.belief
        assert after.features.backing == pytest.approx(before.features.backing)
        assert after.scores == pytest.approx(before.scores, abs=0.02)
        world.store.close()


@pytest.mark.parametrize("target", ARTICLES)
@pytest.mark.parametrize("ticket_id", ["t0", "t1", "t2", "mute"])
def test_a_later_link_of_an_older_ticket_is_not_heard(world: World, ticket_id: str, target: str) -> None:
    world.put(ticket_at(0.1, "mute", "hub shines yellow"))
    engine = engine_of(world)
    before = ask(engine, asked_at(2.5))
    ticket = world.store.tickets.get(ticket_id)
    world.store.tickets.reply(
        ticket_id, "See this.", author_name="Elin", actor="u1", status=ticket.status, version=ticket.version,
        article_ids=[target],
    )  # fmt: skip
    world.index()
    engine.refresh()
    after = ask(engine, asked_at(2.5))
    assert {key: (each.tickets, each.ticket_ids) for key, each in evidence(after).items()} == {
        key: (each.tickets, each.ticket_ids) for key, each in evidence(before).items()
    }
    assert after.scores == pytest.approx(before.scores, abs=0.03)


# ---- what answers teach


def learned(folder: Path, patch: pytest.MonkeyPatch) -> tuple[World, Engine]:
    """A ticket an hour, enough of them for what is implied; every third has no link, though it was answered alike."""
    world = World(folder, patch)
    world.put(*(an_article(article_id, body) for article_id, body in ARTICLES.items()), index=False)
    for number in range(90):
        article_id = list(ARTICLES)[number % 2]
        asked, answered = TAUGHT_BY[article_id]
        made = a_ticket(
            f"t{number}", ("customer", asked), ("agent", answered), created_at=DAY + timedelta(hours=number)
        )
        closed = replace(made, closed_at=made.created_at + timedelta(minutes=30))
        world.put(closed, links=[article_id] if number % 3 else [], index=False)
    world.index()
    return world, engine_of(world)


TAUGHT_BY = {
    "light": ("the hub shines yellow", "Hold the button on its back until it shines white again."),
    "money": ("where is my refund", "Your bank shows the money after five days, we sent it today."),
}


def test_a_ticket_profits_neither_from_its_own_answer_nor_from_newer_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, engine = learned(tmp_path / "home", monkeypatch)
    links = engine.links.links
    assert set(links.tickets) == {f"t{number}" for number in range(90)}, "all speak, a third of them by their answers"
    for number in (0, 1, 30, 31, 89):
        question = question_of(world.store.tickets.get(f"t{number}"))
        near, count = engine._voters(engine.ask(question), engine.links.links)
        assert count == sum(earlier % 3 > 0 for earlier in range(number)), "those that agents linked"
        assert {n.ticket_id for n in near} == {f"t{earlier}" for earlier in range(number)}
        named = [int(ticket_id[1:]) for ticket_id in voters_of(engine, question)]
        assert all(earlier < number and earlier % 3 for earlier in named)


def voters_of(engine: Engine, question: Question) -> set[str]:
    return set().union(*voters(ask(engine, question)).values())


def test_what_is_implied_is_heard_and_never_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, engine = learned(tmp_path / "home", monkeypatch)
    engine.weights = replace(engine.weights, implied=1.0)
    everybody = ask(engine, Question(body="the hub shines yellow", locale="en"))
    engine.weights = replace(engine.weights, implied=0.0)
    without = ask(engine, Question(body="the hub shines yellow", locale="en"))
    assert everybody.votes["light"].score > 1.2 * without.votes["light"].score
    assert evidence(everybody) == evidence(without)
    assert all(int(ticket_id[1:]) % 3 for ticket_id in voters(everybody)["light"])
    world.store.close()


# ---- following the index


def test_another_process_indexes(world: World) -> None:
    engine = engine_of(world)
    world.put(an_article("scent", "How to smell the lavender"), ticket_at(5, "t5", "lavender smells odd"))
    question = Question(body="lavender", locale="en")
    engine.refresh()
    found = ask(engine, question)
    assert max(found.matched.scores, key=lambda key: found.matched.scores[key]) == "scent"
    assert "t5" in {near.ticket_id for near in engine.similar(engine.ask(question))}


def test_a_refreshed_engine_believes_as_much_as_a_new_one(world: World) -> None:
    engine = engine_of(world)
    for subject in "abcd":
        # Each change leaves the older vector behind in memory; it must not count as one more linked ticket.
        world.put(ticket_at(0, "t0", f"hub shines yellow {subject}"), links=["light"])
        engine.refresh()
    old, new = (ask(each, asked_at(30)) for each in (engine, engine_of(world)))
    assert evidence(old) == evidence(new)
    assert old.scores == pytest.approx(new.scores, abs=0.05)
    assert len(may_vote(engine, asked_at(30))) == 4
    assert may_vote(engine, asked_at(30)) == may_vote(engine_of(world), asked_at(30))


def test_linked_tickets_are_those_that_may_vote(world: World) -> None:
    engine = engine_of(world)
    world.put(ticket_at(0, "mute", "hub shines yellow"))
    engine.refresh()
    assert may_vote(engine, asked_at(2.5)) == {"t0", "t1", "t2"}
    assert may_vote(engine, asked_at(2.5, ticket_id="t1")) == {"t0", "t2"}
    assert may_vote(engine, Question(body="x")) == {"t0", "t1", "t2", "t3"}


def test_a_question_is_compared_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """For evidence and for similar tickets; another question is compared anew, also one of the same words."""
    engine = engine_of(world)
    asked, again, other = (engine.ask(Question(body=body, locale="en")) for body in ("hub", "hub", "refund"))
    compared: list[str] = []
    shelf = engine.readers[Shelf.TICKET]
    words = shelf.words

    def noting(text: str, locale: str) -> NDArray[np.float32]:
        compared.append(text)
        return words(text, locale)

    monkeypatch.setattr(shelf, "words", noting)
    engine.articles(asked, Query(asked.text, asked.locale))
    engine.similar(asked)
    assert compared == ["hub"]
    engine.similar(other)
    assert max(engine.similar(other), key=lambda n: n.similarity).ticket_id == "t2"
    assert compared == ["hub", "refund"]
    assert engine.similar(again) == engine.similar(asked)


def test_vectors_are_arranged_anew_when_there_are_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an engine that reads ahead; others compare exactly. The answers are the same."""
    pytest.importorskip("openvino", reason="vectors are arranged by openvino")
    monkeypatch.setattr(dense, "_LEAST_COARSE", 0)
    engine, ahead = engine_of(world), engine_of(world)
    ahead.read_ahead()
    world.put(ticket_at(9, "t9", "hub shines yellow"), links=["money"])
    for each in (engine, ahead):
        each.refresh()
    assert engine._hastening is None
    assert ahead._hastening is not None
    ahead._hastening.result()
    assert not any(reader.lags for reader in ahead.readers.values())
    asked, again = (each.ask(Question(body="hub shines yellow", locale="en")) for each in (engine, ahead))
    assert ahead.likeness(again).cosines.exactly is not None
    assert engine.likeness(asked).cosines.exactly is None
    assert ahead.similar(again) == engine.similar(asked)
    query = Query(asked.text, asked.locale)
    assert ahead.articles(again, query) == engine.articles(asked, query)


def test_tickets_that_come_in_while_a_question_is_answered(world: World) -> None:
    """Compared before, filtered afterwards: what is only in the filter has no likeness and is left out."""
    engine = engine_of(world)
    asked = engine.ask(Question(body="hub shines yellow", locale="en"))
    before = engine.similar(asked)
    world.put(ticket_at(9, "t9", "hub shines yellow"), links=["money"])
    engine.refresh()
    assert engine.similar(asked) == before
    assert "t9" not in voters(engine.articles(asked, Query(asked.text, asked.locale)))["money"]
    assert "t9" in voters(ask(engine, asked.question))["money"]


def test_nothing_is_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = World(tmp_path / "home", monkeypatch)
    with pytest.raises(KBError, match="svar index"):
        engine_of(empty)
    empty.index()
    with pytest.raises(KBError, match=r"is empty.*svar import"):
        engine_of(empty)


# ---- a young knowledge base


def test_without_tickets_the_list_is_the_match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    young = World(tmp_path / "home", monkeypatch)
    young.put(*(an_article(article_id, body) for article_id, body in ARTICLES.items()))
    found = ask(engine_of(young), Question(body="refund", locale="en"))
    assert found.votes == {}
    assert found.scores == pytest.approx(found.matched.scores)
    assert max(found.scores, key=lambda key: found.scores[key]) == "money"


def test_tickets_alone_suggest_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = World(tmp_path / "home", monkeypatch)
    bare.put(ticket_at(0, "t0", "hub shines yellow"), a_canned("c1"))
    found = ask(engine_of(bare), Question(body="hub", locale="en"))
    assert (found.scores, found.votes) == ({}, {})


STATES = st.sampled_from([(a, c) for a in Audience for c in Confidence])


@given(STATES)
@settings(max_examples=16, deadline=None)
def test_only_what_may_be_seen_is_found(state: tuple[Audience, Confidence]) -> None:
    audience, confidence = state
    article: Article = an_article("light", ARTICLES["light"], audience=audience, confidence=confidence)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        world = World(Path(folder), patch)
        world.put(article, an_article("other", "nothing in common"))
        found = ask(engine_of(world), Question(body="hub yellow", locale="en"))
        visible = audience is not Audience.AUTHOR and confidence is not Confidence.ARCHIVED
        assert ("light" in found.scores) == visible
        world.store.close()
