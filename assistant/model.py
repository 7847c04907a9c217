"""What the agent is shown, as frozen data; the same names stand in REST and JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.knowledge.verification import Verification


@dataclass(frozen=True, slots=True)
class MatchedPassage:
    """The part of a text that answers the question: a verbatim span of one revision."""

    text: str
    """Exactly body[start:end] of the revision (Markdown)."""
    start: int
    end: int
    heading: str = ""
    terms: tuple[str, ...] = ()
    """Words of the question that stand in the passage, as they stand there."""
    steps: int = 0
    """How many steps the numbered procedure of its section has; 0 where there is none."""
    customer_text: str | None = None
    """What of it may be put into a reply, with variables and links as customers get them; None: `text` as it is."""
    hidden: tuple[tuple[int, int], ...] = ()
    """Which places of `text` are for colleagues alone; half-open."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What earlier agents did with similar tickets."""

    tickets: int = 0
    """How many similar tickets link the article."""
    solved: int = 0
    """How many of those ended solved."""
    ticket_ids: tuple[str, ...] = ()
    """The most similar of them, best first, at most five."""


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """One suggested article."""

    id: str
    revision: int
    title: str
    locale: str
    url: str
    score: float
    """Share 0..1 of the best possible; what the list is sorted by."""
    state: str
    """KCS confidence of the article: wip, not_validated, validated."""
    verified_at: datetime | None
    updated_at: datetime | None
    audience: str
    product: str
    passage: MatchedPassage
    evidence: Evidence = Evidence()
    outdated: bool = False
    """The master article in another language is newer than this translation."""
    other_locales: tuple[str, ...] = ()
    """Languages in which the same article exists besides this one."""
    verification: Verification = Verification.VERIFIED
    """Whether somebody vouches for it just now."""
    unverified_reason: str = ""
    """Why somebody doubts it; empty while nobody does."""


@dataclass(frozen=True, slots=True)
class TicketHit:
    """One similar resolved ticket."""

    id: str
    subject: str
    locale: str
    product: str
    score: float
    solved: bool
    closed_at: datetime | None
    resolution: str
    """What of the agents' solving reply answers the question best, at most 600 characters in whole sentences, with
    other people's identifiers taken out; empty if there is no reply."""
    article_ids: tuple[str, ...] = ()
    count: int = 1
    """How many near-identical tickets it stands for, itself included."""
    others: tuple[str, ...] = ()
    """Ids of the rest of them, nearest first, at most 20."""


@dataclass(frozen=True, slots=True)
class CannedHit:
    """One suggested canned reply."""

    id: str
    revision: int
    title: str
    locale: str
    shortcut: str
    score: float
    body: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Everything that the workspace shows beside a ticket."""

    query: str
    """The text that was searched with."""
    locale: str
    """Language of the question."""
    confident: bool
    """Whether `confidence` reaches the setting; if not, the lists are not to be trusted and no draft is written."""
    confidence: float
    """Chance 0..1 that the list holds a useful article."""
    articles: tuple[ArticleHit, ...] = ()
    tickets: tuple[TicketHit, ...] = ()
    canned: tuple[CannedHit, ...] = ()
    took_ms: float = 0.0


class SourceKind(StrEnum):
    """Where a sentence of a draft comes from."""

    ARTICLE = "article"
    CANNED = "canned"
    TICKET = "ticket"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Source:
    """The exact place that a sentence is taken from."""

    kind: SourceKind
    id: str = ""
    """Id of the article, canned reply or ticket; name of the template."""
    revision: int = 0
    """Revision of the article or canned reply; number of the message for a ticket; 0 for a template."""
    start: int = 0
    end: int = 0
    quote: str = ""
    """Character for character what stands at start..end there."""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or one list item) of a draft."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A merge field that could not be filled: it stays visible and blocks sending."""

    field: str
    """E.g. "order.number"."""
    start: int
    """Where it stands in the draft's text."""
    end: int


class ConflictKind(StrEnum):
    """In what two sources contradict each other."""

    NUMBERS = "numbers"
    STEPS = "steps"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two shown sources that say different things about the same: the draft follows the first."""

    kind: ConflictKind
    used: Source
    """The place that the draft quotes, or would quote."""
    other: Source
    """The place that says something else; it may be internal, so it is for the agent alone."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply proposed to the agent; never sent by itself."""

    locale: str
    confident: bool
    text: str
    """Markdown; empty when not confident."""
    sentences: tuple[Sentence, ...] = ()
    placeholders: tuple[Placeholder, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Keys of remarks for the agent, e.g. "draft.other_language"."""
    conflicts: tuple[Conflict, ...] = ()
    """What other shown sources say differently."""
    unanswered: tuple[str, ...] = ()
    """The customer's questions to which nothing good was found, in his words."""
    questions: tuple[Sentence, ...] = ()
    """Where there is no text: what agents asked back in similar tickets, at most three."""
    escalation: Sentence | None = None
    """Where there is no text: the sentence that tells the customer that a colleague takes over."""
