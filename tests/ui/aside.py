"""Stands in for the processes that a server begins beside itself."""

from __future__ import annotations

from pathlib import Path

from kb.settings import Settings
from ui.run_aside import RunAside


class ToldAside(RunAside):
    """Remembers what it was told to run."""

    def __init__(self) -> None:
        super().__init__(Settings(home=Path("nowhere")))
        self.begun: list[tuple[str, ...]] = []

    def start(self, *command: str) -> bool:
        self.begun.append(command)
        return True
