"""Undo brings back exactly what was there: every column, who and when, signals, links, notices; one audit row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kb import clock
from kb.desk.flags import Flag, FlagReason, FlagState
from kb.errors import Conflict, NotFound, PermissionDenied
from kb.knowledge.article_pair import ArticlePair, PairKind, PairState
from kb.knowledge.move import SYSTEM, ArticleMove, ArticleWish
from kb.model import Audience, Confidence, Governance, Role, User
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put

BODY = "Hold the button."
PUBLISHER = User("pia", "Pia", "pia@x.example", Role.PUBLISHER)
AGES_AGO = clock.to_text(clock.now() - timedelta(days=400))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One article that Bo verified with an interval of its own and that ran out, is flagged, and noticed as unused."""
    opened = open_store(tmp_path)
    put(
        opened, a_ticket("t1"), an_article("a1", BODY, url="https://x.example/one", locale="en"),
        an_article("a1-sv", "Håll knappen.", locale="sv", translation_of="a1"), an_article("a2", locale="en"),
    )  # fmt: skip
    with opened.database.write("link", "ticket", "t1") as connection:
        connection.execute(
            "INSERT INTO ticket_links VALUES ('t1', 'https://x.example/one', 'a1', '2020-01-01T00:00:00.000000Z', 'linked', '')"
        )
    opened.article_moves.move("a1", ArticleMove.ADD_QUESTION, SYSTEM, ArticleWish(question="How?"))
    with opened.database.write("test", "article", "a1") as connection:
        connection.execute(
            "UPDATE articles SET verified_at = ?, verified_by = 'bo', verify_due_at = ?, verify_every_days = 30,"
            " owner_id = 'bo' WHERE id = 'a1'",
            (AGES_AGO, clock.to_text(clock.now() - timedelta(days=370))),
        )
        connection.execute("DELETE FROM article_last_moves")
    opened.unused.list()
    opened.flags.raise_one(flag())
    yield opened
    opened.close()


def flag() -> Flag:
    return Flag("a1", 2, 0, len(BODY), BODY, "", FlagReason.WRONG, "", "t1", "u1", clock.now())


