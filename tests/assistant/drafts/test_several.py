"""Several questions, several languages, several opinions: what a draft makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from assistant.drafts.compose import Further, Sources, compose
from assistant.drafts.page import positions
from assistant.drafts.sources import ArticleSource
from assistant.drafts.verdict import trust
from assistant.model import ConflictKind, Draft, SourceKind
from assistant.question import Question
from kb.model import Audience, Confidence
from tests.assistant.drafts.drafting import NOW, article, canned, question, source

BATTERIES = "Termo tar två alkaliska AA-batterier. De räcker i två år.\n"
BOTH = "Ringen är gul och det står E-1042. Hur länge räcker batterierna i Termo?"


def batteries(locale: str = "sv") -> ArticleSource:
    """The article about batteries."""
    return source(article(BATTERIES, key="batteri", locale=locale, title="Batterier", url="https://help.example/b"))


def draft(sources: Sources, asked: Question, *further: Further, locale: str = "sv") -> Draft:
    """A confident draft by Elin."""
    return compose(asked, sources, locale=locale, agent_name="Elin", confident=True, further=further)


def test_each_question_is_answered_from_its_own_source() -> None:
    further = Further("Hur länge räcker batterierna i Termo?", Sources((batteries(),)), confident=True)
    written = draft(Sources((source(article()),)), question(BOTH), further)
    assert "Du frågade också: ”Hur länge räcker batterierna i Termo?”\n\nTermo tar två alkaliska" in written.text
    assert [s.source.id for s in written.sentences if s.source.kind is SourceKind.ARTICLE][-1] == "batteri-sv"
    assert "(https://help.example/b)" in written.text
    assert written.notes == ()
    assert len(positions(written)) == len(written.sentences)


def test_a_question_without_an_answer_is_said_to_the_agent_and_the_customer() -> None:
    written = draft(Sources((source(article()),)), question(BOTH), Further("Hur länge räcker batterierna i Termo?"))
    assert written.unanswered == ("Hur länge räcker batterierna i Termo?",)
    assert written.notes == ("draft.question_unanswered",)
    assert "Jag återkommer om ”Hur länge räcker batterierna i Termo?”." in written.text


def test_a_question_that_the_answer_covers_is_not_promised_again() -> None:
    further = Further("Vad betyder det att ringen pulserar gult?")
    written = draft(Sources((source(article()),)), question(BOTH), further)
    assert written.unanswered == ()


def test_a_canned_reply_leaves_no_question_open() -> None:
    reply = (canned("Starta om hubben och vänta tills ringen är grön, den var gul."), 0.9)
    further = Further("Hur länge räcker batterierna i Termo?", Sources((batteries(),)), confident=True)
    open_one = Further("Vad kostar frakten till Finland?")
    written = draft(Sources(canned=(reply,)), question(BOTH), further, open_one)
    assert written.text.index("Starta om hubben") < written.text.index("Termo tar två alkaliska")
    assert written.unanswered == ("Vad kostar frakten till Finland?",)
    assert written.text.endswith("Elin")
    assert written.text.count("Elin") == 1


def test_a_canned_reply_that_answers_a_question_is_not_explained() -> None:
    reply = (canned("Batterierna i Termo räcker två år, länge nog för de flesta."), 0.9)
    further = Further("Hur länge räcker batterierna i Termo?", Sources((batteries(),)), confident=True)
    assert "alkaliska" not in draft(Sources(canned=(reply,)), question(BOTH), further).text


def test_the_same_source_is_not_quoted_twice() -> None:
    same = Sources((source(article()),))
    written = draft(same, question(), Further("Varför är ringen gul?", same, confident=True))
    assert written.text.count("Starta om hubben") == 1


def test_a_question_cannot_bring_markup_in() -> None:
    further = Further("Vad kostar [frakten](https://evil.example) **dit** i {{agent.name}}?")
    written = draft(Sources((source(article()),)), question(), further)
    assert "evil" not in written.text
    assert "”Vad kostar dit i agent.name ?”" in written.text
    assert written.placeholders == ()


def test_quotation_marks_are_those_of_the_language() -> None:
    for locale, expected in (
        ("sv", "”Varm A-låda?”"),
        ("nb", "«Varm A-låda?»"),
        ("nn", "«Varm A-låda?»"),
        ("da", "»Varm A-låda?«"),
        ("en", "“Varm A-låda?”"),
    ):
        written = draft(Sources((source(article(locale=locale)),)), question(), Further("Varm A-låda?"), locale=locale)
        assert expected in written.text


def test_steps_that_were_tried_are_not_told_again() -> None:
    written = draft(Sources((source(article()),)), question("E-1042! Jag har redan startat om routern."))
    assert "Det här har du redan provat, så det hoppar vi över:\n\n- **Starta om routern.**" in written.text
    assert "Vänta t.ex. fem minuter." not in written.text
    assert "2. Testa med kabel." in written.text
    assert "> Fabriksåterställ inte hubben." in written.text


LOCALES = ("sv", "nb", "da", "en")


@pytest.mark.parametrize(("asked", "written_in"), list(permutations(LOCALES, 2)))
def test_another_language_is_marked_for_agent_and_customer(asked: str, written_in: str) -> None:
    found = draft(Sources((source(article(locale=written_in)),)), question(), locale=asked)
    assert found.locale == asked
    assert found.notes == ("draft.other_language",)
    assert any(s.source.id == f"{asked}/foreign" for s in found.sentences)


@pytest.mark.parametrize(("asked", "written_in"), list(permutations(LOCALES, 2)))
def test_the_translation_is_taken_where_there_is_one(asked: str, written_in: str) -> None:
    master = article(locale=written_in)
    other = article(locale=asked, translation_of=master.id)
    sources = Sources((source(master, score=0.9), ArticleSource(other)))
    found = draft(sources, question(), locale=asked)
    assert {s.source.id for s in found.sentences if s.source.kind is SourceKind.ARTICLE} == {other.id}
    assert found.notes == ()


OLD, NEW = "Returer tas emot inom 60 dagar från köpet.", "Returer tas emot inom 30 dagar från köpet."


def two(*, newer: bool = True, audience: Audience = Audience.PUBLIC, validated: bool = True) -> Sources:
    """Two articles about returns, the first found better, the second verified later."""
    first = replace(article(OLD, key="a", title="Returer"), verified_at=NOW)
    state = Confidence.VALIDATED if validated else Confidence.WIP
    second = article(NEW, key="b", title="Ångerrätt", audience=audience, confidence=state)
    second = replace(second, verified_at=NOW + timedelta(days=1 if newer else -1))
    return Sources((source(first, score=0.9), source(second, score=0.6)))


def test_the_newer_source_is_followed_and_the_other_named() -> None:
    written = draft(two(), question("Hur många dagar har jag på mig att lämna returer?"))
    assert NEW in written.text
    assert OLD not in written.text
    assert written.notes == ("draft.conflict",)
    (conflict,) = written.conflicts
    assert conflict.kind is ConflictKind.NUMBERS
    assert (conflict.used.id, conflict.used.quote, conflict.other.id, conflict.other.quote) == (
        "b-sv",
        NEW,
        "a-sv",
        OLD,
    )
    assert (conflict.other.start, conflict.other.end) == (0, len(OLD))


@pytest.mark.parametrize("sources", [two(newer=False), two(audience=Audience.INTERNAL), two(validated=False)])
def test_an_older_internal_or_unverified_source_is_only_named(sources: Sources) -> None:
    written = draft(sources, question("Hur många dagar har jag på mig att lämna returer?"))
    assert OLD in written.text
    assert NEW not in written.text
    assert [conflict.other.id for conflict in written.conflicts] == ["b-sv"]


def test_trust() -> None:
    plain = article()
    assert trust(plain) > trust(article(confidence=Confidence.WIP))
    assert trust(replace(plain, verified_at=NOW)) > trust(plain)
    assert trust(replace(plain, updated_at=NOW)) == trust(replace(plain, verified_at=NOW))
