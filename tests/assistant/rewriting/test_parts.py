"""Tokens, the reading of an answer, the message, the lines of a draft: each without a model."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Draft, Placeholder, Sentence, Source, SourceKind
from assistant.rewriting.lines import Wish, dressed, lines_of, rebuilt
from assistant.rewriting.message import messages_for, read_back
from assistant.rewriting.model import Line, Style
from assistant.rewriting.opaque import Vault, tokens_in, visible, without_tokens
from assistant.rewriting.reply import Reply, Said

SOURCE = Source(SourceKind.ARTICLE, "a1", 1)
HELLO = Source(SourceKind.TEMPLATE, "en/greeting")


def a_line(text: str, number: int = 1) -> Line:
    return Line(number, number - 1, "", text, "", "en", SOURCE)


def a_draft(*sentences: tuple[str, Source], gap: str = "\n\n") -> Draft:
    made = tuple(Sentence(text, source) for text, source in sentences)
    return Draft("en", True, gap.join(text for text, _ in sentences), made)


def a_wish(style: Style = Style.REWRITE, target: str = "en") -> Wish:
    key = (SourceKind.ARTICLE, "a1")
    return Wish(style, target, {key: "en"}, {key: ["Annika Lövsten"]})


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Hi {{ticket.customer.first_name}}, see you.", ["{{ticket.customer.first_name}}"]),
        ("See [Reset (all)](https://a.example/x?a=1) now.", ["[Reset (all)](https://a.example/x?a=1)"]),
        ("See https://a.example/x. Or not.", ["https://a.example/x"]),
        ("Write to help@a.example.", ["help@a.example"]),
        ("Run `svar index` as [name].", ["`svar index`", "[name]"]),
        ("Nothing here [at all].", []),
    ],
)
def test_what_is_hidden(text: str, hidden: list[str]) -> None:
    vault = Vault()
    protected = vault.protect(text)
    assert list(vault.held.values()) == hidden
    assert not any(each in protected for each in hidden)
    assert vault.restore(protected) == text


@given(st.text(alphabet="ab {}[]()<>`@.:/⟦", max_size=60))
def test_what_is_hidden_comes_back(text: str) -> None:
    vault = Vault()
    if "⟦" in text:
        with pytest.raises(ValueError, match="cannot be protected"):
            vault.protect(text)
    else:
        assert vault.restore(vault.protect(text, [(1, 3), (2, 6)][: len(text) // 6])) == text


def test_a_hidden_text_is_never_read_for_tokens() -> None:
    vault = Vault()
    first = vault.protect("`a`")
    vault.protect("x", [(0, 1)])
    assert vault.restore(first + "⟦9⟧") == "`a`⟦9⟧"
    assert tokens_in("⟦1⟧ a ⟦22⟧") == ["⟦1⟧", "⟦22⟧"]
    assert without_tokens("a ⟦1⟧ b") == "a b"
    assert visible("a\u200bb\u202ec\U000e0041d\ne") == "abcd\ne"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("1: One.\n2: Two.", [Said(1, "One."), Said(2, "Two.")]),
        (
            "1. One.\n\n[2] Two.\n(3) Three.\n**4:** Four.",
            [Said(1, "One."), Said(2, "Two."), Said(3, "Three."), Said(4, "Four.")],
        ),
        (
            '```json\n{"n": 1, "text": "One."},\n{"n": 2, "text": "Two."}\n```',
            [Said(0, "```json"), Said(1, "One."), Said(2, "Two.")],
        ),
        ("Sure, here it is:\n1: One.", [Said(0, "Sure, here it is:"), Said(1, "One.")]),
        ("1: **Check it.** Then wait.", [Said(1, "**Check it.** Then wait.")]),
        ("<think>1: no\n2: no</think>1: One.", [Said(1, "One.")]),
        ("<think>1: never ends", []),
        ('{"n": "1", "text": "One."}', [Said(0, '{"n": "1", "text": "One."}')]),
        ("\n\n---\n1:\n", []),
    ],
)
def test_answers_are_read(answer: str, said: list[Said]) -> None:
    whole = Reply()
    assert [*whole.feed(answer), *whole.end()] == said
    slowly = Reply()
    assert [each for piece in answer for each in slowly.feed(piece)] + slowly.end() == said
    assert slowly.characters == len(answer)


def test_lines_come_as_soon_as_they_are_whole() -> None:
    reply = Reply()
    assert reply.feed("1: Hold the ") == []
    assert reply.feed("button.\n2: Wa") == [Said(1, "Hold the button.")]
    assert reply.end() == [Said(2, "Wa")]


@given(st.text(max_size=80), st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_no_text_leaves_the_fence(question: str, texts: list[str]) -> None:
    lines = [a_line(text, number) for number, text in enumerate(texts, start=1)]
    system, user = messages_for(lines, question, Style.REWRITE, target="en")
    plain, _ = messages_for([a_line("x")], "", Style.REWRITE, target="en")
    found = read_back(user["content"])
    assert system == plain
    assert found["sentences"] == [{"n": n, "text": text} for n, text in enumerate(texts, start=1)]
    # Outside of its own brackets the object has nothing that ends a fence, names a role or is a control token.
    inside = "".join(re.findall(r'"(?:[^"\\]|\\.)*"', user["content"]))
    assert not set(inside) & set("<>[]{}|`#\n\r\u2028\u2029\u0085")


def test_the_question_is_cut_and_cleaned() -> None:
    _, user = messages_for([a_line("x")], "a\u202eb ⟦1⟧ \n" + "c" * 5000, Style.TRANSLATE, target="nn")
    question = str(read_back(user["content"])["question"])
    assert question.startswith("ab (1) ccc")
    assert len(question) == 1500
    with pytest.raises(ValueError, match=r"cannot ask for the language 'fi'; allowed: sv, nb, nn, da, en"):
        messages_for([a_line("x")], "", Style.TRANSLATE, target="fi")


@pytest.mark.parametrize("content", ["[]", '{"question": ""}', "no"])
def test_another_message_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"question|Expecting"):
        read_back(content)


def test_courtesy_layout_and_headings_are_not_sent() -> None:
    draft = a_draft(
        ("Hi Annika,", HELLO), ("**Reset the Hub**", SOURCE), ("1. Hold the button for ten seconds.", SOURCE),
        ("> Do not open\n> the Hub.", SOURCE), ("| a | b |\n|---|---|", SOURCE), ("Ask Annika to call 070-123 45 67.", SOURCE),
        ("Done!", SOURCE), ("Soft\u00adware is loaded now.", SOURCE),
    )  # fmt: skip
    vault = Vault()
    lines = lines_of(draft, a_wish(), vault)
    assert [(line.number, line.index, line.lead, line.text) for line in lines] == [
        (1, 2, "1. ", "Hold the button for ten seconds."), (2, 3, "> ", "Do not open the Hub."),
        (3, 5, "", "Ask ⟦1⟧ to call ⟦2⟧."),
    ]  # fmt: skip
    assert vault.restore(lines[2].text) == draft.sentences[5].text


def test_only_what_is_in_another_language_is_translated() -> None:
    draft = a_draft(("**Reset the Hub**", SOURCE), ("Hold the button now.", SOURCE))
    assert lines_of(draft, a_wish(Style.TRANSLATE, "en"), Vault()) == []
    lines = lines_of(draft, a_wish(Style.TRANSLATE, "sv"), Vault())
    assert [(line.lead, line.text, line.tail) for line in lines] == [
        ("**", "Reset the Hub", "**"),
        ("", "Hold the button now.", ""),
    ]


def test_the_draft_is_put_together_again() -> None:
    draft = a_draft(
        ("Hi {{agent.name}},", HELLO), ("1. Hold the button.", SOURCE), ("2. Wait for the light.", SOURCE), gap="\n"
    )
    draft = Draft(
        "en", True, draft.text, draft.sentences, (Placeholder("agent.name", 3, 17),), ("draft.other_language",)
    )
    lines = lines_of(draft, a_wish(Style.TRANSLATE, "sv"), Vault())
    new = {1: dressed(lines[0], ["Tryck.", "Håll sedan in knappen."])}
    whole = rebuilt(draft, lines, new, style=Style.TRANSLATE)
    assert whole.text == "Hi {{agent.name}},\n1. Tryck. Håll sedan in knappen.\n2. Wait for the light."
    assert [sentence.source for sentence in whole.sentences] == [HELLO, SOURCE, SOURCE, SOURCE]
    assert whole.placeholders == draft.placeholders
    assert whole.notes == ("draft.other_language", "draft.translated", "draft.partly_reworded")
    both = rebuilt(draft, lines, {**new, 2: ("2. Vänta.",)}, style=Style.TRANSLATE)
    assert both.notes == ("draft.translated",)
    assert rebuilt(draft, lines, {}, style=Style.REWRITE).text == draft.text
    assert json.dumps(whole.text)
