"""A handover: what is told of a ticket, to whom, and what never leaves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.handover import LAST_REPLIES, MOST_ASKED, MOST_SAID, Handover, handover_of
from assistant.model import ArticleHit, MatchedPassage
from kb.model import Customer, Ticket
from tests.fakes import a_ticket

SECRETS = ("Annika Lövsten", "Annika", "annika@post.example", "070-123 45 67", "Elin Sandgren")


def a_hit(number: int, *, audience: str = "public", url: str = "") -> ArticleHit:
    return ArticleHit(
        id=f"a{number}", revision=1, title=f"Article {number}", locale="sv", url=url, score=0.5, state="validated",
        verified_at=None, updated_at=None, audience=audience, product="", passage=MatchedPassage("", 0, 0),
    )  # fmt: skip


HITS = [a_hit(1, url="https://h.example/1"), a_hit(2, audience="internal"), a_hit(3), a_hit(4), a_hit(5)]


FIRST = (
    "Hej! Hubben blinkar gult. Jag har startat om routern. Hur får jag den att fungera?"
    "\n\nMvh Annika Lövsten, 070-123 45 67, annika@post.example"
)


def the_ticket() -> Ticket:
    return a_ticket(
        "t1",
        ("customer", FIRST),
        ("agent", "Hej Annika! Prova att dra ur kabeln.\n\nElin Sandgren"),
        ("note", "HEMLIGT: kunden har klagat förut, annika@post.example"),
        ("customer", "Jag har testat kabeln också, men det blinkar fortfarande. Vad gör jag nu?"),
        locale="sv", subject="Hubben blinkar", product="Hub",
        customer=Customer("c1", "Annika Lövsten", "annika@post.example"),
    )  # fmt: skip


def words(found: Handover) -> str:
    turns = [each for turn in (*found.replies, *found.notes) for each in (turn.name, turn.text)]
    return "\n".join([found.subject, found.customer, found.asked, *found.tried, *turns])


def test_colleagues_get_it_as_it_was_said() -> None:
    found = handover_of(the_ticket(), HITS, notes=False, outside=False)

    assert (found.subject, found.customer, found.redacted) == ("Hubben blinkar", "Annika Lövsten", False)
    assert "Vad gör jag nu?" in found.asked
    assert "Hur får jag den att fungera?" in found.asked
    assert list(found.tried) == ["Jag har startat om routern.", "Jag har testat kabeln också,"]
    assert [turn.text for turn in found.replies] == ["Hej Annika! Prova att dra ur kabeln.\n\nElin Sandgren"]
    assert found.notes == ()
    assert found.articles == (("Article 1", "https://h.example/1"), ("Article 2", ""), ("Article 3", ""))


def test_people_outside_learn_nobodys_name_and_no_internal_article() -> None:
    found = handover_of(the_ticket(), HITS, notes=True, outside=True)

    told = words(found)
    assert not [secret for secret in SECRETS if secret in told]
    assert found.redacted
    assert "blinkar gult" in found.asked
    assert [title for title, _ in found.articles] == ["Article 1", "Article 3", "Article 4"]


@pytest.mark.parametrize("outside", [False, True])
def test_notes_go_along_only_if_they_were_chosen(*, outside: bool) -> None:
    assert "HEMLIGT" not in words(handover_of(the_ticket(), HITS, notes=False, outside=outside))
    assert "HEMLIGT" in words(handover_of(the_ticket(), HITS, notes=True, outside=outside))


@given(
    turns=st.lists(st.tuples(st.sampled_from(["customer", "agent", "note", "bot"]), st.text(max_size=80)), max_size=12),
    outside=st.booleans(),
)
def test_private_notes_never_leave_unless_chosen(turns: list[tuple[str, str]], *, outside: bool) -> None:
    marked = [(author, f"PRIVAT {text}" if author == "note" else text.replace("PRIVAT", "")) for author, text in turns]
    found = handover_of(a_ticket("t1", *marked, subject="S"), [], notes=False, outside=outside)
    assert "PRIVAT" not in words(found)


def test_it_stays_short_whatever_the_ticket_holds() -> None:
    turns = [("customer", "Jag har provat allt. " * 60_000)] + [("agent", "svar " * 50_000)] * 9
    turns += [("note", "x" * 1_000_000)]
    began = time.perf_counter()

    found = handover_of(a_ticket("t1", *turns, locale="sv"), HITS, notes=True, outside=True)

    assert time.perf_counter() - began < 20
    assert len(found.replies) == LAST_REPLIES
    assert len(found.asked) <= MOST_ASKED + 2
    assert all(len(turn.text) <= MOST_SAID + 2 for turn in (*found.replies, *found.notes))
    assert len(words(found)) < 12_000


def test_an_address_is_not_cut_before_it_is_found() -> None:
    for filler in range(560, 600):
        body = "a " * (filler // 2) + "annika.lovsten@en-lang-doman.example slut"
        found = handover_of(
            a_ticket("t1", ("customer", "Hej"), ("agent", body), locale="sv"), [], notes=False, outside=True
        )
        assert "annika" not in found.replies[0].text


def test_an_empty_ticket() -> None:
    empty = Ticket(
        id="t1", source="s", source_id="1", subject="", status=the_ticket().status, locale="und",
        created_at=the_ticket().created_at,
    )  # fmt: skip
    assert words(handover_of(empty, [], notes=True, outside=True)).strip() == ""
