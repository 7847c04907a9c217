"""Draft articles: every line is in its message, no personal data, what nobody said is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.capture.sketch import sketch
from kb.knowledge.candidate import Section, Sketch
from kb.model import Customer, Ticket
from tests.fakes import a_ticket

STEPS = (
    "Hi Anna!\n\nThe motor has lost the valve because the batteries are weak.\n\n"
    "1. Take both batteries out and wait thirty seconds.\n2. Put new alkaline ones in.\n3. Hold the button until CAL shows.\n\n"
    "Kind regards\nMaja"
)


def a_case(number: int, question: str, answer: str = STEPS, **changes: object) -> Ticket:
    customer = Customer(f"c{number}", "Anna Lövsten", "anna.lovsten@post.example")
    return a_ticket(f"t{number}", ("customer", question), ("agent", answer), customer=customer, **changes)


TICKETS = [
    a_case(
        1,
        "Hi! My Termo shows E-2003 and does not turn. What should I do?",
        subject="E-2003 on the Termo",
        product="Termo",
    ),
    a_case(2, "Two of five radiators say E-2003 since yesterday evening.", subject="E-2003!!!", product="Termo"),
]


def quoted(draft: Sketch, tickets: list[Ticket]) -> None:
    """Every line stands in its message, white space aside."""
    known = {ticket.id: ticket for ticket in tickets}
    for line in draft.lines:
        ticket = known[line.ticket_id]
        said = ticket.product if line.message < 0 else ticket.messages[line.message].body
        assert " ".join(said[line.start : line.end].split()) == " ".join(line.text.split())


def test_a_draft_in_the_teams_form() -> None:
    draft = sketch(TICKETS, "en")
    quoted(draft, TICKETS)
    assert draft.title == "E-2003 on the Termo"
    assert draft.missing == ()
    # Both were told the same; the question stands beside the answer that its own customer got.
    asked = ("My Termo shows E-2003", "Two of five radiators say E-2003")
    assert draft.body.startswith(tuple(f"## Issue\n\n{each}" for each in asked))
    assert len({line.ticket_id for line in draft.lines if line.section in {Section.ISSUE, Section.RESOLUTION}}) == 1
    for heading in (
        "## Environment\n\n* Termo",
        "## Resolution\n\n",
        "## Cause\n\nThe motor has lost the valve because",
    ):
        assert heading in draft.markdown
    assert "1. Take both batteries out" in draft.markdown
    for personal in ("Anna", "Lövsten", "Maja", "Kind regards", "@"):
        assert personal not in draft.markdown


def test_a_draft_in_a_form_of_the_teams_own() -> None:
    own = "## Resolution\n\n## Issue\n\n## Warnings\n\n"
    draft = sketch(TICKETS, "en", own_template=own)
    quoted(draft, TICKETS)
    headings = [row for row in draft.body.split("\n") if row.startswith("## ")]
    assert headings == ["## Resolution", "## Issue", "## Warnings", "## Environment", "## Cause"]
    assert "## Warnings\n\n*Missing:" in draft.body
    rows = draft.body.split("\n")
    assert all(line.text in rows[line.line] for line in draft.lines)


STEPS_OF = [
    ("numbers", "en", "Please do this:\n\n1. Open the app.\n2. Choose Reset.\n3. Wait a minute until it blinks.", ["1. Open the app.", "2. Choose Reset.", "3. Wait"]),
    ("numbers in brackets, a line between", "en", "Try this:\n\n(1) Open the app and go to Settings.\n\nPress the button there.\n\n(2) Choose Reset and wait for a minute.", ["1. Open the app and go to Settings. Press the button there.", "2. Choose Reset"]),
    ("points that say what to do", "sv", "Gör så här:\n\n- Öppna appen.\n- Välj Inställningar.\n- Tryck på Återställ och vänta tills lampan blinkar.", ["1. Öppna appen.", "2. Välj Inställningar.", "3. Tryck på"]),
    ("points that are things", "en", "These phones work with the app, all others do not:\n\n- iPhone 8 and later ones\n- Pixel 4 and later ones\n- Nokia 5 and later ones", ["* iPhone 8", "* Pixel 4"]),
    ("lines that say what to do", "da", "Åbn appen på telefonen.\nVælg indstillinger nederst.\nTryk på nulstil, og vent et minut, til den blinker grønt.", ["1. Åbn appen", "2. Vælg indstillinger", "3. Tryk på nulstil"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "locale", "answer", "rows"), STEPS_OF, ids=[case[0] for case in STEPS_OF])
def test_steps_are_numbered(name: str, locale: str, answer: str, rows: list[str]) -> None:
    ticket = a_case(
        1, "The lamp of my hub is dark, what can I do?", f"Hi Anna,\n\n{answer}\n\nHope this helps!", locale=locale
    )
    draft = sketch([ticket], locale)
    quoted(draft, [ticket])
    for row in rows:
        assert f"\n{row}" in draft.body
    assert "Hope this helps" not in draft.body


def test_what_nobody_said_is_marked_as_missing() -> None:
    bare = a_ticket("t1", ("customer", "Hur byter jag språk i appen egentligen?"), locale="sv", subject="")
    draft = sketch([bare], "sv")
    quoted(draft, [bare])
    assert draft.title == "Hur byter jag språk i appen egentligen?"
    assert draft.missing == (Section.ENVIRONMENT, Section.RESOLUTION, Section.CAUSE)
    assert draft.markdown.count("*Saknas: ingen har sagt det ännu.*") == 3


def test_private_notes_and_bots_say_nothing() -> None:
    ticket = a_ticket(
        "t1",
        ("customer", "Why does my hub blink yellow all day long?"),
        ("note", "Internal: the whole batch 2211 is broken, never tell customers, replace the power supply quietly."),
        ("bot", "Have you tried switching it off and on again, waiting for ten seconds in between, as always?"),
    )
    text = sketch([ticket], "en").markdown
    assert "batch" not in text
    assert "switching" not in text


@given(
    st.lists(
        st.sampled_from(
            ["Call me on 070-123 45 67.", "My mail is kalle@post.example.", "I live at Storgatan 12, 111 22 Stockholm.",
             "Mitt personnummer är 811228-9874.", "The lamp is yellow since Monday morning.", "Regards, Kalle Andersson"]
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_nobodys_details_are_in_a_draft(sentences: list[str]) -> None:
    ticket = a_case(
        1,
        " ".join(sentences),
        " ".join([*sentences, "Put new alkaline batteries in and hold the button for ten seconds."]),
    )
    draft = sketch([ticket], "sv")
    quoted(draft, [ticket])
    for secret in ("070-123", "kalle@", "Storgatan", "811228", "Anna", "Lövsten"):
        assert secret not in draft.markdown
