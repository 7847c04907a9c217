"""Rows of the reporting views for a window, as they are exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from kb.database import Database
from kb.errors import NotFound
from kb.reporting.window import Window

_BY_TICKET = "SELECT v.* FROM {view} v JOIN v_tickets t ON t.ticket_id = v.ticket_id WHERE {where} ORDER BY {order}"
_NAMES = ("locale", "product", "team")
VIEWS: Mapping[str, str] = MappingProxyType(
    {
        "tickets": "SELECT t.* FROM v_tickets t WHERE {where} ORDER BY t.ticket_id",
        "weeks": "SELECT t.* FROM v_weekly t WHERE {where} ORDER BY t.week, t.locale, t.product, t.team",
        "article_use": _BY_TICKET.format(view="v_article_use", where="{where}", order="v.ticket_id, v.article_id"),
        "links": _BY_TICKET.format(view="v_links", where="{where}", order="v.ticket_id, v.article_id"),
        "articles": "SELECT t.* FROM v_articles t WHERE {where} ORDER BY t.article_id",
        "gaps": "SELECT t.* FROM v_gaps t ORDER BY t.place",
        "misses": "SELECT t.* FROM v_misses t WHERE {where} ORDER BY t.miss_id",
    }
)
"""Query by name of the export."""


class ViewRows:
    """The views of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def rows(self, name: str, window: Window) -> tuple[list[str], list[tuple[object, ...]]]:
        """The columns and the rows of a window.

        Tickets, their links and uses are those that were resolved in it, misses those that happened in it; articles
        are those of its language and product, gaps those of the newest run.

        Args:
            name: One of VIEWS.
            window: Which.

        Raises:
            NotFound: There is no such export.
        """
        if name not in VIEWS:
            raise NotFound("export", name, hint=f"There are: {', '.join(VIEWS)}.")
        parts, values = _where(name, window)
        connection = self._db.connection
        done = connection.execute(VIEWS[name].format(where=" AND ".join(parts) or "1"), values)
        columns = [str(each[0]) for each in done.description]
        return columns, [tuple(row) for row in done.fetchall()]


def _where(name: str, window: Window) -> tuple[list[str], list[str]]:
    span = [window.since.isoformat(), window.until.isoformat()]
    parts = {
        "articles": [], "gaps": [], "misses": ["t.at >= ?", "t.at < ?"],
        # A week belongs to the window if the ticket's day does; weeks are whole, so it is judged by its name.
        "weeks": ["t.week >= ?", "t.week <= ?"],
    }.get(name, ["t.resolved_on >= ?", "t.resolved_on < ?"])  # fmt: skip
    values = list(span) if parts else []
    if name == "weeks":
        values = [week_text(window, first=True), week_text(window, first=False)]
    for field in _NAMES if name != "gaps" else ():
        if getattr(window, field) and not (name in {"articles", "misses"} and field == "team"):
            parts = [*parts, f"t.{field} = ?"]
            values.append(getattr(window, field))
    return parts, values


def week_text(window: Window, *, first: bool) -> str:
    """ISO week of a window's first or last day."""
    year, week, _ = (window.since if first else window.until - timedelta(days=1)).isocalendar()
    return f"{year}-W{week:02d}"
