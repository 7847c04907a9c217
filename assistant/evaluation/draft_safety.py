"""Whether a draft keeps its promises: every fact quoted where it says, nothing added, nobody else named. Pure.

This looks at the finished draft with eyes of its own: it shares no code with the gates that the draft passed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from assistant.evaluation.text_overlap import words
from assistant.model import Draft, Sentence, Source, SourceKind
from assistant.redaction.redact import PersonalData

TextOf = Callable[[Source], str | None]
"""The whole text that a source points into: the article's revision, the canned reply, the message, the template with
its fields; None: no such."""

_MARKER = re.compile(r"\A\s*(?:>\s?)*(?:\d{1,9}[.)]|[-*+])\s+")
_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(PersonalData)})\](?!\()|{{{{[^}}]*}}}}")
_FIELD = re.compile(r"\{\{\s*[\w.]+\s*\}\}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBERED = re.compile(r"(?<![^\W_])(?:[^\W\d_]+-)*[^\W\d_]*\d[\w.,:/-]*")
_NAME = re.compile(r"(?<![^\W_])[^\W\d_][\w'’-]*")
_TRAILING = ".,:;/-!?'’"


class Promise(StrEnum):
    """What a draft promises."""

    CITED = "cited"
    """Each factual sentence is quoted from a place that exists, character for character."""
    COMPLETE = "complete"
    """No sentence states a fact without a source."""
    SUPPORTED = "supported"
    """No number, name or address that neither source nor question has."""
    PRIVATE = "private"
    """No identifier of another customer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken promise."""

    promise: Promise
    detail: str
    """The words at fault."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One draft looked through."""

    facts: int
    """Sentences that state a fact, cited or not."""
    cited: int
    """Of those that name a source, how many there are."""
    exact: int
    """Of those, how many stand there character for character."""
    faults: tuple[Fault, ...] = ()

    @property
    def uncited(self) -> int:
        """Facts without a source."""
        return self.facts - self.cited


def audit(draft: Draft, text_of: TextOf, *, known: str) -> Audit:
    """Look through a draft.

    Args:
        draft: A finished draft; an empty one has nothing to look at.
        text_of: Reads what is stored now.
        known: What may be said without a source: the question, the customer's and the agent's names.
    """
    faults = [Fault(Promise.COMPLETE, rest) for rest in _between(draft)]
    uncited = len(faults)
    cited = exact = 0
    for sentence in draft.sentences:
        if sentence.source.kind is SourceKind.TEMPLATE:
            if not _is_courtesy(sentence, text_of):
                uncited += 1
                faults.append(Fault(Promise.COMPLETE, sentence.text))
        else:
            cited += 1
            wrong = _misquoted(sentence, text_of, known)
            exact += not wrong
            faults += [Fault(Promise.CITED, each) for each in wrong]
        faults += [Fault(Promise.SUPPORTED, each) for each in _unsupported(sentence, text_of, known)]
    return Audit(cited + uncited, cited, exact, tuple(faults))


def together(audits: Sequence[Audit]) -> Audit:
    """Several drafts looked through, as one."""
    return Audit(
        facts=sum(each.facts for each in audits),
        cited=sum(each.cited for each in audits),
        exact=sum(each.exact for each in audits),
        faults=tuple(fault for each in audits for fault in each.faults),
    )


def claims(text: str) -> list[str]:
    """What of a text can be plainly wrong, in order: addresses, whatever has a digit, and words with a capital."""
    found: list[tuple[int, str]] = []
    bare = text
    for pattern in (_URL, _NUMBERED, _NAME):
        found += [(match.start(), match[0].rstrip(_TRAILING)) for match in pattern.finditer(bare)]
        bare = pattern.sub(lambda match: " " * len(match[0]), bare)
    return [claim for _, claim in sorted(found) if claim and (not claim[0].islower() or not claim.isalpha())]


def _between(draft: Draft) -> Iterator[str]:
    """What stands in the text outside of its sentences."""
    at = 0
    for sentence in draft.sentences:
        start = draft.text.find(sentence.text, at)
        if start < 0:
            yield sentence.text
            continue
        if gap := draft.text[at:start].strip():
            yield gap
        at = start + len(sentence.text)
    if rest := draft.text[at:].strip():
        yield rest


def _misquoted(sentence: Sentence, text_of: TextOf, known: str) -> list[str]:
    """Why a cited sentence is no quotation; empty if it is one."""
    source = sentence.source
    body = text_of(source)
    place = f"{source.kind} {source.id} {source.revision} {source.start}-{source.end}"
    if body is None:
        return [f"{place} does not exist"]
    if not source.quote or body[source.start : source.end] != source.quote:
        return [f"{place} says something else than {source.quote[:80]!r}"]
    own = words(_PLACEHOLDER.sub(" ", _MARKER.sub("", sentence.text, count=1)))
    allowed = {*words(source.quote), *words(known)}
    added = [word for word in own if word not in allowed]
    return [f"{place} does not say {' '.join(added[:8])!r}"] if added else []


def _is_courtesy(sentence: Sentence, text_of: TextOf) -> bool:
    """Whether a sentence is the template that it names, with its fields filled."""
    text = text_of(sentence.source)
    if text is None:
        return False
    fixed = [re.escape(part) for part in _FIELD.split(text)]
    return re.fullmatch(r"[^\n]*?".join(fixed), sentence.text) is not None


def _unsupported(sentence: Sentence, text_of: TextOf, known: str) -> list[str]:
    source = sentence.source
    support = [source.quote, source.title, source.url, known]
    if source.kind is SourceKind.TEMPLATE:
        support.append(text_of(source) or "")
    # A link in a draft has its address percent-encoded.
    said = {claim.casefold() for text in support for claim in claims(unquote(text))}
    # A step keeps its words when its number changes because another one was left out.
    own = claims(unquote(_PLACEHOLDER.sub(" ", _MARKER.sub("", sentence.text, count=1))))
    return [claim for claim in own if claim.casefold() not in said]
