"""The formats: CSV of every dialect, XLSX with typed cells, JSON Lines and lists, plain and gzipped."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.database import Database
from kb.importers.report import Counts
from kb.importers.run import import_paths
from kb.model import Author
from kb.store import Store

FILES = Path(__file__).with_name("files")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Database(tmp_path / "home" / "svar.db"))
    yield opened
    opened.close()


def test_csv_with_semicolons_a_bom_and_quoted_lines(store: Store) -> None:
    import_paths(store, [FILES / "folder"])
    report = import_paths(store, [FILES / "tickets-semicolon.csv"])
    assert (report.ticket, report.rejected, report.links_resolved) == (Counts(new=2), (), 1)
    found = store.tickets.get("10")
    assert (found.subject, found.status, found.tags) == ("Betala; faktura", "solved", ("betalning", "kort"))
    assert [(m.author, m.body) for m in found.messages] == [
        (Author.CUSTOMER, "Hur betalar jag?\nTvå rader"),
        (Author.AGENT, "Med kort."),
    ]
    assert found.customer is not None
    assert (found.customer.name, found.customer.email) == ("Åsa", "asa@kund.example")


@pytest.mark.parametrize(
    "text",
    [
        "id,title,body\n1,x,y\n",
        "ID\tTitle\tBody\n1\tx\ty\n",
        "sep=;\nid;title;body\n1;x;y\n",
        "\nid;title;body;unknown\n1;x;y;z\n",
        "id,title,body\r1,x,y\r",
        '"id","title","body"\n"1","x","y"',
        "id,title,body\n1,x,y,,\n",
    ],
)
def test_csv_dialects(store: Store, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    report = import_paths(store, [path])
    assert (report.article, report.rejected) == (Counts(new=1), ())
    assert (store.articles.get("1").title, store.articles.get("1").revision.body) == ("x", "y")


def test_a_csv_cell_may_hold_a_whole_article(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title,body\n1,x," + "word " * 60_000 + "\n", "utf-8")
    assert import_paths(store, [path]).rejected == ()


def test_xlsx_with_typed_cells_and_two_sheets(store: Store, tmp_path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["ID", "Title", "Body", "Updated_At", "Tags"])
    sheet.append([1, "x", "=1+1", datetime(2026, 5, 4, 9), "a;b"])  # noqa: DTZ001 - a sheet knows no zones
    sheet.append([])
    sheet.append([2.0, 2026, "z", None, None])
    tickets = workbook.create_sheet("Tickets")
    tickets.append(["id", "subject", "status", "created_at", "body"])
    tickets.append([3, "s", "open", datetime(2026, 5, 4), "q"])  # noqa: DTZ001
    workbook.save(tmp_path / "a.xlsx")
    report = import_paths(store, [tmp_path / "a.xlsx"])
    assert (report.article, report.ticket, report.rejected) == (Counts(new=2), Counts(new=1), ())
    assert store.articles.get("1").revision.tags == ("a", "b")
    assert store.articles.get("1").updated_at == datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert store.articles.get("2").title == "2026"


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz", "A.JSONL", "packed-under-a-plain-name.jsonl"])
def test_json_lines(store: Store, tmp_path: Path, name: str) -> None:
    data = b'\xef\xbb\xbf{"id": 1, "title": "x"}\r\n\n{"id": 2, "title": "y"}'
    packed = name.endswith(".gz") or "packed" in name
    (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    report = import_paths(store, [tmp_path / name])
    assert (report.article, report.rejected) == (Counts(new=2), ())


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 1, "title": "x"}, {"id": 2, "title": "y"}]',
        '\n[\n {"id": 1, "title": "x"} ,\n\n {"id": 2, "title": "y"}\n]\n',
        '{"id": 1, "title": "x"}\n{"id": 2, "title": "y"}\n',
    ],
)
def test_json_lists(store: Store, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    report = import_paths(store, [tmp_path / "a.json"])
    assert (report.article, report.rejected) == (Counts(new=2), ())


def test_a_single_json_object(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{\n  "id": 1,\n  "title": "x"\n}')
    assert import_paths(store, [tmp_path / "a.json"]).article == Counts(new=1)
