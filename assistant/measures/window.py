"""A window of time as a choice among the tickets of a frame. Pure."""

from __future__ import annotations

import numpy as np

from assistant.measures.frame import Frame, Mask, day_number
from kb.reporting.window import Window


def mask_of(frame: Frame, window: Window) -> Mask:
    """Which tickets a window holds: those that were resolved in it.

    Args:
        frame: All tickets.
        window: Which are meant.
    """
    found = (frame.resolved_on >= day_number(window.since)) & (frame.resolved_on < day_number(window.until))
    for name in ("locale", "product", "team"):
        wanted = getattr(window, name)
        if wanted:
            found &= frame.is_word(name, wanted)
    return np.asarray(found, dtype=bool)
