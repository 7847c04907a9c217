"""The knowledge nouns as frozen data: articles, revisions, tickets, messages, canned replies, people, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.desk.attachments import Attachment
from kb.desk.standing import Standing
from kb.event import Event as Event  # noqa: PLC0414 - one of the nouns that are asked for here
from kb.event import EventKind as EventKind  # noqa: PLC0414
from kb.knowledge.verification import Verification, verification_at


class Confidence(StrEnum):
    """KCS article state: how far the team trusts the text (KCS v6, technique 5.2)."""

    WIP = "wip"
    NOT_VALIDATED = "not_validated"
    VALIDATED = "validated"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may read an article, narrowest first."""

    AUTHOR = "author"
    INTERNAL = "internal"
    PARTNER = "partner"
    PUBLIC = "public"


class Governance(StrEnum):
    """Who may change an article (KCS v6, technique 5.4)."""

    EXPERIENCE_BASED = "experience_based"
    COMPLIANCE_BASED = "compliance_based"
    """Only publishers; everybody else comments."""


class Author(StrEnum):
    """Who wrote a message of a ticket."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"


class TicketStatus(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


RESOLVED = frozenset({TicketStatus.SOLVED, TicketStatus.CLOSED})
"""The states in which a ticket may serve as evidence."""


class Role(StrEnum):
    """What a user may do; each role may do all that the ones before it may."""

    AGENT = "agent"
    CONTRIBUTOR = "contributor"
    PUBLISHER = "publisher"
    LEAD = "lead"
    ADMIN = "admin"

    def allows(self, needed: Role) -> bool:
        """Tell whether this role includes another."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Revision:
    """One immutable text of an article."""

    article_id: str
    number: int
    """1-based, without holes."""
    title: str
    body: str
    """Markdown; text offsets of passages and citations point into this string."""
    summary: str = ""
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    """Aware UTC; the source's own date where the source gave one."""
    questions: tuple[str, ...] = ()
    """Questions of customers that this text answers; searched like the text."""
    changed_by: str = ""
    """The user who published it; empty for what a source brought."""
    note: str = ""
    """Why it was changed."""


@dataclass(frozen=True, slots=True)
class Article:
    """One subject in one language, over time, with its current revision."""

    id: str
    source: str
    """Where it came from; (source, source_id) never changes."""
    source_id: str
    locale: str
    revision: Revision
    url: str = ""
    product: str = ""
    audience: Audience = Audience.PUBLIC
    confidence: Confidence = Confidence.VALIDATED
    translation_of: str = ""
    """Id of the master article; empty on a master."""
    verified_at: datetime | None = None
    updated_at: datetime | None = None
    owner_id: str = ""
    """The user who answers for it."""
    governance: Governance = Governance.EXPERIENCE_BASED
    verify_every_days: int | None = None
    """None: as the team has it; 0: never again."""
    verify_due_at: datetime | None = None
    verified_by: str = ""
    unverified_reason: str = ""
    """Why somebody doubts it; empty while nobody does."""
    published_at: datetime | None = None
    """When it was last published here; None for what only a source brought."""
    merged_into: str = ""
    """Id of the article that took its place."""
    deleted_at: datetime | None = None
    """Deleted for good: its texts are gone, and only its title is left."""

    @property
    def title(self) -> str:
        """Title of the current revision."""
        return self.revision.title

    def verification(self, now: datetime) -> Verification:
        """What is known about its truth at a moment."""
        return verification_at(
            now, confidence=self.confidence, verified_at=self.verified_at, due_at=self.verify_due_at,
            reason=self.unverified_reason,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """The person who asks."""

    id: str
    name: str = ""
    email: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    company: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn in a ticket."""

    number: int
    """0-based place in the ticket."""
    author: Author
    public: bool
    """False for notes that only colleagues may read."""
    at: datetime
    body: str
    """Markdown or plain text."""
    name: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A customer's request as received, with its conversation."""

    id: str
    source: str
    source_id: str
    subject: str
    status: TicketStatus
    locale: str
    created_at: datetime
    messages: tuple[Message, ...] = ()
    closed_at: datetime | None = None
    product: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    priority: str = "normal"
    channel: str = ""
    customer: Customer | None = None
    version: int = 1
    """Grows by one with every change; a writer names the version it read."""
    worked: bool | None = None
    """What the customer said last about whether the answer worked; None as long as they said nothing."""
    type: str = ""
    """What kind of request it is, in the team's own words, e.g. "question" or "complaint"."""
    assignee_id: str = ""
    """The user who takes care of it; empty while nobody does."""
    assignee: str = ""
    """Whom the source names; kept also where it is nobody that we know."""
    follow_up_at: datetime | None = None
    """When somebody wants to see it again."""
    standing: Standing = field(default_factory=Standing, compare=False)
    """Worked out from all the others, so no part of what makes two tickets the same."""


@dataclass(frozen=True, slots=True)
class TicketLink:
    """An article that an agent linked to a ticket: the evidence that suggestions learn from."""

    ticket_id: str
    target: str
    """URL, slug or id as the help desk gave it."""
    article_id: str
    """Empty while the target resolves to no stored article."""
    at: datetime
    kind: str = "linked"
    """"linked" by the help desk's own link, "mentioned" as a URL in a public reply; by Svar's agents "resolution" (this
    solved it) or "reference" (related: no evidence for later suggestions)."""
    outcome: str = ""
    """"solved" or "unsolved" as the customer said afterwards; empty as long as they said nothing."""


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """A ticket as the ranking knows it: when it came in, and which stored articles were linked to it when."""

    id: str
    seq: int
    """Number of its last change."""
    created_at: datetime
    links: tuple[tuple[str, datetime], ...]
    """Article ids, rising, each with the moment of its first link."""


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A ready-made answer with merge fields."""

    id: str
    source: str
    source_id: str
    title: str
    body: str
    locale: str
    revision: int = 1
    shortcut: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()
    updated_at: datetime | None = None
    folder: str = ""
    """Where people file it; empty stands at the top."""
    owner_id: str = ""
    """The user whom alone it serves; empty: it is shared."""
    uses: int = 0
    """How many sent replies were made of it."""


@dataclass(frozen=True, slots=True)
class User:
    """A colleague who may sign in."""

    id: str
    name: str
    email: str
    role: Role
    locale: str = "en"
    active: bool = True


class LearnedKind(StrEnum):
    """What can be learned from a team's own links."""

    WEIGHTS = "weights"
    CALIBRATION = "calibration"


@dataclass(frozen=True, slots=True)
class Learned:
    """One attempt to learn, whether it was adopted or refused."""

    kind: LearnedKind
    model: str
    """The model whose index it was learned on; with another one it means nothing."""
    is_adopted: bool
    parameters: Mapping[str, object]
    """What was learned, by name; also of what was refused."""
    figures: Mapping[str, object]
    """What it was judged by: both figures, the interval of their difference, how many questions, why."""
    at: datetime
    id: int = 0
    """Rising; 0 before it is stored."""
    undone_at: datetime | None = None
