"""Numbered migrations: the only place that defines tables.

Each migration and the note that it ran commit or roll back together. A migration that has landed is never edited;
a change is a new one at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from kb.errors import StorageDamaged


def m001_knowledge(db: sqlite3.Connection) -> None:
    """Articles with immutable revisions, canned replies, and the addresses under which articles are known."""
    _run(
        db,
        """
        CREATE TABLE articles (
            id TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, locale TEXT NOT NULL,
            url TEXT NOT NULL DEFAULT '', product TEXT NOT NULL DEFAULT '', audience TEXT NOT NULL,
            confidence TEXT NOT NULL, translation_of TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL,
            content_hash TEXT NOT NULL, verified_at TEXT, updated_at TEXT, seq INTEGER NOT NULL,
            UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX articles_seq ON articles (seq);
        CREATE INDEX articles_family ON articles (CASE translation_of WHEN '' THEN id ELSE translation_of END);
        CREATE TABLE revisions (
            article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            title TEXT NOT NULL, body TEXT NOT NULL, summary TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]',
            created_at TEXT, PRIMARY KEY (article_id, number)
        ) STRICT;
        CREATE TABLE addresses (
            address TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
            strength INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX addresses_article ON addresses (article_id);
        CREATE TABLE canned_replies (
            id TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, title TEXT NOT NULL,
            locale TEXT NOT NULL, revision INTEGER NOT NULL, shortcut TEXT NOT NULL DEFAULT '',
            product TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]', content_hash TEXT NOT NULL,
            updated_at TEXT, seq INTEGER NOT NULL, UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX canned_replies_seq ON canned_replies (seq);
        CREATE TABLE canned_revisions (
            canned_id TEXT NOT NULL REFERENCES canned_replies (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            body TEXT NOT NULL, PRIMARY KEY (canned_id, number)
        ) STRICT;
        """,
    )


def m002_tickets(db: sqlite3.Connection) -> None:
    """Tickets, their messages, their customers, and the articles linked to them."""
    _run(
        db,
        """
        CREATE TABLE customers (
            id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
            attributes TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE TABLE tickets (
            id TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, subject TEXT NOT NULL,
            status TEXT NOT NULL, locale TEXT NOT NULL, product TEXT NOT NULL DEFAULT '',
            topic TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]', priority TEXT NOT NULL DEFAULT 'normal',
            channel TEXT NOT NULL DEFAULT '', customer_id TEXT REFERENCES customers (id), created_at TEXT NOT NULL,
            closed_at TEXT, content_hash TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, seq INTEGER NOT NULL,
            UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX tickets_seq ON tickets (seq);
        CREATE INDEX tickets_status ON tickets (status, created_at);
        CREATE INDEX tickets_customer ON tickets (customer_id);
        CREATE TABLE messages (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            author TEXT NOT NULL, public INTEGER NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
            body TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (ticket_id, number)
        ) STRICT;
        CREATE TABLE ticket_links (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, target TEXT NOT NULL,
            article_id TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, kind TEXT NOT NULL,
            PRIMARY KEY (ticket_id, target)
        ) STRICT;
        CREATE INDEX ticket_links_article ON ticket_links (article_id);
        """,
    )


def m003_people_and_log(db: sqlite3.Connection) -> None:
    """Users and sessions, the event log, the audit log, unfinished replies, and the change counter."""
    _run(
        db,
        """
        CREATE TABLE users (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
            locale TEXT NOT NULL DEFAULT 'en', password_hash TEXT NOT NULL DEFAULT '', active INTEGER NOT NULL DEFAULT 1
        ) STRICT;
        CREATE TABLE sessions (
            token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created_at TEXT NOT NULL, expires_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, user_id TEXT NOT NULL DEFAULT '',
            ticket_id TEXT NOT NULL DEFAULT '', article_id TEXT NOT NULL DEFAULT '',
            revision INTEGER NOT NULL DEFAULT 0, rank INTEGER NOT NULL DEFAULT 0,
            confidence REAL NOT NULL DEFAULT 0, detail TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE INDEX events_ticket ON events (ticket_id);
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL, noun TEXT NOT NULL,
            noun_id TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE TABLE reply_drafts (
            ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            body TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (ticket_id, user_id)
        ) STRICT;
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        INSERT INTO counters VALUES ('seq', 0);
        CREATE TABLE tombstones (
            noun TEXT NOT NULL, noun_id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (noun, noun_id)
        ) STRICT;
        CREATE INDEX tombstones_seq ON tombstones (seq);
        """,
    )


def m004_misses(db: sqlite3.Connection) -> None:
    """An index by which events of one kind are found: whether a miss is logged already, and all misses of a time."""
    _run(db, "CREATE INDEX events_kind ON events (kind, at);")


def m005_learned(db: sqlite3.Connection) -> None:
    """What was learned about ranking from the team's own links: every attempt, adopted or refused."""
    _run(
        db,
        """
        CREATE TABLE learned (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL,
            parameters TEXT NOT NULL, figures TEXT NOT NULL, undone_at TEXT
        ) STRICT;
        CREATE INDEX learned_adopted ON learned (model, kind, outcome);
        """,
    )


def m006_reply_templates(db: sqlite3.Connection) -> None:
    """The courtesy texts that the team words itself; what is not here is as it was shipped."""
    _run(
        db,
        """
        CREATE TABLE reply_templates (
            locale TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, updated_at TEXT NOT NULL,
            PRIMARY KEY (locale, key)
        ) STRICT;
        """,
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_knowledge,
    m002_tickets,
    m003_people_and_log,
    m004_misses,
    m005_learned,
    m006_reply_templates,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to the newest version; does nothing when they are.

    Raises:
        StorageDamaged: The database was written by a newer Svar.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StorageDamaged(
            f"The database has schema version {version}, this Svar knows up to {len(MIGRATIONS)}.",
            hint="Start the newer Svar that wrote it, or restore a backup.",
        )
    if version == len(MIGRATIONS):
        return
    # Another process may be migrating: take the write lock, then look again.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            migration(connection)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        # On a full disk SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _run(db: sqlite3.Connection, script: str) -> None:
    # Half a second to import, so only where a database is made or changed.
    from sqlite_utils import Database

    tables = Database(db, recursive_triggers=False)
    # Not executescript: it commits first, and a migration must be one transaction.
    for statement in script.split(";"):
        if statement.strip():
            tables.execute(statement)
