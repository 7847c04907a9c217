"""When an imported article is to be looked at first: spread evenly, so that a help centre floods nobody. Pure."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from kb.knowledge.verification import DUE_SOON

NEVER_DUE = datetime(9999, 12, 31, tzinfo=UTC)
"""Of an import where the team lets verifications never run out: vouched for by its source, with no day to look."""


def first_due(article_id: str, at: datetime, days: int) -> datetime:
    """The day on which an imported article is to be looked at for the first time.

    It lies between DUE_SOON and DUE_SOON + `days` after the import, at the place that a hash of the id gives: the same
    for the same id whenever it is asked, about equally many on every day, and nothing at once.

    Args:
        article_id: The article.
        at: When it was imported, aware.
        days: How long a verification lasts in this team; 0: for ever.
    """
    if days <= 0:
        return NEVER_DUE
    drawn = int.from_bytes(hashlib.sha256(article_id.encode("utf-8", "replace")).digest()[:8])
    return at + DUE_SOON + timedelta(days=days) * (drawn / 2**64)
