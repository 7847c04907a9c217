"""Items of lists that a customer does not need: left out whole, the rest numbered anew, no warning ever lost."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.asked import Inquiry, read
from assistant.drafts.platforms import Platform
from assistant.drafts.steps import items_of, needed
from assistant.question import Question

STEPS = """Do this:

1. Restart the hub and wait.
2. Windows: open the tray icon.
3. Mac: open the menu bar.

   Choose **Quit**.
4. Pair the sensor again.
"""


def told(body: str, inquiry: Inquiry) -> str:
    """What a customer gets to read of a text."""
    pieces = needed(body, 0, len(body), inquiry, "en").pieces
    return "\n".join(piece.marker + body[piece.start : piece.end] for piece in pieces)


def asked(text: str) -> Inquiry:
    """What an English customer says."""
    return read(Question(body=text, locale="en"))


def test_everything_is_told_to_a_customer_of_whom_nothing_is_known() -> None:
    assert told(STEPS, Inquiry()) == STEPS


def test_steps_for_other_platforms_are_left_out() -> None:
    assert told(STEPS, Inquiry(platforms=frozenset({Platform.WINDOWS}))) == (
        "Do this:\n1. Restart the hub and wait.\n2. Windows: open the tray icon.\n3. Pair the sensor again."
    )
    assert "3. Pair the sensor again." in told(STEPS, asked("It fails on my Mac"))
    assert "Choose **Quit**" in told(STEPS, asked("It fails on my Mac"))


def test_a_step_that_was_tried_is_named_and_left_out() -> None:
    found = needed(STEPS, 0, len(STEPS), asked("I have already restarted the hub, I even waited"), "en")
    assert [STEPS[span.start : span.end] for span in found.tried] == ["Restart the hub and wait."]
    assert told(STEPS, asked("I have already restarted the hub and waited")).startswith("Do this:\n1. Windows:")


def test_the_opposite_was_not_tried() -> None:
    body = "1. Uncheck **Check your spelling as you type**.\n2. Close the page.\n"
    assert told(body, asked("I have ticked Check your spelling as you type")) == body


def test_a_step_with_a_warning_stays() -> None:
    body = "1. Restart the hub.\n\n   > Never pull the plug during an update.\n2. Pair again.\n"
    assert told(body, asked("I have already restarted the hub")) == body


def test_a_list_of_which_nothing_would_be_left_stays_whole() -> None:
    body = "1. Mac: open the menu bar.\n2. Mac: choose Quit.\n"
    assert told(body, Inquiry(platforms=frozenset({Platform.WINDOWS}))) == body


def test_two_lists_are_counted_apart() -> None:
    body = "1. Mac: quit.\n2. Start again.\n\nThen:\n\n1. Open the app.\n2. Mac: allow it.\n3. Sign in.\n"
    assert told(body, Inquiry(platforms=frozenset({Platform.LINUX}))) == (
        "1. Start again.\nThen:\n1. Open the app.\n2. Sign in."
    )


ITEM = st.sampled_from(
    [
        "Restart the hub.",
        "Windows: press the key.",
        "Mac: press the other key.",
        "Wait.\n\n   > Do not open it.",
        "If you use iOS, tap Share.",
        "Linux only: run it.\n   - under it\n   - and this",
    ]
)
PLATFORMS = st.frozensets(st.sampled_from(list(Platform)))


@given(items=st.lists(ITEM, min_size=1, max_size=7), platforms=PLATFORMS, tried=st.booleans())
def test_any_list(items: list[str], platforms: frozenset[Platform], tried: bool) -> None:
    body = "Before.\n\n" + "\n".join(f"{n}. {item}" for n, item in enumerate(items, start=1)) + "\n\nAfter."
    inquiry = Inquiry(platforms=platforms, tried=("I have restarted the hub",) if tried else ())
    text = told(body, inquiry)
    numbers = [int(number) for number in re.findall(r"(?m)^(\d+)\. ", text)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert text.count("> Do not open it.") == body.count("> Do not open it.")
    assert text.startswith("Before.")
    assert text.endswith("After.")
    assert numbers
    assert len(items_of(body, 0, len(body))) == len(items)
