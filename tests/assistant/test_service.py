"""The verbs of the user interface, over small worlds with the fake encoder."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant.model import Suggestion
from assistant.question import Question, question_of
from assistant.service import Service
from indexer.build import bring_up_to_date
from kb.errors import KBError
from kb.model import Author, Ticket
from kb.settings import Settings
from tests.assistant.worlds import ENCODER, World, shown, ticket_at
from tests.conftest import ROOT, environment
from tests.fakes import a_canned, a_message, an_article, conversation

QUESTION = Question(body="my hub shines yellow", locale="en")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "home", monkeypatch)
    made.put(
        an_article("light", "The hub shines yellow when it has no internet."), an_article("money", "A refund takes days."),
        an_article("code", "When the app says E-1042 restart the router."), a_canned("c1", "Restart the hub, it shines."),
        index=False,
    )  # fmt: skip
    for number, text in enumerate(
        ["hub shines yellow", "refund please", "no internet on hub", "lost password", "E-1042"]
    ):
        made.put(ticket_at(number, f"t{number}", text), links=["light"] if "hub" in text else ["money"], index=False)
    made.index()
    return made


# ---- suggest


@pytest.mark.parametrize("body", ["", "  \n ", "> quoted only", "-- \nSignature only"])
def test_an_empty_question_finds_nothing(world: World, body: str) -> None:
    assert world.service().suggest(Question(body=body, locale="da")) == Suggestion(
        "", "da", confident=False, confidence=0
    )


@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.05, 0.2, 0.5, 0.9, 1.0])
def test_confident_means_that_the_shown_chance_reaches_the_setting(world: World, threshold: float) -> None:
    for text in ("hub shines yellow", "E-1042", "my cat is ill", "the"):
        found = world.service(min_confidence=threshold).suggest(Question(body=text))
        assert 0 <= found.confidence <= 1
        assert found.confident == (found.confidence >= threshold)


def test_a_chance_that_is_rounded_up_to_the_setting_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.weighing.chance", lambda *_: 0.49998)
    found = world.service(min_confidence=0.5).suggest(QUESTION)
    assert (found.confidence, found.confident) == (0.5, True)


@pytest.mark.parametrize("locale", ["und", "xx", "fi", "sv"])
def test_any_locale_is_answered(world: World, locale: str) -> None:
    assert world.service().suggest(replace(QUESTION, locale=locale)).articles[0].id == "light"


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_limits(world: World, limit: int) -> None:
    found = world.service().suggest(QUESTION, limit=limit)
    assert len(found.articles) == min(limit, 3)
    assert len(found.tickets) <= min(limit, 5)
    assert [hit.score for hit in found.articles] == sorted((hit.score for hit in found.articles), reverse=True)


def test_many_are_the_same_as_one_by_one(world: World) -> None:
    service = world.service()
    questions = [QUESTION, Question(body="refund"), Question()]
    assert [shown(found) for found in service.suggest_many(questions)] == [
        shown(service.suggest(question, limit=20)) for question in questions
    ]


def test_an_own_ticket_is_never_similar_to_itself(world: World) -> None:
    service = world.service()
    for ticket in world.store.tickets.page():
        full = world.store.tickets.get(ticket.id)
        assert ticket.id not in {hit.id for hit in service.suggest(question_of(full)).tickets}


# ---- search


def test_search(world: World) -> None:
    service = world.service()
    assert service.search("E-1042")[0].id == "code"
    assert [hit.id for hit in service.search('"says E-1042"')] == ["code"]
    assert [hit.id for hit in service.search('yellow "no internet"')] == ["light"]
    assert all(hit.evidence.tickets == 0 for hit in service.search("hub"))


@pytest.mark.parametrize("text", ["", "  ", '"', '""', '" "'])
def test_a_search_for_nothing(world: World, text: str) -> None:
    assert world.service().search(text) == []


@pytest.mark.parametrize("text", ["> E-1042", "-- E-1042", "Sent from E-1042"])
def test_what_would_be_a_quoted_line_in_a_message_is_searched(world: World, text: str) -> None:
    assert world.service().search(text)[0].id == "code"


def test_hostile_searches(world: World) -> None:
    service = world.service()
    for text in ("'; DROP TABLE articles; --", "NEAR(a b", "a* OR ^b", "\x00\ud800", "🙂", "x" * 100_000, '"' * 99):
        assert isinstance(service.search(text), list)


def test_an_unknown_locale_finds_nothing(world: World) -> None:
    assert world.service().search("hub", locale="xx") == []


# ---- drafts


def test_a_draft_is_of_what_was_suggested(world: World) -> None:
    service = world.service(min_confidence=0.0)
    found = service.suggest(QUESTION)
    assert service.draft(QUESTION, suggestion=found) == service.draft(QUESTION)
    assert service.draft(QUESTION, suggestion=replace(found, confident=False)).text == ""


def test_without_confidence_there_is_no_draft(world: World) -> None:
    draft = world.service(min_confidence=1.0).draft(QUESTION)
    assert (draft.text, draft.confident) == ("", False)


# ---- what must never matter


def with_asides(ticket: Ticket) -> Ticket:
    """The same ticket with private notes and a bot's words between all messages."""
    first, *rest = ticket.messages
    bot = replace(a_message("bot", "refund money password E-1042 https://h.example/en/money"), at=ticket.created_at)
    note = replace(a_message("agent", "refund https://h.example/money is what to say", public=False), at=first.at)
    private = replace(a_message("customer", "a secret refund", public=False), at=first.at)
    return replace(
        ticket, messages=tuple(replace(m, number=n) for n, m in enumerate([bot, first, note, private, *rest]))
    )


