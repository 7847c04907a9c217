"""The alternatives: what each says and leaves out, and that none of them says more than its sources."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.compose import Further, Sources, Style, compose
from assistant.drafts.page import positions
from assistant.drafts.precedents import Precedent
from assistant.drafts.sources import ArticleSource
from assistant.model import Draft, SourceKind
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from kb.model import Audience
from tests.assistant.drafts.drafting import OFFLINE, article, canned, question, source, ticket, ticket_hit
from tests.assistant.drafts.test_compose import CANNED, REPLY
from tests.assistant.drafts.test_compose_demo import BODIES

STYLES = list(Style)
_ITEM = re.compile(r"(?m)^(?:-|\d+\.) ")
LONG = "\n".join(f"{n}. {'Ord ' * 30}nummer {n}." for n in range(1, 16))


def draft(sources: Sources, style: Style, asked: Question | None = None, *, further: tuple[Further, ...] = ()) -> Draft:
    """A confident draft by Elin."""
    asked = asked or question()
    return compose(asked, sources, locale="sv", agent_name="Elin", confident=True, style=style, further=further)


def words(written: Draft) -> int:
    return sum(len(s.text.split()) for s in written.sentences if s.source.kind is not SourceKind.TEMPLATE)


def test_shorter_leaves_out_what_does_not_answer_and_the_offer() -> None:
    body = (
        "Batterierna räcker i två år.\n\n## Byta batterier\n\n"
        "Termo tar två alkaliska AA-batterier och visar när de tar slut.\n\n## Köpa\n\n"
        "Batterier till Termo finns i butiken och kostar 39 kronor för fyra stycken.\n"
    )
    asked = question("Hur länge räcker batterierna?", subject="Batterier")
    standard, short = (draft(Sources((source(article(body)),)), s, asked) for s in (Style.STANDARD, Style.SHORT))
    assert "Batterierna räcker i två år." in short.text
    assert words(short) <= words(standard)
    assert "Hör gärna av dig" in standard.text
    assert "Hör gärna av dig" not in short.text
    assert short.text.startswith("Hej Annika!")
    assert short.text.endswith("Vänliga hälsningar  \nElin")


def test_shorter_keeps_a_procedure_whole_or_links_it() -> None:
    steps = "\n".join(f"{n}. Gör detta med den del som heter {n} och vänta en stund." for n in range(1, 12))
    assert steps in draft(Sources((source(article(f"## Så gör du\n\n{steps}\n")),)), Style.SHORT).text
    linked = draft(Sources((source(article(f"## Så gör du\n\n{LONG}\n")),)), Style.SHORT)
    assert words(linked) == 0
    assert "https://help.fyrvik.example/sv/hub-utan-internet" in linked.text


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    body = " ".join(f"Det här är mening nummer {n} i ett långt stycke." for n in range(60))
    assert 50 <= words(draft(Sources((source(article(body)),)), Style.SHORT)) <= 60


def test_a_canned_reply_serves_as_the_shorter_one_if_it_is_short() -> None:
    long = canned(CANNED.replace("Starta om", "Vänta lite. " * 40 + "Starta om"))
    for reply, expected in ((canned(CANNED), SourceKind.CANNED), (long, SourceKind.ARTICLE)):
        written = draft(Sources((source(article()),), canned=((reply, 0.95),)), Style.SHORT)
        assert expected in {s.source.kind for s in written.sentences}


def test_all_steps_have_no_limit() -> None:
    body = f"Kort inledning.\n\n## Så gör du\n\n{LONG}\n\n## Sedan\n\n1. Vänta.\n2. Titta.\n\n## Annat\n\nAllt annat.\n"
    sources = Sources((source(article(body)),))
    assert LONG not in draft(sources, Style.STANDARD).text
    written = draft(sources, Style.STEPS).text
    assert LONG in written
    assert "1. Vänta.\n2. Titta." in written
    assert "Allt annat." not in written


def test_all_steps_are_those_that_concern_the_customer() -> None:
    asked = question("E-1042! Jag har redan startat om routern.")
    written = draft(Sources((source(article()),)), Style.STEPS, asked).text
    assert "2. Testa med kabel." in written
    assert "Vänta t.ex. fem minuter." not in written
    assert "> Fabriksåterställ inte hubben." in written


def test_numbered_headings_are_one_procedure_of_any_length() -> None:
    body = "\n\n".join(f"## {n}. Del\n\n{'Ord ' * 60}i del {n}." for n in range(1, 8))
    sources = Sources((source(article(body)),))
    assert "i del 7." not in draft(sources, Style.STANDARD).text
    assert "i del 7." in draft(sources, Style.STEPS).text


@pytest.mark.parametrize("score", [0.95, 0.3])
def test_a_canned_reply_on_request(score: float) -> None:
    written = draft(Sources((source(article()),), canned=((canned(CANNED), score),)), Style.CANNED)
    assert written.text.startswith("Hej Annika!\n\nStarta om din Hub.")
    assert [hole.field for hole in written.placeholders] == ["order.number"]


def test_of_canned_replies_one_that_fits_comes_first() -> None:
    other = replace(canned("Betala fakturan."), id="pay", tags=("payment",))
    written = draft(Sources((source(article()),), canned=((other, 0.9), (canned(CANNED), 0.5))), Style.CANNED)
    assert "Starta om" in written.text
    assert "Betala fakturan." in draft(Sources(canned=((other, 0.9),)), Style.CANNED).text


@pytest.mark.parametrize("replies", [(), ((canned(CANNED, locale="da"), 0.95),)])
def test_without_a_canned_reply_there_is_none(replies: tuple[tuple[object, float], ...]) -> None:
    hidden = source(article(audience=Audience.INTERNAL))
    sources = Sources((hidden, source(article())), canned=replies)  # type: ignore[arg-type]
    assert draft(sources, Style.CANNED) == Draft("sv", False, "", notes=("draft.no_source",))


def test_a_call_says_warnings_first_then_the_steps_in_order() -> None:
    written = draft(Sources((source(article()),)), Style.CALL)
    assert written.text == (
        "- Fabriksåterställ inte hubben.\n"
        "- Pulserar ringen gult, eller visar appen **E-1042**? Då når hubben inte internet.\n"
        "- **Starta om hubben.** Dra ur kabeln och vänta 30 sekunder.\n"
        "- **Starta om routern.** Vänta t.ex. fem minuter.\n"
        "- Testa med kabel. Se [kraven](https://help.fyrvik.example/sv/krav)."
    )
    assert written.notes == ()


def test_of_too_many_bullets_text_gives_way_to_steps() -> None:
    steps = "\n".join(f"{n}. Steg {n}." for n in range(1, 10))
    body = f"Ett. Två. Tre.\n\n> Varning för el.\n\n## Gör så\n\n{steps}\n"
    written = draft(Sources((source(article(body)),)), Style.CALL)
    assert written.text.split("\n") == ["- Varning för el.", *(f"- Steg {n}." for n in range(1, 7))]
    assert written.notes == ("draft.call_shortened",)
    many = draft(Sources((source(article(" ".join(f"Det här är mening {n}." for n in range(20)))),)), Style.CALL)
    assert (many.text.count("- "), many.notes) == (7, ())


def test_a_call_about_an_article_without_sentences_names_its_address() -> None:
    table = "## Ljusen\n\n| Ljus | Betydelse |\n|---|---|\n| Gult | Inget internet |\n"
    written = draft(Sources((source(article(table)),)), Style.CALL)
    assert written.text.startswith("Hela översikten finns här: [Hubben har")


def test_a_call_from_a_canned_reply_or_a_ticket() -> None:
    written = draft(Sources(canned=((canned(CANNED), 0.95),)), Style.CALL)
    assert written.text == "- Starta om din Hub. Order {{order.number}}?"
    assert [hole.field for hole in written.placeholders] == ["order.number"]
    other = ticket(f"Hej Bengt!\n\n{REPLY}\n\nHälsningar\nElin, Fyrvik")
    written = draft(Sources(tickets=((other, ticket_hit(other)),)), Style.CALL)
    assert written.text.startswith("- Starta om hubben: dra ur kabeln och vänta 30 sekunder. Sätt i den igen.\n- ")
    assert "Bengt" not in written.text


def test_a_call_answers_several_questions_and_names_what_is_left() -> None:
    found = source(article("Termo tar två AA-batterier.", key="batteri", title="Batterier"))
    further = (Further("Vilka batterier?", Sources((found,)), confident=True), Further("Vad kostar frakten hem?"))
    written = draft(Sources((source(article("Det är gult.")),)), Style.CALL, further=further)
    assert written.text == "- Det är gult.\n- Termo tar två AA-batterier."
    assert written.unanswered == ("Vad kostar frakten hem?",)


@pytest.mark.parametrize("style", STYLES)
def test_a_silent_draft_offers_questions_and_passes_on(style: Style) -> None:
    asked = ticket("Hej Bengt!\n\nHar du sett om lampan på routern blinkar? Mvh Elin")
    sources = Sources(precedents=(Precedent(asked, 0.6), Precedent(ticket("Vilken färg har kabeln?"), 0.1)))
    silent = compose(question(), sources, locale="sv", agent_name="Elin", confident=False, style=style)
    assert (silent.text, silent.notes) == ("", ("draft.unconfident",))
    assert [s.text for s in silent.questions] == ["Har du sett om lampan på routern blinkar?"]
    assert silent.escalation is not None
    assert silent.escalation.text.startswith("Jag lämnar det här vidare")
    assert silent.escalation.source.id == "sv/escalate.informal"


def test_where_nobody_asked_there_is_only_the_way_on() -> None:
    silent = compose(question(), Sources(), locale="sv", agent_name="Elin", confident=False)
    assert silent.questions == ()
    assert silent.escalation is not None


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pattern", ["", r"Q\d\dK\d"])
def test_numbers_by_the_pattern_of_the_team_never_reach_another_customer(style: Style, pattern: str) -> None:
    """Without the pattern the number looks like any model name, so it is the pattern that keeps it back."""
    other = ticket(f"{REPLY} Byt sedan Q12K9 mot en ny, den passar bäst.")
    asking = ticket("Har Q12K9 kommit fram hel?")
    team = TeamNumbers(orders=(re.compile(pattern),)) if pattern else TeamNumbers()
    sources = Sources(tickets=((other, ticket_hit(other)),))
    written = compose(question(), sources, locale="sv", agent_name="E", confident=True, style=style, team=team)
    near = Sources(precedents=(Precedent(asking, 0.9),))
    silent = compose(question(), near, locale="sv", agent_name="E", confident=False, style=style, team=team)
    said = written.text + "".join(s.text for s in silent.questions)
    assert ("Q12K9" in said) is not bool(pattern)


@given(
    body=BODIES,
    reply=st.one_of(st.none(), BODIES),
    told=BODIES,
    style=st.sampled_from(STYLES),
    start=st.integers(0, 300),
    size=st.integers(0, 200),
)
def test_any_sources_in_any_style(body: str, reply: str | None, told: str, style: Style, start: int, size: int) -> None:
    noun, other = article(body), ticket(told)
    passage = source(article(OFFLINE + body), at=body[start : start + size]).passage
    replies = ((canned(reply), 0.9),) if reply is not None else ()
    sources = Sources((ArticleSource(noun, 0.8, passage),), canned=replies, tickets=((other, ticket_hit(other)),))
    written = draft(sources, style)
    texts = {SourceKind.ARTICLE: body, SourceKind.CANNED: reply or "", SourceKind.TICKET: told}
    assert len(positions(written)) == len(written.sentences)
    assert "draft.sentence_removed" not in written.notes
    for sentence in written.sentences:
        place = sentence.source
        if place.kind is not SourceKind.TEMPLATE:
            assert texts[place.kind][place.start : place.end] == place.quote
    for hole in written.placeholders:
        assert written.text[hole.start : hole.end].startswith("{{")
    if style is Style.CALL:
        assert len([s for s in written.sentences if s.text.startswith("- ")]) <= 7
