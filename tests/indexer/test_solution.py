"""What counts as an agent's answer: public words of people, without what they point at."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.solution import answer_of, solution_of
from kb.model import TicketStatus
from tests.fakes import a_ticket

LONG = "Hold the button for ten seconds until the light is white."
MORE = "Then start the app again and choose your network."


def said(*turns: tuple[str, str], status: TicketStatus = TicketStatus.SOLVED) -> str:
    return solution_of(a_ticket("t1", ("customer", "My hub blinks"), *turns, status=status))


def test_all_public_answers_from_the_beginning_in_one_line() -> None:
    assert said(("agent", LONG), ("customer", "Still blinking"), ("agent", f"  {MORE}\n\nBye\t now")) == (
        f"{LONG} {MORE} Bye now"
    )


@pytest.mark.parametrize("who", ["bot", "note", "customer"])
def test_only_what_people_of_the_team_said_in_public(who: str) -> None:
    assert said((who, LONG)) == ""
    assert said((who, "Private words."), ("agent", LONG)) == LONG


@pytest.mark.parametrize("status", TicketStatus)
def test_only_of_resolved_tickets(status: TicketStatus) -> None:
    resolved = status in {TicketStatus.SOLVED, TicketStatus.CLOSED}
    assert said(("agent", LONG), status=status) == (LONG if resolved else "")


def test_nobody_asked_or_nobody_answered() -> None:
    assert solution_of(a_ticket("t1", ("agent", LONG))) == ""
    assert said() == ""


@pytest.mark.parametrize(("length", "counts"), [(39, False), (40, True)])
def test_few_words_say_nothing(length: int, counts: bool) -> None:
    text = ("ab " * 20)[:length].strip().ljust(length, "x")
    assert said(("agent", text)) == (text if counts else "")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/kb/reset?x=1#top", "http://a.example/b_(c)", "[Reset your hub](https://example.com/kb/1)",
        "[a](b)", "[](/kb/1)", "[two\nlines](x)",
    ],
)  # fmt: skip
def test_links_are_left_out_with_their_titles(link: str) -> None:
    assert said(("agent", f"{LONG} {link} {MORE}")) == f"{LONG} {MORE}"
    assert said(("agent", f"See {link}")) == ""


def test_brackets_that_are_no_link_stay() -> None:
    text = f"{LONG} Press [OK] (twice)."
    assert said(("agent", text)) == text


def test_a_long_answer_is_cut_after_a_word() -> None:
    found = said(("agent", "word " * 500))
    assert len(found) <= 700
    assert set(found.split()) == {"word"}
    assert len(found.split()) == 139
    assert said(("agent", "x" * 900)) == "x" * 700, "one word is cut anywhere"


@pytest.mark.parametrize("hostile", ["[" * 300_000, "[a](" * 80_000, "![](x" * 60_000, "https://" + "x" * 300_000])
def test_no_answer_takes_long(hostile: str) -> None:
    began = time.process_time()
    said(("agent", hostile))
    assert time.process_time() - began < 1.0


@given(st.lists(st.tuples(st.sampled_from(["agent", "customer", "note", "bot"]), st.text(max_size=300)), max_size=6))
def test_of_any_conversation(turns: list[tuple[str, str]]) -> None:
    found = said(*turns)
    assert found == "" or 40 <= len(found) <= 700
    assert found == " ".join(found.split())
    assert "://" not in found or "http" not in found.split("://")[0][-5:]
    assert said(*(turn for turn in turns if turn[0] == "agent")) == found


def test_the_whole_answer() -> None:
    """Longer than a solution, of whoever answered in public, also where it says next to nothing."""
    words = " ".join(f"word{i}" for i in range(300))
    ticket = a_ticket("t1", ("customer", "My hub blinks"), ("agent", f"Hi [there](https://x.example)  {words}"))
    assert answer_of(ticket) == f"Hi {words}"
    assert solution_of(ticket) == f"Hi {words}"[:700].rsplit(None, 1)[0]
    assert answer_of(a_ticket("t2", ("customer", "My hub blinks"), ("agent", "Done."))) == "Done."
    assert answer_of(a_ticket("t3", ("customer", "My hub blinks"))) == ""
