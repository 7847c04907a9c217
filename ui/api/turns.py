"""Whose turn it is to search: a server with more questions than it can answer answers fewer, and those at once.

All at once they would share two cores and one interpreter, and each would be answered when its text has moved on.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ui.api.access import Refused

AT_ONCE = 1 + (os.cpu_count() or 1)
"""So many are searched for side by side. With more of them each takes longer, and no more are answered a second."""
PATIENCE_S = 0.7
"""Words that are being typed and have waited so long are refused: by now there are others in the box."""


class Turns:
    """The lines of those who wait. For the event loop alone."""

    def __init__(self, *, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        """Begin with nobody.

        Args:
            at_once: How many may search side by side, at least 1.
            patience_s: How long typed words wait.
        """
        self._free, self._patience_s = at_once, patience_s
        self._asked: deque[asyncio.Future[None]] = deque()
        self._typed: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def one(self, *, typing: bool) -> AsyncIterator[None]:
        """Wait for a turn and have it until the block ends.

        Args:
            typing: The words are still being typed: then the newest come first, behind everything else, and who waits
                too long is refused. Else who came first comes first, and waits as long as it takes.

        Raises:
            Refused: "crowded".
        """
        await self._wait(self._typed if typing else self._asked, self._patience_s if typing else None)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, line: deque[asyncio.Future[None]], patience_s: float | None) -> None:
        if self._free:
            self._free -= 1
            return
        coming = asyncio.get_running_loop().create_future()
        line.append(coming)
        try:
            await asyncio.wait_for(coming, patience_s)
        except TimeoutError:
            raise Refused("crowded", 503) from None
        except asyncio.CancelledError:
            if coming.done() and not coming.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        for line, take in ((self._asked, self._asked.popleft), (self._typed, self._typed.pop)):
            while line:
                # Who was refused or went away still stands in the line.
                coming = take()
                if not coming.done():
                    coming.set_result(None)
                    return
        self._free += 1
