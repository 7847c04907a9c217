"""The ledger as a store: its tickets go in as an import and the product's own verbs would put them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kb import clock
from kb.desk.satisfaction import Satisfaction, put_satisfaction
from kb.links import insert_link, resolve_links
from kb.model import Author, Event, EventKind, Message, Ticket, TicketStatus
from kb.store import Store
from tests.fakes import an_article, put

FILE = Path(__file__).with_name("ledger.md")
ZONE = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Ledger:
    """The tables, row by row."""

    tickets: tuple[dict[str, str], ...]
    figures: tuple[dict[str, str], ...]
    articles: tuple[dict[str, str], ...]


def read_ledger() -> Ledger:
    """Read the file."""
    tables: list[list[dict[str, str]]] = []
    head: list[str] = []
    for line in FILE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells
            tables.append([])
        elif not set(line) <= set("|-"):
            tables[-1].append(dict(zip(head, cells, strict=True)))
    return Ledger(*(tuple(table) for table in tables))


def moment(text: str) -> datetime | None:
    """A local time of the ledger."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC) if text else None


def fill_ledger(store: Store, ledger: Ledger) -> None:
    """Put articles, tickets, links, events and answers into an empty store."""
    put(store, *(an_article(name, product="", locale="sv") for name in ("hub", "app", "shop", "spare")))
    put(store, an_article("new", source="svar", locale="sv", updated_at=moment("2026-06-05 17:00")))
    with store.database.write("test", "revision", "new") as connection:
        at = clock.to_text(moment("2026-06-05 17:00"))
        connection.execute("UPDATE revisions SET created_at = ? WHERE article_id = 'new'", (at,))
    for row in ledger.tickets:
        _put_ticket(store, row)
        _put_events(store, row)
    with store.database.write("test", "links", "") as connection:
        resolve_links(connection)
    store.reporting.teams.put("North", ["Ada", "Bo", "Cid", "Dag", "Eva"])
    store.reporting.teams.put("South", ["Fia"])


def _put_ticket(store: Store, row: dict[str, str]) -> None:
    links = [name for name in row["links"].split() if not name.endswith("*")]
    whole = _ticket(row)
    if row["back"] == "status":
        # Solved, opened again by the source, solved again: three imports.
        put(store, _ticket(row, replies=1), links=links)
        put(store, _ticket(row, replies=1, status=TicketStatus.OPEN), links=links)
    put(store, whole, links=links)
    if row["score"] or row["nps"]:
        said = Satisfaction(
            "survey", row["id"], whole.closed_at or whole.created_at, ticket_id=row["id"],
            score=float(row["score"]) if row["score"] else None, scale=5.0 if row["score"] else None,
            nps=int(row["nps"]) if row["nps"] else None, worked=False if row["id"] == "t10" else None,
        )  # fmt: skip
        with store.database.write("test", "satisfaction", row["id"]) as connection:
            put_satisfaction(connection, said)


def _ticket(row: dict[str, str], *, replies: int | None = None, status: TicketStatus | None = None) -> Ticket:
    created, answered, resolved = (moment(row[name]) for name in ("created", "answered", "resolved"))
    assert created is not None
    count = int(row["replies"]) if replies is None else replies
    turns = [("customer", created)] + [("agent", at) for at in (answered,) if at and count]
    end = resolved or created
    turns += [("agent", end)] * (count - 1 - (row["back"] == "wrote"))
    if row["back"] == "wrote":
        turns += [("customer", end + timedelta(hours=1)), ("agent", end + timedelta(hours=2))]
    messages = tuple(
        Message(number, Author(author), True, at, f"Text {number}", name=row["agent"] if author == "agent" else "")
        for number, (author, at) in enumerate(turns)
    )
    closed = status is None and resolved is not None
    return Ticket(
        id=row["id"], source="files", source_id=row["id"], subject="=Subject", locale=row["locale"],
        status=status or (TicketStatus.CLOSED if closed else TicketStatus.OPEN), created_at=created,
        closed_at=resolved if closed else None, messages=messages, product=row["product"], channel="email",
        assignee=row["agent"],
    )  # fmt: skip


def _put_events(store: Store, row: dict[str, str]) -> None:
    at = moment(row["answered"]) or moment(row["created"])
    assert at is not None
    if row["svar"]:
        article = row["links"].split()[0]
        kinds = [EventKind.SHOWN, *([EventKind.INSERTED, EventKind.SENT] if row["svar"] == "used" else [])]
        store.events.append([Event(kind, at, "u1", row["id"], article, rank=1) for kind in kinds])
    if row["links"].endswith("*"):
        published = moment("2026-06-05 17:00")
        assert published is not None
        with store.database.write("test", "link", row["id"]) as connection:
            insert_link(connection, row["id"], "new", "new", published, "resolution")
        detail = {"kind": "resolution", "captured": True}
        store.events.append([Event(EventKind.LINKED, published, "u1", row["id"], "new", 1, detail=detail)])
