"""The files of the pages, held in memory: a page asks for a hundred of them, and each has to cost next to nothing."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
_FONTS = ("templates", "frontend", "static", "fonts")
_CHARTS = ("package_data", "plotly.min.js")
_YEAR = b"public, max-age=31536000, immutable"
"""The address changes with the content, so browsers may keep a file for good."""
_LEAST_PACKED = 1000
"""Bytes from which packing is worth it."""
_LARGE = 1_000_000
"""Bytes from which a file is read and packed when it is first asked for: no start shall pay that third of a second."""
_PACKED = (".js", ".css", ".svg", ".json")


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes
    """By gzip; empty where that saves nothing."""
    content_type: bytes


class StaticFiles:
    """ASGI: answers /static/VERSION/NAME from memory, passes the rest on.

    Beside our own files these are the free fonts that come with Gradio (fonts/...) and the script of the charts
    (plotly.min.js), both from the packages that are installed.
    """

    def __init__(self, folder: Path = FOLDER, made: Mapping[str, bytes] | None = None) -> None:
        """Read all files of a folder, and note what comes with packages.

        Args:
            folder: Its files and those of folders in it.
            made: More files by their names, whose content is made of those.
        """
        made = made or {}
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        files = {path.relative_to(folder).as_posix(): path for path in found}
        self.version = _digest(files, made)
        """Changes with the content of any file of the folder, and of what is made of them."""
        fonts, charts = _of_package("gradio", *_FONTS), _of_package("plotly", *_CHARTS)
        if fonts:
            files |= {f"fonts/{path.relative_to(fonts).as_posix()}": path for path in fonts.rglob("*.woff2")}
        if charts:
            files |= {charts.name: charts}
        small = {name: path for name, path in sorted(files.items()) if path.stat().st_size < _LARGE}
        self._files = {f"/static/{self.version}/{name}": _read(path) for name, path in small.items()}
        self._files |= {f"/static/{self.version}/{name}": _file(name, body) for name, body in made.items()}
        self._large = {f"/static/{self.version}/{name}": files[name] for name in sorted(files.keys() - small.keys())}
        self._app: ASGIApp | None = None

    def around(self, app: ASGIApp) -> StaticFiles:
        """Take a place in front of an application; what is no file goes there."""
        self._app = app
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        path = scope.get("path", "")
        if path in self._large and path not in self._files:
            self._files[path] = await run_in_threadpool(_read, self._large[path])
        file = self._files.get(path)
        if file is None or scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            if self._app is not None:
                await self._app(scope, receive, send)
            return
        takes_packed = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
        body = file.packed if takes_packed and file.packed else file.body
        headers = [
            (b"content-type", file.content_type),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", _YEAR),
            (b"vary", b"accept-encoding"),
        ]
        if body is file.packed:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _read(path: Path) -> _File:
    return _file(path.name, path.read_bytes())


def _file(name: str, body: bytes) -> _File:
    packs = name.endswith(_PACKED) and len(body) >= _LEAST_PACKED
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or name.endswith(".js"):
        kind += "; charset=utf-8"
    return _File(body, gzip.compress(body, mtime=0) if packs else b"", kind.encode())


def _digest(files: Mapping[str, Path], made: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode())
        digest.update(path.read_bytes())
    for name, body in made.items():
        digest.update(name.encode())
        digest.update(body)
    return digest.hexdigest()[:12]


def _of_package(package: str, *inside: str) -> Path | None:
    """A file or folder of an installed package, found without importing it; None where it is not there."""
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = Path(place).joinpath(*inside)
        if found.exists():
            return found
    return None
