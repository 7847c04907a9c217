"""What articles carry beyond their text (owner, verification, governance), and drafts of articles."""

from __future__ import annotations

import sqlite3

from kb.migrations.script import run_script

_ARTICLES = """
    ALTER TABLE articles ADD COLUMN owner_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE articles ADD COLUMN governance TEXT NOT NULL DEFAULT 'experience_based';
    ALTER TABLE articles ADD COLUMN verify_every_days INTEGER;
    ALTER TABLE articles ADD COLUMN verify_due_at TEXT;
    ALTER TABLE articles ADD COLUMN verified_by TEXT NOT NULL DEFAULT '';
    ALTER TABLE articles ADD COLUMN unverified_reason TEXT NOT NULL DEFAULT '';
    ALTER TABLE articles ADD COLUMN published_at TEXT;
    ALTER TABLE articles ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
    ALTER TABLE articles ADD COLUMN deleted_at TEXT;
    ALTER TABLE articles ADD COLUMN confidence_before TEXT NOT NULL DEFAULT '';
    ALTER TABLE articles ADD COLUMN own_fields TEXT NOT NULL DEFAULT '[]';
    CREATE INDEX articles_verify_due ON articles (verify_due_at);
    CREATE INDEX articles_merged_into ON articles (merged_into) WHERE merged_into <> '';
    ALTER TABLE revisions ADD COLUMN questions TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE revisions ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
    ALTER TABLE revisions ADD COLUMN note TEXT NOT NULL DEFAULT '';
    CREATE TABLE article_merges (
        article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, into_id TEXT NOT NULL,
        at TEXT NOT NULL, user_id TEXT NOT NULL, addresses TEXT NOT NULL, links TEXT NOT NULL,
        translations TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_noun ON audit (noun_id, noun)
"""
_DRAFTS = """
    CREATE TABLE article_drafts (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, summary TEXT NOT NULL, tags TEXT NOT NULL,
        questions TEXT NOT NULL, locale TEXT NOT NULL, product TEXT NOT NULL, audience TEXT NOT NULL,
        confidence TEXT NOT NULL, governance TEXT NOT NULL, translation_of TEXT NOT NULL, owner_id TEXT NOT NULL,
        master_revision INTEGER NOT NULL DEFAULT 0, base_revision INTEGER NOT NULL,
        seen_revision INTEGER NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,
        note TEXT NOT NULL DEFAULT '', sent_back TEXT NOT NULL DEFAULT '', reviewer_id TEXT NOT NULL DEFAULT '',
        approved_by TEXT NOT NULL DEFAULT '', publish_at TEXT, scheduled_by TEXT NOT NULL DEFAULT '',
        created_by TEXT NOT NULL, created_at TEXT NOT NULL, edited_by TEXT NOT NULL, edited_at TEXT NOT NULL,
        from_tickets TEXT NOT NULL DEFAULT '[]', sources TEXT NOT NULL DEFAULT '[]',
        candidate_id TEXT NOT NULL DEFAULT '', source_text TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX article_drafts_state ON article_drafts (state, edited_at DESC);
    CREATE INDEX article_drafts_due ON article_drafts (publish_at) WHERE publish_at IS NOT NULL;
    CREATE TABLE article_comments (
        id INTEGER PRIMARY KEY, article_id TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 0, user_id TEXT NOT NULL,
        at TEXT NOT NULL, body TEXT NOT NULL, quote TEXT NOT NULL DEFAULT '', resolved_by TEXT NOT NULL DEFAULT '',
        resolved_at TEXT
    ) STRICT;
    CREATE INDEX article_comments_article ON article_comments (article_id);
    CREATE TABLE article_editors (
        article_id TEXT NOT NULL REFERENCES article_drafts (id) ON DELETE CASCADE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, page TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (article_id, user_id, page)
    ) STRICT
"""


def m013_article_work(db: sqlite3.Connection) -> None:
    """Make the tables; see the module."""
    run_script(db, _ARTICLES + ";" + _DRAFTS)
