"""The problem of a ticket, in tables of talks: C customer, A agent, B bot, N private note, P private of a customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.problem import first_burst, is_evidence, is_solved, last_reply, latest_burst
from kb.model import Message, Ticket, TicketStatus
from tests.fakes import a_message, a_ticket

AUTHORS = {"C": "customer", "A": "agent", "B": "bot", "N": "agent", "P": "customer"}


def talk(turns: str) -> tuple[Message, ...]:
    """One message per letter; its body says which it is."""
    return tuple(
        a_message(AUTHORS[letter], f"{letter}{i}", number=i, public=letter not in "NP", minutes=i)
        for i, letter in enumerate(turns)
    )


def ticket(turns: str, status: str = "solved", tags: tuple[str, ...] = ()) -> Ticket:
    return a_ticket("t1", messages=talk(turns), status=TicketStatus(status), tags=tags)


def bodies(messages: list[Message]) -> str:
    return " ".join(m.body for m in messages)


@pytest.mark.parametrize(
    ("turns", "first", "latest"),
    [
        ("", "", ""),
        ("C", "C0", "C0"),
        ("CC", "C0 C1", "C0 C1"),
        ("CA", "C0", "C0"),
        ("CAC", "C0", "C2"),
        ("CCACC", "C0 C1", "C3 C4"),
        ("CACA", "C0", "C2"),
        ("BCBC", "C1 C3", "C1 C3"),
        ("CNC", "C0 C2", "C0 C2"),
        ("CBCAC", "C0 C2", "C4"),
        ("AC", "C1", "C1"),
        ("AACCA", "C2 C3", "C2 C3"),
        ("ACAC", "C1", "C3"),
        ("A", "", ""),
        ("B", "", ""),
        ("BN", "", ""),
        ("P", "", ""),
        ("PC", "C1", "C1"),
        ("CANBNC", "C0", "C5"),
        ("CAB", "C0", "C0"),
    ],
)
def test_bursts(turns: str, first: str, latest: str) -> None:
    assert bodies(first_burst(talk(turns))) == first
    assert bodies(latest_burst(talk(turns))) == latest


@pytest.mark.parametrize(
    ("turns", "reply"), [("CA", "A1"), ("CACA", "A3"), ("CAN", "A1"), ("CB", None), ("CN", None), ("", None)]
)
def test_last_reply(turns: str, reply: str | None) -> None:
    found = last_reply(talk(turns))
    assert (found.body if found else None) == reply


@pytest.mark.parametrize(
    ("turns", "status", "tags", "evidence", "solved"),
    [
        ("CA", "solved", (), True, True),
        ("CA", "closed", (), True, True),
        ("CA", "open", (), False, False),
        ("CA", "pending", (), False, False),
        ("C", "closed", (), True, False),
        ("CN", "closed", (), True, False),
        ("CB", "closed", (), True, False),
        ("CA", "solved", ("reopened",), True, False),
        ("BA", "solved", (), False, True),
        ("PA", "solved", (), False, True),
        ("", "solved", (), False, False),
    ],
)
def test_evidence(turns: str, status: str, tags: tuple[str, ...], evidence: bool, solved: bool) -> None:
    found = ticket(turns, status, tags)
    assert (is_evidence(found), is_solved(found)) == (evidence, solved)


def test_an_empty_question_is_no_evidence() -> None:
    assert not is_evidence(a_ticket("t1", ("customer", "  \n"), ("agent", "?")))


@pytest.mark.parametrize(
    ("status", "tags", "worked", "solved"),
    [
        ("solved", (), None, True),
        ("solved", (), False, False),
        ("solved", (), True, True),
        ("solved", ("reopened",), True, True),
        ("open", (), True, False),
    ],
)
def test_what_the_customer_said_counts(status: str, tags: tuple[str, ...], worked: bool | None, solved: bool) -> None:
    assert is_solved(replace(ticket("CA", status, tags), worked=worked)) is solved
