"""Files to take away: typed, harmless, the same numbers in every form and every country."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from assistant.measures.csv_text import CsvForm, csv_of, form_of
from assistant.measures.exports import TABLES, Column, Table, harmless, table_of
from assistant.measures.measures import Measures
from assistant.measures.parquet import parquet_of
from assistant.measures.workbook import workbook_of
from kb.errors import InvalidRow, NotFound
from kb.store import Store
from tests.assistant.measures.ledger import fill_ledger, read_ledger
from tests.fakes import open_store

COLUMNS = (Column("title", "text"), Column("value", "number"), Column("n", "integer"), Column("at", "moment"),
           Column("since", "day"))  # fmt: skip
MOMENT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
ROWS = [("=1+1", -1.5, -3, MOMENT, date(2026, 6, 1)), ('Å; "ö"\nny rad', None, 12, None, None)]
TABLE = Table("tickets", COLUMNS, ROWS)
TIME = {"since": "2026-06-01", "until": "2026-06-15"}


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measures]:
    store: Store = open_store(tmp_path_factory.mktemp("ledger"))
    fill_ledger(store, read_ledger())
    yield Measures(store)
    store.close()


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx"])
def test_what_looks_like_a_formula_is_made_harmless(text: str) -> None:
    book = load_workbook(io.BytesIO(workbook_of([Table("t", (Column("title", "text"),), [(text,)])])))
    cell = book["t"]["A2"]

    assert harmless(text) == f"'{text}"
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")
    assert list(
        csv.reader(io.StringIO(csv_of(Table("t", (Column("title", "text"),), [(text,)]), CsvForm()), newline=""))
    )[1] == [f"'{text}"]


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (CsvForm(), "'=1+1,-1.5,-3,2026-06-01 08:30:00,2026-06-01"),
        (CsvForm(";", ","), "'=1+1;-1,5;-3;2026-06-01 08:30:00;2026-06-01"),
        (CsvForm("\t", ","), "'=1+1\t-1,5\t-3\t2026-06-01 08:30:00\t2026-06-01"),
    ],
)
def test_numbers_are_written_as_the_country_does(form: CsvForm, line: str) -> None:
    text = csv_of(TABLE, form)

    assert text.split("\r\n")[:2] == [form.separator.join(["title", "value", "n", "at", "since"]), line]
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=form.separator))[2][0] == ROWS[1][0]


def test_a_mark_for_excel_stands_first_where_it_is_wished() -> None:
    assert csv_of(TABLE, CsvForm(bom=True)).encode("utf-8").startswith(b"\xef\xbb\xbftitle")
    assert (form_of("sv").decimal, form_of("sv").separator, form_of("sv").bom) == (",", ";", True)
    assert form_of("en") == CsvForm()


@pytest.mark.parametrize(("separator", "decimal"), [(",", ","), ("x", "."), (",", "'"), ("", ".")])
def test_signs_that_could_not_be_read_again_are_refused(separator: str, decimal: str) -> None:
    with pytest.raises(InvalidRow, match="is not allowed; allowed: separator"):
        CsvForm(separator, decimal)


@given(st.lists(st.tuples(st.text(), st.floats(-1e9, 1e9) | st.none()), max_size=5), st.sampled_from([",", ";", "\t"]))
def test_every_text_comes_back_from_csv(rows: list[tuple[str, float | None]], separator: str) -> None:
    table = Table("t", (Column("title", "text"), Column("value", "number")), rows)
    text = csv_of(table, CsvForm(separator, "." if separator == "," else ","))
    back = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))[1:]

    assert len(back) == len(rows)
    for (title, value), cells in zip(rows, back, strict=True):
        assert cells[0] == harmless(title.replace("\x00", ""))
        number = float(cells[1].replace(",", ".")) if cells[1] else None
        assert (number is None) == (value is None)
        assert (number or 0.0) == pytest.approx(value or 0.0, rel=1e-9, abs=1e-12)


def test_a_workbook_opens_with_typed_cells_frozen_headers_and_definitions(measures: Measures) -> None:
    window = measures.window(**TIME)
    tables = [
        table_of(measures, name, window, lambda key: f"text of {key}") for name in ("tickets", "figures", "definitions")
    ]
    book = load_workbook(io.BytesIO(workbook_of(tables)))
    sheet = book["tickets"]
    names = [cell.value for cell in sheet[1]]
    first = {name: sheet.cell(2, place + 1) for place, name in enumerate(names)}

    assert book.sheetnames == ["tickets", "figures", "definitions"]
    assert (sheet.freeze_panes, sheet.max_row) == ("A2", 30)
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith("A1:")
    assert isinstance(first["created_at"].value, datetime)
    assert isinstance(first["first_response_minutes"].value, int | float)
    assert first["created_at"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert sheet.column_dimensions["A"].width >= 12
    assert all(not str(cell.value).startswith("=") for row in sheet.iter_rows() for cell in row)
    assert book["definitions"]["D2"].value == "text of definition.handled.text"


def test_words_that_read_like_errors_or_numbers_stay_words() -> None:
    rows = [("#N/A",), ("2026-01-01",), ("007",), ("TRUE",), ("\x01bell\ud800",)]
    book = load_workbook(io.BytesIO(workbook_of([Table("t", (Column("title", "text"),), rows)])))
    cells = [row[0] for row in book["t"].iter_rows(min_row=2)]

    assert [cell.value for cell in cells] == ["#N/A", "2026-01-01", "007", "TRUE", "bell"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_parquet_keeps_the_types() -> None:
    import pyarrow.parquet as pq

    back = pq.read_table(io.BytesIO(parquet_of(TABLE)))

    assert [str(field.type) for field in back.schema] == [
        "string",
        "double",
        "int64",
        "timestamp[us, tz=UTC]",
        "date32[day]",
    ]
    assert back.to_pylist()[0] == {"title": "=1+1", "value": -1.5, "n": -3, "at": MOMENT, "since": date(2026, 6, 1)}
    assert pq.read_table(io.BytesIO(parquet_of(Table("t", COLUMNS, [])))).num_rows == 0


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_written_in_every_form(measures: Measures, name: str) -> None:
    table = table_of(measures, name, measures.window(**TIME))

    assert csv_of(table, CsvForm(";", ",")).count("\r\n") >= len(table.rows) + 1
    assert parquet_of(table)[:4] == b"PAR1"
    assert workbook_of([table])[:2] == b"PK"


def test_an_unknown_table_is_told_with_what_there_is(measures: Measures) -> None:
    with pytest.raises(NotFound, match="There are: tickets, weeks"):
        table_of(measures, "agents", measures.window(**TIME))
