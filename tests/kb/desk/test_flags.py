"""Flagged paragraphs: they are stored with the very words, survive an edit of other paragraphs, and say when lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.desk.flags import Flag, FlagReason, FlagState, where_now
from kb.desk.quotes import Place, find_quote, paragraph_of
from kb.errors import InvalidRow, NotFound
from kb.model import EventKind
from kb.store import Store
from tests.fakes import DAY, an_article, open_store, put

BODY = """Intro about the hub.

## Reset

Hold the **button** for five seconds.

1. Open the app.
2. Tap *Add*.
   Wait a minute.
3. Done, see [the guide](https://x.example/a).

| Ring | Meaning |
|---|---|
| Red | Fault |

## Battery

Hold the **button** for five seconds.
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1", BODY))
    yield opened
    opened.close()


def a_flag(readable: str, **changes: object) -> Flag:
    place = paragraph_of(BODY, readable)
    assert place is not None
    quote = BODY[place.start : place.end]
    flag = Flag("a1", 1, place.start, place.end, quote, "Reset", FlagReason.OUTDATED, "ten", "t1", "u1", DAY)
    return replace(flag, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("readable", "stands"),
    [
        ("Intro about the hub.", "Intro about the hub."),
        ("Hold the button for five seconds.", "Hold the **button** for five seconds."),
        ("Open the app.", "Open the app."),
        ("Tap Add. Wait a minute.", "Tap *Add*.\n   Wait a minute."),
        ("Done, see the guide.", "Done, see [the guide](https://x.example/a)."),
        ("RedFault", "| Red | Fault |"),
        ("Battery", "## Battery"),
    ],
)
def test_a_paragraph_is_found_by_what_a_reader_sees(readable: str, stands: str) -> None:
    place = paragraph_of(BODY, readable)

    assert place is not None
    assert BODY[place.start : place.end] == stands


@pytest.mark.parametrize("readable", ["", "  \n ", "…", "Something else."])
def test_what_is_not_there_is_not_found(readable: str) -> None:
    assert paragraph_of(BODY, readable) is None


def test_a_flag_comes_back_as_it_was_raised_with_its_event(store: Store) -> None:
    stored = store.flags.raise_one(a_flag("Open the app."))

    assert store.flags.get(stored.id) == stored
    assert (stored.quote, stored.state, stored.ticket_id) == ("Open the app.", FlagState.OPEN, "t1")
    (event,) = store.events.list()
    assert (event.kind, event.article_id, event.ticket_id) == (EventKind.FLAGGED, "a1", "t1")
    assert dict(event.detail) == {"flag": stored.id, "reason": "outdated"}
    assert store.flags.open_of(["a1", "a2"]) == {"a1": 1}


def test_the_same_person_flags_the_same_thing_once(store: Store) -> None:
    first = store.flags.raise_one(a_flag("Open the app."))
    again = store.flags.raise_one(a_flag("Open the app.", reason=FlagReason.WRONG, note="no app"))

    assert (again.id, again.reason, again.note) == (first.id, FlagReason.WRONG, "no app")
    assert len(store.events.list()) == 1


@pytest.mark.parametrize("changes", [{"quote": "Close the app."}, {"start": 3}, {"quote": "  "}])
def test_a_quote_must_stand_where_it_is_said_to(store: Store, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidRow, match="does not stand at that place"):
        store.flags.raise_one(a_flag("Open the app.", **changes))
    assert store.flags.list() == []


def test_a_revision_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="a1 7"):
        store.flags.raise_one(a_flag("Open the app.", revision=7))


def test_closing_says_who_and_when_and_may_be_undone(store: Store) -> None:
    flag = store.flags.raise_one(a_flag("Open the app."))

    done = store.flags.close(flag.id, FlagState.DONE, actor="u2", answer="fixed")
    assert (done.state, done.closed_by, done.answer) == (FlagState.DONE, "u2", "fixed")
    assert done.closed_at is not None
    assert store.flags.counts() == {"open": 0, "done": 1, "rejected": 0}
    assert store.flags.open_of(["a1"]) == {}

    assert store.flags.close(flag.id, FlagState.OPEN, actor="u2").closed_at is None
    assert [each.id for each in store.flags.list(state=FlagState.OPEN)] == [flag.id]
    with pytest.raises(NotFound, match="99"):
        store.flags.close(99, FlagState.DONE, actor="u2")


def test_every_verb_leaves_one_audit_row(store: Store) -> None:
    before = len(store.database.rows("SELECT 1 FROM audit"))
    flag = store.flags.raise_one(a_flag("Open the app."))
    store.flags.close(flag.id, FlagState.REJECTED, actor="u2")

    rows = store.database.rows("SELECT verb FROM audit ORDER BY id")[before:]
    assert [row["verb"] for row in rows] == ["flag", "flag.close"]


# What a later revision has instead, and where the flagged words stand there.
EDITS = [
    ("another paragraph is changed", BODY.replace("Intro about", "A long introduction about"), "Open the app."),
    ("white space is changed", BODY.replace("Open the app.", "Open  the\n   app."), "Open  the\n   app."),
    ("a paragraph comes before it", "First of all.\n\n" + BODY, "Open the app."),
]


@pytest.mark.parametrize(("body", "stands"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_a_flag_survives_an_edit_elsewhere(body: str, stands: str) -> None:
    place = where_now(a_flag("Open the app."), body, 2)

    assert place is not None
    assert body[place.start : place.end] == stands


def test_a_flag_whose_words_are_gone_is_lost() -> None:
    assert where_now(a_flag("Open the app."), BODY.replace("Open the app", "Open the new app"), 2) is None
    assert where_now(a_flag("Open the app."), "", 2) is None


def test_of_equal_paragraphs_the_one_under_the_same_heading_is_meant() -> None:
    second = BODY.rindex("Hold the")
    flag = a_flag("Hold the button for five seconds.", heading="Battery", start=second, end=second + 38)
    moved = BODY.replace("## Reset", "x\n" * 200 + "\n## Reset")

    place = where_now(replace(flag, quote=BODY[second : second + 37], end=second + 37), moved, 2)

    assert place is not None
    assert place.start == moved.rindex("Hold the")


@given(st.text(max_size=200), st.text(max_size=200), st.text(alphabet="abc å\n", min_size=1, max_size=30))
def test_what_is_found_reads_like_the_quote(before: str, after: str, quote: str) -> None:
    for place in find_quote(before + quote + after, quote):
        assert (before + quote + after)[place.start : place.end].split() == quote.split()


def test_a_part_of_a_word_is_no_quote() -> None:
    assert find_quote("insert it in", "in") == [Place(10, 12)]
