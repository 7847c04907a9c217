"""Which article says the same in the reader's language: what the index found, in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from indexer.model import Shelf
from indexer.shelves import TWINS, Shelves


class Twins:
    """Follows the twins of an index. Safe to use from several threads."""

    def __init__(self, shelves: Shelves) -> None:
        """Read all of them."""
        self._shelves = shelves
        self._lock = threading.Lock()
        self._run = ""
        self._into: dict[str, dict[str, str]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take in what changed since; microseconds when nothing did."""
        run = self._shelves.meta(TWINS).split(" ")[-1]
        if run == self._run:
            return
        with self._lock:
            locales = {key[1]: key[2] for key in self._shelves.keys(Shelf.ARTICLE)}
            into: dict[str, dict[str, str]] = {}
            for article_id, twin_id in self._shelves.twins():
                into.setdefault(locales.get(twin_id, ""), {})[article_id] = twin_id
            self._into, self._run = into, run

    def into(self, locale: str) -> Mapping[str, str]:
        """For articles in other languages, the one that says the same in this language."""
        return self._into.get(locale, {})
