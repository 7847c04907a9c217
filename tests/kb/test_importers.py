"""Importing real files and folders: what lands, what a second run does, and how long it takes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.database import Database
from kb.errors import DatabaseBusy, KBError, SettingInvalid, StorageFull
from kb.importers import run
from kb.importers.files import FORMATS
from kb.importers.report import Counts, ImportReport
from kb.importers.run import import_paths
from kb.store import Store

FILES = Path(__file__).with_name("files")
SHARED = Path(__file__).parents[2] / "../shared/data"
needs_data = pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not beside the clone")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Database(tmp_path / "home" / "svar.db", busy_timeout_s=0.1))
    yield opened
    opened.close()


def write_rows(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def audit(store: Store) -> list[tuple[str, str, str, dict[str, object]]]:
    rows = store.database.rows("SELECT verb, noun, noun_id, detail FROM audit ORDER BY id")
    return [(row["verb"], row["noun"], row["noun_id"], json.loads(row["detail"])) for row in rows]


def test_a_folder_with_everything(store: Store) -> None:
    report = import_paths(store, [FILES / "folder"], source="demo")
    assert report == ImportReport(
        article=Counts(new=2),
        ticket=Counts(new=1),
        canned=Counts(new=1),
        rejected=(),
        skipped=(FILES / "folder" / "notes.txt",),
        links_resolved=2,
    )
    found = store.articles.get("sv/konto/losenord")
    assert (found.title, found.locale, found.source) == ("Byt lösenord", "sv", "demo")
    assert found.revision.body == "1. Öppna **Konto**.\n2. Välj *Byt lösenord*.\n"
    vpn = store.articles.get("007")
    assert (vpn.title, vpn.locale, vpn.product) == ("VPN: connect from home", "nb", "")
    assert vpn.updated_at == datetime(2026, 5, 4, tzinfo=UTC)
    assert store.articles.resolve("https://help.example/old-vpn") == "007"
    assert store.canned.get("hello-en").body == "Hello {{ticket.customer.first_name}},\n"


def test_a_second_run_changes_nothing_and_a_changed_row_is_a_revision(store: Store, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", {"id": 1, "title": "x", "body": "one"}, {"id": 2, "title": "y"})
    assert import_paths(store, [path]).article == Counts(new=2)
    seq = store.seq()
    assert import_paths(store, [path]).article == Counts(unchanged=2)
    assert store.seq() == seq
    write_rows(path, {"id": 1, "title": "x", "body": "two"}, {"id": 2, "title": "y"}, {"id": 3, "title": "z"})
    assert import_paths(store, [path]).article == Counts(new=1, changed=1, unchanged=1)
    assert store.articles.get("1").revision.number == 2


def test_the_audit_log_counts(store: Store, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", {"id": 1, "title": "x"}, {"id": 1, "title": "y"}, {"id": 2, "title": "z"})
    import_paths(store, [path], source="wiki", actor="u1")
    assert audit(store) == [
        ("import", "article", "3", {"source": "wiki", "new": 2, "rejected": 1}),
        ("resolve", "ticket_link", "", {"resolved": 0}),
    ]


def test_batches_and_progress(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_BATCH_ROWS", 10)
    path = write_rows(tmp_path / "a.jsonl", *({"id": n, "title": "x"} if n != 7 else {"id": n} for n in range(25)))
    done: list[int] = []
    report = import_paths(store, [path], progress=done.append)
    assert (report.article.new, len(report.rejected), sum(done)) == (24, 1, 25)
    assert [noun_id for verb, _, noun_id, _ in audit(store) if verb == "import"] == ["10", "10", "4"]


def test_large_texts_make_small_batches(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_BATCH_CHARACTERS", 100)
    path = write_rows(tmp_path / "a.jsonl", *({"id": n, "title": "x", "body": "y" * 60} for n in range(6)))
    assert import_paths(store, [path]).article.total == 6
    assert [noun_id for verb, _, noun_id, _ in audit(store) if verb == "import"] == ["2", "2", "2"]


@pytest.mark.parametrize(
    ("path", "locale"),
    [
        ("sv/x.md", "sv"),
        ("nb-NO/deep/x.md", "nb"),
        ("no/x.md", "nb"),
        ("en/da/x.md", "da"),
        ("it/x.md", "und"),
        ("x.md", "und"),
    ],
)
def test_the_locale_of_a_folder(store: Store, tmp_path: Path, path: str, locale: str) -> None:
    file = tmp_path / "kb" / path
    file.parent.mkdir(parents=True)
    file.write_text("Some text.\n")
    import_paths(store, [tmp_path / "kb"])
    assert store.articles.get(path.removesuffix(".md")).locale == locale


def test_the_imported_folder_itself_may_name_the_locale(store: Store, tmp_path: Path) -> None:
    (tmp_path / "da").mkdir()
    (tmp_path / "da" / "x.md").write_text("---\n---\nTekst.\n")
    import_paths(store, [tmp_path / "da"])
    assert store.articles.get("x").locale == "da"


def test_a_format_chooses_files_in_folders_and_overrides_names(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text("# x\n")
    write_rows(folder / "b.jsonl", {"id": 1, "title": "y"})
    write_rows(folder / "c.export", {"id": 2, "title": "z"})
    report = import_paths(store, [folder, folder / "c.export"], format="jsonl")
    assert report.article == Counts(new=2)
    assert report.skipped == (folder / "a.md", folder / "c.export")


def test_a_file_that_is_named_twice_is_read_once(store: Store, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", {"id": 1, "title": "y"})
    assert import_paths(store, [path, tmp_path]).article.total == 1


def test_a_link_may_come_before_its_article(store: Store, tmp_path: Path) -> None:
    row = {"id": 1, "subject": "s", "created_at": "2026-05-04", "article_links": ["https://a.example/kb/x"]}
    assert import_paths(store, [write_rows(tmp_path / "t.jsonl", row)]).links_resolved == 0
    page = {"id": "x", "title": "t", "url": "https://a.example/kb/x"}
    assert import_paths(store, [write_rows(tmp_path / "a.jsonl", page)]).links_resolved == 1
    assert store.tickets.link_counts() == [("x", 1)]


def test_unknown_formats_and_paths_stop_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    good = write_rows(tmp_path / "a.jsonl", {"id": 1, "title": "y"})
    (tmp_path / "empty").mkdir()
    (tmp_path / "b.pdf").write_text("x")
    cases: list[tuple[list[Path], str]] = [
        ([good, tmp_path / "gone.jsonl"], r"There is no file or folder .*gone\.jsonl\."),
        ([good, tmp_path / "gone"], r"There is no file or folder .*gone\."),
        ([good, tmp_path / "empty"], r"nothing to import in .*empty\. Files that can be read: \.md, .*\.xlsx"),
        ([good, tmp_path / "b.pdf"], r"b\.pdf does not tell its format\."),
    ]
    for paths, message in cases:
        with pytest.raises(KBError, match=message):
            import_paths(store, paths)
    with pytest.raises(SettingInvalid, match="format is 'pdf'; allowed: " + ", ".join(FORMATS)):
        import_paths(store, [good], format="pdf")
    assert audit(store) == []


def test_a_busy_database_ends_the_import_and_running_again_goes_on(store: Store, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", {"id": 1, "title": "y"})
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match="locked by another process"):
        import_paths(store, [path])
    other.execute("ROLLBACK")
    other.close()
    assert import_paths(store, [path]).article == Counts(new=1)


def test_a_full_disk_keeps_what_was_committed(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_BATCH_ROWS", 5)
    path = write_rows(tmp_path / "a.jsonl", *({"id": n, "title": "x", "body": "y" * 20_000} for n in range(40)))
    database = store.database
    database.row("PRAGMA journal_mode = DELETE")
    pages = database.row("PRAGMA page_count")
    assert pages is not None
    database.row(f"PRAGMA max_page_count = {pages[0] + 100}")
    with pytest.raises(StorageFull, match="is full"):
        import_paths(store, [path])
    stored = store.counts()["articles"]
    assert 0 < stored < 40
    assert stored % 5 == 0
    database.row("PRAGMA max_page_count = 1000000")
    assert import_paths(store, [path]).article == Counts(new=40 - stored, unchanged=stored)


@needs_data
@pytest.mark.data
@pytest.mark.slow
def test_sumo_lands_whole(store: Store) -> None:
    paths = [SHARED / "sumo/articles.jsonl.gz", SHARED / "sumo/tickets.jsonl.gz"]
    report = import_paths(store, paths, source="sumo")
    assert (report.article, report.ticket, report.rejected) == (Counts(new=669), Counts(new=10_431), ())
    assert report.links_resolved > 5_000
    again = import_paths(store, paths, source="sumo")
    assert (again.article, again.ticket) == (Counts(unchanged=669), Counts(unchanged=10_431))


@needs_data
@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "articles"),
    [
        ("swefaq/articles.jsonl", 219),
        ("faq_nordic/articles.jsonl.gz", 1_442),
        ("banking77/articles.jsonl", 77),
    ],
)
def test_other_real_data_lands_whole(store: Store, name: str, articles: int) -> None:
    report = import_paths(store, [SHARED / name])
    assert (report.article, report.rejected) == (Counts(new=articles), ())


def test_the_demo_data_lands_whole(store: Store) -> None:
    report = import_paths(store, [Path(__file__).parents[2] / "data"])
    assert report.rejected == ()
    assert report.article.new > 0