def test_notes_and_bots_change_no_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for name, made in {"plain": lambda ticket: ticket, "asides": with_asides}.items():
        world = World(tmp_path / name, monkeypatch)
        world.put(an_article("light", "The hub shines yellow."), an_article("money", "Refunds."), index=False)
        for number in range(6):
            ticket = ticket_at(number, f"t{number}", f"hub {number} yellow")
            world.put(made(ticket), links=["light"] if number % 2 else [], index=False)
        world.index()
        service = world.service(min_confidence=0.0)
        asked = [question_of(world.store.tickets.get("t5")), QUESTION, Question(body="refund money E-1042")]
        answers.append([asdict(shown(service.suggest(question))) for question in asked])
        answers[-1] += [asdict(service.draft(question)) for question in asked]
    assert json.dumps(answers[0], default=str) == json.dumps(answers[1], default=str)


def test_only_a_persons_public_words_are_encoded(world: World) -> None:
    ENCODER.forget()
    world.put(with_asides(ticket_at(9, "t9", "hub again")))
    world.service().suggest(question_of(world.store.tickets.get("t9")))
    assert not [text for text in ENCODER.seen if "refund" in text]
    assert not [m for m in world.store.tickets.get("t9").messages if m.author is Author.BOT and m.body in ENCODER.seen]


# ---- several at once


def test_threads_get_what_one_alone_gets(world: World) -> None:
    service = world.service(min_confidence=0.0)
    texts = ["hub shines yellow", "refund", "E-1042", "password lost", "internet", "the cat"] * 5
    questions = [Question(body=text, locale="en") for text in texts]
    alone = [(shown(service.suggest(question)), service.draft(question)) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda question: (shown(service.suggest(question)), service.draft(question)), questions)
        )
    assert together == alone


def test_asking_goes_on_while_another_thread_indexes(world: World) -> None:
    service = world.service()
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(lambda: [service.suggest(QUESTION) for _ in range(30)]) for _ in range(2)]
        for number in range(10):
            world.put(an_article(f"n{number}", f"new {number}"), ticket_at(number, f"n{number}", f"new hub {number}"))
        assert all(found.articles for answer in answers for found in answer.result())
    assert service.search('"new 9"')[0].id == "n9"


def test_a_running_service_takes_in_what_another_process_did(world: World) -> None:
    service = world.service()
    assert "scent" not in {hit.id for hit in service.search("lavender")}
    world.put(an_article("scent", "How to smell the lavender."), index=False)
    script = (
        "import sys; from pathlib import Path; from tests.assistant.worlds import ENCODER;"
        " from indexer.build import bring_up_to_date; from kb.settings import Settings; from kb.store import Store;"
        " s = Settings(home=Path(sys.argv[1]), model=ENCODER.name, query_prompt='', passage_prompt='');"
        " bring_up_to_date(Store.open(s), s, encoder=ENCODER)"
    )
    subprocess.run([sys.executable, "-c", script, str(world.settings.home)], cwd=ROOT, env=environment(), check=True)
    assert service.search("lavender")[0].id == "scent"


def test_a_whole_new_index_is_taken_in(world: World) -> None:
    service = world.service()
    before = shown(service.suggest(QUESTION))
    world.put(an_article("scent", "How to smell the lavender."), index=False)
    bring_up_to_date(world.store, world.settings, full=True, encoder=ENCODER)
    assert service.search("lavender")[0].id == "scent"
    assert shown(service.suggest(QUESTION)).articles[0].id == before.articles[0].id


def test_an_archived_article_is_gone(world: World) -> None:
    service = world.service()
    assert service.search("yellow")[0].id == "light"
    world.store.articles.archive("light", actor="u1")
    assert "light" not in {hit.id for hit in service.search("yellow")}
    world.index()
    assert "light" not in {hit.id for hit in service.suggest(QUESTION).articles}
    assert service.search('"shines yellow"') == []


# ---- nothing there


def test_nothing_is_stored(tmp_path: Path) -> None:
    with pytest.raises(KBError, match="svar import"):
        Service.open(Settings(home=tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_a_conversation_is_asked_by_its_newest_words(world: World) -> None:
    text = "now the hub shines yellow " + "and yellow again " * 9 + "every day"
    turns = conversation(("customer", "refund"), ("agent", "Done."), ("customer", text))
    ticket = replace(ticket_at(20, "t20", "x"), subject="", messages=turns)
    assert world.service().suggest(question_of(ticket)).query == text
