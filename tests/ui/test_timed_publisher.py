"""The thread that publishes what was scheduled: also after a restart, and once, however many servers look."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from kb import clock
from kb.knowledge.article_draft import DraftText
from kb.knowledge.move import DraftMove, DraftWish
from kb.model import Role
from tests.fakes import open_store
from ui.timed_publisher import TimedPublisher


def test_a_running_server_publishes_what_came_due_while_it_was_away(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    bo = store.users.create(name="Bo", email="bo@x.example", role=Role.PUBLISHER)
    draft = store.article_drafts.create(bo, text=DraftText(title="Reset", body="Hold it."))
    wish = DraftWish(version=1, at=clock.now() + timedelta(hours=1))
    store.article_drafts.move(draft.id, DraftMove.SCHEDULE, bo, wish)
    with store.database.note() as connection:
        connection.execute("UPDATE article_drafts SET publish_at = ?", (clock.to_text(clock.now()),))
    runs = [TimedPublisher(store, every_s=0.02) for _ in range(3)]
    for each in runs:
        each.start()
    deadline = time.monotonic() + 10
    while store.article_drafts.find(draft.id) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    for each in runs:
        each.stop()
    assert store.articles.get(draft.id).revision.changed_by == bo.id, "in the name of who scheduled it"
    verbs = [each.verb for each in store.article_history.log(draft.id)]
    assert verbs.count("publish") == 1, "by one of three"
    store.close()
