"""Candidates between runs: who keeps an id, what people decided, what goes away by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import clock
from kb.errors import Conflict, InvalidRow, NotFound, PermissionDenied
from kb.knowledge.article_draft import DraftText
from kb.knowledge.candidate import (
    Candidate,
    CandidateState,
    Dismissal,
    Line,
    NearArticle,
    Proposal,
    Rejection,
    Section,
    Sketch,
)
from kb.knowledge.candidate_match import known_of
from kb.knowledge.candidates import CandidateFilter, CandidateOrder
from kb.knowledge.move import DraftMove, DraftWish
from kb.knowledge.publish import link_ticket
from kb.model import Audience, Confidence, Role, User
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put

PUBLISHER = User("p1", "Pia Nord", "pia@firma.example", Role.PUBLISHER)
AGENT = User("g1", "Gro Nord", "gro@firma.example", Role.AGENT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, *(a_ticket(f"t{n:02d}") for n in range(30)), an_article("near"))
    yield opened
    opened.close()


def a_candidate(first: int, last: int, **changes: Any) -> Candidate:
    """A candidate of the tickets t<first> up to, but not including, t<last>."""
    tickets = tuple(f"t{n:02d}" for n in range(first, last))
    line = Line(Section.ISSUE, "How?", tickets[0], 0, 0, 4, 2)
    sketch = Sketch("How to turn it", "## Issue\n\nHow?\n", (line,), (Section.CAUSE,), ("Can it be turned?",))
    return replace(
        Candidate(
            id=f"from-{tickets[0]}", proposal=Proposal.NEW, title="How to turn it", locale="en", product="",
            tickets=tickets, customers=3, minutes=30, first_at=DAY, last_at=DAY, per_week=(("2026-W19", 3),),
            nearest=(NearArticle("near", "near", "Title of near", "en", 0.2, 0.1),), rejected=None, sketch=sketch,
        ),
        **changes,
    )  # fmt: skip


def run(store: Store, *found: Candidate) -> dict[str, int]:
    return store.candidate_runs.keep(store.candidate_runs.begin().id, found)


def link(store: Store, ticket_id: str) -> None:
    with store.database.write("link", "ticket", ticket_id) as connection:
        link_ticket(connection, ticket_id, "near", 1, PUBLISHER, DAY)


def ids(store: Store, place: str = "open") -> list[str]:
    return [each.candidate.id for each in store.candidates.list(CandidateFilter(place))]


KNOWN = {"one": {"a", "b", "c", "d"}, "two": {"e", "f"}}
MATCHES = [
    ("the same", [{"a", "b", "c", "d"}], {0: "one"}),
    ("it grew", [{"a", "b", "c", "d", "x", "y", "z", "u", "v"}], {0: "one"}),
    ("it lost half", [{"a", "b"}], {0: "one"}),
    ("another one", [{"x", "y", "z"}], {}),
    ("one in common is not enough", [{"a", "x", "y", "z"}], {}),
    ("a split: the larger part", [{"a"}, {"b", "c", "d"}], {1: "one"}),
    ("two grew together: the larger stays", [{"a", "b", "c", "d", "e", "f"}], {0: "one"}),
]


@pytest.mark.parametrize(("name", "found", "pairs"), MATCHES, ids=[case[0] for case in MATCHES])
def test_who_is_known(name: str, found: list[set[str]], pairs: dict[int, str]) -> None:
    assert known_of(found, KNOWN) == pairs


@given(st.lists(st.sets(st.integers(0, 30), min_size=1, max_size=8), max_size=6), st.randoms())
def test_the_same_tickets_are_the_same_candidate_in_any_order(groups: list[set[int]], shuffle: object) -> None:
    apart: list[set[str]] = []
    for group in groups:
        left = {str(n) for n in group} - {n for other in apart for n in other}
        apart += [left] if left else []
    known = {f"k{n}": group for n, group in enumerate(apart)}
    order = list(range(len(apart)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    assert known_of([apart[n] for n in order], known) == {place: f"k{n}" for place, n in enumerate(order)}


def test_a_run_keeps_what_it_finds_and_reads_it_back(store: Store) -> None:
    found = a_candidate(0, 5)
    assert run(store, found) == {"new": 1, "back": 0, "gone": 0}
    kept = store.candidates.get("from-t00")
    assert kept.candidate == found
    assert kept.state is CandidateState.OPEN
    assert run(store, found) == {"new": 0, "back": 0, "gone": 0}
    assert store.candidates.get("from-t00").found_at == kept.found_at
    assert run(store) == {"new": 0, "back": 0, "gone": 1}
    assert ids(store) == []


def test_a_grown_candidate_keeps_its_id(store: Store) -> None:
    run(store, a_candidate(3, 7))
    run(store, a_candidate(0, 9, title="Another title"))
    assert ids(store) == ["from-t03"]
    assert store.candidates.get("from-t03").candidate.title == "Another title"


def test_what_was_dismissed_comes_back_when_it_has_doubled(store: Store) -> None:
    run(store, a_candidate(0, 4))
    store.candidates.dismiss("from-t00", Dismissal.NOT_WORTH, actor="p1", note="once is enough")
    assert (ids(store), ids(store, "dismissed")) == ([], ["from-t00"])
    assert run(store, a_candidate(0, 7))["back"] == 0
    # A part of it is no candidate of its own.
    assert run(store, a_candidate(0, 4), a_candidate(4, 7))["new"] == 0
    assert run(store) == {"new": 0, "back": 0, "gone": 0}
    assert ids(store) == []
    assert run(store, a_candidate(0, 8))["back"] == 1
    kept = store.candidates.get("from-t00")
    assert (kept.state, kept.dismiss_reason) == (CandidateState.OPEN, Dismissal.NOT_WORTH)


def test_tickets_that_are_linked_meanwhile_ask_no_more(store: Store) -> None:
    run(store, a_candidate(0, 4))
    link(store, "t00")
    assert store.candidates.get("from-t00").candidate.tickets == ("t01", "t02", "t03")
    assert ids(store) == ["from-t00"]
    link(store, "t01")
    assert ids(store) == []


def test_rejected_ones_stand_in_a_list_of_their_own(store: Store) -> None:
    run(store, a_candidate(0, 4), a_candidate(4, 8, rejected=Rejection.SPAM))
    assert (ids(store), ids(store, "rejected")) == (["from-t00"], ["from-t04"])
    counts = store.candidates.counts()
    assert (counts["open"], counts["rejected"], counts["new"], counts["rejected:spam"]) == (1, 1, 1, 1)


def test_lists_are_filtered_and_ordered(store: Store) -> None:
    run(
        store,
        a_candidate(0, 4, locale="sv", last_at=DAY.replace(month=6)),
        a_candidate(4, 9, proposal=Proposal.UPDATE, product="Termo", title="ÄR DEN PÅ?"),
    )
    drawer = store.candidates

    def found(order: CandidateOrder = CandidateOrder.NEWEST, **wanted: Any) -> list[str]:
        return [each.candidate.id for each in drawer.list(CandidateFilter(**wanted), order=order)]

    assert found() == ["from-t00", "from-t04"]
    assert found(CandidateOrder.TICKETS) == ["from-t04", "from-t00"]
    assert found(locale="sv") == ["from-t00"]
    assert found(product="Termo") == ["from-t04"]
    assert found(proposal=Proposal.UPDATE) == ["from-t04"]
    assert found(text="är den på") == ["from-t04"]
    assert (drawer.choices("locale"), drawer.choices("product")) == (("en", "sv"), ("Termo",))


def test_from_candidate_to_article_and_back(store: Store) -> None:
    run(store, a_candidate(0, 4))
    text = DraftText(
        title="How to turn it", body="Turn it.", confidence=Confidence.VALIDATED, audience=Audience.INTERNAL
    )
    begun = store.article_drafts.create(PUBLISHER, text=text, from_tickets=["t00", "t01"], candidate_id="from-t00")
    assert store.candidates.get("from-t00").state is CandidateState.DRAFTED
    with pytest.raises(Conflict):
        store.article_drafts.create(PUBLISHER, text=text, candidate_id="from-t00")
    store.article_drafts.move(begun.id, DraftMove.DISCARD, PUBLISHER, DraftWish(version=begun.version))
    assert store.candidates.get("from-t00").state is CandidateState.OPEN
    begun = store.article_drafts.create(PUBLISHER, text=text, from_tickets=["t00", "t01"], candidate_id="from-t00")
    store.article_drafts.move(begun.id, DraftMove.PUBLISH, PUBLISHER, DraftWish(version=begun.version))
    kept = store.candidates.get("from-t00")
    assert (kept.state, kept.article_id) == (CandidateState.PUBLISHED, begun.id)
    # Those that were left out ask on, as a candidate of their own.
    assert run(store, a_candidate(2, 5))["new"] == 1


def test_an_article_that_answers_it_takes_its_questions_and_tickets(store: Store) -> None:
    run(store, a_candidate(0, 4))
    kept = store.candidates.answer(
        "from-t00", "near", PUBLISHER, questions=["Can it be turned?", "Can it be turned?"], tickets=["t00", "t01"]
    )
    assert (kept.state, kept.article_id, kept.revision) == (CandidateState.PUBLISHED, "near", 2)
    assert set(kept.candidate.tickets) == {"t00", "t01"}
    article = store.articles.get("near")
    assert (article.revision.number, article.revision.questions) == (2, ("Can it be turned?",))
    assert article.revision.body == "Hold the button."
    assert {link.ticket_id for link in store.tickets.links(["t00", "t01"])} == {"t00", "t01"}
    rows = store.database.rows("SELECT verb FROM audit WHERE noun = 'candidate'")
    assert [row["verb"] for row in rows] == ["answer"]
    with pytest.raises(Conflict):
        store.candidates.answer("from-t00", "near", PUBLISHER, questions=["x y z"], tickets=[])


def about_near(first: int, last: int) -> Candidate:
    return a_candidate(first, last, proposal=Proposal.UPDATE)


def came_in(store: Store, *numbers: int) -> None:
    """Tickets that came in after everything was decided."""
    put(store, *(replace(a_ticket(f"t{n:02d}"), created_at=clock.now() + timedelta(hours=1)) for n in numbers))


AGAIN = [
    ("three newer ones ask for the article again", about_near(40, 43), True),
    ("two are not enough", about_near(40, 42), False),
    ("older ones were there when it was answered", about_near(20, 24), False),
    ("another article is nearest", replace(about_near(40, 43), nearest=()), False),
    ("a new question", a_candidate(40, 43), False),
    ("rejected", replace(about_near(40, 43), rejected=Rejection.SPAM), False),
]


@pytest.mark.parametrize(("name", "found", "is_back"), AGAIN, ids=[case[0] for case in AGAIN])
def test_what_was_answered_comes_back_when_it_is_asked_again(
    store: Store, name: str, found: Candidate, is_back: bool
) -> None:
    run(store, about_near(0, 4))
    store.candidates.answer("from-t00", "near", PUBLISHER, questions=[], tickets=["t00", "t01", "t02", "t03"])
    came_in(store, 40, 41, 42)
    counts = run(store, found)
    kept = store.candidates.get("from-t00")
    assert (kept.state is CandidateState.OPEN, counts["back"]) == (is_back, is_back)
    assert (kept.article_id, kept.revision) == ("near", 1), "what answered it stays to be read"
    assert counts["new"] == (not is_back)
    # Once they are answered, too, it goes back to where it was.
    for ticket in found.tickets:
        link(store, ticket)
    run(store)
    assert store.candidates.get("from-t00").state is CandidateState.PUBLISHED
    assert ids(store) == []


def test_an_update_is_answered_when_its_revision_is_published(store: Store) -> None:
    run(store, about_near(0, 4), about_near(10, 14))
    begin = store.article_drafts.create
    begin(PUBLISHER, article_id="near", from_tickets=["t00", "t01", "t02"], candidate_id="from-t00")
    draft = begin(PUBLISHER, article_id="near", from_tickets=["t10", "t11"], candidate_id="from-t10")
    assert ids(store, "drafted") == ["from-t00", "from-t10"]
    text = replace(draft.text, body="Hold the button for ten seconds.")
    draft = store.article_drafts.save(draft.id, PUBLISHER, draft.version, text)
    store.article_drafts.move(draft.id, DraftMove.PUBLISH, PUBLISHER, DraftWish(version=draft.version))
    kept = [store.candidates.get(name) for name in ("from-t00", "from-t10")]
    assert [(each.state, each.article_id, each.revision) for each in kept] == [
        (CandidateState.PUBLISHED, "near", 2)
    ] * 2
    assert [each.candidate.tickets for each in kept] == [("t00", "t01", "t02"), ("t10", "t11")]


def test_a_discarded_revision_opens_its_candidate_again(store: Store) -> None:
    run(store, about_near(0, 4))
    draft = store.article_drafts.create(PUBLISHER, article_id="near", candidate_id="from-t00")
    with pytest.raises(Conflict):
        store.article_drafts.create(PUBLISHER, article_id="near", candidate_id="from-t00")
    store.article_drafts.move(draft.id, DraftMove.DISCARD, PUBLISHER, DraftWish(version=draft.version))
    kept = store.candidates.get("from-t00")
    assert (kept.state, kept.article_id, kept.revision) == (CandidateState.OPEN, "", 0)
    assert len(kept.candidate.tickets) == 4


def test_what_a_run_worked_out_goes_with_its_ticket(store: Store) -> None:
    memory = store.candidate_memory
    memory.keep({("search", "t00"): ("a", "1"), ("sketch", "t00"): ("b", "2"), ("search", "gone"): ("c", "3")})
    assert memory.read() == {("search", "t00"): ("a", "1"), ("sketch", "t00"): ("b", "2")}
    memory.keep({("search", "t00"): ("x", "4"), ("search", "t01"): ("d", "5")})
    assert memory.read() == {("search", "t00"): ("x", "4"), ("search", "t01"): ("d", "5")}
    with store.database.note() as connection:
        connection.execute("DELETE FROM tickets WHERE id = 't00'")
    assert memory.read() == {("search", "t01"): ("d", "5")}


def test_one_candidate_becomes_a_part_of_another(store: Store) -> None:
    run(store, a_candidate(0, 4), a_candidate(4, 8))
    kept = store.candidates.merge("from-t04", "from-t00", actor="p1")
    assert len(kept.candidate.tickets) == 8
    assert ids(store) == ["from-t00"]
    run(store, a_candidate(0, 4), a_candidate(4, 9))
    assert ids(store) == ["from-t00"]
    assert len(store.candidates.get("from-t00").candidate.tickets) == 9
    store.candidates.reopen("from-t04", actor="p1")
    assert sorted(ids(store)) == ["from-t00", "from-t04"]


def test_what_is_not_allowed_changes_nothing(store: Store) -> None:
    run(store, a_candidate(0, 4))
    with pytest.raises(NotFound):
        store.candidates.dismiss("from-nowhere", Dismissal.OTHER, actor="p1")
    with pytest.raises(Conflict):
        store.candidates.reopen("from-t00", actor="p1")
    with pytest.raises(Conflict):
        store.candidates.merge("from-t00", "from-t00", actor="p1")
    with pytest.raises(PermissionDenied):
        store.candidates.answer("from-t00", "near", AGENT, questions=["Can it be turned?"], tickets=["t00"])
    with pytest.raises(InvalidRow):
        store.candidates.answer("from-t00", "near", PUBLISHER, questions=[], tickets=[])
    assert store.candidates.get("from-t00").state is CandidateState.OPEN
    assert store.database.rows("SELECT * FROM audit WHERE noun = 'candidate'") == []


def test_one_run_at_a_time_and_a_killed_one_stands_in_nobodys_way(store: Store) -> None:
    runs = store.candidate_runs
    assert runs.latest() is None
    first = runs.begin()
    runs.beat(first.id, 2, 5)
    with pytest.raises(Conflict):
        runs.begin()
    latest = runs.latest()
    assert latest is not None
    assert (latest.state, latest.done, latest.total) == ("running", 2, 5)
    with store.database.note() as connection:
        connection.execute("UPDATE candidate_runs SET beat_at = '2026-01-01T00:00:00+00:00'")
    latest = runs.latest()
    assert latest is not None
    assert latest.state == "failed"
    second = runs.begin()
    runs.fail(second.id, "no index")
    latest = runs.latest()
    assert latest is not None
    assert (latest.id, latest.state, latest.message) == (second.id, "failed", "no index")
