"""Redaction: one customer's personal data taken out before anything from his ticket serves another. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.redaction import patterns
from assistant.redaction.patterns import Range


class PersonalData(StrEnum):
    """Kinds of personal data; each is the placeholder that stands in its place."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    NATIONAL_ID = "national-id"
    ORDER = "order"
    ADDRESS = "address"
    NUMBER = "number"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Span:
    """One thing that was taken out."""

    type: PersonalData
    start: int
    """Place in the original text, half-open."""
    end: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without personal data."""

    text: str
    """With typed placeholders such as [name]."""
    spans: tuple[Span, ...]
    """In order, not overlapping."""


# Names that are words too; in small letters they stay, in capitals they go.
_ALSO_WORDS = frozenset(
    "alm april ask august bakke bell berg best bishop björn bjørn black bo bro brook brown by bäck cook dag dahl"
    " dal dam day ek eng even field fin friis frisk grace green gren gunn hale hand haug hill holm holt hope hård"
    " june juul kind king kjær klok krog kvist li lie lilja lind liv lo long love lund mai maja mark max may mille"
    " modig moe mose møller nes odd per price rask rose sand short sild siv skov sol sommer stein sten stig stolt"
    " stone storm ström sund tor ulf vik ville vinter vår white will wood young".split()
)
_PARTICLES = frozenset("af av von van de der den du la le el al da dos di och og and".split())
_VARIANTS = {
    "å": "(?:å|aa|a)", "ä": "(?:ä|æ|ae|a)", "ö": "(?:ö|ø|oe|o)", "æ": "(?:æ|ä|ae)", "ø": "(?:ø|ö|oe|o)",
    "é": "[ée]", "è": "[èe]", "ü": "[üu]",
}  # fmt: skip
_GENITIVE = r"(?::s|['’]s|s['’]|['’]|s)?"
_CAPITAL = "A-ZÅÄÖÆØÉ"
_PERSON = rf"[{_CAPITAL}][\w'’-]+(?:[ \t]+[{_CAPITAL}][\w'’-]*\.?){{0,2}}"
_SIGNED = re.compile(
    r"(?:\b(?:[Mm][Vv][Hh]|(?i:hälsningar|hälsning|hilsen|hilsner|helsing|regards|wishes|thanks|cheers))"
    rf"[ \t]*[,.!]?\s*(?:(?i:från|fra|frå|from)\s+)?|(?m:^|\s)/[ \t]?)(?P<who>{_PERSON})(?=[ \t]*(?:[,.\n]|$))"
)
_CAN_LEAVE_A_REST = re.compile(r"\w")


def redact(text: str, *, people: Sequence[str], locale: str, keep: Collection[str] = ()) -> Redaction:
    """Take personal data out of a text.

    What stays: version numbers, error codes, prices, temperatures, dates, product names, web addresses without a query.

    Args:
        text: Any text.
        people: Names of those who take part in the ticket: customer and agents. Each part is found by itself, with
            genitive endings, without accents and in small letters.
        locale: Language of the text; its country's phone numbers are tried first.
        keep: Texts that are never personal, such as the company's own name and support address.
    """
    taken = bytearray(len(text))
    spans: list[Span] = []
    kept = {each.casefold() for each in keep}
    for kind, ranges in _detectors(text, people, locale):
        for start, end in ranges:
            if text[start:end].casefold() not in kept:
                spans += _free(text, kind, start, end, taken)
    spans.sort(key=lambda span: span.start)
    return Redaction(_replaced(text, spans), tuple(spans))


def _detectors(text: str, people: Sequence[str], locale: str) -> Iterator[tuple[PersonalData, Iterable[Range]]]:
    """Kinds in order of precedence: the more certain a pattern, the earlier."""
    yield PersonalData.EMAIL, patterns.emails(text)
    yield PersonalData.URL, patterns.secret_urls(text)
    yield PersonalData.IBAN, patterns.ibans(text)
    yield PersonalData.CARD, patterns.cards(text)
    yield PersonalData.NATIONAL_ID, patterns.national_ids(text)
    yield PersonalData.ORDER, patterns.orders(text)
    yield PersonalData.ADDRESS, patterns.addresses(text)
    yield PersonalData.PHONE, patterns.phones(text, locale)
    yield PersonalData.NUMBER, patterns.long_numbers(text)
    yield PersonalData.NAME, _names(text, people)


def _names(text: str, people: Sequence[str]) -> Iterator[Range]:
    for part in sorted(_parts(people), key=len, reverse=True):
        pattern = "".join(_VARIANTS.get(letter, re.escape(letter)) for letter in part.lower())
        for match in re.finditer(rf"(?<!\w){pattern}{_GENITIVE}(?!\w)", text, re.IGNORECASE):
            if not (part.lower() in _ALSO_WORDS and match[0].islower()):
                yield match.span()
    yield from (match.span("who") for match in _SIGNED.finditer(text))


def _parts(people: Iterable[str]) -> set[str]:
    """Names and the parts of names that identify somebody."""
    parts: set[str] = set()
    for name in people:
        for word in re.split(r"[\s,]+", name):
            pieces = [word, *word.split("-")]
            parts.update(p for p in pieces if len(p.strip(".")) > 1 and p.lower() not in _PARTICLES)
    return {part for part in parts if any(c.isalpha() for c in part)}


def _free(text: str, kind: PersonalData, start: int, end: int, taken: bytearray) -> list[Span]:
    """The stretches of a range that no earlier kind took."""
    spans: list[Span] = []
    at = start
    while at < end:
        stop = taken.find(1, at, end)
        stop = end if stop < 0 else stop
        if _CAN_LEAVE_A_REST.search(text, at, stop):
            spans.append(Span(kind, at, stop))
        next_free = taken.find(0, stop, end)
        at = next_free if next_free >= 0 else end
    taken[start:end] = b"\x01" * (end - start)
    return spans


def _replaced(text: str, spans: Sequence[Span]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += [text[at : span.start], f"[{span.type}]"]
        at = span.end
    return "".join([*parts, text[at:]])
