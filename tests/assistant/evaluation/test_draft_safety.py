"""Looking through finished drafts: what is right passes, and each way of being wrong is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.drafts.compose import compose
from assistant.drafts.sources import Sources
from assistant.drafts.wording import reword
from assistant.evaluation.draft_outcomes import stored_text
from assistant.evaluation.draft_safety import Audit, Promise, audit, claims
from assistant.evaluation.draft_strangers import Strangers
from assistant.model import Draft, Sentence, Source, SourceKind
from kb.importers.run import import_paths
from kb.settings import Settings
from kb.store import Store
from tests.assistant.drafts.drafting import OFFLINE, article, question, source
from tests.assistant.evaluation.test_later_tickets import row
from tests.assistant.evaluation.test_measurement import jsonl

BODY = "Starta om hubben.\n\n1. Dra ur kabeln i 30 sekunder.\n2. Skriv till support@fyrvik.example."
KNOWN = "Min hub 4.1 är gul Annika Lövsten Robin"


def fact(text: str, **changes: object) -> Sentence:
    start = BODY.index(text)
    place = Source(SourceKind.ARTICLE, "hub", 3, start, start + len(text), text, "Hubben", "https://help.example/hub")
    return Sentence(text, replace(place, **changes))  # type: ignore[arg-type]


def draft(*sentences: Sentence, text: str = "") -> Draft:
    return Draft("sv", True, text or "\n".join(sentence.text for sentence in sentences), sentences)


def text_of(place: Source) -> str | None:
    if place.kind is SourceKind.TEMPLATE:
        return {"sv/greeting.informal": "Hej {{ticket.customer.first_name}}!"}.get(place.id)
    return BODY if (place.kind, place.id, place.revision) == (SourceKind.ARTICLE, "hub", 3) else None


def looked(made: Draft) -> Audit:
    return audit(made, text_of, known=KNOWN)


def courtesy(text: str, name: str) -> Sentence:
    return Sentence(text, Source(SourceKind.TEMPLATE, name, title="Hubben", url="https://help.example/hub"))


RIGHT = fact("Starta om hubben.")
STEP = fact("1. Dra ur kabeln i 30 sekunder.")


def test_a_draft_of_the_composer_passes(tmp_path: Path) -> None:
    store = Store.open(Settings(home=tmp_path / "home"))
    noun = article()
    made = compose(
        question(), Sources((source(noun, at="Prova i den här"),)), locale="sv", agent_name="Robin", confident=True
    )
    assert made.text
    found = audit(
        made, lambda each: OFFLINE if each.id == noun.id else stored_text(store, each), known="Annika Robin E-1042"
    )
    assert found.faults == ()
    assert found.facts == found.cited == found.exact > 2


def test_courtesy_that_the_team_words_itself_is_courtesy(tmp_path: Path) -> None:
    store = Store.open(Settings(home=tmp_path / "home"))
    reword(store, "sv", "sign_off.informal", "Ha det fint!\n{{agent.name}}")
    made = Sentence("Ha det fint!\nRobin", Source(SourceKind.TEMPLATE, "sv/sign_off.informal"))
    found = audit(draft(made), lambda each: stored_text(store, each), known="Robin")
    assert (found.uncited, found.faults) == (0, ())


def test_right_ones_are_counted() -> None:
    assert looked(draft(RIGHT, STEP, courtesy("Hej Annika!", "sv/greeting.informal"))) == Audit(2, 2, 2)
    assert looked(Draft("sv", False, "")) == Audit(0, 0, 0)


def test_a_step_may_get_another_number_and_a_heading_be_bold() -> None:
    assert looked(draft(Sentence("4. Dra ur kabeln i 30 sekunder.", STEP.source))).faults == ()
    assert looked(draft(Sentence("**Starta om hubben.**", RIGHT.source))).faults == ()
    # Only in front: a number inside is a fact.
    assert looked(draft(Sentence("1. Dra ur kabeln i 40. sekunder.", STEP.source))).faults


@pytest.mark.parametrize(
    ("wrong", "promise", "detail"),
    [
        (fact("Starta om hubben.", revision=2), Promise.CITED, "does not exist"),
        (fact("Starta om hubben.", id="other"), Promise.CITED, "does not exist"),
        (fact("Starta om hubben.", start=1), Promise.CITED, "says something else"),
        (fact("Starta om hubben.", quote=""), Promise.CITED, "says something else"),
        (Sentence("Starta aldrig om hubben.", RIGHT.source), Promise.CITED, "does not say 'aldrig'"),
        (Sentence("Starta om hubben på Storgatan.", RIGHT.source), Promise.SUPPORTED, "Storgatan"),
        (Sentence("Starta om hubben 2 gånger.", RIGHT.source), Promise.SUPPORTED, "2"),
        (Sentence("Starta om hubben, se www.evil.example/x.", RIGHT.source), Promise.SUPPORTED, "www.evil.example/x"),
        (courtesy("Hej Annika, starta om!", "sv/greeting.none"), Promise.COMPLETE, "Hej Annika, starta om!"),
        (courtesy("Starta om den.", "sv/greeting.informal"), Promise.COMPLETE, "Starta om den."),
        (courtesy("Hej Bertil!", "sv/greeting.informal"), Promise.SUPPORTED, "Bertil"),
    ],
)  # fmt: skip
def test_each_fault_is_found(wrong: Sentence, promise: Promise, detail: str) -> None:
    found = looked(draft(RIGHT, wrong))
    assert any(fault.promise is promise and detail in fault.detail for fault in found.faults), found.faults


def test_words_outside_of_the_sentences_are_facts_without_a_source() -> None:
    for text in ("Obs! Starta om hubben.", "Starta om hubben. Punkt."):
        found = looked(draft(RIGHT, text=text))
        assert (found.facts, found.cited, found.exact, found.uncited) == (2, 1, 1, 1)
        assert [fault.promise for fault in found.faults] == [Promise.COMPLETE]


def test_placeholders_and_known_words_need_no_source() -> None:
    assert looked(draft(Sentence("Starta om hubben. [phone] {{order.number}}", RIGHT.source))).faults == ()
    # A word in brackets that is no placeholder is a word, and so is the text of a link.
    assert looked(draft(Sentence("Starta om hubben. [aldrig]", RIGHT.source))).faults
    assert looked(draft(Sentence("Starta om hubben. [phone](https://help.example/hub)", RIGHT.source))).faults
    assert looked(draft(Sentence("Starta om hubben 4.1 Annika", RIGHT.source))).faults == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring 070-174 06 05 eller skriv till a.b@c.example.", ["Ring", "070-174", "06", "05", "a.b@c.example"]),
        ("Se https://x.example/a_1 (v4.3.1).", ["Se", "https://x.example/a_1", "v4.3.1"]),
        ("E-1042, iOS och macOS: 2,4 GHz", ["E-1042", "2,4", "GHz"]),
        ("inget här", []),
    ],
)  # fmt: skip
def test_claims(text: str, expected: list[str]) -> None:
    assert claims(text) == expected


def test_real_customers(tmp_path: Path) -> None:
    people = [("t1", "Bengt Rönnsjö", "bengt@post.example"), ("t2", "Eva Ek", "eva@post.example"), ("t3", "", "")]
    rows = [row(int(key[1]), 1, customer={"name": name, "email": mail}) for key, name, mail in people]
    store = Store.open(Settings(home=tmp_path / "home"))
    import_paths(store, [jsonl(tmp_path / "tickets.jsonl", rows)])
    strangers = Strangers(store)
    assert strangers.found_in(draft(fact("Starta om hubben.")), known=KNOWN) == []
    named = draft(Sentence("Som Bengt Rönnsjös hub. Eva, eva@post.example", RIGHT.source))
    assert strangers.found_in(named, known=KNOWN) == ["Bengt Rönnsjö", "eva@post.example"]
    assert strangers.found_in(named, known="jag är bengt rönnsjö") == ["eva@post.example"]
    quoted = Source(SourceKind.TICKET, "t1", 1, 0, 9, "Hej Bengt", "hub")
    assert strangers.found_in(draft(Sentence("Hej Bengt", quoted)), known=KNOWN) == ["Bengt"]
    assert strangers.found_in(draft(Sentence("Hej Bengt", replace(quoted, id="t2"))), known=KNOWN) == []
    store.close()
