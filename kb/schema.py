"""Numbered migrations; kb/migrations/ is the only place that defines tables.

Each migration and the note that it ran commit or roll back together. A migration that has landed is never edited;
a change is a new one at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from kb.errors import StorageDamaged
from kb.migrations.m001_knowledge import m001_knowledge
from kb.migrations.m002_tickets import m002_tickets
from kb.migrations.m003_people_and_log import m003_people_and_log
from kb.migrations.m004_misses import m004_misses
from kb.migrations.m005_learned import m005_learned
from kb.migrations.m006_reply_templates import m006_reply_templates
from kb.migrations.m007_queue import m007_queue
from kb.migrations.m008_people import m008_people
from kb.migrations.m009_conversation import m009_conversation
from kb.migrations.m010_suggestions import m010_suggestions
from kb.migrations.m011_replies import m011_replies
from kb.migrations.m012_embedding import m012_embedding
from kb.migrations.m013_article_work import m013_article_work
from kb.migrations.m014_article_writing import m014_article_writing
from kb.migrations.m015_trust import m015_trust
from kb.migrations.m016_candidates import m016_candidates
from kb.migrations.m017_gaps import m017_gaps
from kb.migrations.m018_reporting_views import m018_reporting_views
from kb.migrations.m019_pair_runs import m019_pair_runs
from kb.migrations.m020_capture_memory import m020_capture_memory

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_knowledge,
    m002_tickets,
    m003_people_and_log,
    m004_misses,
    m005_learned,
    m006_reply_templates,
    m007_queue,
    m008_people,
    m009_conversation,
    m010_suggestions,
    m011_replies,
    m012_embedding,
    m013_article_work,
    m014_article_writing,
    m015_trust,
    m016_candidates,
    m017_gaps,
    m018_reporting_views,
    m019_pair_runs,
    m020_capture_memory,
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
