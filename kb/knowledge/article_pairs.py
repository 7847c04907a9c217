"""Pairs of articles of which one may be too many, as a search over the base left them and as people decided."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from kb import clock
from kb.database import Database, to_json
from kb.errors import InvalidRow, NotFound
from kb.knowledge.article_moves import move_article
from kb.knowledge.article_pair import ArticlePair, PairKind, PairPlace, PairState, PlaceKind
from kb.knowledge.move import ArticleMove, ArticleWish
from kb.knowledge.refusals import NothingToUndo
from kb.model import User
from kb.runs import Runs

_SEARCHED = "pairs_searched_at"
# What was archived or merged is no pair any more, whatever the last search said.
_LIVE = (
    "FROM article_pairs p JOIN articles a ON a.id = p.one_id JOIN articles b ON b.id = p.other_id"
    " WHERE ?1 IN ('', p.kind) AND ?2 IN ('', p.state)"
    " AND (p.state <> 'open' OR (a.confidence <> 'archived' AND b.confidence <> 'archived'))"
)


class ArticlePairs:
    """The pairs of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # The searches themselves: long work, one at a time.
        self.runs = Runs(database, "pair_runs", busy="Somebody is looking for pairs already.")

    def get(self, pair_id: int) -> ArticlePair:
        """Read one pair.

        Raises:
            NotFound: No such pair.
        """
        row = self._db.row("SELECT * FROM article_pairs WHERE id = ?", (pair_id,))
        if row is None:
            raise NotFound("pair", str(pair_id), hint="`svar upkeep pairs` lists them.")
        return _pair(row)

    def list(
        self, *, kind: PairKind | None = None, state: PairState | None = None, limit: int = 200, offset: int = 0
    ) -> list[ArticlePair]:
        """Pairs, surest first, ties by age.

        Args:
            kind: Only these; None: both.
            state: Only these; None: all.
            limit: At most so many.
            offset: Skip so many.
        """
        rows = self._db.rows(
            f"SELECT p.* {_LIVE} ORDER BY p.score DESC, p.id LIMIT ?3 OFFSET ?4",
            (kind.value if kind else "", state.value if state else "", limit, offset),
        )
        return [_pair(row) for row in rows]

    def counts(self, state: PairState = PairState.OPEN) -> dict[str, int]:
        """How many pairs there are of each kind in a state."""
        rows = self._db.rows(f"SELECT p.kind, count(*) AS n {_LIVE} GROUP BY p.kind", ("", state.value))
        return {kind.value: 0 for kind in PairKind} | {row["kind"]: int(row["n"]) for row in rows}

    def searched_at(self) -> datetime | None:
        """When the base was last searched for pairs; None: never."""
        row = self._db.row("SELECT value FROM desk_settings WHERE name = ?", (_SEARCHED,))
        return clock.from_text(row["value"]) if row is not None else None

    def replace(self, found: Sequence[ArticlePair], *, actor: str = "system", run_id: int = 0) -> int:
        """Take in what a search over the whole base found.

        An open pair that was not found again is forgotten. What somebody decided stays decided, but for two reasons: a
        duplicate turned into a contradiction, or a pair that was called resolved is found in texts that changed since.

        Args:
            found: All pairs of the base.
            actor: Who had it searched.
            run_id: The run that found them, which is done then; 0: none.

        Returns:
            How many pairs are open now that were not before.
        """
        now = clock.to_text(clock.now())
        detail: dict[str, object] = {"found": len(found)}
        with self._db.write("search_pairs", "article", str(len(found)), actor=actor, detail=detail) as connection:
            known = {(row["one_id"], row["other_id"]): row for row in connection.execute("SELECT * FROM article_pairs")}
            new = sum(_put(connection, pair, known.get((pair.one_id, pair.other_id)), now) for pair in found)
            pairs = {(pair.one_id, pair.other_id) for pair in found}
            gone = [
                row["id"] for key, row in known.items() if key not in pairs and row["state"] == PairState.OPEN.value
            ]
            connection.executemany("DELETE FROM article_pairs WHERE id = ?", [(each,) for each in gone])
            connection.execute("INSERT OR REPLACE INTO desk_settings VALUES (?, ?)", (_SEARCHED, now))
            self.runs.end(connection, run_id, new)
            detail |= {"new": new, "gone": len(gone)}
        return new

    def decide(self, pair_id: int, state: PairState, *, actor: str, reason: str = "") -> ArticlePair:
        """Say what became of a pair, or open it again.

        Args:
            pair_id: The pair.
            state: What it is now.
            actor: The user's id.
            reason: Why.

        Raises:
            NotFound: No such pair.
        """
        old = self.get(pair_id)
        detail = _told(old, state, reason)
        with self._db.write("decide_pair", "article", old.one_id, actor=actor, detail=detail) as connection:
            _decide(connection, pair_id, state, actor=actor, reason=reason)
        return self.get(pair_id)

    def merge(self, pair_id: int, *, keep: str, user: User, reason: str = "") -> ArticlePair:
        """Let one article of a pair take the other one's place; the merge and the pair's state are one write.

        Args:
            pair_id: The pair.
            keep: The id of the article that stays.
            user: Who wants it.
            reason: Why.

        Returns:
            The pair, resolved.

        Raises:
            NotFound: No such pair.
            InvalidRow: The pair does not have the article that shall stay.
            PermissionDenied: The role is too small.
            Conflict: One of the two is archived already, or somebody writes on the one that goes.
        """
        old = self.get(pair_id)
        if keep not in (old.one_id, old.other_id):
            raise InvalidRow(f"keep is {keep[:80]!r}; allowed: {old.one_id} or {old.other_id}")
        goes, move = (old.other_id if keep == old.one_id else old.one_id), ArticleMove.MERGE
        detail = _told(old, PairState.RESOLVED, reason)
        with self._db.write(move.value, "article", goes, actor=user.id, detail=detail) as connection:
            move_article(connection, goes, move, user, ArticleWish(into=keep, reason=reason), detail=detail)
            _decide(connection, pair_id, PairState.RESOLVED, actor=user.id, reason=reason, merged=goes)
        return self.get(pair_id)

    def undo(self, pair_id: int, *, user: User) -> ArticlePair:
        """Take back what was last decided about a pair, with the merge that went with it.

        Args:
            pair_id: The pair.
            user: Who wants it.

        Returns:
            The pair as it was before.

        Raises:
            NotFound: No such pair.
            NothingToUndo: Nothing was decided, or something else was done with the merged article since.
            PermissionDenied: The role is too small.
        """
        old = self.get(pair_id)
        detail = _told(old, old.state, "")
        with self._db.write("undo_pair", "article", old.one_id, actor=user.id, detail=detail) as connection:
            row = connection.execute("SELECT before FROM article_pairs WHERE id = ?", (pair_id,)).fetchone()
            before = json.loads(row["before"] or "{}")
            if not before:
                raise NothingToUndo
            merged = before.pop("merged")
            if merged:
                wish = ArticleWish(undoes=ArticleMove.MERGE)
                move_article(connection, merged, ArticleMove.UNDO, user, wish, detail=detail)
            connection.execute(
                "UPDATE article_pairs SET state = :state, decided_at = :decided_at, decided_by = :decided_by,"
                " reason = :reason, before = '' WHERE id = :id",
                before | {"id": pair_id},
            )
            detail["to"] = before["state"]
        return self.get(pair_id)


