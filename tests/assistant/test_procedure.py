"""The numbered procedure of a passage's section: whole, of the right section, and none where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.procedure import procedure_at

TWO = """Intro.

1. Not this
2. nor this

## Reset

Hold it.

1. Open the app.

   > Do not unplug it.

2. Tap **Add**.
   - with care
   - twice
3. Done.

Afterwards it works.

## Other

1. A
2. B
"""
# Text, what the passage says, the first and last words of the procedure, and how many steps it has.
CASES = [
    ("the section's own steps, also from its introduction", TWO, "Hold it.", "1. Open", "3. Done.", 3),
    ("from a step in the middle", TWO, "Tap **Add**.", "1. Open", "3. Done.", 3),
    ("from what comes behind it", TWO, "Afterwards", "1. Open", "3. Done.", 3),
    ("of the last section", TWO, "1. A", "1. A", "2. B", 2),
    ("numbers that Markdown counts by itself", "1. a\n1. b\n1. c\n", "b", "1. a", "1. c", 3),
    ("bullets between the steps", "1. a\n- x\n- y\n\n2. b\n", "a", "1. a", "2. b", 2),
    ("a heading inside of code ends no section", "1. a\n\n```\n## no heading\n```\n\n2. b\n", "a", "1. a", "2. b", 2),
    ("the one of two that the passage holds", "1. a\n2. b\n\nOr:\n\n1. c\n2. d\n", "c", "1. c", "2. d", 2),
]


@pytest.mark.parametrize(("body", "at", "first", "last", "count"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_procedure(body: str, at: str, first: str, last: str, count: int) -> None:
    start = body.index(at)

    found = procedure_at(body, start, start + len(at))

    assert found is not None
    text = body[found.start : found.end]
    assert (text.startswith(first), text.endswith(last), found.count) == (True, True, count)


@pytest.mark.parametrize("body", ["", "Just text.", "- a\n- b\n", "1. alone\n", "## Head\n\nIn 2020. It was so.\n"])
def test_no_procedure(body: str) -> None:
    assert procedure_at(body, 0, len(body)) is None


@given(st.lists(st.sampled_from(["1. a", "2. b", "- c", "## H", "text", "", "```", "3) d", "   more"]), max_size=14))
def test_what_is_found_begins_and_ends_inside_of_the_text(lines: list[str]) -> None:
    body = "\n".join(lines)
    found = procedure_at(body, 0, len(body))

    if found is not None:
        assert 0 <= found.start < found.end <= len(body)
        assert body[found.start].isdigit()
        assert found.count >= 2
