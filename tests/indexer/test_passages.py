"""Passages: what is shown is what stands in the text, nothing is left out, and nothing is too long."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.passages import MAX_WORDS, passage_of_canned, passage_of_ticket, passages_of
from kb.markdown import blocks, plain
from kb.model import Audience, TicketStatus
from tests.fakes import DAY, a_canned, a_ticket, an_article

WORD = re.compile(r"\S+")


def sentences(count: int, *, words: int = 10) -> str:
    return " ".join(" ".join(f"w{i}x{j}" for j in range(words)) + "." for i in range(count))


PIECES = st.sampled_from(
    [
        "# Head", "## Head", "## Other *head*", "Setext\n===", "#", "Short text.", sentences(9), sentences(30),
        " ".join(["endless"] * 400), "x" * 3000, "- a\n- b\n  - c",
        "\n".join(f"{i}. step {i} of many" for i in range(90)),
        "| a | b |\n|---|---|\n" + "\n".join(f"| {i} | cell |" for i in range(80)), "```\ncode here\n\n# no head\n```",
        "> quote\n> more", "---", "[ref]: https://x.example 'title with many words'", "<b>html</b>",
        "    indented code", "",
        "![i](https://x.example/i.png)", "Línea\u2028separada\x0bx", "   ", "* * *",
    ]
)  # fmt: skip
BODIES = st.one_of(
    st.tuples(st.lists(PIECES, max_size=10), st.sampled_from(["\n\n", "\n", "\r\n\r\n", "\r"])).map(
        lambda d: d[1].join(d[0])
    ),
    st.text(max_size=200),
)


@given(BODIES)
@example("## Steps\n\none\n\n## Steps\n\ntwo")
@example("a\n\n[r]: https://x.example\n\nb")
@example("#\n\na")
def test_passages_of_any_text(body: str) -> None:
    found = passages_of(an_article("a1", body, title="The title"))
    assert [p.ordinal for p in found] == list(range(len(found)))
    for passage in found:
        assert 0 <= passage.start <= passage.end <= len(body)
        assert passage.text == plain(body[passage.start : passage.end])
        assert len(WORD.findall(body[passage.start : passage.end])) <= MAX_WORDS
    for before, after in pairwise(found):
        assert before.start < before.end <= after.start, "in order, without overlap"
    covered = [range(p.start, p.end) for p in found]
    for block in blocks(body):
        inside = [i for i in range(block.start, block.end) if any(i in span for span in covered)]
        missed = set(range(block.start, block.end)).difference(inside)
        if block.kind == "heading":
            assert not inside, "a heading belongs to no passage; each knows its own"
        else:
            assert all(body[i].isspace() for i in missed), "every other block is in one"
    headings = {block.heading for block in blocks(body) if block.kind != "heading"}
    assert {p.heading for p in found} <= headings | {""}


def test_a_section_is_a_passage() -> None:
    body = "Intro.\n\n## Reset\n\nHold the button.\n\n- ten seconds\n- then wait\n\n## Still dark?\n\nCall us."
    found = passages_of(an_article("a1", body, title="Hub", product="Hub", audience=Audience.INTERNAL, locale="sv"))
    assert [(p.heading, body[p.start : p.end]) for p in found] == [
        ("", "Intro."),
        ("Reset", "Hold the button.\n\n- ten seconds\n- then wait"),
        ("Still dark?", "Call us."),
    ]
    assert [p.embedded for p in found] == [
        "Hub\nIntro.",
        "Hub: Reset\nHold the button.\n\n- ten seconds\n- then wait",
        "Hub: Still dark?\nCall us.",
    ]
    assert {(p.noun_id, p.revision, p.locale, p.product, p.audience) for p in found} == {
        ("a1", 1, "sv", "Hub", "internal")
    }


def test_two_sections_of_one_name_stay_apart() -> None:
    found = passages_of(an_article("a1", "## Steps\n\nFor Android.\n\n## Steps\n\nFor iPhone."))
    assert [(p.heading, p.text) for p in found] == [("Steps", "For Android."), ("Steps", "For iPhone.")]


@pytest.mark.parametrize("body", ["", "   \n\n", "# Only a heading", "[r]: https://x.example"])
def test_a_title_alone_can_be_found(body: str) -> None:
    (only,) = passages_of(an_article("a1", body, title="Reset the hub"))
    assert (only.start, only.end, only.text, only.embedded) == (0, 0, "", "Reset the hub")


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    body = sentences(40)
    found = passages_of(an_article("a1", body))
    assert len(found) == 3
    assert all(p.text.endswith(".") for p in found)
    assert " ".join(p.text for p in found) == body


def test_a_long_list_is_cut_between_its_lines() -> None:
    body = "\n".join(f"{i}. Press button {i} and then wait for the light" for i in range(1, 60))
    found = passages_of(an_article("a1", body))
    assert len(found) > 1
    assert all(re.match(r"\d+\. Press", body[p.start :]) for p in found)


def test_words_without_a_break_are_cut_somewhere() -> None:
    found = passages_of(an_article("a1", " ".join(["word"] * 1000)))
    assert [len(p.text.split()) for p in found] == [170, 170, 170, 170, 170, 150]


def test_a_ticket_is_its_question() -> None:
    ticket = a_ticket(
        "t1", ("bot", "We got it"), ("customer", "My *hub* blinks"), ("note", "VIP"), ("customer", "yellow"),
        ("agent", "Reset it"),
        ("customer", "Thanks"), subject="Hub", locale="sv", product="Hub",
    )  # fmt: skip
    passage = passage_of_ticket(ticket)
    assert passage.embedded == "Hub\nMy hub blinks\nyellow"
    assert (passage.noun_id, passage.revision, passage.start, passage.end) == ("t1", 0, 0, 0)
    assert (passage.solved, passage.at, passage.locale, passage.product) == (True, DAY, "sv", "Hub")


@pytest.mark.parametrize(
    ("change", "solved"),
    [({}, True), ({"tags": ("reopened",)}, False), ({"status": TicketStatus.OPEN}, False), ({"messages": ()}, False)],
)
def test_which_tickets_ended_well(change: dict[str, object], solved: bool) -> None:
    assert passage_of_ticket(a_ticket("t1", **change)).solved is solved


def test_a_letter_of_a_book_is_cut() -> None:
    passage = passage_of_ticket(a_ticket("t1", *[("customer", "word " * 5000)] * 3))
    assert len(passage.text) <= 2000


def test_a_canned_reply_is_one_passage() -> None:
    passage = passage_of_canned(a_canned("c1", "Hi {{name}},\n\n**hold** it.", title="Reset", locale="da", revision=3))
    assert passage.embedded == "Reset\nHi {{name}},\n\nhold it."
    assert (passage.start, passage.end, passage.revision, passage.locale) == (0, 26, 3, "da")


def test_a_question_that_an_article_answers_is_a_passage_that_stands_nowhere_in_its_text() -> None:
    body = f"# Head\n\n{sentences(3)}"
    bare = an_article(body=body)
    asked = replace(bare, revision=replace(bare.revision, questions=("Why is it yellow?", " ".join(["why"] * 400))))
    text, questions = passages_of(asked)[:-2], passages_of(asked)[-2:]
    assert text == passages_of(bare)
    assert not any(each.is_question for each in text)
    assert [(each.is_question, each.start, each.end, each.heading) for each in questions] == [(True, 0, 0, "")] * 2
    assert questions[0].embedded == f"{bare.title}\nWhy is it yellow?"
    assert len(questions[1].text.split()) == MAX_WORDS
    assert [each.ordinal for each in passages_of(asked)] == list(range(len(text) + 2))
    assert not passages_of(an_article(body=""))[0].is_question
