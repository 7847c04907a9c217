"""What agents usually say: found in several customers' tickets, never anything about one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.drafts.canned_use import used_in
from assistant.drafts.compose import Sources, compose
from assistant.drafts.precedents import Precedent, usual, vocabulary
from assistant.drafts.standing import best_standing, standing_advice
from assistant.model import SourceKind
from kb.model import Ticket
from tests.assistant.drafts.drafting import article, canned, question, source, ticket

ADVICE = "Dra ur strömkabeln till hubben och vänta 30 sekunder innan du sätter i den igen.\n\nRingen ska bli grön inom två minuter om routern släpper ut hubben."
OTHER = "Vi säljer presentkort på 200, 500 och 1000 kronor i webbutiken och de gäller i två år."


def solved(noun_id: str, reply: str, *, locale: str = "sv") -> Ticket:
    """A solved ticket of another customer with its own id."""
    own = ticket(reply, noun_id=noun_id, locale=locale)
    return replace(own, customer=replace(own.customer, id=f"of {noun_id}") if own.customer else None)


def near(*tickets: Ticket, likeness: float = 0.6) -> tuple[Precedent, ...]:
    """Tickets as precedents, all equally like the question."""
    return tuple(Precedent(each, likeness) for each in tickets)


def test_what_two_customers_were_told_is_standing_advice() -> None:
    one = solved("sv-11", f"Hej Bengt!\n\n{ADVICE}\n\nHälsningar\nElin")
    two = solved("sv-12", f"Hej!\n\n{ADVICE}\n\nJag har skickat en ny kabel till dig.\n\nMvh Jonas")
    (first, *_) = standing_advice(near(one, two, solved("sv-13", OTHER)), locale="sv")
    assert first.tickets == ("sv-11", "sv-12")
    assert [first.message.body[s.start : s.end] for s in first.spans] == ADVICE.split("\n\n")


def test_what_one_customer_was_told_is_not() -> None:
    assert standing_advice(near(solved("sv-11", ADVICE), solved("sv-12", OTHER)), locale="sv") == ()
    assert standing_advice(near(solved("sv-11", ADVICE), solved("sv-11", ADVICE)), locale="sv") == ()
    assert standing_advice((), locale="sv") == ()


def test_neither_the_own_ticket_nor_another_language_counts() -> None:
    own = near(solved("sv-11", ADVICE), solved("sv-12", ADVICE))
    assert standing_advice(own, locale="sv", without="sv-12") == ()
    assert standing_advice(near(solved("sv-11", ADVICE), solved("da-1", ADVICE, locale="da")), locale="sv") == ()


def test_one_customer_with_two_tickets_is_one() -> None:
    one, two = solved("sv-11", ADVICE), solved("sv-12", ADVICE)
    assert standing_advice(near(one, replace(two, customer=one.customer)), locale="sv") == ()


def test_small_changes_do_not_matter() -> None:
    changed = ADVICE.replace("30 sekunder", "trettio sekunder")
    assert standing_advice(near(solved("sv-11", ADVICE), solved("sv-12", changed)), locale="sv")


@pytest.mark.parametrize(
    "spoiled",
    [
        "Bengt Rönnsjö, dra ur strömkabeln till hubben och vänta 30 sekunder innan du sätter i den igen.",
        "Ring oss på 070-174 06 05 och dra sedan ur strömkabeln till hubben innan du sätter i den igen.",
        "Jag har startat om hubben åt dig, så dra ur strömkabeln och vänta innan du sätter i den igen.",
        "Dra ur strömkabeln till {hubben} och vänta 30 sekunder innan du sätter i den igen.",
    ],
)
def test_nothing_personal_is_standing_advice(spoiled: str) -> None:
    both = near(solved("sv-11", spoiled), solved("sv-12", spoiled))
    assert best_standing(both, locale="sv") is None


def test_a_list_stands_with_its_lead() -> None:
    reply = "Prova det här i tur och ordning:\n\n1. Dra ur kabeln till hubben.\n2. Vänta 30 sekunder.\n3. Sätt i kabeln igen."
    found = best_standing(near(solved("sv-11", reply), solved("sv-12", reply)), locale="sv")
    assert found is not None
    assert [found.message.body[s.start : s.end] for s in found.spans] == [reply]


def test_the_draft_says_it_before_the_article_and_tells_the_agent() -> None:
    sources = Sources((source(article()),), precedents=near(solved("sv-11", ADVICE), solved("sv-12", ADVICE)))
    written = compose(question(), sources, locale="sv", agent_name="Elin", confident=True)
    kinds = [s.source.kind for s in written.sentences if s.source.kind is not SourceKind.TEMPLATE]
    assert kinds[:2] == [SourceKind.TICKET, SourceKind.TICKET]
    assert SourceKind.ARTICLE in kinds
    assert written.notes == ("draft.standing_source",)
    for sentence in written.sentences:
        if sentence.source.kind is SourceKind.TICKET:
            assert ADVICE[sentence.source.start : sentence.source.end] == sentence.source.quote == sentence.text


def test_a_canned_reply_was_used_where_its_words_were_sent() -> None:
    reply = canned(f"Hej {{{{ticket.customer.first_name}}}}!\n\n{ADVICE}\n\nHälsningar\n{{{{agent.name}}}}")
    sent = solved("sv-11", f"Hej Bengt!\n\n{ADVICE}\n\nMvh\nElin")
    assert used_in(reply, near(sent, solved("sv-12", OTHER))) == ("sv-11",)
    assert used_in(canned("{{agent.name}}"), near(sent)) == ()


def test_a_used_canned_reply_needs_less_likeness() -> None:
    reply = canned(f"Hej!\n\n{ADVICE}\n\n{{{{agent.name}}}}")
    found = Sources((source(article()),), canned=((reply, 0.35),))
    used = replace(found, precedents=near(solved("sv-11", ADVICE)))
    written = [compose(question(), each, locale="sv", agent_name="Elin", confident=True) for each in (found, used)]
    assert [any(s.source.kind is SourceKind.CANNED for s in each.sentences) for each in written] == [False, True]


def test_vocabulary() -> None:
    words = vocabulary(near(solved("sv-11", "Starta hubben."), solved("sv-12", "Starta routern.")), "sv")
    assert words["hubb"] == pytest.approx(0.5)
    assert words["start"] == pytest.approx(1.0)
    assert vocabulary((), "sv") == {}
    assert usual(frozenset(), words) == 0.0
    assert usual(frozenset({"hubb", "start", "x", "y"}), words) == pytest.approx(0.75)


@pytest.mark.parametrize("lead", ["(2) ", "Sedan ska du göra så här: ", "Mac: ", "Also, "])
def test_advice_does_not_begin_in_the_middle(lead: str) -> None:
    reply = f"{lead}dra ur strömkabeln till hubben och vänta 30 sekunder innan du sätter i den igen."
    assert standing_advice(near(solved("sv-11", reply), solved("sv-12", reply)), locale="sv") == ()
