"""The KCS figures that need more than tickets: accuracy of links, reuse, known to new, publishing, taking part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from assistant.measures.figure import Figure, median_minutes, share
from assistant.measures.frame import Frame, Mask
from assistant.measures.groups import SMALLEST
from kb.reporting.drawer import Reporting
from kb.reporting.link_audits import LinkAudit
from kb.reporting.window import Window


def kcs_figures(reporting: Reporting, window: Window, frame: Frame, mask: Mask, zone: ZoneInfo) -> dict[str, Figure]:
    """The figures of a window by name: link_accuracy, reuse, known_to_new, time_to_publish, participation.

    Args:
        reporting: Where they are read.
        window: Which tickets.
        frame: All tickets.
        mask: Those of the window.
        zone: The team's.
    """
    known = int(np.count_nonzero(frame.numbers["known"][mask] > 0))
    new = int(np.count_nonzero(frame.numbers["made"][mask] > 0))
    minutes = np.array(reporting.uses.minutes_to_publish(window), dtype=np.float64)
    since, until = moments_of(window, zone)
    taking_part = reporting.uses.participation(since, until)
    # Whoever works in one part of the desk is not known, so a part has no participation; few people have none either.
    is_open = not window.narrowed and taking_part.active >= SMALLEST
    return {
        "link_accuracy": accuracy_of(reporting.audits.list(), window),
        # What was linked and not written for the ticket, by what there is to be linked.
        "reuse": ratio(int(frame.numbers["known"][mask].sum()), reporting.uses.published(window)),
        "known_to_new": ratio(known, new),
        "time_to_publish": median_minutes(60.0 * minutes),
        "participation": share(taking_part.took_part, taking_part.active) if is_open else share(0, 0),
    }


def accuracy_of(audits: Sequence[LinkAudit], window: Window) -> Figure:
    """The share of right links in the newest marked sample that was drawn from just this window.

    A sample that is marked by half says what was marked so far; the order of a sample is random, so that its beginning
    is a sample too.

    Args:
        audits: All audits, newest first.
        window: Which tickets.
    """
    wanted = {"since": window.since.isoformat(), "until": window.until.isoformat()}
    wanted |= {name: getattr(window, name) for name in ("locale", "product", "team") if getattr(window, name)}
    for audit in audits:
        if audit.window == wanted and audit.marked:
            return share(audit.right, audit.marked)
    return share(0, 0)


def ratio(part: int, n: int) -> Figure:
    """One number by another; no value where the second is 0."""
    return Figure(part / n if n else None, None, None, n, "ratio", part)


def moments_of(window: Window, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a window begins and ends, in UTC."""
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (window.since, window.until))
    return begin, end
