"""The first dates of imported articles: stable, even, and given to what was there before as well."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import clock, schema
from kb.knowledge.spread import NEVER_DUE, first_due
from kb.knowledge.verification import DUE_SOON, EVERY_DAYS
from kb.migrations.m015_trust import m015_trust
from tests.fakes import DAY, open_store


@given(st.text(), st.integers(1, 3650))
def test_within_the_interval_and_the_same_again(article_id: str, days: int) -> None:
    due = first_due(article_id, DAY, days)
    assert DAY + DUE_SOON <= due < DAY + DUE_SOON + timedelta(days=days)
    assert first_due(article_id, DAY, days) == due
    assert first_due(article_id, DAY, 0) == NEVER_DUE


def test_what_was_stored_before_gets_dates_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: DAY)
    everything = schema.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", everything[: everything.index(m015_trust)])
    connection = schema_only(tmp_path)
    for article_id, confidence in (("old", "validated"), ("new", "not_validated")):
        connection.execute(
            "INSERT INTO articles (id, source, source_id, locale, audience, confidence, revision, content_hash, seq)"
            " VALUES (?1, 'files', ?1, 'en', 'public', ?2, 1, '', 1)",
            (article_id, confidence),
        )
        connection.execute(
            "INSERT INTO revisions (article_id, number, title, body) VALUES (?, 1, 'Title', 'Body')", (article_id,)
        )
    connection.close()
    monkeypatch.setattr(schema, "MIGRATIONS", everything)
    store = open_store(tmp_path)
    assert store.articles.get("old").verify_due_at == first_due("old", DAY, EVERY_DAYS)
    assert store.articles.get("new").verify_due_at is None
    store.close()


def schema_only(home: Path) -> sqlite3.Connection:
    """The database as it was before the migration."""
    connection = sqlite3.connect(home / "svar.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.create_function("casefold", 1, lambda text: text, deterministic=True)
    schema.migrate(connection)
    return connection
