"""Text for colleagues alone never reaches a customer unseen, whatever its audience and however it came in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.replies.inside import (
    InsideKind,
    inside_of_articles,
    inside_of_others,
    inside_of_ticket,
    known_to,
    leaks,
)
from kb.model import Audience, Author, Customer, Message
from tests.fakes import DAY, a_ticket, an_article

SECRET = "Kunder som klagar tre gånger får alltid tillbaka hela beloppet utan vidare frågor"
SENTENCE = st.lists(st.from_regex(r"[a-zåäö]{3,9}", fullmatch=True), min_size=6, max_size=15, unique=True).map(" ".join)


@given(
    st.sampled_from(list(Audience)),
    SENTENCE,
    st.sampled_from(["{}", "Hej!\n\n{}. Hälsningar", "1. Steg ett\n2. {}", "**{}**"]),
)
def test_every_narrower_audience_is_found_and_the_public_one_never(
    audience: Audience, sentence: str, reply: str
) -> None:
    article = an_article("a1", f"# Rubrik\n\n{sentence}.", audience=audience)
    found = leaks(reply.format(sentence), inside_of_articles([article]))
    if audience is Audience.PUBLIC:
        assert found == ()
    else:
        [leak] = found
        assert (leak.kind, leak.id, leak.audience) == (InsideKind.ARTICLE, "a1", audience.value)
        assert sentence in leak.quote


def test_the_same_text_in_a_public_article_is_no_secret() -> None:
    inside = an_article("a1", SECRET, audience=Audience.INTERNAL)
    public = an_article("a2", SECRET)
    ticket = a_ticket("t1")
    assert leaks(SECRET, inside_of_articles([inside, public]), known=known_to(ticket, [inside]))
    assert not leaks(SECRET, inside_of_articles([inside, public]), known=known_to(ticket, [inside, public]))


def test_notes_of_the_ticket_itself() -> None:
    note = Message(1, Author.AGENT, False, DAY, SECRET)
    ticket = a_ticket("t1")
    ticket = replace(ticket, messages=(*ticket.messages, note))
    [leak] = leaks(f"Hej! {SECRET}.", inside_of_ticket(ticket), known=known_to(ticket, []))
    assert (leak.kind, leak.id) == (InsideKind.NOTE, "t1")


def test_what_the_customer_wrote_themselves_may_be_repeated() -> None:
    ticket = a_ticket("t1", ("customer", SECRET))
    inside = an_article("a1", SECRET, audience=Audience.INTERNAL)
    assert leaks(SECRET, inside_of_articles([inside]), known=known_to(ticket, [inside])) == ()


BO = Customer("bo", "Bo Ek", "bo.ek@mejl.example")
OTHER = replace(
    a_ticket(
        "t2",
        ("customer", "Min hund bet sönder ringklockan när brevbäraren kom i fredags."),
        (
            "agent",
            "Hej Bo Ek, vi skickar en ny till Storgatan 5 i Lund i morgon. Starta om hubben genom att hålla knappen intryckt i tio sekunder.",
        ),
    ),
    customer=BO,
)


@pytest.mark.parametrize(
    ("reply", "kinds"),
    [
        ("Min hund bet sönder ringklockan när brevbäraren kom i fredags.", ["ticket"]),
        ("Hej Bo Ek, vi skickar en ny till Storgatan 5 i Lund i morgon.", ["ticket"]),
        ("Skriv till bo.ek@mejl.example", []),
        ("Starta om hubben genom att hålla knappen intryckt i tio sekunder.", []),
    ],
)
def test_another_customers_ticket(reply: str, kinds: list[str]) -> None:
    found = leaks(reply, inside_of_others([OTHER], customer_id="anna"))
    assert [leak.kind.value for leak in found] == kinds


def test_the_customers_own_earlier_ticket_is_theirs_but_its_notes_are_not() -> None:
    earlier = replace(OTHER, messages=(*OTHER.messages, Message(9, Author.AGENT, False, DAY, SECRET)))
    ticket = replace(a_ticket("t1"), customer=BO)
    inside = list(inside_of_others([earlier], customer_id="bo"))
    known = known_to(ticket, [], [earlier])
    assert leaks("Hej Bo Ek, vi skickar en ny till Storgatan 5 i Lund i morgon.", inside, known=known) == ()
    assert [leak.kind.value for leak in leaks(SECRET, inside, known=known)] == ["note"]


def test_every_sentence_once_in_order() -> None:
    one, two = "Alfa beta gamma delta epsilon zeta.", "Eta theta jota kappa lambda my."
    articles = [an_article(n, f"{two} {one}", audience=Audience.PARTNER) for n in ("a1", "a2")]
    found = leaks(f"{one} Hej. {two}", inside_of_articles(articles))
    assert [(leak.quote, leak.id) for leak in found] == [(one, "a1"), (two, "a1")]
