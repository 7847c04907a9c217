"""The database: one way to write, one audit row each, and clear words for every bad state of the world."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.database import Database, next_seq
from kb.errors import Conflict, DatabaseBusy, InvalidRow, KBError, NotFound, StorageDamaged, StorageFull
from kb.knowledge.move import SYSTEM, ArticleMove
from kb.links import resolve_links
from kb.model import Confidence, Event, EventKind, Role, TicketStatus, User
from kb.store import Store
from tests.conftest import ROOT, environment
from tests.fakes import DAY, a_canned, a_ticket, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def audits(store: Store) -> int:
    return len(store.database.rows("SELECT id FROM audit"))


# ---- one verb, one transaction, one audit row


class PowerCut(Exception):
    """Stands for anything that stops a write in the middle."""


@dataclass
class Desk:
    """What the verbs below work on."""

    store: Store
    user: User
    turn: int = 0
    token: str = ""

    def reply(self, version_off: int, *, public: bool = True) -> None:
        version = self.store.tickets.get("t1").version
        self.store.tickets.reply(
            "t1", f"reply {self.turn}", author_name="A", actor=self.user.id, status=TicketStatus.PENDING, public=public,
            version=version + version_off, article_ids=["a1"],
        )  # fmt: skip

    def sign_in(self) -> None:
        self.token = self.store.users.open_session(self.user.id)

    def sign_out(self) -> None:
        if not self.token:
            self.sign_in()
            self.store.users.close_session(self.token)
            self.token = ""
            raise NotFound("session", "")  # Two verbs ran: told apart below.
        self.store.users.close_session(self.token)
        self.token = ""

    def resolve(self) -> None:
        with self.store.database.write("resolve", "link", "") as connection:
            resolve_links(connection)

    def archive_or_restore(self) -> None:
        is_archived = self.store.articles.get("a2").confidence is Confidence.ARCHIVED
        self.store.article_moves.move("a2", ArticleMove.RESTORE if is_archived else ArticleMove.ARCHIVE, SYSTEM)

    def interrupted(self) -> None:
        with self.store.database.write("import", "article", "1") as connection:
            next_seq(connection)
            connection.execute("DELETE FROM messages")
            raise PowerCut


VERBS: dict[str, tuple[Callable[[Desk], object], type[Exception] | None]] = {
    "import": (lambda d: put(d.store, an_article("a1", f"{d.turn}"), a_ticket("t2", subject=f"{d.turn}")), None),
    "import nothing new": (lambda d: put(d.store, an_article("a2")), None),
    "reply": (lambda d: d.reply(0), None),
    "note": (lambda d: d.reply(0, public=False), None),
    "archive": (lambda d: d.archive_or_restore(), None),
    "create": (lambda d: d.store.users.create(name="N", email=f"n{d.turn}@b.example", role=Role.AGENT), None),
    "language": (lambda d: d.store.users.set_locale(d.user.id, "sv"), None),
    "sign in": (lambda d: d.sign_in(), None),
    "log": (lambda d: d.store.events.append([Event(EventKind.SHOWN, DAY)] * 3), None),
    "resolve": (lambda d: d.resolve(), None),
    "late reply": (lambda d: d.reply(-1), Conflict),
    "empty reply": (lambda d: d.store.tickets.reply(
        "t1", " ", author_name="", actor="", status=TicketStatus.OPEN, version=1), InvalidRow),
    "reply to nothing": (lambda d: d.store.tickets.reply(
        "t9", "x", author_name="", actor="", status=TicketStatus.OPEN, version=1), NotFound),
    "archive nothing": (lambda d: d.store.articles.archive("a9", actor="u"), NotFound),
    "create again": (lambda d: d.store.users.create(name="N", email="anna@b.example", role=Role.AGENT), Conflict),
    "another's id": (lambda d: put(d.store, an_article("a3"), an_article("a1", source="else")), InvalidRow),
    "power cut": (lambda d: d.interrupted(), PowerCut),
}  # fmt: skip


def contents(store: Store) -> list[str]:
    """Every row of every table."""
    names = [row["name"] for row in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [f"{name}: {tuple(row)}" for name in names for row in store.database.rows(f"SELECT * FROM {name}")]


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(chosen=st.lists(st.sampled_from(sorted(VERBS)), max_size=12))
def test_every_verb_leaves_one_audit_row_and_a_failed_one_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[str]
) -> None:
    store = open_store(tmp_path_factory.mktemp("home"))
    put(store, an_article("a1"), an_article("a2"), a_ticket("t1"), a_ticket("t2"))
    desk = Desk(store, store.users.create(name="Anna", email="anna@b.example", role=Role.LEAD))
    for turn, name in enumerate(chosen):
        desk.turn = turn
        verb, error = VERBS[name]
        before, count = contents(store), audits(store)
        if error is None:
            verb(desk)
            assert audits(store) == count + 1, name
        else:
            with pytest.raises(error):
                verb(desk)
            assert contents(store) == before, name
    store.close()


def test_signing_out_is_a_verb_too(store: Store) -> None:
    user = store.users.create(name="Anna", email="anna@b.example", role=Role.LEAD)
    token = store.users.open_session(user.id)
    count = audits(store)
    store.users.close_session(token)
    store.users.close_session(token)
    assert audits(store) == count + 1


def test_the_audit_row_says_who_did_what(store: Store) -> None:
    detail: dict[str, object] = {}
    with store.database.write("publish", "article", "a1", actor="u1", detail=detail):
        detail["revision"] = 2
    row = store.database.row("SELECT * FROM audit")
    assert row is not None
    assert (row["actor"], row["verb"], row["noun"], row["noun_id"], row["detail"]) == (
        "u1", "publish", "article", "a1", '{"revision":2}',
    )  # fmt: skip
    assert row["at"].endswith("Z")


def test_a_write_after_a_failed_one(store: Store) -> None:
    with pytest.raises(PowerCut), store.database.write("a", "b", "c"):
        raise PowerCut
    with store.database.write("a", "b", "c") as connection:
        next_seq(connection)
    assert (audits(store), store.seq()) == (1, 1)


# ---- several threads and processes


def test_threads_share_one_database(store: Store) -> None:
    def work() -> None:
        for _ in range(20):
            with store.database.write("count", "x", "") as connection:
                next_seq(connection)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (store.seq(), audits(store)) == (100, 100)


def test_threads_that_have_ended_hold_no_files(store: Store) -> None:
    """A web server's threads come and go; each has a connection of its own."""

    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def in_threads(count: int) -> None:
        for _ in range(count):
            thread = threading.Thread(target=store.seq)
            thread.start()
            thread.join()

    in_threads(3)
    before = open_files()
    in_threads(40)
    assert open_files() <= before + 3


