"""The demo's made-up past: the same every time, only where links are, and enough for every figure."""

from __future__ import annotations

import shutil
from pathlib import Path

from assistant.measures.dashboard import dashboard
from assistant.measures.measures import Measures
from kb.model import EventKind
from kb.settings import Settings
from kb.store import Store
from ui.demo_log import add_use_log


def test_the_log_is_the_same_every_time_and_makes_the_figures_speak(seeded: Path, tmp_path: Path) -> None:
    told, page = [], {}
    for name in ("one", "two"):
        store = Store.open(Settings(home=Path(shutil.copytree(seeded, tmp_path / name))))
        before = store.seq()
        add_use_log(store)
        told.append([(e.kind, e.ticket_id, e.article_id, e.rank, e.confidence) for e in store.events.list(limit=5000)])
        # Nothing that the index knows of has changed.
        assert store.seq() == before
        linked = {each.id for each in store.tickets.linked_since(0)}
        assert {e.ticket_id for e in store.events.list(limit=5000)} <= linked
        measures = Measures(store)
        page = dashboard(measures, measures.window(since="2026-08-17", until="2026-11-23"))
        store.close()
    funnel = page["funnel"]

    assert told[0] == told[1]
    assert {kind for kind, *_ in told[0]} == {
        EventKind.SHOWN,
        EventKind.OPENED,
        EventKind.INSERTED,
        EventKind.SENT,
        EventKind.RATED,
    }
    assert funnel["shown"] > funnel["opened"] > funnel["used"] > funnel["sent"] >= funnel["solved"] > 20
    for name in ("satisfied", "nps", "assisted"):
        assert page["team"][name]["enough"], name
    assert page["comparison"]["with"]["handled"]["n"] > 30
