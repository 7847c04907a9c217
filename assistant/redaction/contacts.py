"""Where a person can be reached: e-mail, web, street and phone. Pure.

Phone numbers come from phonenumbers (Apache-2.0), which is imported when a text first holds enough digits, so that
starting Svar does not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.redaction.numbers import NO_IDENTIFIER

Range = tuple[int, int]

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>()\[\]\"'”]+", re.IGNORECASE)
_TOKEN = re.compile(r"[?#@]|(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}")
_ENOUGH_DIGITS = re.compile(r"(?:\d[\s().-]{0,3}){7}")
_REGION = {"sv": "SE", "nb": "NO", "nn": "NO", "da": "DK", "fi": "FI", "en": "GB"}

_CAPITAL = "A-ZÅÄÖÆØÉ"
_SMALL = "a-zåäöæøéü"
_STREET = (
    "gatan|gata|vägen|väg|gränd|gränden|stigen|torget|allén|backen|plan|gården|leden|liden|svängen|slingan"
    "|gaten|gate|veien|vegen|vei|veg|bakken|stien|svingen|tunet|kroken|åsen|lia|haugen"
    "|gade|vej|alle|allé|plads|stræde|vænget|torv|torvet|krogen|parken|toften|haven|marken|bakke|skrænten|stræde"
)
_FLAT = r"(?:,?\s*(?:st|\d{1,2})\.?\s?(?:th|tv|mf)\b\.?|,?\s*(?:lgh|leil|H)\.?\s?\d{4})?"
_WORD = rf"[{_CAPITAL}][{_SMALL}]+"
_TOWN = rf"(?:\s*[,\n]\s*(?:[A-Z]{{1,2}}-)?\d{{3}}\s?\d{{1,2}}\s+{_WORD}(?:\s[{_CAPITAL}][{_SMALL}]*)?)?"
_ADDRESS = re.compile(
    rf"\b[{_CAPITAL}][\w'-]*(?:(?:{_STREET})|\s(?:{_STREET.title()}|{_STREET}))\s\d{{1,4}}(?:\s?[A-H]\b)?{_FLAT}{_TOWN}"
    rf"|\b\d{{1,4}}[A-Z]?\s(?:[{_CAPITAL}][{_SMALL}]+\s){{1,3}}"
    r"(?:Street|Road|Lane|Avenue|Close|Drive|Way|Court|Place|Terrace|Crescent|Gardens|Square|Hill|Row|Mews|St|Rd|Ln|Ave)\b"
    r"(?:,\s[A-Z][a-z]+)?(?:,?\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})?"
    r"|\b(?:Box|Postboks|Postbox|P\.?O\.? Box)\s\d{1,6}\b" + _TOWN
)


def emails(text: str) -> Iterator[Range]:
    """E-mail addresses."""
    yield from (match.span() for match in _EMAIL.finditer(text))


def secret_urls(text: str) -> Iterator[Range]:
    """Web addresses that carry a query, a fragment, a login or a long token."""
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?")
        if _TOKEN.search(url):
            yield match.start(), match.start() + len(url)


def addresses(text: str) -> Iterator[Range]:
    """Street addresses with house number, with flat, postcode and town if they follow, and post boxes."""
    yield from (match.span() for match in _ADDRESS.finditer(text))


def phones(text: str, locale: str) -> Iterator[Range]:
    """Phone numbers that are valid in one of the Nordic countries or the United Kingdom, or written with +."""
    if not _ENOUGH_DIGITS.search(text):
        return
    from phonenumbers import PhoneNumberMatcher

    regions = dict.fromkeys((_REGION.get(locale, "SE"), *_REGION.values()))
    found = [
        (match.end - len(match.raw_string.lstrip("( ")), match.end)
        for region in regions
        for match in PhoneNumberMatcher(text, region)
        if not NO_IDENTIFIER.fullmatch(match.raw_string)
    ]
    # Part of a Swedish number may be a whole Norwegian one: the longest reading counts.
    yield from sorted(found, key=lambda place: place[0] - place[1])
