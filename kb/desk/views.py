"""Views: filters with a name, kept by a person or shared with the team, and those that come with the product."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kb import clock
from kb.database import Database, to_json
from kb.desk.filters import (
    ME,
    NOBODY,
    Due,
    FollowUp,
    Sort,
    TicketFilter,
    checked,
    filter_from_data,
    filter_to_data,
)
from kb.errors import InvalidRow, NotFound, PermissionDenied
from kb.model import Role, User

MAX_NAME = 60
MAX_VIEWS = 100
"""Most views that one person keeps."""
_LIVE = ("open", "pending")


@dataclass(frozen=True, slots=True)
class View:
    """A filter with a name and an order."""

    id: str
    name: str
    """Empty for a built-in view, whose name stands in the catalogue under its id."""
    filter: TicketFilter
    sort: Sort = Sort.DUE
    shared: bool = False
    """Whether the whole team sees it."""
    owner_id: str = ""
    """Empty for a built-in view."""
    hidden: bool = False
    """Whether the user who asks has put it away."""

    @property
    def is_built_in(self) -> bool:
        """Whether it comes with the product; it can be put away, not changed."""
        return not self.owner_id


BUILT_IN = (
    View("open", "", TicketFilter(statuses=("open",))),
    View("mine", "", TicketFilter(statuses=_LIVE, assignees=(ME,))),
    View("overdue", "", TicketFilter(statuses=_LIVE, due=Due.OVERDUE)),
    View("unassigned", "", TicketFilter(statuses=("open",), assignees=(NOBODY,))),
    View("waiting", "", TicketFilter(statuses=_LIVE, waiting=True), Sort.WAITING),
    View("pending", "", TicketFilter(statuses=("pending",)), Sort.NEWEST),
    View("follow_up", "", TicketFilter(follow_up=FollowUp.SET)),
    View("solved", "", TicketFilter(statuses=("solved", "closed")), Sort.NEWEST),
)
"""In their order; the first is shown when nothing was chosen."""


class Views:
    """The views of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str) -> list[View]:
        """All views that a user may see, in the user's order; new ones stand last, also those that are hidden."""
        rows = self._db.rows("SELECT * FROM views WHERE owner_id = ? OR shared = 1 ORDER BY created_at, id", (user_id,))
        places = {
            row["view_id"]: row for row in self._db.rows("SELECT * FROM view_places WHERE user_id = ?", (user_id,))
        }
        found = [*BUILT_IN, *(_view(row) for row in rows)]
        order = {view.id: number for number, view in enumerate(found, start=len(places))}
        order |= {view_id: int(row["place"]) for view_id, row in places.items()}
        hidden = {view_id for view_id, row in places.items() if row["hidden"]}
        placed = sorted(found, key=lambda view: order[view.id])
        return [View(v.id, v.name, v.filter, v.sort, v.shared, v.owner_id, hidden=v.id in hidden) for v in placed]

    def get(self, view_id: str, *, user_id: str) -> View:
        """One view that a user may see.

        Raises:
            NotFound: No such view, or it is another's own.
        """
        for view in self.of(user_id):
            if view.id == view_id:
                return view
        raise NotFound("view", view_id)

    def create(self, *, name: str, wanted: TicketFilter, sort: Sort, shared: bool, user: User) -> View:
        """Keep a filter under a name.

        Raises:
            InvalidRow: No name or too long a one, a value that is not allowed, or too many views.
        """
        view_id = secrets.token_hex(8)
        values = _values(name, wanted, sort, shared=shared)
        with self._db.write("create", "view", view_id, actor=user.id, detail={"shared": shared}) as connection:
            count = connection.execute("SELECT count(*) FROM views WHERE owner_id = ?", (user.id,)).fetchone()[0]
            if count >= MAX_VIEWS:
                raise InvalidRow(f"you have {count} views; allowed: at most {MAX_VIEWS}")
            connection.execute(
                "INSERT INTO views (id, owner_id, created_at, name, filter, sort, shared) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (view_id, user.id, clock.to_text(clock.now()), *values),
            )
        return self.get(view_id, user_id=user.id)

    def replace(self, view_id: str, *, name: str, wanted: TicketFilter, sort: Sort, shared: bool, user: User) -> View:
        """Change a view; its owner may, and a lead where it is shared.

        Raises:
            NotFound: No such view, or it is another's own.
            PermissionDenied: It comes with the product, or is a colleague's.
            InvalidRow: No name or too long a one, or a value that is not allowed.
        """
        self._check_may(view_id, user)
        values = _values(name, wanted, sort, shared=shared)
        with self._db.write("change", "view", view_id, actor=user.id, detail={"shared": shared}) as connection:
            connection.execute(
                "UPDATE views SET name = ?, filter = ?, sort = ?, shared = ? WHERE id = ?", (*values, view_id)
            )
        return self.get(view_id, user_id=user.id)

    def delete(self, view_id: str, *, user: User) -> None:
        """Forget a view; its owner may, and a lead where it is shared.

        Raises:
            NotFound: No such view, or it is another's own.
            PermissionDenied: It comes with the product, or is a colleague's.
        """
        self._check_may(view_id, user)
        with self._db.write("delete", "view", view_id, actor=user.id) as connection:
            connection.execute("DELETE FROM views WHERE id = ?", (view_id,))
            connection.execute("DELETE FROM view_places WHERE view_id = ?", (view_id,))

    def arrange(self, *, user_id: str, order: Sequence[str], hidden: Sequence[str]) -> list[View]:
        """Put the views into a user's own order and put some away; ids that are unknown are left out.

        Args:
            user_id: Whose order.
            order: Ids of views, first to last; views that are not named stand behind them.
            hidden: Ids of the views to put away.
        """
        known = [view.id for view in self.of(user_id)]
        named = [view_id for view_id in dict.fromkeys(order) if view_id in known]
        placed = [*named, *(view_id for view_id in known if view_id not in named)]
        with self._db.write("arrange", "view", str(len(placed)), actor=user_id) as connection:
            connection.execute("DELETE FROM view_places WHERE user_id = ?", (user_id,))
            connection.executemany(
                "INSERT INTO view_places (user_id, view_id, place, hidden) VALUES (?, ?, ?, ?)",
                [(user_id, view_id, place, int(view_id in hidden)) for place, view_id in enumerate(placed)],
            )
        return self.of(user_id)

    def _check_may(self, view_id: str, user: User) -> None:
        view = self.get(view_id, user_id=user.id)
        if view.owner_id == user.id or (view.shared and view.owner_id and user.role.allows(Role.LEAD)):
            return
        raise PermissionDenied("this view is not yours to change; save one of your own.")


def _values(name: str, wanted: TicketFilter, sort: Sort, *, shared: bool) -> tuple[str, str, str, int]:
    text = " ".join(name.split())
    if not text or len(text) > MAX_NAME:
        raise InvalidRow(f"the name has {len(text)} characters; allowed: 1 to {MAX_NAME}")
    return text, to_json(filter_to_data(checked(wanted))), sort.value, int(shared)


def _view(row: sqlite3.Row) -> View:
    return View(
        id=row["id"],
        name=row["name"],
        filter=filter_from_data(json.loads(row["filter"])),
        sort=Sort(row["sort"]),
        shared=bool(row["shared"]),
        owner_id=row["owner_id"],
    )
