"""Which tickets make no article, in cases that anybody can read."""

from __future__ import annotations

import pytest

from assistant.capture.rejects import rejection_of, rejection_of_all
from kb.knowledge.candidate import Rejection
from tests.fakes import a_ticket

ASK = ("customer", "My thermostat shows E-2003 since this morning, what can I do?")
LONG = "Take the batteries out, wait thirty seconds and put them in again. The motor then finds the valve by itself."

CASES = [
    ("a real answer", "en", (ASK, ("agent", LONG)), (), None),
    ("nobody answered", "en", (ASK,), (), Rejection.NO_RESOLUTION),
    ("only a note", "en", (ASK, ("note", LONG)), (), Rejection.NO_RESOLUTION),
    ("tagged as spam", "en", (ASK, ("agent", LONG)), ("spam",), Rejection.SPAM),
    ("links and no answer", "en", (("customer", "Buy https://a.example https://b.example https://c.example now"),), (), Rejection.SPAM),
    ("done for one customer", "en", (ASK, ("agent", "Hi! I have refunded your order today. Kind regards")), (), Rejection.ACCOUNT_SPECIFIC),
    ("sv, gjort för en kund", "sv", (ASK, ("agent", "Hej! Jag har bytt adressen på din beställning nu.")), (), Rejection.ACCOUNT_SPECIFIC),
    ("passed on", "en", (ASK, ("agent", "Thanks! We escalated this to the technicians.")), (), Rejection.HAND_OFF),
    ("sv, skickat vidare", "sv", (ASK, ("agent", "Vi skickar ärendet vidare till tekniker.")), (), Rejection.HAND_OFF),
    ("da, sendt videre", "da", (ASK, ("agent", "Vi sender sagen videre. Vi sender det videre til teknikerne.")), (), Rejection.HAND_OFF),
    ("passed on, but told what to do", "en", (ASK, ("agent", "We escalated this. " + LONG)), (), None),
    ("outage", "en", (ASK, ("agent", "There is an outage, it should be over soon.")), (), Rejection.TEMPORARY),
    ("sv, driftstörning", "sv", (ASK, ("agent", "Vi har en driftstörning just nu, den är snart över.")), (), Rejection.TEMPORARY),
    ("contact us", "en", (ASK, ("agent", "Please contact us by phone for this.")), (), Rejection.CONTACT_US),
    ("nb, ta kontakt", "nb", (ASK, ("agent", "Ta kontakt med oss på telefon, er du snill.")), (), Rejection.CONTACT_US),
]  # fmt: skip


@pytest.mark.parametrize(("name", "locale", "turns", "tags", "reason"), CASES, ids=[case[0] for case in CASES])
def test_reason(
    name: str, locale: str, turns: tuple[tuple[str, str], ...], tags: tuple[str, ...], reason: Rejection | None
) -> None:
    ticket = a_ticket("t1", *turns, locale=locale, tags=tags)
    assert rejection_of(ticket, answers_expected=True) is reason


def test_where_no_ticket_has_answers_none_is_blamed_for_it() -> None:
    assert rejection_of(a_ticket("t1", ASK), answers_expected=False) is None


@pytest.mark.parametrize(
    ("reasons", "whole"),
    [
        ((), None),
        ((None, None, Rejection.SPAM), None),
        ((None, Rejection.SPAM), Rejection.SPAM),
        ((Rejection.SPAM, Rejection.HAND_OFF, Rejection.HAND_OFF, None), Rejection.HAND_OFF),
        ((Rejection.SPAM, Rejection.HAND_OFF), Rejection.HAND_OFF),
    ],
)
def test_a_group_is_rejected_where_half_of_it_is(
    reasons: tuple[Rejection | None, ...], whole: Rejection | None
) -> None:
    assert rejection_of_all(reasons) is whole
