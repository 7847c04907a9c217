"""The composer: what it chooses, how it arranges it, and that every sentence is where it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.drafts.compose import Sources, Tone, compose
from assistant.drafts.page import positions
from assistant.model import Draft, SourceKind
from assistant.question import Question
from kb.model import Article, Audience, Confidence
from tests.assistant.drafts.drafting import OFFLINE, article, canned, question, source, ticket, ticket_hit

REPLY = "Starta om hubben: dra ur kabeln och vänta 30 sekunder. Sätt i den igen. Vänta sedan tills ringen lyser grönt."


def draft(sources: Sources, asked: Question | None = None, *, locale: str = "sv", tone: Tone = Tone.INFORMAL) -> Draft:
    """A confident draft by Elin."""
    asked = asked or question()
    return compose(asked, sources, locale=locale, agent_name="Elin Sandgren", confident=True, tone=tone)


def is_silent(written: Draft, note: str) -> bool:
    """Whether a draft says nothing, why, and leaves the agent the sentence that passes the customer on."""
    return replace(written, escalation=None) == Draft("sv", False, "", notes=(note,)) and bool(written.escalation)


def quotes(written: Draft) -> list[str]:
    """The sentences that are no courtesy."""
    return [s.text for s in written.sentences if s.source.kind is not SourceKind.TEMPLATE]


def test_a_draft_from_an_article() -> None:
    written = draft(Sources((source(article()),)))
    assert written.text == (
        "Hej Annika!\n\nTack för att du hör av dig.\n\n"
        "Pulserar ringen gult, eller visar appen **E-1042**? Då når hubben inte internet.\n\n"
        "> Fabriksåterställ inte hubben.\n\n"
        "**Prova i den här ordningen**\n\n"
        "Det tar fem minuter:\n\n"
        "1. **Starta om hubben.** Dra ur kabeln och vänta 30 sekunder.\n"
        "2. **Starta om routern.** Vänta t.ex. fem minuter.\n"
        "3. Testa med kabel. Se [kraven](https://help.fyrvik.example/sv/krav).\n\n"
        "Här står mer om detta: [Hubben har inget internet (E-1042)](https://help.fyrvik.example/sv/hub-utan-internet)\n\n"
        "Säg till om det inte löser sig, så hjälper jag dig vidare.\n\n"
        "Vänliga hälsningar  \nElin Sandgren"
    )
    assert written.notes == ()


def test_every_sentence_is_where_it_says() -> None:
    written = draft(Sources((source(article()),)))
    for sentence in written.sentences:
        place = sentence.source
        if place.kind is SourceKind.ARTICLE:
            assert place.quote == OFFLINE[place.start : place.end]
            assert sentence.text in (place.quote, f"**{place.quote}**")
            assert (place.id, place.revision) == ("hub-offline-sv", 3)
        else:
            assert (place.kind, place.quote, place.start, place.end) == (SourceKind.TEMPLATE, "", 0, 0)
            assert place.id.startswith("sv/")
    assert len(positions(written)) == len(written.sentences)


def test_nothing_is_written_without_confidence() -> None:
    written = compose(question(), Sources((source(article()),)), locale="sv", agent_name="Elin", confident=False)
    assert is_silent(written, "draft.unconfident")


def test_nothing_is_written_without_a_source() -> None:
    assert is_silent(draft(Sources()), "draft.no_source")


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.PARTNER, Audience.AUTHOR])
def test_internal_articles_are_never_quoted(audience: Audience) -> None:
    hidden = source(article("Ersätt upp till 800 kr.", key="goodwill", audience=audience), score=0.95)
    assert is_silent(draft(Sources((hidden,))), "draft.internal_source")
    both = draft(Sources((hidden, source(article()))))
    assert both.notes == ("draft.internal_source",)
    assert "800" not in both.text


def test_a_contact_section_that_matched_does_not_answer() -> None:
    written = draft(Sources((source(article(), at="Skriv till support"),)))
    assert not any("support@" in text for text in quotes(written))
    assert any("Starta om routern" in text for text in quotes(written))


def test_a_table_gives_way_to_the_link() -> None:
    body = "## Ljusen\n\nFärgerna betyder:\n\n| Ljus | Betydelse |\n|---|---|\n| Gult | Inget internet |\n"
    written = draft(Sources((source(article(body)),)))
    assert quotes(written) == []
    assert "Hela översikten finns här: [Hubben har" in written.text


def test_steps_are_never_cut() -> None:
    steps = "\n".join(
        f"{n}. Gör detta med den del som heter {n} och vänta sedan en liten stund till." for n in range(1, 14)
    )
    written = draft(Sources((source(article(f"## Så gör du\n\n{steps}\n")),)))
    assert steps in written.text


def test_steps_that_are_far_too_long_are_linked_only() -> None:
    steps = "\n".join(f"{n}. {'Ord ' * 30}slut." for n in range(1, 16))
    written = draft(Sources((source(article(f"## Så gör du\n\n{steps}\n")),)))
    assert quotes(written) == []
    assert written.confident


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    body = " ".join(f"Det här är mening nummer {n} i ett långt stycke." for n in range(60))
    written = draft(Sources((source(article(body)),)))
    assert quotes(written)[0].startswith("Det här är mening nummer 0")
    assert 50 <= sum(len(text.split()) for text in quotes(written)) <= 80


def test_numbered_headings_are_one_procedure() -> None:
    body = "Ta punkterna.\n\n## 1. Gå närmare\n\nEn meter.\n\n## 2. Byt batterier\n\nHelt nya.\n\n## Övrigt\n\nText.\n"
    written = draft(Sources((source(article(body), at="Helt nya."),)))
    assert quotes(written) == [
        "Ta punkterna.",
        "**1. Gå närmare**",
        "En meter.",
        "**2. Byt batterier**",
        "Helt nya.",
    ]


def test_an_introduction_gives_way_to_what_answers() -> None:
    body = (
        "Fyrvik har många sorters ljus, och här får du veta det mesta om dem.\n\n"
        "## Gul ring\n\nRingen är gul och hubben är död när routern inte ger hubben något internet.\n"
    )
    written = quotes(draft(Sources((source(article(body)),))))
    assert written == ["Ringen är gul och hubben är död när routern inte ger hubben något internet."]


def test_a_warning_of_the_introduction_stays() -> None:
    body = (
        "Här står allt om ljus.\n\n> Öppna aldrig hubben.\n\n"
        "## Gul ring\n\nRingen är gul och hubben är död. Gör så här:\n\n1. Starta om routern.\n2. Vänta.\n"
    )
    assert "> Öppna aldrig hubben." in draft(Sources((source(article(body)),))).text


def test_the_section_about_the_error_code_answers() -> None:
    body = "Det sker kl. 03.\n\n## Själv\n\n1. Tryck.\n\n## Fel E-1210\n\nDen misslyckades.\n\n1. Vänta.\n2. Prova.\n"
    written = draft(Sources((source(article(body)),)), question("Det står E-1210!"))
    assert "1. Vänta.\n2. Prova." in written.text
    assert "Tryck" not in written.text


def versions(*locales: str) -> list[Article]:
    """The same article in several languages; the first is the master."""
    return [
        article(
            f"Text på {locale}. Vänta 30.", locale=locale, translation_of="" if n == 0 else f"hub-offline-{locales[0]}"
        )
        for n, locale in enumerate(locales)
    ]


def test_the_translation_is_used_where_there_is_one() -> None:
    swedish, danish = versions("sv", "da")
    written = draft(Sources((source(swedish, score=0.9), source(danish, score=0.0))), locale="da")
    assert quotes(written) == ["Text på da.", "Vänta 30."]
    assert written.notes == ()
    assert written.text.startswith("Hej Annika\n\nTak for din besked.")


def test_a_source_in_another_language_is_marked() -> None:
    written = draft(Sources((source(versions("sv")[0]),)), locale="en")
    assert quotes(written) == ["Text på sv.", "Vänta 30."]
    assert written.notes == ("draft.other_language",)
    assert written.confident


def test_bokmal_serves_nynorsk_without_a_mark_and_danish_does_not() -> None:
    bokmal, danish = versions("nb")[0], versions("da")[0]
    assert draft(Sources((source(bokmal),)), locale="nn").notes == ()
    assert draft(Sources((source(danish),)), locale="nn").notes == ("draft.other_language",)


def test_an_article_in_the_own_language_must_be_nearly_as_good() -> None:
    swedish = article("Svensk text.", key="a")
    for score, expected in ((0.85, "Svensk text."), (0.3, "English text.")):
        english = source(article("English text.", key="b", locale="en"), score=0.9)
        assert quotes(draft(Sources((english, source(swedish, score=score))))) == [expected]


def test_outdated_and_unverified_sources_are_marked() -> None:
    old = source(article(confidence=Confidence.NOT_VALIDATED), outdated=True)
    assert draft(Sources((old,))).notes == ("draft.outdated_source", "draft.unverified_source")
    assert draft(Sources((replace(source(article()), doubted=True),))).notes == ("draft.doubted_source",)


CANNED = """Hej {{ticket.customer.first_name}}!