WRITER = """
import sys, pathlib
from kb.database import Database, next_seq
database = Database(pathlib.Path(sys.argv[1]), busy_timeout_s=60)
for number in range(100):
    with database.write("count", "x", f"{sys.argv[2]} {number}") as connection:
        connection.execute("INSERT INTO tombstones VALUES (?, ?, ?)", (sys.argv[2], str(number), next_seq(connection)))
"""


def test_two_processes_write_at_once(store: Store) -> None:
    """Nobody is turned away, no number of the change counter is given twice."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.database.path), name], cwd=ROOT, env=environment())
        for name in ("one", "two")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    rows = store.database.rows("SELECT seq FROM tombstones ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(1, 201))
    assert audits(store) == 200


# ---- bad states of the world


def test_a_locked_database_says_what_to_do(tmp_path: Path) -> None:
    store = open_store(tmp_path, busy_timeout_s=0.05)
    put(store, an_article())
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match=r"svar\.db is locked by another process\. Wait for the other"):
        store.articles.archive("a1", actor="u")
    assert store.articles.get("a1").title, "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    store.articles.archive("a1", actor="u")
    store.close()


def hold_a_new_file(path: Path) -> sqlite3.Connection:
    """Hold a file that is not in WAL mode yet as its writer: SQLite refuses a change of mode at once then."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE first (id)")
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_new_file_that_another_process_holds_is_waited_for(tmp_path: Path) -> None:
    other = hold_a_new_file(tmp_path / "svar.db")
    release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    release.start()
    Database(tmp_path / "svar.db").close()
    release.join()
    other.close()


