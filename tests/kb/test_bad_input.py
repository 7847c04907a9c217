"""Every bad input gives exactly one clear line, and nothing else is lost."""

from __future__ import annotations

import gzip
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.database import Database
from kb.importers import jsonl, table, text_file
from kb.importers.files import FORMATS
from kb.importers.run import import_paths
from kb.store import Store

GOOD = {"id": "good", "title": "Good", "body": "text"}
MORE = {"id": "more", "title": "More", "body": "text"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Database(tmp_path / "home" / "svar.db"))
    yield opened
    opened.close()


def lines_of(*rows: object) -> bytes:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows).encode()


def workbook(*rows: list[object]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def packed(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def many(count: int) -> bytes:
    return lines_of(*({"id": f"n{n}", "title": f"title {n * 7919}"} for n in range(count)))


# title, file name, content, line, reason, rows of the same file that land all the same
CASES: list[tuple[str, str, Callable[[], bytes], int, str, int]] = [
    ("no JSON", "a.jsonl", lambda: lines_of(GOOD, "{oops", MORE), 2, r"no valid JSON: .* at column 2", 2),
    ("cut last line", "a.jsonl", lambda: lines_of(GOOD, MORE) + b'{"id": "x", "ti', 3, r"no valid JSON", 2),
    ("a list", "a.jsonl", lambda: lines_of(GOOD, "[1]", MORE), 2, r"the row is a list; allowed: a JSON object", 2),
    ("null", "a.jsonl", lambda: lines_of(GOOD, "null", MORE), 2, r"the row is null; allowed: a JSON object", 2),
    ("text", "a.jsonl", lambda: lines_of(GOOD, '"x"', MORE), 2, r"the row is 'x'; allowed: a JSON object", 2),
    ("deep", "a.jsonl", lambda: lines_of(GOOD, "[" * 100_000, MORE), 2, r"nested too deeply", 2),
    ("long number", "a.jsonl", lambda: lines_of(GOOD, "9" * 5_000, MORE), 2, r"thousands of digits", 2),
    ("empty row", "a.jsonl", lambda: lines_of(GOOD, {}, MORE), 2, r"id is missing", 2),
    ("locale", "a.jsonl", lambda: lines_of(GOOD, {**MORE, "locale": "qq"}), 2, r"unknown locale 'qq'; allowed: .* sv", 1),
    ("same id", "a.jsonl", lambda: lines_of(GOOD, MORE, {**GOOD, "title": "B"}), 3, r"id 'good' .* in line 1 ", 2),
    ("same source id", "a.jsonl", lambda: lines_of(GOOD, {**MORE, "source_id": "good"}), 2, r"id 'more' .* line 1", 1),
    ("50 MB body", "a.jsonl", lambda: lines_of(GOOD, {**MORE, "body": "x" * 50_000_000}), 2, r"50,000,000 bytes; al", 1),
    ("empty file", "a.jsonl", lambda: b"", 0, r"there is no row in this file", 0),
    ("blank file", "a.jsonl", lambda: b"\n \r\n", 0, r"there is no row in this file", 0),
    ("latin-1", "a.jsonl", lambda: lines_of(GOOD) + '{"id": "å"}\n'.encode("latin-1"), 2, r"byte 0xE5 .* save it as UTF", 0),
    ("cut letter", "a.jsonl", lambda: lines_of(GOOD) + "å".encode()[:1], 2, r"byte 0xC3 is no UTF-8", 0),
    ("utf-16", "a.jsonl", lambda: lines_of(GOOD).decode().encode("utf-16"), 1, r"UTF-16; save it as UTF-8", 0),
    ("utf-16 without mark", "a.csv", lambda: b"id,title\n1,x\n".decode().encode("utf-16-be"), 1, r"UTF-16; save it", 0),
    ("cut gzip", "a.jsonl.gz", lambda: gzip.compress(many(3_000))[:-3_000], 0, r"gzip file ends too early", -1),
    ("cut gzip tail", "a.jsonl.gz", lambda: gzip.compress(many(3))[:-4], 4, r"gzip file ends too early", 3),
    ("damaged gzip", "a.jsonl.gz", lambda: gzip.compress(many(3)) + b"rubbish", 4, r"gzip file is damaged", 3),
    ("no gzip", "a.jsonl.gz", lambda: b"\x1f\x8bxx", 1, r"gzip file", 0),
    ("json number", "a.json", lambda: b"5", 1, r"the row is 5; allowed: a JSON object", 0),
    ("json list of texts", "a.json", lambda: json.dumps([GOOD, "x", MORE], indent=1).encode(), 7, r"the row is 'x'", 2),
    ("cut json list", "a.json", lambda: json.dumps([GOOD, MORE], indent=1).encode()[:-20], 7, r"no valid JSON: .*left", 1),
    ("open json list", "a.json", lambda: json.dumps([GOOD, MORE]).encode()[:-1], 1, r"the list never ends", 2),
    ("no comma", "a.json", lambda: b"[" + lines_of(GOOD, MORE) + b"]", 2, r"a comma is missing", 1),
    ("json in gzip", "a.json.gz", lambda: gzip.compress(json.dumps([GOOD, MORE]).encode())[:-4], 1, r"ends too early", 2),
    ("front matter open", "a.md", lambda: b"---\ntitle: x\n\ntext\n", 1, r"front matter never ends; close it", 0),
    ("front matter broken", "a.md", lambda: b"---\nid: x\ntitle: a: b\n---\ntext\n", 3, r"no valid YAML: .* in quotes", 0),
    ("front matter list", "a.md", lambda: b"---\n- x\n---\ntext\n", 1, r"no list of fields", 0),
    ("front matter state", "a.md", lambda: b"---\nstate: old\n---\ntext\n", 1, r"state 'old' is unknown; allowed: wip", 0),
    ("front matter bomb", "a.md", lambda: b"---\na: &a [x,x]\nb: &b [*a,*a]\ntags: [*b,*b]\n---\nx", 1, r"tags has a list", 0),
    ("empty markdown", "a.md", lambda: b"", 1, r"title, body and html are all empty", 0),
    ("latin-1 markdown", "a.md", lambda: "# Hej\n\nDå\n".encode("latin-1"), 3, r"byte 0xE5 is no UTF-8", 0),
    ("large markdown", "a.md", lambda: b"# x\n" + b"word " * 1_100_000, 0, r"5,500,004 bytes; allowed: at most", 0),
    ("csv without names", "a.csv", lambda: b"1,x\n2,y\n", 1, r"first row must name the columns, found 1, x; allowed", 0),
    ("csv without id", "a.csv", lambda: b"title,body\nx,y\n", 1, r"no column id", 0),
    ("csv name twice", "a.csv", lambda: b"id,title,Title\n1,x,y\n", 1, r"column title stands there twice", 0),
    ("csv wide row", "a.csv", lambda: b"id,title\n1,x\n2,y,z\n3,w\n", 3, r"the row has 3 cells, the header 2", 2),
    ("csv bad quotes", "a.csv", lambda: b'id,title\n1,x\n2,"y"z\n3,w\n', 3, r"no valid CSV: .* quotation marks", 2),
    ("csv open quote", "a.csv", lambda: b'id,title\n1,x\n2,"y\n3,w\n', 3, r"no valid CSV: .*up to line 4", 1),
    ("csv latin-1", "a.csv", lambda: "id;title\n1;å\n".encode("latin-1"), 2, r"byte 0xE5 is no UTF-8", 0),
    ("csv ticket", "a.csv", lambda: b"id,subject,created_at\n1,x,2026-05-04\n2,y,soon\n", 3, r"created_at 'soon' is no time", 1),
    ("csv only names", "a.csv", lambda: b"id,title\n", 0, r"there is no row in this file", 0),
    ("no workbook", "a.xlsx", lambda: b"PK rubbish", 0, r"no readable XLSX workbook", 0),
    ("empty workbook", "a.xlsx", lambda: b"", 0, r"no readable XLSX workbook", 0),
    ("other zip", "a.xlsx", lambda: packed("x.txt", b"x"), 0, r"no readable XLSX workbook", 0),
    ("cut workbook", "a.xlsx", lambda: workbook(["id", "title"], [1, "x"])[:-100], 0, r"no readable XLSX workbook", 0),
    ("sheet without names", "a.xlsx", lambda: workbook(["a", "b"], [1, 2]), 1, r"sheet 'Sheet': the first row must", 0),
    ("sheet row", "a.xlsx", lambda: workbook(["id", "title"], [1, "x"], [True, "y"], [3, "z"]), 3, r"id is True; all", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "line", "reason", "landed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_one_line_for_each_fault(
    store: Store, tmp_path: Path, name: str, content: Callable[[], bytes], line: int, reason: str, landed: int
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(content())
    (folder / "z-neighbour.jsonl").write_bytes(lines_of({"id": "neighbour", "title": "x"}))
    report = import_paths(store, [folder])
    assert len(report.rejected) == 1, report.rejected
    rejected = report.rejected[0]
    assert rejected.path == folder / name
    assert re.search(reason, rejected.reason), rejected.reason
    assert "\n" not in rejected.reason
    stored = report.article.total + report.ticket.total - 1
    if landed < 0:
        assert stored > 0
        assert rejected.line == stored + 1
    else:
        assert (rejected.line, stored) == (line, landed)
    assert store.articles.get("neighbour").title == "x"


def test_equal_rows_with_one_id_are_no_fault(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines_of(GOOD, GOOD))
    report = import_paths(store, [tmp_path / "a.jsonl"])
    assert (report.article.new, report.article.unchanged, report.rejected) == (1, 1, ())


def test_the_first_of_two_files_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines_of(GOOD))
    (tmp_path / "b.jsonl").write_bytes(lines_of({**GOOD, "title": "Other"}))
    report = import_paths(store, [tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert [r.reason for r in report.rejected] == [
        f"id 'good' stands already in {tmp_path / 'a.jsonl'} line 1 with other content; allowed: once"
    ]


def test_an_id_of_another_source_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines_of(GOOD, MORE))
    import_paths(store, [tmp_path / "a.jsonl"], source="one")
    report = import_paths(store, [tmp_path / "a.jsonl"], source="two")
    assert [(r.line, "belongs to source 'one'" in r.reason) for r in report.rejected] == [(1, True), (2, True)]


def test_a_refused_row_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    first = {"id": 1, "subject": "s", "created_at": "2026-05-04", "customer": {"email": "a@b.example"}}
    (tmp_path / "a.jsonl").write_bytes(lines_of(first, {**first, "customer": {"email": "c@d.example"}}))
    assert len(import_paths(store, [tmp_path / "a.jsonl"]).rejected) == 1
    assert [row["id"] for row in store.database.rows("SELECT id FROM customers")] == ["email:a@b.example"]


def test_a_line_beyond_all_bounds_is_skipped_in_little_memory(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_file, "MAX_LINE_BYTES", 1_000_000)
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as handle:
        handle.write(lines_of(GOOD))
        handle.writelines(b"x" * 1_000_000 for _ in range(60))
        handle.write(b"\n" + lines_of(MORE))
    tracemalloc.start()
    report = import_paths(store, [path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(r.line, r.reason) for r in report.rejected] == [
        (2, "the line has 60,000,001 bytes; allowed: at most 1,000,000")
    ]
    assert report.article.new == 2
    assert peak < 12_000_000


def test_a_large_body_is_not_copied_once_more(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines_of({**GOOD, "body": "x" * 50_000_000}))
    tracemalloc.start()
    import_paths(store, [path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The line and the value that JSON makes of it; no third copy.
    assert peak < 110_000_000


def test_a_json_list_beyond_its_bound(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_LIST_BYTES", 10)
    (tmp_path / "a.json").write_text("[" + " " * 20 + "]")
    report = import_paths(store, [tmp_path / "a.json"])
    assert [r.reason for r in report.rejected] == [
        "the JSON list has more than 10 bytes; write it as .jsonl, one object per line, which has no limit"
    ]


def test_a_workbook_that_unpacks_beyond_its_bound(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MAX_UNPACKED_BYTES", 1_000_000)
    (tmp_path / "a.xlsx").write_bytes(packed("xl/x.xml", b"0" * 5_000_000))
    report = import_paths(store, [tmp_path / "a.xlsx"])
    assert [r.reason for r in report.rejected] == [
        "the workbook unpacks to 5,000,000 bytes; allowed: at most 1,000,000"
    ]


def test_unreadable_things_in_a_folder(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "gone.md").symlink_to(tmp_path / "nowhere")
    (folder / "good.jsonl").write_bytes(lines_of(GOOD))
    (folder / "image.png").write_bytes(b"\x89PNG")
    report = import_paths(store, [folder])
    assert (report.article.new, report.rejected) == (1, ())
    assert report.skipped == (folder / "gone.md", folder / "image.png")


def test_an_article_may_get_another_id(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines_of({**GOOD, "source_id": "s1", "url": "https://a.example/kb/x"}))
    import_paths(store, [path])
    path.write_bytes(lines_of({**MORE, "source_id": "s1", "url": "https://a.example/kb/x"}))
    report = import_paths(store, [path])
    assert (report.article.changed, report.rejected) == (1, ())
    assert store.articles.get("good").title == "More"


@pytest.mark.parametrize(
    "url",
    [
        "http://a\u2100b/x",
        "https://[x/y",
        "http://a.example:port/",
    ],
)
def test_a_broken_url_in_a_message_is_only_text(store: Store, tmp_path: Path, url: str) -> None:
    row = {"id": 1, "created_at": "2026-05-04", "messages": [{"author": "agent", "body": f"See {url} now"}]}
    (tmp_path / "a.jsonl").write_bytes(lines_of(row, GOOD))
    report = import_paths(store, [tmp_path / "a.jsonl"])
    assert (report.ticket.new, report.article.new, report.rejected) == (1, 1, ())


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_readers_never_raise(tmp_path: Path, name: str, content: bytes) -> None:
    for suffix in FORMATS[name].suffixes:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(content)
        list(FORMATS[name].read(path, tmp_path))


def test_limits_are_what_the_manual_says() -> None:
    assert (text_file.MAX_LINE_BYTES, table.MAX_UNPACKED_BYTES) == (64_000_000, 500_000_000)
