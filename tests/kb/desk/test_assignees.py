"""Type, assignee and company from files of every format; an assignee whom nobody knows is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from kb.importers.run import import_paths
from kb.model import Role
from kb.store import Store
from tests.fakes import open_store

COLUMNS = ["id", "subject", "status", "created_at", "type", "assignee", "customer_email", "company"]
ROWS = [
    ["t1", "Ett", "open", "2026-05-04", "fault", "MIA@firma.example", "a@post.example", "Åkeri AB"],
    ["t2", "Två", "open", "2026-05-04", "", "ove  Berg", "b@post.example", ""],
    ["t3", "Tre", "open", "2026-05-04", "question", "Team Norr", "", "Bögh & Søn"],
    ["t4", "Fyra", "open", "2026-05-04", "", "", "", ""],
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    opened.users.create(name="Mia Ek", email="mia@firma.example", role=Role.AGENT)
    opened.users.create(name="Ove Berg", email="ove@firma.example", role=Role.AGENT)
    yield opened
    opened.close()


def write(folder: Path, kind: str, rows: list[list[str]]) -> Path:
    path = folder / f"tickets.{kind}"
    if kind == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [COLUMNS, *rows]:
            sheet.append(row)
        book.save(path)
        book.close()
    elif kind == "csv":
        path.write_text("\n".join(";".join(row) for row in [COLUMNS, *rows]), "utf-8")
    else:
        lines = [json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in rows]
        path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("kind", ["jsonl", "csv", "xlsx"])
def test_every_format_brings_them(store: Store, tmp_path: Path, kind: str) -> None:
    report = import_paths(store, [write(tmp_path, kind, ROWS)])

    assert report.rejected == ()
    names = {user.id: user.name for user in store.users.list()} | {"": ""}
    found = store.tickets.get_many(["t1", "t2", "t3", "t4"])
    assert [(t.type, names[t.assignee_id], t.assignee) for t in found.values()] == [
        ("fault", "Mia Ek", "MIA@firma.example"),
        ("", "Ove Berg", "ove Berg"),
        ("question", "", "Team Norr"),
        ("", "", ""),
    ]
    companies = [t.customer.company if t.customer else None for t in found.values()]
    assert companies == ["Åkeri AB", "", "Bögh & Søn", None]


def test_a_customer_object_has_a_company_too(store: Store, tmp_path: Path) -> None:
    row = {"id": "t1", "subject": "x", "status": "open", "created_at": "2026-05-04",
           "customer": {"name": "Ida", "company": "Firma", "plan": "Pro"}}  # fmt: skip
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(row), "utf-8")
    import_paths(store, [path])

    customer = store.tickets.get("t1").customer
    assert customer is not None
    assert (customer.company, dict(customer.attributes)) == ("Firma", {"plan": "Pro"})


def test_two_of_one_name_are_nobody_in_particular(store: Store, tmp_path: Path) -> None:
    store.users.create(name="OVE BERG", email="ove2@firma.example", role=Role.AGENT)
    import_paths(store, [write(tmp_path, "csv", ROWS)])

    two = store.tickets.get("t2")
    assert (two.assignee_id, two.assignee) == ("", "ove Berg")


def test_who_joins_later_gets_what_was_theirs(store: Store, tmp_path: Path) -> None:
    import_paths(store, [write(tmp_path, "csv", ROWS)])
    before = store.tickets.get("t3")

    team = store.users.create(name="team norr", email="norr@firma.example", role=Role.AGENT)

    now = store.tickets.get("t3")
    assert (now.assignee_id, now.assignee, now.version) == (team.id, "Team Norr", before.version + 1)
    assert store.tickets.get("t4").assignee_id == ""


def test_the_source_may_pass_a_ticket_on(store: Store, tmp_path: Path) -> None:
    import_paths(store, [write(tmp_path, "csv", ROWS)])
    moved = [[*ROWS[0][:5], "Ove Berg", *ROWS[0][6:]]]
    report = import_paths(store, [write(tmp_path, "csv", moved)])

    assert report.ticket.changed == 1
    names = {user.id: user.name for user in store.users.list()}
    assert names[store.tickets.get("t1").assignee_id] == "Ove Berg"
