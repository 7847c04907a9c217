"""The alternatives to a draft that an agent may ask for, and what each does differently. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.drafts.answer_blocks import TARGET_WORDS, Depth
from assistant.model import SourceKind


class Style(StrEnum):
    """What kind of reply is wanted."""

    STANDARD = "standard"
    SHORT = "short"
    """Only what answers most directly."""
    STEPS = "steps"
    """The whole procedure, whatever its length."""
    CANNED = "canned"
    """From a canned reply or not at all."""
    CALL = "call"
    """What to say next on the phone, as bullets."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What one style does differently."""

    order: tuple[SourceKind, ...] = (SourceKind.CANNED, SourceKind.ARTICLE, SourceKind.TICKET)
    """The kinds of source that may be quoted, the preferred one first."""
    words: int = TARGET_WORDS
    """About so many words of an article."""
    depth: Depth = Depth.USUAL
    any_canned: bool = False
    """The best canned reply will do, however little it fits."""
    longest_canned: int | None = None
    """A canned reply of more words gives way to the next kind of source."""
    standing: bool = False
    """What agents usually say comes first."""
    offer: bool = True
    """It ends by offering more help."""
    bullets: int = 0
    """At most so many bullets and nothing else; 0 for a letter."""


_ARTICLE_FIRST = (SourceKind.ARTICLE, SourceKind.CANNED, SourceKind.TICKET)
_SHORT_WORDS = 60
_BULLETS = 7
"""Nobody keeps more in mind while he listens."""
_MANNERS = {
    Style.STANDARD: Manner(standing=True),
    Style.SHORT: Manner(words=_SHORT_WORDS, depth=Depth.DIRECT, longest_canned=_SHORT_WORDS, offer=False),
    Style.STEPS: Manner(order=_ARTICLE_FIRST, depth=Depth.PROCEDURE),
    Style.CANNED: Manner(order=(SourceKind.CANNED,), any_canned=True),
    Style.CALL: Manner(order=_ARTICLE_FIRST, bullets=_BULLETS),
}


def manner_of(style: Style) -> Manner:
    """What a style does differently."""
    return _MANNERS[style]
