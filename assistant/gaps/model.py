"""The nouns of a search for gaps, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from assistant.measures.figure import Figure


class Coverage(StrEnum):
    """Whether the knowledge base answered a ticket."""

    LINKED = "linked"
    """An article that is there today was linked to it, and nobody said that it did not work."""
    SUGGESTED = "suggested"
    """An article was shown with enough confidence, and nobody set it aside."""
    LIKELY = "likely"
    """No trace is left, but asked today it would get a confident suggestion that its customer could read."""
    NONE = "none"


class LeftOut(StrEnum):
    """Why a ticket is no demand."""

    SPAM = "spam"
    MERGED = "merged"
    AUTOMATIC = "automatic"
    """An answering machine or a system wrote it."""
    EMPTY = "empty"
    """No customer said anything."""


class Cause(StrEnum):
    """Why what is there does not answer a gap."""

    CONTRADICTED = "contradicted"
    OUTDATED = "outdated"
    DISMISSED = "dismissed"
    HIDDEN_BY_AUDIENCE = "hidden_by_audience"
    OTHER_LANGUAGE = "other_language"
    NOT_FOUND = "not_found"
    NO_ARTICLE = "no_article"


class Remedy(StrEnum):
    """What to do about a gap."""

    CAPTURE = "capture"
    ADD_QUESTION = "add_question"
    EDIT = "edit"
    CHANGE_AUDIENCE = "change_audience"
    TRANSLATE = "translate"
    VERIFY = "verify"


REMEDIES: Mapping[Cause, Remedy] = MappingProxyType(
    {
        Cause.CONTRADICTED: Remedy.EDIT,
        Cause.OUTDATED: Remedy.VERIFY,
        Cause.DISMISSED: Remedy.EDIT,
        Cause.HIDDEN_BY_AUDIENCE: Remedy.CHANGE_AUDIENCE,
        Cause.OTHER_LANGUAGE: Remedy.TRANSLATE,
        Cause.NOT_FOUND: Remedy.ADD_QUESTION,
        Cause.NO_ARTICLE: Remedy.CAPTURE,
    }
)


@dataclass(frozen=True, slots=True)
class NearArticle:
    """An article near to a gap, and what happened to it in the gap's tickets."""

    id: str
    """The version in the gap's language where there is one, else the original, else any."""
    family: str
    title: str
    locale: str
    audience: str = "public"
    confidence: float = 0.0
    """Calibrated chance 0..1 that it helps, over the tickets that speak for the gap."""
    mixing: float = 0.0
    """How far the tickets that link it lie among the gap's, 0 apart to 1 one crowd."""
    answers_mixing: float | None = None
    """The same for what agents answered; None where that is not known."""
    linked_tickets: int = 0
    """How many tickets link it in all."""
    locales: frozenset[str] = frozenset()
    """Languages in which its customers can read it."""
    is_hidden: bool = False
    """Customers cannot be given it: its audience is narrower than public and partner."""
    shown: int = 0
    """In so many of the gap's tickets it was shown with confidence."""
    dismissed: Mapping[str, int] = field(default_factory=dict)
    """In how many it was set aside, by reason."""
    by_hand: int = 0
    """In how many it was linked although no suggestion was good enough."""
    unsolved: int = 0
    """In how many it was linked or sent, and the customer said that it did not work."""
    flags: frozenset[str] = frozenset()
    """Reasons of its open flags."""
    doubt: str = ""
    """Why its text is not to be trusted as it stands: "unverified", "older_than_original" or "overdue"; "" for none."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A gap before and after an article for it came out."""

    article_id: str
    shipped_at: datetime
    before: Mapping[str, Figure]
    """"per_week", "covered", "reopened", "minutes", "satisfaction", each with its interval and number of cases."""
    after: Mapping[str, Figure]
    verdict: str
    """"closed", "better", "no_change", "worse" or "too_few"; see `closure.verdict_of`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One question that is asked and not answered."""

    id: str
    label: str
    """A sentence of one of its customers, without personal data."""
    locale: str
    """The language that most of its tickets are in."""
    cause: Cause
    remedy: Remedy
    article_id: str
    """What the remedy is about; empty where no article is."""
    missing_words: tuple[str, ...]
    """What customers say and that article does not; for "not found" only."""
    tickets: tuple[str, ...]
    """All ids, rising."""
    examples: tuple[str, ...]
    """At least five where there are five: who speaks for the gap best, each of another customer as far as possible."""
    searches: tuple[str, ...]
    """What was searched outside of tickets, without personal data."""
    asked: int
    """Tickets and searches together, the latter as often as they were made."""
    customers: int
    languages: Mapping[str, int]
    products: Mapping[str, int]
    per_week: tuple[tuple[str, int], ...]
    """(ISO week, how many asked), oldest first; every week of the window from the first to the last."""
    weekly: float
    """How many ask a week, over the last four weeks."""
    minutes: float
    """Median minutes of its tickets."""
    trend: float
    work: float
    """asked x minutes x trend; what gaps are ordered by."""
    near: tuple[NearArticle, ...]
    """Best first; the first is what the cause is about if it is about any."""
    closure: Closure | None = None
