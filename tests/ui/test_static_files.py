"""Static files from memory: every file as it is on disk, packed for who takes that, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ui.static_files import FOLDER, StaticFiles

Answer = tuple[int, dict[str, str], bytes]


def ask(files: StaticFiles, path: str, *, method: str = "GET", encoding: str = "") -> Answer:
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def elsewhere(scope: object, receive: object, send: object) -> None:
        sent.extend([{"status": 404, "headers": []}, {"body": b""}])

    headers = [(b"accept-encoding", encoding.encode())] if encoding else []
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    with ThreadPoolExecutor(1) as own:  # the browser tests leave a loop in this thread
        answer = files.around(elsewhere)
        own.submit(lambda: asyncio.run(answer(scope, receive, send))).result()  # type: ignore[arg-type]
    start, body = sent
    named = {name.decode(): value.decode() for name, value in start["headers"]}  # type: ignore[attr-defined]
    return int(str(start["status"])), named, bytes(body["body"])  # type: ignore[call-overload]


def test_every_file_comes_as_it_is_on_disk() -> None:
    files = StaticFiles()
    for path in (each for each in FOLDER.rglob("*") if each.is_file()):
        address = f"/static/{files.version}/{path.relative_to(FOLDER).as_posix()}"
        status, headers, body = ask(files, address)
        assert (status, body) == (200, path.read_bytes())
        assert headers["content-length"] == str(len(body))
        assert "immutable" in headers["cache-control"]
        _, headers, packed = ask(files, address, encoding="gzip, br")
        assert (gzip.decompress(packed) if headers.get("content-encoding") else packed) == path.read_bytes()
        assert len(packed) <= len(body)


@pytest.mark.parametrize(
    ("name", "kind"), [("main.js", "text/javascript"), ("base.css", "text/css"), ("mark.svg", "image/svg+xml")]
)
def test_kinds(name: str, kind: str) -> None:
    files = StaticFiles()
    assert ask(files, f"/static/{files.version}/{name}")[1]["content-type"].split(";")[0] == kind


def test_head_has_no_body_and_everything_else_goes_on() -> None:
    files = StaticFiles()
    status, headers, body = ask(files, f"/static/{files.version}/main.js", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0
    for path in ("/static/000/main.js", f"/static/{files.version}/../app.py", f"/static/{files.version}/", "/ui/"):
        assert ask(files, path)[0] == 404
    assert ask(files, f"/static/{files.version}/main.js", method="POST")[0] == 404


def test_the_version_changes_with_any_content(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one", "utf-8")
    first = StaticFiles(tmp_path).version
    assert StaticFiles(tmp_path).version == first
    (tmp_path / "a.js").write_text("two", "utf-8")
    assert StaticFiles(tmp_path).version != first