def _told(pair: ArticlePair, state: PairState, reason: str) -> dict[str, object]:
    """What the audit row says about a decision."""
    said = {"pair": pair.id, "with": pair.other_id, "from": pair.state.value, "to": state.value, "reason": reason}
    return dict(said)


def _decide(
    connection: sqlite3.Connection, pair_id: int, state: PairState, *, actor: str, reason: str, merged: str = ""
) -> None:
    decided = state is not PairState.OPEN
    row = connection.execute(
        "SELECT state, decided_at, decided_by, reason FROM article_pairs WHERE id = ?", (pair_id,)
    ).fetchone()
    connection.execute(
        "UPDATE article_pairs SET state = ?, decided_at = ?, decided_by = ?, reason = ?, before = ? WHERE id = ?",
        (
            state.value, clock.to_text(clock.now()) if decided else None, actor if decided else "", reason,
            to_json({**dict(row), "merged": merged}), pair_id,
        ),
    )  # fmt: skip


def _put(connection: sqlite3.Connection, pair: ArticlePair, old: sqlite3.Row | None, now: str | None) -> bool:
    """Store a pair; returns whether it is open now and was not before."""
    values = (
        pair.kind.value, pair.score, to_json([asdict(place) for place in pair.places]), to_json(list(pair.revisions)),
    )  # fmt: skip
    if old is None:
        connection.execute(
            "INSERT INTO article_pairs (kind, score, places, revisions, one_id, other_id, state, found_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'open', ?)",
            (*values, pair.one_id, pair.other_id, now),
        )
        return True
    state = PairState(old["state"])
    changed = json.loads(old["revisions"]) != list(pair.revisions)
    worse = old["kind"] == PairKind.DUPLICATE.value and pair.kind is PairKind.CONTRADICTION
    if state is not PairState.OPEN and not worse and not (changed and state is PairState.RESOLVED):
        return False
    connection.execute(
        "UPDATE article_pairs SET kind = ?, score = ?, places = ?, revisions = ?, state = 'open', decided_at = NULL,"
        " decided_by = '', reason = '', before = '' WHERE id = ?",
        (*values, old["id"]),
    )
    return state is not PairState.OPEN


def _pair(row: sqlite3.Row) -> ArticlePair:
    one, other = json.loads(row["revisions"])
    return ArticlePair(
        one_id=row["one_id"], other_id=row["other_id"], kind=PairKind(row["kind"]), score=row["score"],
        places=tuple(PairPlace(**{**each, "kind": PlaceKind(each["kind"])}) for each in json.loads(row["places"])),
        revisions=(one, other), found_at=clock.from_text(row["found_at"]) or clock.now(),
        state=PairState(row["state"]), decided_at=clock.from_text(row["decided_at"]), decided_by=row["decided_by"],
        reason=row["reason"], id=row["id"],
    )  # fmt: skip
