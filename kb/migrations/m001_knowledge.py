"""Articles with immutable revisions, canned replies, and the addresses under which articles are known."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script


def m001_knowledge(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(
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
