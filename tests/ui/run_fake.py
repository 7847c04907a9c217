"""Start the application on the fake Service: `python -m tests.ui.run_fake HOME PORT [--demo]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kb.settings import Settings
from kb.store import Store
from tests.ui.fakes import FakeService, Known
from tests.ui.seed import fill_store
from ui.serving import serve


def main() -> None:
    """Fill the folder if it is empty, then serve it."""
    settings = Settings.from_env(os.environ, home=Path(sys.argv[1]))
    store = Store.open(settings)
    if not store.counts()["tickets"]:
        fill_store(store)
    service = FakeService(store, settings, Known.read(store))
    serve(service, port=int(sys.argv[2]), demo="--demo" in sys.argv, follow=False)


if __name__ == "__main__":
    main()
