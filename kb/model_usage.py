"""What a language model has used so far, summed over the event log."""

from __future__ import annotations

from dataclasses import dataclass

from kb.database import Database
from kb.model import EventKind

_SUMS = """
    SELECT count(*) AS calls,
           coalesce(sum(json_extract(detail, '$.failed') <> ''), 0) AS failed,
           coalesce(sum(json_extract(detail, '$.tokens_in')), 0) AS tokens_in,
           coalesce(sum(json_extract(detail, '$.tokens_out')), 0) AS tokens_out,
           coalesce(sum(json_extract(detail, '$.cost')), 0.0) AS cost,
           coalesce(sum(json_extract(detail, '$.kept')), 0) AS kept,
           coalesce(sum(json_extract(detail, '$.removed')), 0) AS removed
    FROM events WHERE kind = ?
"""


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """Sums over all calls."""

    calls: int = 0
    failed: int = 0
    """Calls that gave no draft; what they used counts too."""
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    """By the prices that were set at the time, in their currency."""
    kept: int = 0
    """Sentences that passed the checks."""
    removed: int = 0
    """Sentences that did not."""


def usage_of(database: Database) -> ModelUsage:
    """Sum what every call used; zeros where there was none."""
    row = database.row(_SUMS, (EventKind.REWRITTEN.value,))
    return ModelUsage(**dict(row)) if row is not None else ModelUsage()
