"""A real database with Fyrvik's texts, for tests of the user interface."""

from __future__ import annotations

from pathlib import Path

from kb.importers.run import import_paths
from kb.store import Store

DATA = Path(__file__).parents[2] / "data"


def fill_store(store: Store) -> None:
    """Put the demo company's articles, canned replies and tickets into a store."""
    import_paths(store, [DATA], source="demo", actor="demo")
