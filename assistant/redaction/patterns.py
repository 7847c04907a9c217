"""What personal data looks like: patterns for redaction, one per kind. Pure.

Number plans and check digits come from python-stdnum (LGPL, used unmodified) and phonenumbers (Apache-2.0); both are
imported when a text first holds enough digits, so that starting Svar does not wait for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.drafts.merge_fields import ORDER_NUMBER

Range = tuple[int, int]

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>()\[\]\"'”]+", re.IGNORECASE)
_TOKEN = re.compile(r"[?#@]|(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SWEDISH = re.compile(r"(?<![\w-])(?:\d{2})?\d{6}[-+ ]?\d{4}(?![\w-])")
_NORWEGIAN = re.compile(r"(?<![\w-])\d{6} ?\d{5}(?![\w-])")
_DANISH = re.compile(r"(?<![\w-])\d{6}-?\d{4}(?![\w-])")
_FINNISH = re.compile(r"(?<![\w-])\d{6}[-+A]\d{3}[0-9A-Y](?![\w-])")
_LONG = re.compile(r"(?<![\w.,/-])\d{6,}(?![\w]|[.,]\d)")
_GROUPED = re.compile(r"(?<![\w.,/-])\d{2,}(?:[ -]\d{2,}){1,6}(?![\w]|[.,]\d|-\d)")
_NO_IDENTIFIER = re.compile(r"(?:19|20)\d\d-(?:[01]\d-[0-3]\d|(?:19|20)\d\d)|\d\d[.:]\d\d ?[-–] ?\d\d[.:]\d\d")
_SERIAL = re.compile(r"(?<![\w-])[A-Z]{1,4}\d{0,2}-\d{3,}-\d{3,}(?![\w-])", re.IGNORECASE)
_CURRENCY = re.compile(r"\s?(?:kr\b|SEK|NOK|DKK|EUR|USD|GBP|[€$£%]|W\b|kWh|kronor|kroner)")
_ENOUGH_DIGITS = re.compile(r"(?:\d[\s().-]{0,3}){7}")
_REGION = {"sv": "SE", "nb": "NO", "nn": "NO", "da": "DK", "fi": "FI", "en": "GB"}
_GROUPED_DIGITS = 8

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


def orders(text: str) -> Iterator[Range]:
    """Order numbers such as FV-204518."""
    yield from (match.span() for match in ORDER_NUMBER.finditer(text))


def addresses(text: str) -> Iterator[Range]:
    """Street addresses with house number, with flat, postcode and town if they follow, and post boxes."""
    yield from (match.span() for match in _ADDRESS.finditer(text))


def ibans(text: str) -> Iterator[Range]:
    """Account numbers that pass mod 97."""
    for match in _IBAN.finditer(text):
        from stdnum import iban

        # A word in capitals may follow; the longest part that is a number counts.
        words = match[0].split(" ")
        for size in range(len(words), 0, -1):
            if iban.is_valid("".join(words[:size]), check_country=False):
                yield match.start(), match.start() + len(" ".join(words[:size]))
                break


def cards(text: str) -> Iterator[Range]:
    """Payment cards: 13 to 19 digits that pass Luhn."""
    for match in _CARD.finditer(text):
        from stdnum import luhn

        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield match.span()


def national_ids(text: str) -> Iterator[Range]:
    """Swedish personnummer and samordningsnummer, Norwegian fødselsnummer, Danish CPR, Finnish henkilötunnus."""
    if not _ENOUGH_DIGITS.search(text):
        return
    from stdnum.dk import cpr
    from stdnum.fi import hetu
    from stdnum.no import fodselsnummer

    for match in _SWEDISH.finditer(text):
        if _is_swedish(match[0]):
            yield match.span()
    for pattern, module in ((_NORWEGIAN, fodselsnummer), (_DANISH, cpr), (_FINNISH, hetu)):
        yield from (match.span() for match in pattern.finditer(text) if module.is_valid(match[0]))


def _is_swedish(number: str) -> bool:
    from stdnum.se import personnummer

    digits = re.sub(r"\D", "", number)
    day = int(digits[-6:-4])
    if day > 60:
        # A coordination number counts the day from 61; its check digit was made with that.
        from stdnum import luhn

        return day <= 91 and 1 <= int(digits[-8:-6]) <= 12 and bool(luhn.is_valid(digits[-10:]))
    return bool(personnummer.is_valid(number.replace(" ", "-")))


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
        if not _NO_IDENTIFIER.fullmatch(match.raw_string)
    ]
    # Part of a Swedish number may be a whole Norwegian one: the longest reading counts.
    yield from sorted(found, key=lambda place: place[0] - place[1])


def long_numbers(text: str) -> Iterator[Range]:
    """Serial numbers, runs of six digits and more, and groups of eight and more, that are no date and no amount."""
    yield from (match.span() for match in _SERIAL.finditer(text))
    for match in _GROUPED.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        amount = _CURRENCY.match(text, match.end())
        if len(digits) >= _GROUPED_DIGITS and not amount and not _NO_IDENTIFIER.fullmatch(match[0]):
            yield match.span()
    for match in _LONG.finditer(text):
        if not _CURRENCY.match(text, match.end()):
            yield match.span()
