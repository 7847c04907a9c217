"""How soon a running server finds what another process published, edited or archived."""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.speed.figure import Figure
from indexer.follow import EVERY_S
from kb.importers.run import import_paths
from kb.knowledge.move import SYSTEM, ArticleMove
from kb.model import Confidence
from kb.settings import Settings
from kb.store import Store
from ui.measured_server import MeasuredServer, measured_server, wait_until

PART = "publishing"
ROUNDS = 5
_ID = "svar-bench-article"
_TEXTS = (
    ("Zylographic calibration", "Hold the zylographic ring until it turns white."),
    ("Quandrillic calibration", "Hold the quandrillic ring until it turns white."),
)
"""Before and after the edit; no help desk has these words."""


def publication_figures(settings: Settings, *, rounds: int = ROUNDS) -> list[Figure]:
    """Publish, edit and archive one article several times, and wait each time until a server's search says so.

    Args:
        settings: Name the data folder, to which an article is added; it stays there, archived.
        rounds: How often.

    Raises:
        KBError: The server does not start, or does not follow within two minutes.
        ValueError: `rounds` is below 1.
    """
    seconds: dict[str, list[float]] = {"published": [], "edited": [], "archived": []}
    with measured_server(settings) as server, closing(Store.open(settings)) as store:
        wait_until(lambda: bool(server.ask("GET", "/api/v1/health")["warm"]), "the server is not warm")
        # The first change starts what later ones find running.
        _publish(store, 0)
        _took(server, lambda: _publish(store, 1), 1, _TEXTS[1][0])
        _took(server, lambda: store.articles.archive(_ID, actor="bench"), 1, None)
        for _ in range(rounds):
            seconds["published"].append(_took(server, lambda: _publish(store, 0), 0, _TEXTS[0][0]))
            seconds["edited"].append(_took(server, lambda: _publish(store, 1), 1, _TEXTS[1][0]))
            seconds["archived"].append(_took(server, lambda: store.articles.archive(_ID, actor="bench"), 1, None))
    return [Figure.of(PART, f"an article {verb}, until a search shows it", "s", own) for verb, own in seconds.items()]


def _took(server: MeasuredServer, change: Callable[[], None], version: int, wanted: str | None) -> float:
    """Seconds from the beginning of a change until a search for a version's words finds the wanted title."""
    # Not always at the same moment of what the server does at regular times.
    time.sleep(secrets.randbelow(1000) / 1000 * EVERY_S)
    began = time.perf_counter()
    change()
    wait_until(lambda: _title(server, version) == wanted, "the server has not followed a change")
    return time.perf_counter() - began


def _title(server: MeasuredServer, version: int) -> str | None:
    """Under which title a search for a version's words finds the article; None if it does not."""
    found: list[dict[str, Any]] = server.ask("GET", f"/api/v1/search?q={quote(_TEXTS[version][1])}")["articles"]
    return next((str(hit["title"]) for hit in found if hit["id"] == _ID), None)


def _publish(store: Store, version: int) -> None:
    title, body = _TEXTS[version]
    row = {"id": _ID, "title": title, "body": body, "locale": "en", "state": "validated"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "article.jsonl"
        file.write_text(json.dumps(row) + "\n", encoding="utf-8")
        import_paths(store, [file], source="svar-bench", actor="bench")
    if store.articles.get(_ID).confidence is Confidence.ARCHIVED:
        # What was archived here stays so, whatever its source says.
        store.article_moves.move(_ID, ArticleMove.RESTORE, SYSTEM)
