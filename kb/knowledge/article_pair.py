"""Two articles of which one may be too many, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PairKind(StrEnum):
    """What two articles have to do with each other."""

    DUPLICATE = "duplicate"
    """They say the same."""
    CONTRADICTION = "contradiction"
    """They answer the same question, and not alike."""


class PairState(StrEnum):
    """What somebody decided about a pair."""

    OPEN = "open"
    RESOLVED = "resolved"
    """One was merged into the other, or their texts were put right."""
    NOT_A_PAIR = "not_a_pair"
    """Both are needed."""


class PlaceKind(StrEnum):
    """In what two places contradict each other."""

    NUMBERS = "numbers"
    STEPS = "steps"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class PairPlace:
    """Two places that cannot both be right; offsets are characters of the bodies of the pair's revisions."""

    kind: PlaceKind
    one_start: int
    one_end: int
    one_quote: str
    other_start: int
    other_end: int
    other_quote: str


@dataclass(frozen=True, slots=True)
class ArticlePair:
    """Two articles in one language of which one may be too many."""

    one_id: str
    """The smaller of the two ids."""
    other_id: str
    kind: PairKind
    score: float
    """0..1, how surely."""
    places: tuple[PairPlace, ...]
    """Where they contradict each other, in the order of the first; empty for duplicates."""
    revisions: tuple[int, int]
    """Which revisions of the two were compared."""
    found_at: datetime
    state: PairState = PairState.OPEN
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    id: int = 0
    """Rising; 0 before it is stored."""
