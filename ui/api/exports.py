"""Files to take away: CSV, Parquet and an Excel workbook of the same figures and tickets that the page shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from assistant.measures.csv_text import CsvForm, csv_of, form_of
from assistant.measures.exports import TABLES, Say, table_of
from assistant.measures.measures import Measures
from kb.errors import NotFound
from kb.model import Role
from kb.reporting.window import Window
from ui.api.access import locale_of, require
from ui.api.measures import Asked, measures_of
from ui.catalogue import text

router = APIRouter(prefix="/exports", tags=["exports"])
Sign = Annotated[str, Field(max_length=3)]
WORKBOOK = ("figures", "weeks", "articles", "gaps", "tickets", "definitions")
"""The sheets of the report."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet", "xlsx": _XLSX}


@router.get("")
def list_exports(request: Request) -> dict[str, Any]:
    """What can be exported."""
    require(request, Role.LEAD)
    return {"tables": list(TABLES), "formats": ["csv", "parquet"], "workbook": "report.xlsx", "sheets": list(WORKBOOK)}


@router.get("/report.xlsx")
def export_workbook(request: Request, window: Asked) -> Response:
    """The window's figures, weeks, articles, gaps and tickets, and what the figures mean, as one workbook."""
    require(request, Role.LEAD)
    book = workbook(measures_of(request), window, say_in(locale_of(request)))
    return _file(book, window, "report", "xlsx")


@router.get("/{name}.{form}")
def export_table(
    request: Request,
    name: str,
    form: Literal["csv", "parquet"],
    window: Asked,
    separator: Sign = "",
    decimal: Sign = "",
    bom: bool | None = None,
) -> Response:
    """One table of a window; CSV as spreadsheets of the reader's country expect it, unless the address says how."""
    require(request, Role.LEAD)
    if name not in TABLES:
        raise NotFound("export", name, hint=f"There are: {', '.join(TABLES)}.")
    measures, locale = measures_of(request), locale_of(request)
    if form == "csv":
        usual = form_of(locale)
        wished = CsvForm(
            {"tab": "\t"}.get(separator, separator) or usual.separator, decimal or usual.decimal,
            usual.bom if bom is None else bom,
        )  # fmt: skip
        table = table_of(measures, name, window, say_in(locale))
        return _file(csv_of(table, wished).encode("utf-8"), window, name, form)
    from assistant.measures.parquet import parquet_of

    return _file(parquet_of(table_of(measures, name, window, say_in(locale))), window, name, form)


def workbook(measures: Measures, window: Window, say: Say) -> bytes:
    """The report as an XLSX file.

    Args:
        measures: Where it is read.
        window: Which tickets.
        say: For the names and the meaning of figures.
    """
    from assistant.measures.workbook import workbook_of

    return workbook_of([table_of(measures, name, window, say) for name in WORKBOOK])


def say_in(locale: str) -> Say:
    """Looks texts up in a language."""
    return lambda key: text(locale, key)


def _file(content: bytes, window: Window, name: str, form: str) -> Response:
    file = f"svar-{name}-{window.since}-{window.until}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=_TYPES[form], headers=headers)
