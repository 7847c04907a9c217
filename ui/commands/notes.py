"""Log records of a running command: ours in one line on stderr, all of them with their tracebacks in the log."""

from __future__ import annotations

import logging

import click

from ui.commands.failure import append
from ui.commands.place import Place

OURS = frozenset({"kb", "indexer", "assistant", "ui", "svar"})


class Notes(logging.Handler):
    """Takes warnings and errors; other packages' words are for the log only, since nobody asked them."""

    def __init__(self, place: Place) -> None:
        super().__init__(logging.WARNING)
        self._place = place

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        if record.name.split(".")[0] in OURS:
            click.echo(f"svar: {record.getMessage()}", err=True)
        folder = self._place.log_folder()
        if folder.parent.is_dir():
            append(folder, f"{record.levelname} {record.name}: {self.format(record)}")


def listen(place: Place) -> None:
    """Take the records of every logger that has no handler of its own."""
    logging.getLogger().addHandler(Notes(place))
