"""Start the application on the fake Service: `python -m tests.ui.run_fake HOME PORT [--demo] [--at-once]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kb.settings import Settings
from kb.store import Store
from tests.ui.fakes import FakeService, Known
from tests.ui.seed import fill_store
from ui.pages import shell
from ui.serving import serve

AT_ONCE = "--at-once"
"""Load Gradio without waiting for a quiet moment."""


def main() -> None:
    """Fill the folder if it is empty, then serve it."""
    if AT_ONCE in sys.argv:
        # Nobody works here before Gradio is there.
        shell.IDLE_S = 0.0
    settings = Settings.from_env(os.environ, home=Path(sys.argv[1]))
    store = Store.open(settings)
    if not store.counts()["tickets"]:
        fill_store(store)
    service = FakeService(store, settings, Known.read(store))
    serve(service, port=int(sys.argv[2]), demo="--demo" in sys.argv, follow=False)


if __name__ == "__main__":
    main()
