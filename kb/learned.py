"""What was learned from the team's own links: every attempt, which of them is in force, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kb import clock
from kb.database import Database, to_json
from kb.errors import KBError, NotFound, StorageDamaged
from kb.model import Learned, LearnedKind

_IN_FORCE = "outcome = 'adopted' AND undone_at IS NULL"


class LearnedLog:
    """The attempts to learn of one database. Nothing is ever deleted."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def note(self, learned: Learned) -> int:
        """Write down one attempt; if it was adopted, it is in force from now on.

        Args:
            learned: Its id and `undone_at` are not looked at.

        Returns:
            Its id.
        """
        verb = "adopt" if learned.is_adopted else "refuse"
        outcome = "adopted" if learned.is_adopted else "refused"
        detail = dict(learned.figures)
        with self._db.write(verb, "learned", learned.kind.value, detail=detail) as connection:
            row = connection.execute(
                "INSERT INTO learned (at, model, kind, outcome, parameters, figures) VALUES (?, ?, ?, ?, ?, ?)"
                " RETURNING id",
                (
                    clock.to_text(learned.at), learned.model, learned.kind.value, outcome,
                    to_json(dict(learned.parameters)), to_json(detail),
                ),
            ).fetchone()  # fmt: skip
        return int(row["id"])

    def current(self, kind: LearnedKind, model: str) -> Learned | None:
        """The newest that was adopted for a model and not undone; None if there is none.

        Raises:
            StorageDamaged: It cannot be read.
        """
        row = self._db.row(
            f"SELECT * FROM learned WHERE model = ? AND kind = ? AND {_IN_FORCE} ORDER BY id DESC LIMIT 1",
            (model, kind.value),
        )
        return None if row is None else _learned(dict(row))

    def in_force(self, model: str) -> tuple[int, ...]:
        """The ids of what is in force for a model, rising; other ones as soon as `current` says something else."""
        rows = self._db.rows(
            f"SELECT max(id) AS id FROM learned WHERE model = ? AND {_IN_FORCE} GROUP BY kind", (model,)
        )
        return tuple(sorted(int(row["id"]) for row in rows))

    def history(self, *, limit: int = 20) -> Sequence[Learned]:
        """The newest attempts, newest first, at most so many.

        Raises:
            StorageDamaged: One of them cannot be read.
        """
        rows = self._db.rows("SELECT * FROM learned ORDER BY id DESC LIMIT ?", (limit,))
        return [_learned(dict(row)) for row in rows]

    def undo(self, learned_id: int | None = None, *, actor: str = "system") -> int:
        """Take back what was adopted; what was in force before it is in force again.

        Args:
            learned_id: Which; None: the newest that is adopted and not undone.
            actor: Id of the user, or "system".

        Returns:
            Its id.

        Raises:
            NotFound: No such attempt.
            KBError: It was refused or is undone already, or there is nothing to undo.
        """
        chosen = learned_id
        if chosen is None:
            newest = self._db.row(f"SELECT max(id) AS id FROM learned WHERE {_IN_FORCE}")
            if newest is None or newest["id"] is None:
                raise KBError("Nothing that was learned is in force.", hint="There is nothing to undo.")
            chosen = int(newest["id"])
        with self._db.write("undo", "learned", str(chosen), actor=actor) as connection:
            row = connection.execute("SELECT outcome, undone_at FROM learned WHERE id = ?", (chosen,)).fetchone()
            if row is None:
                raise NotFound("attempt to learn", str(chosen), hint="`svar learn --history` lists them.")
            if row["outcome"] != "adopted" or row["undone_at"] is not None:
                state = "refused" if row["outcome"] != "adopted" else "undone already"
                raise KBError(f"Attempt {chosen} was {state}.", hint="`svar learn --history` shows what is in force.")
            connection.execute("UPDATE learned SET undone_at = ? WHERE id = ?", (clock.to_text(clock.now()), chosen))
        return chosen


def _learned(row: Mapping[str, object]) -> Learned:
    try:
        parameters, figures = json.loads(str(row["parameters"])), json.loads(str(row["figures"]))
        at = clock.from_text(str(row["at"]))
        if not isinstance(parameters, dict) or not isinstance(figures, dict) or at is None:
            raise TypeError("not an object")
        undone = row["undone_at"]
        return Learned(
            kind=LearnedKind(str(row["kind"])),
            model=str(row["model"]),
            is_adopted=row["outcome"] == "adopted",
            parameters=parameters,
            figures=figures,
            at=at,
            id=int(str(row["id"])),
            undone_at=None if undone is None else clock.from_text(str(undone)),
        )
    except (ValueError, TypeError) as error:
        raise StorageDamaged(
            f"What was learned in attempt {row['id']} cannot be read.", hint=f"Run `svar learn --undo {row['id']}`."
        ) from error
