"""What was learned for gaps and is kept from run to run: how fine to group, and how far the bulk search is right."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assistant.demand.grain import Grain
from assistant.engine import Engine
from assistant.gaps.likely import Agreement
from indexer.model import Shelf
from kb.store import Store

_GRAIN, _AGREEMENT = "grain of gaps", "agreement"
_GROWN = 0.05
"""From so many more (or fewer) links or articles on it is learned anew."""


class Lessons:
    """What is known, as long as links and articles are about as many as when it was learned."""

    def __init__(self, store: Store, engine: Engine, linked: int) -> None:
        """Look at how much there is to learn from.

        Args:
            store: Where it is kept.
            engine: Names the model and what was learned of it for the ranking.
            linked: How many linked tickets there are.
        """
        self._runs = store.gaps.runs
        self._model = engine.model
        self._ranking = list(store.learned.in_force(engine.model))
        self._linked, self._articles = linked, len(engine.readers[Shelf.ARTICLE])

    def grain(self) -> Grain | None:
        """How fine to group; None if it is to be learned."""
        found = self._known(_GRAIN)
        return Grain(**found) if found else None

    def keep_grain(self, grain: Grain) -> None:
        """Keep how fine to group."""
        self._keep(_GRAIN, asdict(grain))

    def agreement(self) -> Agreement | None:
        """How far the bulk search agrees with the search; None if it is to be measured."""
        found = self._known(_AGREEMENT)
        return Agreement(**found) if found else None

    def keep_agreement(self, agreement: Agreement | None) -> None:
        """Keep how far they agree, if it was measured."""
        if agreement is not None:
            self._keep(_AGREEMENT, asdict(agreement))

    def _known(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = dict(self._runs.lesson(name))
        same = found.get("model") == self._model and found.get("ranking") == self._ranking
        near = same and all(
            abs(found[key] - now) <= _GROWN * max(now, 1)
            for key, now in (("linked", self._linked), ("articles", self._articles))
        )
        return found["learned"] if near else {}

    def _keep(self, name: str, learned: dict[str, Any]) -> None:
        if self._known(name) != learned:
            about = {"model": self._model, "ranking": self._ranking, "linked": self._linked, "articles": self._articles}
            self._runs.learn(name, about | {"learned": learned})
