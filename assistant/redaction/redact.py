"""Redaction: one customer's personal data taken out before anything from his ticket serves another. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.redaction import contacts, numbers
from assistant.redaction.names import Range, names_of
from kb.settings import Settings


class PersonalData(StrEnum):
    """Kinds of personal data; each is the placeholder that stands in its place."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    NATIONAL_ID = "national-id"
    ORGANISATION_ID = "organisation-id"
    ACCOUNT = "account"
    ORDER = "order"
    CUSTOMER = "customer"
    ADDRESS = "address"
    NUMBER = "number"
    URL = "url"


@dataclass(frozen=True, slots=True)
class TeamNumbers:
    """What this team's own numbers look like, beside those that are known by their form or their name."""

    orders: tuple[re.Pattern[str], ...] = ()
    customers: tuple[re.Pattern[str], ...] = ()

    @staticmethod
    def of(settings: Settings) -> TeamNumbers:
        """Those of the settings."""
        order, customer = settings.order_pattern, settings.customer_pattern
        return TeamNumbers(*((re.compile(each),) if each else () for each in (order, customer)))


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


_CAN_LEAVE_A_REST = re.compile(r"\w")


def redact(
    text: str, *, people: Sequence[str], locale: str, keep: Collection[str] = (), team: TeamNumbers | None = None
) -> Redaction:
    """Take personal data out of a text.

    What stays: version numbers, error codes, prices, temperatures, dates, product names, web addresses without a query.

    Args:
        text: Any text.
        people: Names of those who take part in the ticket: customer and agents. Each part is found by itself, with
            genitive endings, without accents and in small letters. Other people are found where the text gives their
            names away, e.g. in a greeting.
        locale: Language of the text; its country's phone numbers are tried first.
        keep: Texts that are never personal, such as the company's own name and support address.
        team: The team's own order and customer numbers.
    """
    taken = bytearray(len(text))
    spans: list[Span] = []
    kept = {each.casefold() for each in keep}
    for kind, ranges in _detectors(text, people, locale, team or TeamNumbers()):
        for start, end in ranges:
            if text[start:end].casefold() not in kept:
                spans += _free(text, kind, start, end, taken)
    spans.sort(key=lambda span: span.start)
    return Redaction(_replaced(text, spans), tuple(spans))


@lru_cache(maxsize=2048)
def redacted(text: str, people: tuple[str, ...], locale: str, team: TeamNumbers | None) -> str:
    """The text of `redact`, remembered: the same tickets are shown for every word that somebody types.

    Args:
        text: At most some thousand characters.
        people: As for `redact`.
        locale: As for `redact`.
        team: As for `redact`.
    """
    return redact(text, people=people, locale=locale, team=team).text


def _detectors(
    text: str, people: Sequence[str], locale: str, team: TeamNumbers
) -> Iterator[tuple[PersonalData, Iterable[Range]]]:
    """Kinds in order of precedence: the more certain a pattern, the earlier."""
    yield PersonalData.EMAIL, contacts.emails(text)
    yield PersonalData.URL, contacts.secret_urls(text)
    yield PersonalData.IBAN, numbers.ibans(text)
    yield PersonalData.CARD, numbers.cards(text)
    yield PersonalData.NATIONAL_ID, numbers.national_ids(text)
    yield PersonalData.ORDER, numbers.orders(text, team.orders)
    yield PersonalData.CUSTOMER, numbers.customers(text, team.customers)
    yield PersonalData.ACCOUNT, numbers.accounts(text)
    yield PersonalData.ORGANISATION_ID, numbers.organisation_ids(text)
    yield PersonalData.ADDRESS, contacts.addresses(text)
    yield PersonalData.PHONE, contacts.phones(text, locale)
    yield PersonalData.NUMBER, numbers.long_numbers(text)
    yield PersonalData.NAME, names_of(text, people)


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
