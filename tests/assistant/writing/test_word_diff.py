"""The word-level comparison: it applies back, shows what changed and nothing more, and is safe to show."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.word_diff import Change, word_diff

PIECES = [
    "Pull the plug.",
    "Wait a minute.",
    "1. Open the lid",
    "\n",
    "\n\n",
    "  \n",
    " ",
    "<b>x</b>",
    "&amp;",
    "å",
    "😀",
    "\r\n",
    "\t",
    "# Head",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
TAG = re.compile(r"<(?!/?(?:ins|del)>)")


@given(TEXTS, TEXTS)
def test_it_applies_back(old: str, new: str) -> None:
    diff = word_diff(old, new)
    assert (diff.old, diff.new) == (old, new)
    assert not TAG.search(diff.html)
    assert any(run.kind is not Change.SAME for block in diff.blocks for run in block.runs) == (old != new)


@given(TEXTS)
def test_the_same_text_has_no_changes(text: str) -> None:
    diff = word_diff(text, text)
    assert (diff.added, diff.removed, diff.shortened) == (0, 0, False)
    assert {block.kind for block in diff.blocks} <= {Change.SAME}


CASES = {
    "a word": ("Press the red key.", "Press the green key.", "Press the <del>red</del><ins>green</ins> key."),
    "two words in a row": (
        "Wait for ten long minutes.",
        "Wait for five short minutes.",
        "Wait for <del>ten long</del><ins>five short</ins> minutes.",
    ),
    "a step in between": ("1. Open\n2. Close\n", "1. Open\n2. Wait\n3. Close\n", None),
    "a new paragraph": ("A b.\n\nC d.", "A b.\n\nNew one.\n\nC d.", "A b.\n\n<ins>New one.\n\n</ins>C d."),
    "a word of a very long paragraph": (
        "word " * 3000 + "x" + " end" * 3000,
        "word " * 3000 + "y" + " end" * 3000,
        "word " * 3000 + "<del>x</del><ins>y</ins>" + " end" * 3000,
    ),
    "nothing before": ("", "New", "<ins>New</ins>"),
    "markup": ("a <b> c", "a <i> c", "a &lt;<del>b</del><ins>i</ins>&gt; c"),
}


@pytest.mark.parametrize(("old", "new", "html"), CASES.values(), ids=CASES)
def test_what_is_shown(old: str, new: str, html: str | None) -> None:
    diff = word_diff(old, new)
    assert html is None or diff.html == html
    assert (diff.old, diff.new) == (old, new)


def test_a_step_put_in_leaves_the_others_as_they_are() -> None:
    diff = word_diff("1. Open the lid\n2. Close the lid\n", "1. Open the lid\n2. Wait\n3. Close the lid\n")
    assert [block.kind for block in diff.blocks] == [Change.SAME, Change.ADDED, Change.CHANGED]
    assert (diff.added, diff.removed) == (3, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [("a b " * 250_000, "b a " * 250_000), ("x\n" * 50_000, "y\n" * 50_000), ("a b c d " * 110, "d c b a " * 110),
     ("".join(f"{n * n % 7}\n" for n in range(2900)), "".join(f"{n * n % 11 % 7}\n" for n in range(2900))),
     ("".join(f"p{n}\n\n" for n in range(2900)), "".join(f"q{n}\n\n" for n in range(2900)))],
    ids=["a megabyte of words", "many lines", "words turned round", "the same few lines", "all paragraphs new"],
)  # fmt: skip
def test_large_texts_are_bounded(old: str, new: str) -> None:
    began = time.process_time()
    diff = word_diff(old, new)
    assert (diff.old, diff.new) == (old, new)
    assert time.process_time() - began < 5
