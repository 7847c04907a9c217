"""When an article counts as verified: a table, and the owners' list asks the same question in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import clock
from kb.knowledge.article_list import ArticleFilter
from kb.knowledge.article_write import update_article
from kb.knowledge.verification import Verification, next_due, verification_at
from kb.store import Store
from tests.fakes import DAY, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("confidence", "verified", "due", "reason", "expected"),
    [
        # confidence, verified days ago, due in days (None: no date), why doubted
        ("validated", 10, 100, "", "verified"),
        ("validated", 10, None, "", "verified"),
        ("validated", None, 100, "", "verified"),
        ("validated", 10, 15, "", "verified"),
        ("validated", 10, 14, "", "due"),
        ("validated", 10, 1, "", "due"),
        ("validated", 10, 0, "", "overdue"),
        ("validated", None, -1, "", "overdue"),
        ("validated", None, None, "", "never"),
        ("not_validated", None, None, "", "never"),
        ("not_validated", 10, 100, "", "never"),
        ("wip", None, None, "", "never"),
        ("validated", 10, 100, "flagged", "unverified"),
        ("not_validated", None, None, "flagged", "unverified"),
    ],
)
def test_the_table(
    store: Store, confidence: str, verified: int | None, due: int | None, reason: str, expected: str
) -> None:  # fmt: skip
    def moment(days: int | None, sign: int) -> datetime | None:
        return None if days is None else DAY + sign * timedelta(days=days)

    values = {"verified_at": moment(verified, -1), "due_at": moment(due, 1)}
    found = verification_at(DAY, confidence=confidence, reason=reason, **values)
    assert found.value == expected
    assert found.holds == (expected in {"verified", "due"})
    put(store, an_article())
    with store.database.write("set", "article", "a1") as connection:
        columns = {
            "confidence": confidence, "verified_at": clock.to_text(values["verified_at"]), "unverified_reason": reason,
            "verify_due_at": clock.to_text(values["due_at"]),
        }  # fmt: skip
        update_article(connection, "a1", columns)
    assert store.articles.get("a1").verification(DAY) is found
    for each in Verification:
        rows, total = store.article_list.page(ArticleFilter(verification=each), now=DAY)
        assert (total, len(rows)) == ((1, 1) if each is found else (0, 0))


@given(every=st.none() | st.integers(0, 4000), team=st.integers(0, 4000))
def test_how_long_it_lasts(every: int | None, team: int) -> None:
    due = next_due(DAY, every_days=every, team_days=team)
    days = team if every is None else every
    assert due == (None if days == 0 else DAY + timedelta(days=days))
