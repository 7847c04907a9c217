"""What nobody vouches for: a little lower, never hidden, unless the team wants verified articles only."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.doubt import LOWERED, lowered
from assistant.drafts.style import Style
from assistant.question import Question
from assistant.service import Service
from kb import clock
from kb.knowledge.verification import Verification
from kb.model import Confidence
from tests.assistant.worlds import World, ticket_at
from tests.fakes import DAY, a_canned, an_article

QUESTION = Question(body="my hub shines yellow", locale="en")
BODY = "If the hub shines yellow, hold the button for ten seconds."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path / "home", monkeypatch)


def due(world: World, article_id: str, at: datetime) -> None:
    with world.store.database.write("verify", "article", article_id) as connection:
        connection.execute("UPDATE articles SET verify_due_at = ? WHERE id = ?", (clock.to_text(at), article_id))


def suggested(service: Service, question: Question = QUESTION) -> list[str]:
    return [hit.id for hit in service.suggest(question).articles]


def searched(service: Service) -> list[str]:
    return [hit.id for hit in service.search("hub shines yellow")]


def test_of_two_equal_articles_the_order_flips_the_day_after(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: DAY)
    world.put(an_article("a1", BODY, title="Yellow"), an_article("a2", BODY, title="Yellow"))
    runs_out = DAY + timedelta(days=30)
    due(world, "a1", runs_out)
    due(world, "a2", runs_out + timedelta(days=30))
    service = world.service()
    for days, order, state in (
        (29, ["a1", "a2"], Verification.DUE),
        (31, ["a2", "a1"], Verification.OVERDUE),
        (61, ["a1", "a2"], Verification.OVERDUE),
    ):
        monkeypatch.setattr(clock, "now", lambda days=days: DAY + timedelta(days=days))
        assert suggested(service) == searched(service) == order
        assert {hit.id: hit.verification for hit in service.suggest(QUESTION).articles}["a1"] is state


def test_a_better_article_stays_first_although_it_is_doubted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: DAY)
    world.put(
        an_article("a1", BODY, title="The hub shines yellow"), an_article("a2", "How to pay by card.", title="Pay")
    )
    due(world, "a1", DAY - timedelta(days=1))
    assert suggested(world.service())[0] == searched(world.service())[0] == "a1"


def test_only_verified(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unverified article is absent from every surface, also as evidence, as a pin and as a source of a draft."""
    monkeypatch.setattr(clock, "now", lambda: DAY)
    world.put(
        an_article("late", BODY, title="Hub shines yellow"),
        an_article("flagged", BODY, title="Hub shines yellow too"),
        an_article("new", BODY, title="Hub yellow", confidence=Confidence.NOT_VALIDATED),
        an_article("fine", "If the hub shines yellow, charge it for an hour.", title="Yellow light"),
        a_canned("c1", "The hub shines yellow while it starts."),
        index=False,
    )
    world.put(*(ticket_at(i, f"t{i}", "my hub shines yellow today") for i in range(6)), links=["late"])
    due(world, "late", DAY - timedelta(days=1))
    with world.store.database.write("flag", "article", "flagged") as connection:
        connection.execute("UPDATE articles SET unverified_reason = 'flagged' WHERE id = 'flagged'")
    service = world.service(min_confidence=0.0)
    ids = ["late", "flagged", "new", "fine"]
    quoted = service.draft(QUESTION)
    of = {s.source.id for s in quoted.sentences if s.source.kind == "article"}
    assert ("draft.doubted_source" in quoted.notes) == bool(of & {"late", "flagged"})
    assert set(suggested(service)) == set(searched(service)) == set(ids)
    assert {hit.id: hit.unverified_reason for hit in service.suggest(QUESTION).articles}["flagged"] == "flagged"

    world.store.team_rules.change(actor="boss", only_verified=True)

    assert suggested(service) == searched(service) == ["fine"]
    assert [hit.id for hit in service.named(QUESTION, ids)] == ["fine"]
    assert service.named(QUESTION, ["late"]) == ()
    for style in Style:
        draft = service.draft(QUESTION, style=style)
        assert {s.source.id for s in draft.sentences if s.source.kind == "article"} <= {"fine"}
    # Whoever asks what there is, such as a search for duplicates before a new article is written, still sees all.
    assert set(hit.id for hit in service.suggest(QUESTION, everything=True).articles) == set(ids)  # noqa: C401

    world.store.team_rules.change(actor="boss", only_verified=False)
    assert set(suggested(service)) == set(ids)


def test_a_translation_that_is_not_verified_gives_its_place_to_one_that_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: DAY)
    world.put(
        an_article("a-en", BODY, title="Yellow"),
        an_article("a-da", BODY, title="Gul", locale="da", translation_of="a-en"),
    )
    due(world, "a-en", DAY - timedelta(days=1))
    service = world.service()
    assert suggested(service) == ["a-en"]
    world.store.team_rules.change(actor="boss", only_verified=True)
    assert suggested(service) == ["a-da"]


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1)), st.frozensets(st.text(max_size=3)))
def test_nothing_else_moves(scores: dict[str, float], doubted: frozenset[str]) -> None:
    found = lowered(scores, doubted)
    assert list(found) == list(scores)
    for each, score in scores.items():
        assert found[each] == (score * (1 - LOWERED) if each in doubted else score)
