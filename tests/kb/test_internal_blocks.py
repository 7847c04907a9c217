"""Parts for colleagues: never in what a customer gets, whatever stands around them, and no offset moves."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.internal_blocks import for_customers, internal_blocks, internal_text, stray_marks
from kb.markdown import blocks, plain, render
from kb.markdown_view import View

SECRET = "hemlighet4711"
AROUND = [
    "# Head", "Text with **bold**", "1. one", "- a", "> quote", "| a | b |\n|---|---|\n| 1 | 2 |", "```", "~~~", "    code", "---", "",
    ":::", "::: internal", ":::: note", "<div>", "[a]: https://x.example", "😀", "a\u2028b", "&lt;", "\\", "<!--", "{{name}}",
]  # fmt: skip
PREFIXES = ["", "> ", "- ", "1. ", "  ", "   ", "> - ", "\ufeff", "* "]
NAMES = ["internal", "Internal", "intern", "internt", "INTERNE", "internal for us", "{.internal}", ".internal"]


@given(
    before=st.lists(st.sampled_from(AROUND), max_size=6),
    inside=st.lists(st.sampled_from([each for each in AROUND if each != ":::"]), max_size=5),
    after=st.lists(st.sampled_from(AROUND), max_size=6),
    prefix=st.sampled_from(PREFIXES),
    name=st.sampled_from(NAMES),
    closed=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(["```"], [], [], "", "internal", True, "\n")
@example([], ["::: internal", "x"], [], "", "internal", True, "\n")
def test_nothing_between_the_marks_reaches_a_customer(
    before: list[str], inside: list[str], after: list[str], prefix: str, name: str, closed: bool, end: str
) -> None:
    lines = [*before, f"{prefix}::: {name}", *inside, SECRET, *([":::"] if closed else []), *after]
    text = end.join(lines)
    shown = for_customers(text)
    assert len(shown) == len(text)
    assert SECRET not in shown
    assert SECRET not in plain(shown)
    assert SECRET not in render(text, view=View(for_customer=True))
    assert all(kept in (" ", original) for kept, original in zip(shown, text, strict=True))
    # Nor does it disappear for colleagues, who are to read it.
    assert SECRET in plain(text)
    assert SECRET in render(text)


@given(st.text(alphabet="ab:\n\r >-1. internal", max_size=60))
def test_what_customers_get_has_no_marks_left(text: str) -> None:
    once = for_customers(text)
    assert for_customers(once) == once
    assert internal_blocks(once) == ()
    assert len(once) == len(text)
    for block in internal_blocks(text):
        assert not once[block.start : block.end].strip()


CASES = {
    "a block between two paragraphs": ("a\n\n::: internal\nx\n:::\n\nb", "a b"),
    "one inside another": ("::: internal\nx\n::: internal\ny\n:::\nz\n:::\nb", "b"),
    "in the middle of a list": ("1. a\n   ::: internal\n   x\n   :::\n2. b", "1. a 2. b"),
    "no closing mark": ("a\n::: internal\nx", "a"),
    "a fence that nobody closed": ("a\n```\n::: internal\nx\n:::", "a ```"),
    "another kind of block": ("::: note\nb\n:::", "::: note b :::"),
    "a word that begins alike": ("::: international\nb", "::: international b"),
    "no colons in the line": ("internal\nb", "internal b"),
}


@pytest.mark.parametrize(("source", "kept"), CASES.values(), ids=CASES)
def test_what_customers_get(source: str, kept: str) -> None:
    assert " ".join(for_customers(source).split()) == kept


def test_agents_see_it_set_apart_with_a_label() -> None:
    html = render("a\n::: internal\n- x\n:::\nb", view=View(internal_label="Bara för <oss>"))
    assert html == (
        '<p>a</p>\n<aside class="internal-only">\n<p class="internal-label">Bara för &lt;oss&gt;</p>\n'
        "<ul>\n<li>x</li>\n</ul>\n</aside>\n<p>b</p>\n"
    )


def test_a_part_for_colleagues_is_one_block() -> None:
    text = "a\n\n::: internal\nx\n\n- y\n:::\n\nb"
    assert [(block.kind, text[block.start : block.end]) for block in blocks(text)] == [
        ("paragraph", "a"), ("internal", "::: internal\nx\n\n- y\n:::"), ("paragraph", "b"),
    ]  # fmt: skip


def test_its_text_without_the_marks() -> None:
    assert internal_text("a\n::: internal\nx\n:::\nb\n- ::: intern\n  y\n  :::") == "x\n\ny"
    assert internal_text("a") == ""


def test_marks_that_close_nothing() -> None:
    text = "a\n:::\n::: internal\nb\n:::\n:::"
    assert [text[:start].count("\n") for start, _ in stray_marks(text)] == [1, 5]
    assert not internal_blocks("::: internal\nb")[0].closed


@pytest.mark.parametrize(
    "text", ["::: internal\n" * 80_000, ":::\n" * 250_000, "> " * 500_000 + "::: internal", ":" * 1_000_000]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    began = time.process_time()
    assert len(for_customers(text)) == len(text)
    assert time.process_time() - began < 3