def state(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything that a knowledge owner's deeds touch, but for the counters that only say that something changed."""
    wanted = {
        "articles": "SELECT * FROM articles ORDER BY id", "flags": "SELECT * FROM flags ORDER BY id",
        "addresses": "SELECT * FROM addresses ORDER BY address",
        "links": "SELECT ticket_id, article_id, target, kind, at FROM ticket_links ORDER BY ticket_id, target",
        "merges": "SELECT * FROM article_merges", "pairs": "SELECT * FROM article_pairs",
        "notices": "SELECT article_id, noticed_at, kept_at, kept_by, keep_until, reason FROM archive_notices ORDER BY 1",
        "signals": "SELECT * FROM trust_signals ORDER BY id",
        "evidence": "SELECT kind, article_id, origin, ticket_id, user_id FROM trust_evidence",
    }  # fmt: skip
    found = {}
    for name, sql in wanted.items():
        rows = store.database.rows(sql)
        found[name] = [
            tuple(row[key] for key in row.keys() if key not in {"seq", "before"})  # noqa: SIM118
            for row in rows
        ]
    found["standing"] = [(s.id, s.kind) for s in store.trust_signals.standing_of(["a1"]).get("a1", ())]
    return found


def audits(store: Store) -> list[tuple[str, str, str]]:
    rows = store.database.rows("SELECT verb, noun_id, actor FROM audit ORDER BY id")
    return [(row["verb"], row["noun_id"], row["actor"]) for row in rows]


Case = tuple[ArticleMove, ArticleWish]
MOVES: list[Case] = [
    (ArticleMove.VERIFY, ArticleWish()),
    (ArticleMove.UNVERIFY, ArticleWish(reason="by_hand")),
    (ArticleMove.SET_AUDIENCE, ArticleWish(audience=Audience.INTERNAL)),
    (ArticleMove.SET_CONFIDENCE, ArticleWish(confidence=Confidence.WIP)),
    (ArticleMove.SET_GOVERNANCE, ArticleWish(governance=Governance.COMPLIANCE_BASED)),
    (ArticleMove.SET_OWNER, ArticleWish(owner_id="")),
    (ArticleMove.SET_VERIFY_EVERY, ArticleWish(days=365)),
    (ArticleMove.ARCHIVE, ArticleWish(reason="old")),
    (ArticleMove.MERGE, ArticleWish(into="a2")),
    (ArticleMove.MERGE, ArticleWish(into="a1-sv")),
]


@pytest.mark.parametrize(("move", "wish"), MOVES, ids=[f"{move}-{wish.into}" for move, wish in MOVES])
def test_a_move(store: Store, move: ArticleMove, wish: ArticleWish) -> None:
    before = state(store)
    assert before["notices"][0][1], "it is noticed as unused"
    store.article_moves.move("a1", move, PUBLISHER, wish)
    # What the page asks for after every move forgets the notice of what is no longer unused.
    store.unused.list()
    assert state(store) != before
    rows = len(audits(store))
    store.article_moves.move("a1", ArticleMove.UNDO, PUBLISHER, ArticleWish(undoes=move))
    assert state(store) == before
    assert audits(store)[rows:] == [("undo", "a1", "pia")]
    assert store.unused.list()[0].noticed_at == clock.from_text(before["notices"][0][1])  # type: ignore[arg-type]
    assert store.articles.resolve("https://x.example/one") == "a1"
    with pytest.raises(Conflict, match="nothing to take back"):
        store.article_moves.move("a1", ArticleMove.UNDO, PUBLISHER)


@pytest.mark.parametrize(("move", "wish"), MOVES[-3:], ids=["archived", "merged", "merged into its translation"])
def test_a_restore(store: Store, move: ArticleMove, wish: ArticleWish) -> None:
    store.article_moves.move("a1", move, PUBLISHER, wish)
    before = state(store)
    store.article_moves.move("a1", ArticleMove.RESTORE, SYSTEM)
    store.article_moves.move("a1", ArticleMove.UNDO, PUBLISHER, ArticleWish(undoes=ArticleMove.RESTORE))
    assert state(store) == before


@pytest.mark.parametrize(
    ("move", "wish"),
    [(ArticleMove.ROLL_BACK, ArticleWish(revision=1)), (ArticleMove.ADD_QUESTION, ArticleWish(question="Why?"))],
    ids=str,
)
def test_a_text_comes_back_as_the_next_revision(store: Store, move: ArticleMove, wish: ArticleWish) -> None:
    before, text = state(store), store.articles.get("a1").revision
    store.article_moves.move("a1", move, PUBLISHER, wish)
    after = store.article_moves.move("a1", ArticleMove.UNDO, PUBLISHER)
    said = after.revision
    assert (said.title, said.body, said.questions) == (text.title, text.body, text.questions)
    assert [each.number for each in store.article_history.revisions("a1")] == [4, 3, 2, 1]
    with store.database.write("test", "article", "a1") as connection:
        connection.execute("UPDATE articles SET revision = 2 WHERE id = 'a1'")
    assert state(store) == before, "all but the number is as it was"


def test_who_may(store: Store) -> None:
    anna, bo = (User(name, name, f"{name}@x.example", Role.CONTRIBUTOR) for name in ("anna", "bo"))
    near = ArticleWish(audience=Audience.INTERNAL)
    for move, wish in ((ArticleMove.SET_AUDIENCE, near),
                       (ArticleMove.SET_CONFIDENCE, ArticleWish(confidence=Confidence.NOT_VALIDATED))):  # fmt: skip
        store.article_moves.move("a2", move, SYSTEM, wish)
    before = state(store)
    store.article_moves.move("a2", ArticleMove.ARCHIVE, anna)
    with pytest.raises(PermissionDenied, match="needed: publisher"):
        store.article_moves.move("a2", ArticleMove.UNDO, bo)
    store.article_moves.move("a2", ArticleMove.UNDO, anna)
    assert state(store) == before, "who archived something may bring it back, although restoring takes a publisher"


def test_what_changed_since_is_not_undone(store: Store) -> None:
    store.article_moves.move("a1", ArticleMove.VERIFY, PUBLISHER)
    store.flags.raise_one(flag())
    before = state(store)
    for undoes in (ArticleMove.VERIFY, ArticleMove.ARCHIVE, None):
        with pytest.raises(Conflict, match="nothing to take back"):
            store.article_moves.move("a1", ArticleMove.UNDO, PUBLISHER, ArticleWish(undoes=undoes))
    assert state(store) == before
    store.article_moves.move("a1", ArticleMove.DELETE, SYSTEM, ArticleWish(reason="gone"))
    with pytest.raises(Conflict):
        store.article_moves.move("a1", ArticleMove.UNDO, SYSTEM)


PAIR = ArticlePair("a1", "a2", PairKind.DUPLICATE, 0.9, (), (2, 1), DAY)
DECIDED: list[Callable[[Store, int], object]] = [
    lambda store, pair: store.article_pairs.decide(pair, PairState.NOT_A_PAIR, actor="pia", reason="two models"),
    lambda store, pair: store.article_pairs.decide(pair, PairState.RESOLVED, actor="pia"),
    lambda store, pair: store.article_pairs.merge(pair, keep="a2", user=PUBLISHER, reason="same"),
    lambda store, pair: store.article_pairs.merge(pair, keep="a1", user=PUBLISHER),
]


@pytest.mark.parametrize("decide", DECIDED, ids=["not_a_pair", "resolved", "merged", "merged the other way"])
def test_a_pair(store: Store, decide: Callable[[Store, int], object]) -> None:
    store.article_pairs.replace([PAIR])
    (pair,) = store.article_pairs.list()
    before = state(store)
    for _ in range(2):
        rows = len(audits(store))
        decide(store, pair.id)
        assert len(audits(store)) == rows + 1, "one verb, one row"
        store.article_pairs.undo(pair.id, user=PUBLISHER)
        assert len(audits(store)) == rows + 2
        assert state(store) == before
    with pytest.raises(Conflict):
        store.article_pairs.undo(pair.id, user=PUBLISHER)
    decide(store, pair.id)
    decided = state(store)
    if store.article_pairs.get(pair.id).state is PairState.NOT_A_PAIR:
        store.article_pairs.decide(pair.id, PairState.OPEN, actor="bo")
        store.article_pairs.undo(pair.id, user=PUBLISHER)
        assert state(store) == decided, "also who decided it, when and why"


def test_a_merge_of_a_pair_is_refused_whole(store: Store) -> None:
    store.article_pairs.replace([PAIR])
    (pair,) = store.article_pairs.list()
    store.article_drafts.create(SYSTEM, article_id="a1")
    before, rows = state(store), audits(store)
    with pytest.raises(Conflict, match="draft"):
        store.article_pairs.merge(pair.id, keep="a2", user=PUBLISHER)
    with pytest.raises(NotFound):
        store.article_pairs.merge(99, keep="a2", user=PUBLISHER)
    assert (state(store), audits(store)) == (before, rows)


@pytest.mark.parametrize("closed", [FlagState.DONE, FlagState.REJECTED])
def test_a_closed_flag(store: Store, closed: FlagState) -> None:
    (raised,) = store.flags.list()
    before = state(store)
    store.flags.close(raised.id, closed, actor="pia")
    assert state(store) != before
    store.flags.close(raised.id, FlagState.OPEN, actor="pia")
    assert state(store) == before
    assert store.articles.get("a1").unverified_reason == "flagged"


@pytest.mark.parametrize("until", [None, clock.now() + timedelta(days=30)], ids=["for good", "for a time"])
def test_kept_and_no_longer_kept(store: Store, until: object) -> None:
    before = state(store)
    store.unused.keep(["a1"], actor="pia", until=until, reason="season")  # type: ignore[arg-type]
    kept = state(store)
    store.unused.list()
    store.unused.undo(["a1"], actor="pia")
    assert state(store) == before
    store.unused.keep(["a1"], actor="pia", until=until, reason="season")  # type: ignore[arg-type]
    kept = state(store)
    store.unused.unkeep(["a1"], actor="bo")
    store.unused.list()
    rows = len(audits(store))
    store.unused.undo(["a1"], actor="bo")
    assert state(store) == kept
    assert len(audits(store)) == rows + 1
    with pytest.raises(Conflict):
        store.unused.undo(["a1"], actor="bo")
