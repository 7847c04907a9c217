"""Errors as one JSON form: {"error": {"code", "message", "hint"}}, in the reader's language, never a traceback."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kb.errors import Conflict, DatabaseBusy, InvalidRow, KBError, NotFound, PermissionDenied, StorageFull
from ui.api.access import Refused, locale_of
from ui.catalogue import has, text

_BY_TYPE: tuple[tuple[type[KBError], str, int], ...] = (
    (NotFound, "not_found", 404),
    (Conflict, "conflict", 409),
    (PermissionDenied, "forbidden", 403),
    (DatabaseBusy, "busy", 503),
    (StorageFull, "disk_full", 507),
    (InvalidRow, "invalid", 400),
    (KBError, "invalid", 400),
)
_BY_STATUS = {404: "no_such_path", 405: "no_such_path", 413: "too_large"}


def error_body(locale: str, code: str, **values: object) -> dict[str, dict[str, str]]:
    """The JSON form of an error with the catalogue's text and hint for its code."""
    hint = f"error.{code}.hint"
    message = text(locale, f"error.{code}", **values)
    return {"error": {"code": code, "message": message, "hint": text(locale, hint) if has(hint) else ""}}


def kb_error_response(error: KBError, locale: str) -> JSONResponse:
    """Answer a KBError: 400, 403, 404, 409, 503 or 507."""
    if isinstance(error, Refused):
        return JSONResponse(error_body(locale, error.code, **error.values), error.status)
    _, status = next((code, status) for kind, code, status in _BY_TYPE if isinstance(error, kind))
    return JSONResponse({"error": error_of(error, locale)}, status)


def error_of(error: KBError, locale: str) -> dict[str, str]:
    """A KBError's code, text and hint. An error that names a `code` the catalogue has words for is told by those."""
    code: str = getattr(error, "code", "")
    if code and has(f"error.{code}"):
        values: dict[str, object] = dict(getattr(error, "values", {}))
        if "role" in values:
            values["role"] = text(locale, f"role.{values['role']}")
        return error_body(locale, code, **values)["error"]
    code = next(code for kind, code, _ in _BY_TYPE if isinstance(error, kind))
    known = {"id": error.noun_id[:80]} if isinstance(error, NotFound) else {"detail": error.message[:300]}
    return error_body(locale, code, **known)["error"]


def install(app: FastAPI) -> None:
    """Make an application answer every error in the one form."""
    app.add_exception_handler(KBError, _on_kb_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def _on_kb_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, KBError):
        raise error
    return kb_error_response(error, locale_of(request))


def _on_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"}) or "JSON"
    if first["type"] == "json_invalid":
        where = "JSON"
    detail = f"{where}: {first['msg']}"
    return JSONResponse(error_body(locale_of(request), "invalid", detail=detail[:300]), 400)


def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = _BY_STATUS.get(error.status_code, "invalid")
    return JSONResponse(error_body(locale_of(request), code, detail=str(error.detail)[:200]), error.status_code)
