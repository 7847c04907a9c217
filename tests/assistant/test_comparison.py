"""Two articles side by side: which sections belong together, and what is marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.comparison import Difference, Row, compare
from kb.markdown import sections

ONE = """You can return goods within **60 days**.

## How to return

1. Open the app.
2. Choose the order.
3. Print the label.

## Fees

It costs 49 kr.
"""
OTHER = """You can return goods within **30 days**.

## Who pays

Nobody.

## How to return

1. Open the app.
2. Choose the order.
"""


def headings(rows: tuple[Row, ...]) -> list[tuple[str | None, str | None]]:
    return [(row.one.heading if row.one else None, row.other.heading if row.other else None) for row in rows]


def marks(row: Row) -> list[tuple[Difference, str]]:
    return [(mark.kind, mark.text) for side in (row.one, row.other) if side for mark in side.marks]


def test_sections_are_paired_by_heading_and_keep_their_order() -> None:
    assert headings(compare(ONE, OTHER, "en", "en")) == [
        ("", ""), (None, "Who pays"), ("How to return", "How to return"), ("Fees", None),
    ]  # fmt: skip


def test_numbers_and_steps_that_differ_are_marked_where_they_stand() -> None:
    rows = compare(ONE, OTHER, "en", "en")

    assert (Difference.NUMBER, "60 days") in marks(rows[0])
    assert (Difference.NUMBER, "30 days") in marks(rows[0])
    assert (Difference.STEP, "Print the label.") in marks(rows[2])
    assert "Open the app." not in {text for _, text in marks(rows[2])}
    for row in rows:
        for body, side in ((ONE, row.one), (OTHER, row.other)):
            for mark in side.marks if side else ():
                assert side is not None
                assert side.start <= mark.start < mark.end <= side.end
                assert body[mark.start : mark.end].strip()


def test_a_text_beside_itself_differs_in_nothing() -> None:
    rows = compare(ONE, ONE, "en", "en")

    assert [heading for heading, _ in headings(rows)] == [heading for _, heading in headings(rows)]
    assert [marks(row) for row in rows] == [[], [], []]


def test_the_same_number_in_another_writing_is_the_same() -> None:
    assert [marks(row) for row in compare("It costs 1 000,50 kr.", "It costs 1000.50 kr.", "en", "en")] == [[]]


def test_what_is_in_an_address_or_counts_the_steps_is_no_number() -> None:
    one, other = "1. See [this](https://x.example/v2/99)\n2. Stop", "1. See [this](https://x.example/v3/77)\n2. Stop"

    assert [marks(row) for row in compare(one, other, "en", "en")] == [[]]


def test_two_languages_are_paired_by_place_and_compared_by_numbers() -> None:
    rows = compare("Vänta 30 sekunder.\n\n## Sedan\n\nKlart.", "Wait 10 seconds.\n\n## Then\n\nDone.", "sv", "en")

    assert headings(rows) == [("", ""), ("Sedan", "Then")]
    assert {text for _, text in marks(rows[0])} == {"30 sekunder", "10 seconds"}


def test_nothing_beside_nothing_is_nothing() -> None:
    assert compare("", "", "en", "en") == ()
    assert headings(compare("", "Text.", "en", "en")) == [(None, "")]


LINES = st.lists(st.sampled_from(["## A", "## B b", "one two 3", "1. step", "2. other", "", "text 5 %"]), max_size=12)


@given(LINES, LINES)
def test_every_section_of_both_stands_there_once_in_its_order(left: list[str], right: list[str]) -> None:
    one, other = "\n".join(left), "\n".join(right)
    rows = compare(one, other, "en", "en")

    assert [(r.one.start, r.one.end) for r in rows if r.one] == [(s.start, s.end) for s in sections(one)]
    assert [(r.other.start, r.other.end) for r in rows if r.other] == [(s.start, s.end) for s in sections(other)]
