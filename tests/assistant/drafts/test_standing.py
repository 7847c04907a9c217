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
    changed = ADVICE.replace("sätter i den igen", "sätter i den")
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
    assert best_standing(both, locale="sv") == ()


def test_a_list_stands_with_its_lead() -> None:
    reply = "Prova det här i tur och ordning:\n\n1. Dra ur kabeln till hubben.\n2. Vänta 30 sekunder.\n3. Sätt i kabeln igen."
    (found,) = best_standing(near(solved("sv-11", reply), solved("sv-12", reply)), locale="sv")
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


@pytest.mark.parametrize(
    "lead", ["(2) ", "Sedan ska du göra så här: ", "Mac: ", "Also, ", "Ett litet fönster ska öppnas, "]
)
def test_advice_does_not_begin_in_the_middle(lead: str) -> None:
    reply = f"{lead}dra ur strömkabeln till hubben och vänta 30 sekunder innan du sätter i den igen."
    assert standing_advice(near(solved("sv-11", reply), solved("sv-12", reply)), locale="sv") == ()


HUB = "Dra ur strömkabeln till hubben och vänta 30 sekunder innan du sätter i den igen."
RING = "Ringen ska bli grön inom två minuter om routern släpper ut hubben."
TERMO = "Ta ur båda batterierna ur termostaten, vänta en minut och sätt i dem igen åt rätt håll."


def said(*replies: str) -> list[str]:
    """The text of every piece that is quoted where these were the answers."""
    tickets = [solved(f"sv-{number}", reply) for number, reply in enumerate(replies, start=11)]
    return [piece.text for piece in best_standing(near(*tickets), locale="sv")]


def test_what_most_agents_say_comes_first() -> None:
    replies = (f"{TERMO}\n\nKvittot ligger i kartongen.", TERMO, HUB, HUB, f"{HUB}\n\n{RING}")
    assert said(*replies) == [HUB, TERMO]


def test_what_comes_first_in_a_message_comes_first_in_the_draft() -> None:
    replies = (f"{TERMO}\n\n{HUB}", f"Hej!\n\n{HUB}", HUB, HUB, f"Tack!\n\n{TERMO}\n\n{HUB}", TERMO)
    assert said(*replies)[0].startswith(TERMO)


def test_nothing_is_said_twice() -> None:
    other = HUB.replace("vänta 30 sekunder", "räkna till trettio")
    assert said(HUB, HUB, other, other) == [HUB]


def test_what_always_stands_behind_something_needs_it() -> None:
    first = "Jag har lagt undan en ny kabel till dig, hämta den i butiken när du har vägarna förbi."
    assert said(f"{first}\n\n{RING}", f"{first}\n\n{RING}") == []
    assert said(f"{first}\n\n{RING}", f"Hej!\n\n{RING}") == [RING]


def test_half_a_list_is_not_quoted() -> None:
    ask = "Titta efter de här tre inställningarna i appen och stäng av dem en i taget:"
    reply = f"{HUB}\n\n{ask}\n\nLåg effekt i natt\n\n"
    assert said(f"{reply}Ditt eget läge", f"{reply}Sovläge för Bengt") == [HUB]


def test_a_lost_link_is_left_out_and_the_words_around_it_are_not() -> None:
    reply = "Öppna guiden {web link} och dra ur strömkabeln till hubben.\n\nVänta sedan tills den blinkar {länk}"
    sources = Sources((source(article()),), precedents=near(solved("sv-11", reply), solved("sv-12", reply)))
    written = compose(question(), sources, locale="sv", agent_name="Elin", confident=True)
    assert "Öppna guiden och dra ur strömkabeln till hubben.\n\nVänta sedan tills den blinkar\n\n" in written.text
    for sentence in written.sentences:
        if sentence.source.kind is SourceKind.TICKET:
            assert reply[sentence.source.start : sentence.source.end] == sentence.text
