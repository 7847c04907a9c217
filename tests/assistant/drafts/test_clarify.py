"""Questions to ask back: those that agents asked in similar tickets, verbatim, once each, nothing personal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.clarify import MOST, clarifying
from kb.model import Customer, Ticket
from tests.fakes import a_ticket

DEMO = Path(__file__).parents[3] / "data" / "tickets"


def asked(reply: str, ticket_id: str = "t1", **changes: Any) -> Ticket:
    return a_ticket(ticket_id, ("customer", "It is broken"), ("agent", reply), **changes)


def texts(question: str, *similar: Ticket, locale: str = "en") -> list[str]:
    return [sentence.text for sentence in clarifying(question, locale, similar)]


@pytest.mark.parametrize(
    ("locale", "reply", "expected"),
    [
        ("en", "Hi!\nIs the Hub on Wi-Fi or on a cable? Did that help?", ["Is the Hub on Wi-Fi or on a cable?"]),
        ("sv", "Hej!\n- Är det ett gästnät?\n- Ska jag skicka en ny?", ["Är det ett gästnät?"]),
        (
            "da",
            "Hvor langt fra hubben sidder den? Er der andet, jeg kan hjælpe med?",
            ["Hvor langt fra hubben sidder den?"],
        ),
        ("nb", "Takk. Har du sett i søppelposten? Skal jeg sende en ny?", ["Har du sett i søppelposten?"]),
        ("nn", "Kva står det på skjermen? Skal eg sende ein ny?", ["Kva står det på skjermen?"]),
        ("en", "What? Restart it. Thanks.", []),
        ("en", "Could you write to kim@post.example? Is your number still 070-174 06 05?", []),
    ],
)
def test_what_is_a_question_to_ask_back(locale: str, reply: str, expected: list[str]) -> None:
    assert texts("xyz", asked(reply, locale=locale), locale=locale) == expected


def test_questions_that_ask_the_same_are_one_and_come_first() -> None:
    found = texts(
        "my lamp is dark",
        asked("Which colour has the ring?", "a"),
        asked("Which version of the app do you have?", "b"),
        asked("So which version of the app do you have now?", "c"),
    )
    assert found == ["Which version of the app do you have?", "Which colour has the ring?"]


def test_what_the_customer_said_is_not_asked_again() -> None:
    assert texts("the ring is yellow on the hub", asked("Is the ring on the hub yellow?")) == []


def test_other_languages_internal_notes_and_other_people_are_not_quoted() -> None:
    danish = asked("Hvor langt fra hubben sidder den?", "d", locale="da")
    named = asked("Has Tamsin looked at the fuse?", "n", customer=Customer(id="c", name="Tamsin Ellerbeck"))
    assert texts("xyz", danish, named) == []


def test_the_source_is_exact() -> None:
    ticket = asked("Hello!\n\n1. Which colour has the ring?\n2. Restart it.")
    [sentence] = clarifying("dark", "en", [ticket])
    source = sentence.source
    body = next(m.body for m in ticket.messages if m.number == source.revision)
    assert body[source.start : source.end] == source.quote == sentence.text == "Which colour has the ring?"
    assert (source.id, source.title) == ("t1", ticket.subject)


@given(st.lists(st.text(alphabet="abc ?.\n-1)", max_size=60), max_size=6))
def test_never_more_than_three_and_always_verbatim(replies: list[str]) -> None:
    tickets = {f"t{n}": asked(reply, f"t{n}") for n, reply in enumerate(replies)}
    found = clarifying("q", "en", list(tickets.values()))
    assert len(found) <= MOST
    for sentence in found:
        source = sentence.source
        message = next(m for m in tickets[source.id].messages if m.number == source.revision)
        assert message.body[source.start : source.end] == sentence.text
    assert len({sentence.text for sentence in found}) == len(found)


def test_the_demo_has_such_questions() -> None:
    rows = [json.loads(line) for line in (DEMO / "en.jsonl").read_text("utf-8").splitlines()]
    said = [m["body"] for row in rows for m in row["messages"] if m["author"] == "agent"]
    found = texts("It does not work", *(asked(body, f"t{n}") for n, body in enumerate(said)))
    assert len(found) == MOST
