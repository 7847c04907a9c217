"""What the rewriting of a draft consists of, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.model import Draft, Source
from kb.errors import KBError


class Style(StrEnum):
    """What a language model is asked for."""

    REWRITE = "rewrite"
    TRANSLATE = "translate"


class Reason(StrEnum):
    """Why a sentence of the model is not taken."""

    NO_SOURCE = "no_source"
    """It belongs to no sentence of the draft."""
    PLACEHOLDER = "placeholder"
    """A merge field, link or other protected part is missing, doubled or made up."""
    MARKUP = "markup"
    """It brings markup or characters that nobody sees."""
    NUMBER = "number"
    """A number or code that its source does not have."""
    UNIT = "unit"
    """Another unit than its source's."""
    ADDRESS = "address"
    """A web or e-mail address that its source does not have."""
    NAME = "name"
    """A name or product term that its source does not have."""
    NEGATION = "negation"
    """It denies what its source affirms, or the other way round."""
    OPPOSITE = "opposite"
    """It says the opposite of a word of its source."""
    SENSITIVE = "sensitive"
    """It speaks of passwords, payment or promises, and its source does not."""
    LANGUAGE = "language"
    """It is in another language than was asked for."""
    LONGER = "longer"
    """It says much more than its source."""
    WORDS = "words"
    """It shares too few words with its source."""
    MEANING = "meaning"
    """It does not mean what its source means."""
    LOST = "lost"
    """A number, code or name of its source is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a draft as a language model gets it."""

    number: int
    """1-based; what the model calls it."""
    index: int
    """Which sentence of the draft it is."""
    lead: str
    """What stands before the words and stays: the marker of a list item, of a quotation, of bold."""
    text: str
    """The words, with everything that must survive as tokens."""
    tail: str
    locale: str
    """Language of the words."""
    source: Source


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence of the model that was not taken."""

    text: str
    reason: Reason
    index: int = -1
    """The sentence of the composer's draft that it was meant for; -1 if none."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one call used."""

    sent: int = 0
    received: int = 0
    estimated: bool = False
    """The endpoint did not say, so it was counted here."""
    cost: float = 0.0
    """By the prices of the settings, in their currency."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the model's answer after the checks."""

    index: int
    """The sentence of the composer's draft that it stands for; -1 if none."""
    kept: tuple[str, ...] = ()
    """The sentences that take its place; empty: the composer's own stays."""
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A draft after a language model worked on it."""

    draft: Draft
    removed: tuple[Removed, ...] = ()
    tokens: Tokens = Tokens()
    reworded: int = 0
    """How many sentences of the composer's draft were replaced."""


class Trouble(StrEnum):
    """Why there is no rewritten draft; the composer's stays."""

    OFF = "off"
    BUSY = "busy"
    """As many calls as are allowed are running."""
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED_KEY = "refused_key"
    RATE_LIMITED = "rate_limited"
    REJECTED = "rejected"
    """The endpoint does not take such a request: another address, model or protocol."""
    SERVER_ERROR = "server_error"
    MALFORMED = "malformed"
    EMPTY = "empty"
    TOO_LONG = "too_long"


_SAID = {
    Trouble.OFF: ("No language model is set.", "Set SVAR_LLM_URL and SVAR_LLM_MODEL."),
    Trouble.BUSY: ("The language model is busy with other drafts.", "Try again in a moment."),
    Trouble.UNREACHABLE: ("The language model cannot be reached.", "See whether SVAR_LLM_URL is right and running."),
    Trouble.TIMEOUT: ("The language model took too long.", "Try again, or set SVAR_LLM_TIMEOUT_S higher."),
    Trouble.REFUSED_KEY: ("The language model refused the key.", "See whether SVAR_LLM_KEY is right."),
    Trouble.RATE_LIMITED: ("The language model takes no more requests just now.", "Try again in a moment."),
    Trouble.REJECTED: ("The language model did not take the request.", "See SVAR_LLM_URL and SVAR_LLM_MODEL."),
    Trouble.SERVER_ERROR: ("The language model failed.", "Try again in a moment."),
    Trouble.MALFORMED: ("The language model's answer could not be read.", "See whether SVAR_LLM_URL is right."),
    Trouble.EMPTY: ("The language model answered nothing.", "Try again in a moment."),
    Trouble.TOO_LONG: ("The language model answered far too much.", "Try another model."),
}


class RewriteFailed(KBError):
    """A language model gave nothing that can be used; the composer's draft is as good as before.

    Args:
        trouble: What went wrong.
        detail: What the endpoint said, for the log only.
    """

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        self.trouble = trouble
        self.detail = detail
        message, hint = _SAID[trouble]
        super().__init__(message, hint=hint)
