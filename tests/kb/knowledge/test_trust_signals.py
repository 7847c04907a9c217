"""Signals for and against articles: one signal, one change of state, one row of the log, and each can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb import clock
from kb.desk.article_links import LinkKind
from kb.desk.changes import TicketChange
from kb.desk.dismissals import Reason
from kb.desk.flags import Flag, FlagReason, FlagState
from kb.desk.replies import OutgoingReply
from kb.desk.satisfaction import Satisfaction
from kb.errors import Conflict, NotFound
from kb.knowledge.trust_signal import THRESHOLDS, SignalKind, is_failing, is_reviewed_by_reuse
from kb.knowledge.trust_signals import source_changed
from kb.knowledge.verification import Verification
from kb.model import Confidence, TicketStatus
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put

BODY = "Hold the button."


class Day:
    """A clock that stands still until it is moved; every look moves it by a millisecond, as real ones do."""

    def __init__(self) -> None:
        self.at = DAY

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_by(self, **much: float) -> None:
        self.at += timedelta(**much)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    made = Day()
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def store(tmp_path: Path, day: Day) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, an_article("a1", BODY), an_article("a2", BODY))
    put(opened, *(a_ticket(f"t{i}") for i in range(30)))
    yield opened
    opened.close()


def state(store: Store, article_id: str = "a1") -> tuple[str, str]:
    article = store.articles.get(article_id)
    return article.verification(clock.now()).value, article.unverified_reason


def log(store: Store, article_id: str = "a1") -> list[str]:
    """One word per signal, oldest first."""
    return [
        "undone" if each.undone_at else "signal" for each in reversed(store.trust_signals.list(article_id=article_id))
    ]


def flag(store: Store, reason: FlagReason = FlagReason.WRONG, user: str = "u1") -> Flag:
    return store.flags.raise_one(Flag("a1", 1, 0, len(BODY), BODY, "", reason, "", "t1", user, clock.now()))


def link(store: Store, ticket: str, article: str = "a1", *, user: str = "u1") -> str:
    store.article_links.put(ticket, article, LinkKind.RESOLUTION, actor=user)
    return ticket


def relate(store: Store, ticket: str) -> str:
    store.article_links.put(ticket, "a1", LinkKind.REFERENCE, actor="r2")
    return ticket


def reopen(store: Store, ticket: str) -> str:
    store.changes.change(ticket, TicketChange(status=TicketStatus.OPEN), actor="u9")
    return ticket


def did_not_work(store: Store, ticket: str) -> Satisfaction:
    return store.satisfaction.record(Satisfaction("", "", clock.now(), ticket, worked=False, recorded_by="u1"))


def verify(store: Store, days: int = 180) -> None:
    """As the verb of verification leaves an article."""
    now = clock.now()
    with store.database.write("verify", "article", "a1") as connection:
        connection.execute(
            "UPDATE articles SET verified_at = ?, verify_due_at = ?, unverified_reason = '', verified_by = 'boss'",
            (clock.to_text(now), clock.to_text(now + timedelta(days=days))),
        )


def dismiss(store: Store, ticket: str, user: str, reason: Reason = Reason.DOES_NOT_WORK) -> str:
    store.dismissals.put(ticket, "a1", reason, actor=user)
    return ticket


def change_source(store: Store) -> None:
    with store.database.write("import", "article", "1") as connection:
        source_changed(connection, "a1")


def reopen_linked(store: Store) -> str:
    return reopen(store, link(store, "t1"))


def fail_linked(store: Store) -> None:
    link(store, "t1")
    did_not_work(store, "t1")


def dismiss_by_two(store: Store) -> None:
    dismiss(store, "t1", "u1")
    dismiss(store, "t2", "u2", Reason.OUTDATED)


CAUSES: dict[str, Callable[[Store], object]] = {
    "flagged": flag,
    "dismissed": dismiss_by_two,
    "reopened": reopen_linked,
    "did_not_work": fail_linked,
    "source_changed": change_source,
}


@pytest.mark.parametrize("kind", CAUSES)
def test_one_signal_makes_one_change_and_one_row_and_can_be_undone(kind: str, store: Store) -> None:
    before = state(store)
    CAUSES[kind](store)
    assert before == ("verified", "")
    assert state(store) == ("unverified", kind)
    assert log(store) == ["signal"]
    (signal,) = store.trust_signals.list(state="open")
    assert (signal.kind, signal.article_id, signal.revision, signal.is_doubt) == (kind, "a1", 1, True)
    assert (signal.before.unverified_reason, signal.after.unverified_reason) == ("", kind)
    assert state(store, "a2") == ("verified", "")

    undone = store.trust_signals.undo(signal.id, actor="boss")

    assert state(store) == before
    assert store.articles.get("a1").verify_due_at == signal.before.verify_due_at
    assert (undone.undone_by, log(store)) == ("boss", ["undone"])
    assert store.trust_signals.count(state="open") == 0
    with pytest.raises(Conflict, match="means nothing any more"):
        store.trust_signals.undo(signal.id, actor="boss")
    # What was looked at does not come back: only what happens from now on counts.
    assert store.trust_signals.count(state="undone") == 1


@pytest.mark.parametrize(
    ("happens", "signals"),
    [
        (lambda s: flag(s, FlagReason.UNCLEAR), 0),
        (lambda s: flag(s, FlagReason.OUTDATED), 1),
        (lambda s: (flag(s), flag(s, user="u2")), 1),
        (lambda s: (dismiss(s, "t1", "u1"), dismiss(s, "t2", "u1"), dismiss(s, "t3", "u1")), 0),
        (lambda s: (dismiss(s, "t1", "u1"), dismiss(s, "t2", "u2", Reason.WRONG_TOPIC)), 0),
        (lambda s: (dismiss(s, "t1", "u1"), dismiss(s, "t2", "u2"), dismiss(s, "t3", "u3")), 1),
        (lambda s: reopen(s, "t1"), 0),
        (lambda s: reopen(s, relate(s, "t1")), 0),
        (lambda s: did_not_work(s, "t1"), 0),
        (lambda s: ([link(s, f"t{i}") for i in range(9)], reopen(s, "t1")), 1),
        (lambda s: ([link(s, f"t{i}") for i in range(11)], reopen(s, "t1")), 0),
        (lambda s: ([link(s, f"t{i}") for i in range(11)], reopen(s, "t1"), reopen(s, "t2")), 1),
        (lambda s: (flag(s), reopen_linked(s)), 2),
    ],
)  # fmt: skip
def test_from_when_on_it_counts(happens: Callable[[Store], object], signals: int, store: Store) -> None:
    happens(store)
    assert store.trust_signals.count() == len(log(store)) == signals
    assert (state(store)[0] == "unverified") == bool(signals)


def test_the_boundaries() -> None:
    assert THRESHOLDS.failing_share == 0.1
    assert [is_failing(1, linked) for linked in (0, 1, 10, 11)] == [True, True, True, False]
    assert not is_failing(0, 0)
    k, m = THRESHOLDS.reuses, THRESHOLDS.reusers
    assert is_reviewed_by_reuse(k, m)
    assert not is_reviewed_by_reuse(k - 1, m)
    assert not is_reviewed_by_reuse(k, m - 1)


def test_undoing_one_doubt_leaves_the_other(store: Store) -> None:
    flag(store)
    reopen_linked(store)
    flagged, reopened = reversed(store.trust_signals.list())
    assert state(store) == ("unverified", "reopened")
    store.trust_signals.undo(reopened.id, actor="boss")
    assert state(store) == ("unverified", "flagged")
    store.trust_signals.undo(flagged.id, actor="boss")
    assert state(store) == ("verified", "")


def test_a_verification_settles_what_was_said_before(store: Store, day: Day) -> None:
    flag(store)
    (signal,) = store.trust_signals.list()
    verify(store)
    assert state(store) == ("verified", "")
    assert store.trust_signals.count(state="open") == 0
    with pytest.raises(Conflict, match="verified since"):
        store.trust_signals.undo(signal.id, actor="boss")
    day.pass_by(days=1)
    flag(store, user="u3")
    assert store.trust_signals.count() == 2


def test_what_was_taken_back_takes_its_signal_back(store: Store) -> None:
    raised = flag(store)
    store.flags.close(raised.id, FlagState.REJECTED, actor="u1")
    assert state(store) == ("verified", "")

    dismiss_by_two(store)
    store.dismissals.take_back("t2", "a1", actor="u2")
    assert state(store) == ("verified", "")

    link(store, "t3")
    said = did_not_work(store, "t3")
    assert state(store) == ("unverified", "did_not_work")
    store.satisfaction.withdraw("t3", said.source_id, actor="u1")
    assert state(store) == ("verified", "")
    assert log(store) == ["undone"] * 3


def test_a_flag_that_is_done_is_no_verification(store: Store) -> None:
    store.flags.close(flag(store).id, FlagState.DONE, actor="u1")
    assert state(store) == ("unverified", "flagged")


def test_a_slip_is_no_reopening(store: Store, day: Day) -> None:
    link(store, "t1")
    reopen(store, "t1")
    store.changes.change("t1", TicketChange(status=TicketStatus.SOLVED), actor="u9")
    assert state(store) == ("verified", "")
    reopen(store, "t1")
    day.pass_by(minutes=2)
    store.changes.change("t1", TicketChange(status=TicketStatus.SOLVED), actor="u9")
    assert state(store) == ("unverified", "reopened")


def test_a_customer_who_writes_again_reopens_by_import(store: Store) -> None:
    put(store, replace(a_ticket("x1"), tags=("new",)))
    link(store, "x1")
    assert put(store, a_ticket("x1", status=TicketStatus.OPEN)) == "changed"
    assert state(store) == ("unverified", "reopened")


def test_a_persons_own_doubt_is_not_overwritten(store: Store) -> None:
    with store.database.write("unverify", "article", "a1") as connection:
        connection.execute("UPDATE articles SET unverified_reason = 'by_hand' WHERE id = 'a1'")
    flag(store)
    assert state(store) == ("unverified", "by_hand")
    store.trust_signals.undo(store.trust_signals.list()[0].id, actor="boss")
    assert state(store) == ("unverified", "by_hand")


def test_old_evidence_does_not_count(store: Store, day: Day) -> None:
    dismiss(store, "t1", "u1")
    day.pass_by(days=91)
    dismiss(store, "t2", "u2")
    assert state(store)[0] == "verified"


def reuse(store: Store, times: int, agents: int, *, first: int = 0) -> None:
    for i in range(times):
        link(store, f"t{first + i}", user=f"r{i % agents}")


def test_soft_doubts_go_when_enough_others_solve_tickets_with_it(store: Store) -> None:
    dismiss_by_two(store)
    k, m = THRESHOLDS.reuses, THRESHOLDS.reusers
    reuse(store, k - 1, m)
    assert state(store) == ("unverified", "dismissed")
    link(store, "t9", user="r0")
    assert state(store) == ("verified", "")
    newest = store.trust_signals.list()[0]
    assert (newest.kind, newest.is_doubt, newest.detail) == ("reused", False, {"tickets": k, "agents": m})
    store.trust_signals.undo(newest.id, actor="boss")
    assert state(store) == ("unverified", "dismissed")
    assert log(store) == ["signal", "undone"]


@pytest.mark.parametrize("column", ["owner_id", "verified_by", "changed_by"])
def test_self_reuse_does_not_count(column: str, store: Store) -> None:
    table = "revisions" if column == "changed_by" else "articles"
    with store.database.write("edit", "article", "a1") as connection:
        connection.execute(f"UPDATE {table} SET {column} = 'r0'")
    dismiss_by_two(store)
    reuse(store, 2 * THRESHOLDS.reuses, THRESHOLDS.reusers)
    assert state(store) == ("unverified", "dismissed")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda s: reopen(s, "t2"), "a ticket that is open again was not solved"),
        (lambda s: did_not_work(s, "t2"), "nor one whose customer says so"),
        (lambda s: relate(s, "t2"), "related is no solution"),
    ],
)
def test_only_what_it_solved_counts(spoil: Callable[[Store], object], why: str, store: Store) -> None:
    dismiss_by_two(store)
    reuse(store, THRESHOLDS.reuses - 1, THRESHOLDS.reusers)
    spoil(store)
    link(store, "t9", user="r0")
    assert state(store)[0] == "unverified", why


def test_reuse_takes_back_no_statement_about_the_text(store: Store) -> None:
    flag(store)
    reuse(store, 2 * THRESHOLDS.reuses, THRESHOLDS.reusers)
    assert state(store) == ("unverified", "flagged")


def test_reuse_gives_an_overdue_article_a_new_date_once(store: Store, day: Day) -> None:
    verify(store, days=30)
    day.pass_by(days=31)
    assert state(store)[0] == "overdue"
    due = store.articles.get("a1").verify_due_at
    reuse(store, THRESHOLDS.reuses, THRESHOLDS.reusers)
    assert state(store)[0] == "verified"
    (signal,) = store.trust_signals.list()
    store.trust_signals.undo(signal.id, actor="boss")
    assert (state(store)[0], store.articles.get("a1").verify_due_at) == ("overdue", due)


def test_reuse_proposes_what_was_never_validated(store: Store) -> None:
    put(store, an_article("a3", confidence=Confidence.NOT_VALIDATED))
    for i in range(2 * THRESHOLDS.reuses):
        link(store, f"t{i}", "a3", user=f"r{i % THRESHOLDS.reusers}")
    assert store.articles.get("a3").verification(clock.now()) is Verification.NEVER
    assert [signal.kind for signal in store.trust_signals.list(article_id="a3")] == [SignalKind.REUSED]


def test_a_sent_reply_links_and_reopens_as_well(store: Store) -> None:
    def send(ticket: str, status: TicketStatus) -> None:
        version = store.tickets.get(ticket).version
        links = (("a1", "resolution"),) if status is TicketStatus.SOLVED else ()
        store.replies.send(
            OutgoingReply(
                ticket_id=ticket, body="See above.", author_name="Bo", actor="u5", status=status, version=version,
                links=links,
            )
        )  # fmt: skip

    send("t1", TicketStatus.SOLVED)
    assert state(store)[0] == "verified"
    send("t1", TicketStatus.OPEN)
    assert state(store) == ("unverified", "reopened")


def test_archived_articles_are_left_alone_and_unknown_signals_are_named(store: Store) -> None:
    store.articles.archive("a1", actor="boss")
    flag(store)
    assert store.trust_signals.count() == 0
    with pytest.raises(NotFound, match="7"):
        store.trust_signals.undo(7, actor="boss")


def test_nothing_is_half_done_when_the_verb_fails(store: Store) -> None:
    with pytest.raises(NotFound):
        store.dismissals.put("t1", "nowhere", Reason.OUTDATED, actor="u1")
    assert store.database.rows("SELECT * FROM trust_evidence") == []


def test_an_articles_history_tells_it_and_each_verb_has_one_row(store: Store) -> None:
    before = len(store.database.rows("SELECT 1 FROM audit"))
    raised = flag(store)
    signal = store.trust_signals.get(1)
    assert signal.detail == {"pieces": 1, "flag": raised.id, "reason": "wrong", "quote": BODY}
    store.trust_signals.undo(1, actor="boss")
    verbs = [row["verb"] for row in store.database.rows("SELECT verb FROM audit ORDER BY id")[before:]]
    assert verbs == ["flag", "undo_signal"]
    undone, flagged, signalled = store.article_history.log("a1")[:3]
    assert [undone.verb, flagged.verb, signalled.verb] == ["undo_signal", "flag", "signal"]
    assert (signalled.user_id, signalled.detail) == (
        "u1",
        {"signal": 1, "kind": "flagged", "from": "", "to": "flagged", "ticket_id": "t1", "undone": True},
    )
