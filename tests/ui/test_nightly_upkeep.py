"""Once a night: pairs are searched for in a process of its own, and unused articles are noticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes import an_article, open_store, put
from tests.ui.aside import ToldAside
from ui.nightly_upkeep import NightlyUpkeep, is_due

NIGHT = datetime(2026, 5, 5, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "begun", "searched", "due"),
    [
        (NIGHT, None, None, True),
        (NIGHT - HOUR, None, None, False),
        (NIGHT + 3 * HOUR, None, None, False),
        (NIGHT, NIGHT - HOUR, None, False),
        (NIGHT, None, NIGHT - HOUR, False),
        (NIGHT, NIGHT - 24 * HOUR, NIGHT - 24 * HOUR, True),
    ],
)
def test_when(now: datetime, begun: datetime | None, searched: datetime | None, *, due: bool) -> None:
    assert is_due(now, started=NIGHT - 48 * HOUR, begun=begun, searched=searched) is due


def test_not_right_after_the_start() -> None:
    assert not is_due(NIGHT, started=NIGHT - timedelta(seconds=30), begun=None, searched=None)


def test_once_a_night(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, an_article("a1"))
    with store.database.write("verify", "article", "a1") as connection:
        connection.execute("UPDATE articles SET verify_due_at = '2020-01-01T00:00:00.000000Z'")
    now = [NIGHT - HOUR]
    aside = ToldAside()
    nightly = NightlyUpkeep(store, aside, clock=lambda: now[0])
    looked = []
    for hours in (0, 1, 1.5, 20, 25):
        now[0] = NIGHT + (hours - 1) * HOUR
        looked.append(nightly.look())
        if looked[-1]:
            assert not NightlyUpkeep(store, aside, clock=lambda: NIGHT).look(), "another server finds it begun"
            store.article_pairs.replace([], run_id=len(aside.begun))
            store.database.connection.execute("DELETE FROM desk_settings")
    assert looked == [False, True, False, False, True]
    assert aside.begun == [("upkeep", "pairs", "--search", "--run", str(run), "--json") for run in (1, 2)]
    (noticed,) = store.database.rows("SELECT article_id FROM archive_notices WHERE noticed_at IS NOT NULL")
    assert noticed["article_id"] == "a1"
    nightly.start()
    nightly.stop()
    store.close()
