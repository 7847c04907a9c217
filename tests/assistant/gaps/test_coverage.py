"""What is left of how tickets were dealt with, and whether that covers them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.gaps.coverage import coverage_of, is_open, traces
from assistant.gaps.model import Coverage, LeftOut
from assistant.gaps.sift import left_out
from kb.gaps.model import AskedTicket, Said
from tests.assistant.gaps.made import asked
from tests.fakes import DAY


def said(*deeds: tuple[str, str, str, float]) -> list[Said]:
    return [Said("t1", article, kind, DAY + timedelta(minutes=i), detail, confidence)
            for i, (kind, article, detail, confidence) in enumerate(deeds)]  # fmt: skip


@pytest.mark.parametrize(
    ("deeds", "covered", "may_be_guessed"),
    [
        ([], Coverage.NONE, True),
        ([("linked", "a1", "", 0)], Coverage.LINKED, True),
        ([("resolution", "gone", "", 0)], Coverage.NONE, True),
        ([("linked", "a1", "unsolved", 0)], Coverage.NONE, False),
        ([("shown", "a1", "", 0.7)], Coverage.SUGGESTED, True),
        ([("shown", "a1", "", 0.4)], Coverage.NONE, True),
        ([("shown", "a1", "", 0.7), ("dismissed", "a1", "wrong_topic", 0)], Coverage.NONE, False),
        ([("shown", "a1", "", 0.7), ("shown", "a2", "", 0.7), ("dismissed", "a1", "x", 0)], Coverage.SUGGESTED, False),
        ([("missed", "", "", 0)], Coverage.NONE, False),
        ([("missed", "", "", 0), ("resolution", "a1", "", 0)], Coverage.NONE, False),
        ([("resolution", "a1", "", 0), ("missed", "", "", 0)], Coverage.LINKED, False),
        ([("sent", "a1", "", 0)], Coverage.SUGGESTED, True),
        ([("wanted", "a1", "", 0)], Coverage.NONE, False),
    ],
)
def test_what_a_trace_says(deeds: list[tuple[str, str, str, float]], covered: Coverage, may_be_guessed: bool) -> None:
    trace = traces(said(*deeds), {"t1": asked()}, {"a1", "a2"}, confident=0.5).get("t1")
    assert coverage_of(trace) is covered
    assert is_open(trace) is may_be_guessed


def test_a_customer_for_whom_it_did_not_work_is_not_covered() -> None:
    trace = traces(said(("linked", "a1", "", 0)), {"t1": asked(worked=False)}, {"a1"}, confident=0.5)["t1"]
    assert (coverage_of(trace), trace.unsolved) == (Coverage.NONE, {"a1"})


@pytest.mark.parametrize(
    ("ticket", "reason"),
    [
        (asked(), None),
        (asked(opening="  "), LeftOut.EMPTY),
        (asked(tags=("spam",)), LeftOut.SPAM),
        (asked(opening="http://a.example http://b.example http://c.example buy", agent_spoke=False), LeftOut.SPAM),
        (asked(opening="http://a.example http://b.example http://c.example buy"), None),
        (asked(tags=("closed_by_merge",)), LeftOut.MERGED),
        (asked(opening="This request was closed and merged into request #12."), LeftOut.MERGED),
        (asked(opening="Detta ärende har slagits ihop med 4711."), LeftOut.MERGED),
        (asked(subject="Autosvar: jeg er på ferie"), LeftOut.AUTOMATIC),
        (asked(subject="Frånvaromeddelande"), LeftOut.AUTOMATIC),
        (asked(subject="Automatic reply: out until Monday"), LeftOut.AUTOMATIC),
        (asked(customer_email="no-reply@shop.example"), LeftOut.AUTOMATIC),
        (asked(customer_email="noreen@shop.example"), None),
        (asked(opening="How do I set up an automatic reply?"), None),
    ],
)
def test_what_is_no_demand(ticket: AskedTicket, reason: LeftOut | None) -> None:
    assert left_out(ticket) is reason