Starta om din {{ticket.product}}. Order {{order.number}}?

Hälsningar
{{agent.name}}
"""


def test_a_clearly_fitting_canned_reply_is_preferred() -> None:
    written = draft(Sources((source(article()),), canned=((canned(CANNED), 0.95),)))
    assert (
        written.text
        == "Hej Annika!\n\nStarta om din Hub. Order {{order.number}}?\n\nVänliga hälsningar  \nElin Sandgren"
    )
    first = written.sentences[1]
    assert (first.source.kind, first.source.revision) == (SourceKind.CANNED, 2)
    assert first.source.quote == CANNED[first.source.start : first.source.end] == "Starta om din {{ticket.product}}."
    (hole,) = written.placeholders
    assert hole.field == "order.number"
    assert written.text[hole.start : hole.end] == "{{order.number}}"


def test_a_canned_reply_greets_nobody_by_a_field() -> None:
    written = draft(Sources(canned=((canned(CANNED), 0.95),)), question(customer_name=""))
    assert written.text.startswith("Hej!\n\nStarta om")


def test_a_conversation_is_not_quoted() -> None:
    other = ticket(REPLY)
    both = replace(other, messages=(*other.messages, replace(other.messages[1], number=2)))
    assert not draft(Sources(tickets=((both, ticket_hit(both)),))).confident


def test_an_order_number_of_the_question_is_filled() -> None:
    written = draft(Sources(canned=((canned(CANNED), 0.95),)), question("Var är FV-204518?"))
    assert "Order FV-204518?" in written.text
    assert written.placeholders == ()


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        (canned(CANNED), 0.4),
        (canned(CANNED, locale="da"), 0.95),
        (canned(CANNED, product="Shop"), 0.95),
        (canned(CANNED, tags=("payment",)), 0.95),
    ],
)
def test_a_canned_reply_that_does_not_clearly_fit_is_not(reply: object, score: float) -> None:
    written = draft(Sources((source(article()),), canned=((reply, score),)))  # type: ignore[arg-type]
    assert SourceKind.CANNED not in {s.source.kind for s in written.sentences}


def test_a_near_identical_ticket_serves_when_there_is_nothing_else() -> None:
    other = ticket(f"Hej Bengt!\n\n{REPLY}\n\nHälsningar\nElin, Fyrvik")
    written = draft(Sources(tickets=((other, ticket_hit(other)),)))
    assert quotes(written) == [
        "Starta om hubben: dra ur kabeln och vänta 30 sekunder.",
        "Sätt i den igen.",
        "Vänta sedan tills ringen lyser grönt.",
    ]
    assert written.notes == ("draft.ticket_source",)
    assert {s.source.revision for s in written.sentences if s.source.kind is SourceKind.TICKET} == {1}
    assert "Bengt" not in written.text


def test_what_is_personal_or_was_done_for_another_is_left_out() -> None:
    other = ticket(f"Hej!\n\n{REPLY} Vi ringer på 070-174 06 05. Jag har skickat en ny.")
    written = draft(Sources(tickets=((other, ticket_hit(other)),)))
    assert len(quotes(written)) == 3
    assert "070" not in written.text
    assert "skickat" not in written.text


@pytest.mark.parametrize(
    "reply",
    [
        "1. Starta om hubben och vänta lite.\n2. Ring Bengt på 070-174 06 05.\n3. Vänta tills det lyser grönt.",
        "Jag har skickat en ny hub. Paketet kommer på torsdag. Hör av dig.",
    ],
)
def test_a_ticket_that_would_leave_a_hole_is_not_used(reply: str) -> None:
    other = ticket(reply)
    assert not draft(Sources(tickets=((other, ticket_hit(other)),))).confident


def test_a_ticket_is_not_used_if_it_is_not_near_solved_or_another() -> None:
    own, reopened, far = ticket(REPLY, noun_id="sv-1"), ticket(REPLY, tags=("reopened",)), ticket(REPLY)
    for noun, score in ((own, 0.99), (reopened, 0.99), (far, 0.55)):
        assert not draft(Sources(tickets=((noun, ticket_hit(noun, score)),))).confident
    danish = ticket(REPLY, locale="da")
    assert not draft(Sources(tickets=((danish, ticket_hit(danish)),))).confident


@pytest.mark.parametrize(
    ("locale", "greeting"),
    [
        ("sv", "Hej Annika!"),
        ("nb", "Hei Annika,"),
        ("nn", "Hei Annika,"),
        ("da", "Hej Annika"),
        ("en", "Hello Annika,"),
    ],
)
def test_greetings(locale: str, greeting: str) -> None:
    written = draft(Sources((source(article(locale=locale)),)), locale=locale)
    assert written.text.split("\n")[0] == greeting
    assert written.locale == locale


def test_tone_and_unknown_names() -> None:
    sources = Sources((source(article(locale="en")),))
    assert draft(sources, locale="en", tone=Tone.FORMAL).text.startswith("Dear Annika Lövsten,\n")
    unknown = question(customer_name="Bergets VVS AB")
    assert draft(sources, unknown, locale="en").text.startswith("Hello,\n")
    nobody = compose(unknown, sources, locale="en", agent_name="", confident=True)
    assert [hole.field for hole in nobody.placeholders] == ["agent.name"]


def test_who_comes_back_is_met_as_such() -> None:
    written = draft(Sources((source(article()),)), question(tags=("reopened",)))
    assert "Tack för att du hör av dig igen" in written.text


def test_a_customer_whose_language_nobody_speaks() -> None:
    assert draft(Sources((source(article()),)), locale="und").locale == "sv"
    assert draft(Sources((source(article()),)), locale="fi").notes == ("draft.other_language",)


def test_fields_in_an_article_are_its_own_text() -> None:
    written = draft(Sources((source(article("Skriv {{agent.name}} i mallen.")),)))
    assert "Skriv {{agent.name}} i mallen." in written.text
    assert written.placeholders == ()


def test_a_name_cannot_bring_markup_in() -> None:
    asked = question(customer_name="[klicka](https://evil.example)")
    assert "evil" not in draft(Sources((source(article()),)), asked).text
