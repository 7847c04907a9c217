"""The gates: whatever is changed in a draft, only what its sources say comes through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.checks import EMPTIED, REMOVED, Grounds, check, claims, holds, unsupported
from assistant.drafts.compose import Sources, compose
from assistant.drafts.page import positions
from assistant.drafts.templates import templates_of
from assistant.model import Draft, Sentence, Source, SourceKind
from tests.assistant.drafts.drafting import OFFLINE, article, question, source

KEY = (SourceKind.ARTICLE, "hub-offline-sv", 3)
VALUES = {"ticket.customer.first_name": "Annika", "agent.name": "Elin"}


def written() -> Draft:
    """A good draft."""
    return compose(question(), Sources((source(article()),)), locale="sv", agent_name="Elin", confident=True)


def grounds(**changes: object) -> Grounds:
    """What that draft stands on."""
    courtesy = {(SourceKind.TEMPLATE, f"sv/{key}", 0): text for key, text in templates_of("sv").texts}
    known: dict[str, object] = {"texts": {KEY: OFFLINE, **courtesy}, "values": VALUES, "question": "E-1042"}
    return Grounds(**{**known, **changes})  # type: ignore[arg-type]


def changed(draft: Draft, number: int, text: str) -> Draft:
    """The draft with other words in one sentence, in the text as well."""
    start, end = positions(draft)[number]
    sentences = list(draft.sentences)
    sentences[number] = replace(sentences[number], text=text)
    return replace(draft, text=draft.text[:start] + text + draft.text[end:], sentences=tuple(sentences))


def number_of(draft: Draft, text: str) -> int:
    """Which sentence begins with a text."""
    return next(n for n, sentence in enumerate(draft.sentences) if sentence.text.startswith(text))


def test_a_good_draft_passes_unchanged() -> None:
    assert check(written(), grounds()) == written()


@pytest.mark.parametrize("text", ["Då når hubben internet.", "Då når hubben inte internet. Ring 123.", "Ta bort allt."])
def test_a_sentence_that_its_source_does_not_say_goes(text: str) -> None:
    draft = written()
    checked = check(changed(draft, number_of(draft, "Då når"), text), grounds())
    assert text not in checked.text
    assert "Pulserar ringen gult" in checked.text
    assert checked.notes == (REMOVED,)
    assert len(positions(checked)) == len(checked.sentences) == len(draft.sentences) - 1


def test_one_bad_step_takes_all_steps_with_it() -> None:
    draft = written()
    checked = check(changed(draft, number_of(draft, "Vänta t.ex."), "Vänta 99 minuter."), grounds())
    assert "Starta om" not in checked.text
    assert "Testa med kabel" not in checked.text
    assert "Pulserar ringen gult" in checked.text


def test_a_draft_without_its_source_is_emptied() -> None:
    checked = check(replace(written(), sentences=written().sentences[2:3]), grounds())
    assert checked == Draft("sv", False, "", notes=(EMPTIED,))
    courtesy = {key: text for key, text in grounds().texts.items() if key != KEY}
    only_link = check(written(), grounds(texts=courtesy))
    assert {s.source.kind for s in only_link.sentences} == {SourceKind.TEMPLATE}


def test_a_moved_quote_goes() -> None:
    draft = written()
    number = number_of(draft, "Då når")
    sentences = list(draft.sentences)
    place = sentences[number].source
    sentences[number] = replace(sentences[number], source=replace(place, start=place.start + 1, end=place.end + 1))
    assert "Då når" not in check(replace(draft, sentences=tuple(sentences)), grounds()).text


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("Hej Annika!", True),
        ("Hej {{ticket.customer.first_name}}!", False),
        ("**Hej Annika!**", False),
        ("Hej Bengt!", False),
        ("Hej Annika! Ring 123.", False),
        ("Hej Annika", False),
    ],
)
def test_a_field_holds_only_what_is_known(text: str, fine: bool) -> None:
    greeting = Sentence(text, Source(SourceKind.TEMPLATE, "sv/greeting.informal"))
    assert holds(greeting, grounds()) is fine


def test_a_link_goes_only_to_its_article() -> None:
    place = Source(SourceKind.TEMPLATE, "sv/link.whole", title="Titel [1]", url="https://a.example/x (1)")
    good = "Du hittar det också här: [Titel \\[1\\]](https://a.example/x%20%281%29)"
    assert holds(Sentence(good, place), grounds())
    assert not holds(Sentence(good.replace("a.example", "evil.example"), place), grounds())


def test_no_stranger_is_named() -> None:
    body = "Bengt Rönnsjö hade samma fel."
    sentence = Sentence(body, Source(SourceKind.TICKET, "sv-9", 1, 0, len(body), body))
    texts = {(SourceKind.TICKET, "sv-9", 1): body}
    assert not holds(sentence, grounds(texts=texts, strangers=("Bengt Rönnsjö",)))
    assert holds(sentence, grounds(texts=texts, strangers=("Bengt",), question="Hälsningar Bengt"))
    assert holds(sentence, grounds(texts=texts, strangers=("Beng",)))


def test_claims_are_what_can_be_plainly_wrong() -> None:
    text = "Ring Annika-Lo om E-1042, version 4.3.1, 5–7 dagar, a@b.example och https://x.example/y?z=1."
    assert claims(text) == ["Ring", "Annika-Lo", "E-1042", "4.3.1", "5", "7", "a@b.example", "https://x.example/y?z=1"]
    assert unsupported("Vänta 30 sekunder.", "Vänta 300 sekunder.") == ["30"]


@given(st.data())
def test_no_change_brings_in_what_no_source_says(data: st.DataObject) -> None:
    draft = written()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(draft.sentences) - 1))
        words = st.sampled_from(
            ["Bengt", "99", "FV-111111", "https://evil.example", "x@evil.example", "inte", " ", "**"]
        )
        foreign = "".join(data.draw(st.lists(words, min_size=1, max_size=4)))
        old = draft.sentences[number].text
        at = data.draw(st.integers(0, len(old)))
        new = (old[:at] + foreign + old[at:]).strip()
        draft = changed(draft, number, new) if new else draft
    checked = check(draft, grounds())
    supported = {sentence.text for sentence in written().sentences}
    assert {sentence.text for sentence in checked.sentences} <= supported
    assert "evil" not in checked.text
    assert "Bengt" not in checked.text
    if checked.confident:
        assert len(positions(checked)) == len(checked.sentences)
    else:
        assert (checked.text, checked.sentences) == ("", ())
