"""A draft of an article: what is being written, while what is published stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from kb.errors import Conflict, InvalidRow
from kb.knowledge.refusals import TextMissing
from kb.locales import normalise_locale
from kb.model import Article, Audience, Confidence, Governance

MAX_TITLE, MAX_BODY, MAX_SUMMARY = 300, 500_000, 2_000
MAX_TAGS, MAX_TAG, MAX_QUESTIONS, MAX_QUESTION = 50, 100, 100, 500


class DraftState(StrEnum):
    """Where a draft stands."""

    EDITING = "editing"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """What a writer sets: the text, and what the article shall be once it is published."""

    title: str = ""
    body: str = ""
    """Markdown."""
    summary: str = ""
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    """Questions of customers that it answers."""
    locale: str = "en"
    product: str = ""
    audience: Audience = Audience.INTERNAL
    confidence: Confidence = Confidence.NOT_VALIDATED
    governance: Governance = Governance.EXPERIENCE_BASED
    translation_of: str = ""
    """Id of the master article; empty on a master."""
    owner_id: str = ""
    master_revision: int = 0
    """The revision of the master that a translation says the same as; 0: not known."""

    @staticmethod
    def of(article: Article) -> DraftText:
        """What is published, as the beginning of the next revision."""
        text = article.revision
        return DraftText(
            title=text.title, body=text.body, summary=text.summary, tags=text.tags, questions=text.questions,
            locale=article.locale, product=article.product, audience=article.audience, confidence=article.confidence,
            governance=article.governance, translation_of=article.translation_of, owner_id=article.owner_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """A draft with all that is known about it; one article has at most one."""

    id: str
    """The article's; also before there is one."""
    text: DraftText
    state: DraftState
    version: int
    """Grows by one with every write; a writer names the version that was read."""
    base_revision: int
    """The published revision it began from; 0: never published."""
    seen_revision: int
    """The newest published revision that the writer has taken note of."""
    created_by: str
    """The user; empty for a proposal of a source or of a run."""
    created_at: datetime
    edited_by: str
    edited_at: datetime
    note: str = ""
    """To the reviewer."""
    sent_back: str = ""
    """Why it was sent back last; empty again once review is asked for."""
    reviewer_id: str = ""
    """Who is asked to review; empty: any publisher."""
    approved_by: str = ""
    publish_at: datetime | None = None
    scheduled_by: str = ""
    from_tickets: tuple[str, ...] = ()
    """Tickets it was made from; publishing links them as solved by it."""
    sources: tuple[Mapping[str, object], ...] = ()
    """Which message each line came from: {line, ticket_id, message, start, end}."""
    candidate_id: str = ""
    source_text: Mapping[str, str] = field(default_factory=dict)
    """What the article's source has written meanwhile {title, body, summary}; empty if nothing."""

    @property
    def title(self) -> str:
        """Its title."""
        return self.text.title


class DraftChanged(Conflict):
    """Somebody else wrote to the draft since the caller read it.

    Args:
        theirs: The draft as it is now.
    """

    code = "draft_changed"

    def __init__(self, theirs: ArticleDraft) -> None:
        self.theirs = theirs
        self.values: dict[str, object] = {"version": theirs.version}
        super().__init__(
            "Somebody else changed this draft meanwhile.",
            hint=f"Nothing was overwritten. Read version {theirs.version}, take over what you need, and save again.",
        )


def check_text(text: DraftText) -> DraftText:
    """Bring what a writer set into the form that is stored: no blanks around, no doubles, a known language.

    Args:
        text: As it was typed; a draft may still be empty.

    Raises:
        InvalidRow: Something is too long, or archived is wished for, or there is no such language.
    """
    _at_most("title", text.title, MAX_TITLE)
    _at_most("text", text.body, MAX_BODY)
    _at_most("summary", text.summary, MAX_SUMMARY)
    if text.confidence is Confidence.ARCHIVED:
        raise InvalidRow("a draft cannot be published as archived; allowed: wip, not_validated, validated")
    return DraftText(
        title=" ".join(text.title.split()), body=text.body.replace("\r\n", "\n"), summary=text.summary.strip(),
        tags=_lines("tag", text.tags, MAX_TAGS, MAX_TAG),
        questions=_lines("question", text.questions, MAX_QUESTIONS, MAX_QUESTION),
        locale=normalise_locale(text.locale), product=text.product.strip()[:200], audience=text.audience,
        confidence=text.confidence, governance=text.governance, translation_of=text.translation_of.strip(),
        owner_id=text.owner_id, master_revision=max(0, text.master_revision),
    )  # fmt: skip


def check_complete(text: DraftText) -> None:
    """Refuse to publish what has no title or no text.

    Raises:
        TextMissing: One of them is missing.
    """
    missing = [name for name, value in (("title", text.title), ("text", text.body)) if not value.strip()]
    if missing:
        raise TextMissing(missing)


def changed_fields(old: DraftText, new: DraftText) -> list[str]:
    """Names of what differs."""
    return [each.name for each in fields(DraftText) if getattr(old, each.name) != getattr(new, each.name)]


def _at_most(name: str, value: str, length: int) -> None:
    if len(value) > length:
        raise InvalidRow(f"the {name} has {len(value)} characters; allowed are {length}, so shorten or split it")


def _lines(name: str, values: tuple[str, ...], count: int, length: int) -> tuple[str, ...]:
    clean = tuple(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()))
    if len(clean) > count:
        raise InvalidRow(f"{len(clean)} {name}s are too many; allowed are {count}")
    for value in clean:
        _at_most(name, value, length)
    return clean
