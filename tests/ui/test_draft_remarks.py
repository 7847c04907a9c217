"""What an agent is told about a draft, on the page and in the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.model import Conflict, ConflictKind, Draft, Sentence, Source, SourceKind
from kb.locales import UI_LOCALES
from ui.api.draft import remarks
from ui.commands.draft import remark_lines
from ui.wire import to_json

USED = Source(SourceKind.ARTICLE, "b-sv", 3, 0, 8, "30 dagar", "Ångerrätt", "https://help.example/b")
OTHER = Source(SourceKind.ARTICLE, "a-sv", 1, 0, 8, "60 dagar", "Returer", "https://help.example/a")
DRAFT = Draft(
    "sv",
    True,
    "Hej!",
    notes=("draft.conflict", "draft.question_unanswered", "draft.standing_source"),
    conflicts=(Conflict(ConflictKind.NUMBERS, USED, OTHER),),
    unanswered=("Vad kostar frakten?",),
)


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_one_remark_names_the_questions_that_are_not_answered(locale: str) -> None:
    found = remarks(replace(DRAFT, unanswered=("Vad kostar frakten?", "När kommer den?")), locale)
    assert len(found) == 2
    assert not any("draft." in line or "{" in line for line in found)
    assert all(part in found[1] for part in ("Vad kostar frakten?", "När kommer den?"))


def test_contradictions_are_no_remarks() -> None:
    """They stand in the answer with both places, which a sentence could not hold."""
    assert remarks(replace(DRAFT, notes=("draft.conflict",), unanswered=()), "en") == []


def test_in_the_terminal() -> None:
    conflict, question = remark_lines(DRAFT)
    assert '(numbers): "30 dagar" (b-sv) is followed, "60 dagar" (a-sv) says something else.' in conflict
    assert "Vad kostar frakten?" in question
    assert list(remark_lines(Draft("sv", True, "Hej!"))) == []


def test_the_ways_out_in_the_terminal() -> None:
    asked = Sentence("Vilken färg har ringen?", Source(SourceKind.TICKET, "sv-9", 1))
    silent = Draft("sv", False, "", questions=(asked,), escalation=Sentence("Jag lämnar det vidare.", USED))
    assert list(remark_lines(silent)) == [
        "\nAgents asked such customers:",
        "  - Vilken färg har ringen? (sv-9)",
        "\nTo pass it on: Jag lämnar det vidare.",
    ]


def test_as_json() -> None:
    wire = to_json(DRAFT)
    assert wire["conflicts"][0]["kind"] == "numbers"
    assert (wire["conflicts"][0]["used"]["id"], wire["conflicts"][0]["other"]["revision"]) == ("b-sv", 1)
    assert wire["unanswered"] == ["Vad kostar frakten?"]