def test_a_new_file_that_another_process_keeps_is_named(tmp_path: Path) -> None:
    other = hold_a_new_file(tmp_path / "svar.db")
    with pytest.raises(DatabaseBusy, match=r"svar\.db is locked by another process\. Wait for the other"):
        Database(tmp_path / "svar.db", busy_timeout_s=0.1)
    other.close()


@pytest.mark.parametrize(
    "content", [b"This is a letter, not a database. " * 50, b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "svar.db"
    path.write_bytes(content)
    with pytest.raises(StorageDamaged, match=r"svar\.db is damaged or no Svar database: .*Restore it from a backup"):
        Database(path)
    assert path.read_bytes() == content, "it is left as it was"


def test_a_file_that_was_torn(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, *(an_article(f"a{i}", "word " * 500) for i in range(50)))
    store.close()
    data = bytearray((tmp_path / "svar.db").read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    (tmp_path / "svar.db").write_bytes(data)
    with pytest.raises(StorageDamaged, match="is damaged or no Svar database"):
        open_store(tmp_path).articles.get_many(f"a{i}" for i in range(50))


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "svar.db").mkdir()
    with pytest.raises(KBError, match=r"Cannot use the database .*svar\.db"):
        Database(tmp_path / "svar.db")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KBError, match=r"Cannot create the data folder .*--home or SVAR_HOME"):
        Database(tmp_path / "file" / "home" / "svar.db")


NOT_MINE = """
import os, pathlib, sys
from kb.database import Database
from kb.errors import KBError
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    database = Database(pathlib.Path(sys.argv[1]))
    with database.write("try", "x", ""):
        pass
    print("written")
except KBError as error:
    print("KBError:", error)
"""


@pytest.mark.parametrize("filled", [False, True], ids=["new", "existing"])
def test_a_folder_that_may_only_be_read(filled: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        if filled:
            Database(home / "svar.db").close()
            (home / "svar.db").chmod(0o444)
        home.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", NOT_MINE, str(home / "svar.db")], cwd=ROOT, env=environment(), capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        home.chmod(0o755)
    assert done.stdout.startswith("KBError: Cannot use the database"), done.stdout + done.stderr
    assert "Check that the folder exists, is yours to write and has space left." in done.stdout


def test_a_full_disk_loses_nothing(store: Store) -> None:
    """SQLite's own limit on pages stands for the disk."""
    put(store, an_article("a1"))
    pages = store.database.connection.execute("PRAGMA page_count").fetchone()[0]
    store.database.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFull, match=r"The disk that holds .*svar\.db is full\. Free some space"):
        put(store, an_article("a2", "word " * 100_000))
    store.database.connection.execute("PRAGMA max_page_count = 100000")
    assert put(store, an_article("a2", "word " * 100_000)) == "new"
    assert replace(store.articles.get("a1"), verify_due_at=None) == an_article("a1")


def test_nothing_there_yet(tmp_path: Path) -> None:
    from kb.settings import Settings

    with pytest.raises(KBError, match=r"There is nothing in .* yet\. Run `svar import PATH` first"):
        Store.open(Settings(home=tmp_path / "none"), must_exist=True)
    assert not (tmp_path / "none").exists()


def test_counts(store: Store) -> None:
    put(store, an_article("a1"), a_ticket("t1"), a_canned("c1"), links=["a1", "x"])
    assert store.counts() == {
        "articles": 1, "revisions": 1, "canned_replies": 1, "tickets": 1, "messages": 2, "ticket_links": 2,
        "customers": 0, "users": 0,
    }  # fmt: skip


def test_a_closed_database_opens_again_when_asked(store: Store) -> None:
    put(store, an_article())
    store.close()
    assert replace(store.articles.get("a1"), verify_due_at=None) == an_article()
