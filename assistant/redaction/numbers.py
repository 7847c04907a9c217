"""Numbers that identify a person, a firm, an account or a purchase. Pure.

Number plans and check digits come from python-stdnum (LGPL, used unmodified); it is imported when a text first holds
enough digits, so that starting Svar does not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.drafts.merge_fields import ORDER_NUMBER

Range = tuple[int, int]

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SWEDISH = re.compile(r"(?<![\w-])(?:\d{2})?\d{6}[-+ ]?\d{4}(?![\w-])")
_NORWEGIAN = re.compile(r"(?<![\w-])\d{6} ?\d{5}(?![\w-])")
_DANISH = re.compile(r"(?<![\w-])\d{6}[- ]?\d{4}(?![\w-])")
_FINNISH = re.compile(r"(?<![\w-])\d{6}[-+A]\d{3}[0-9A-Y](?![\w-])")
_ICELANDIC = re.compile(r"(?<![\w-])\d{6}-\d{4}(?![\w-])")
_NORWEGIAN_FIRM = re.compile(r"(?<![\w-])(?:NO ?)?[89]\d{2} ?\d{3} ?\d{3}(?: ?MVA)?(?![\w-])")
_SWEDISH_FIRM = re.compile(r"(?<![\w-])(?:SE ?\d{10}01|(?:16)?\d{6}-?\d{4})(?![\w-])")
_FINNISH_FIRM = re.compile(r"(?<![\w-])(?:FI ?\d{8}|\d{7}-\d)(?![\w-])")
# Every eleventh number of eight digits has a right check digit, so a Danish one needs its name in front.
_DANISH_FIRM = re.compile(
    r"(?:\b(?i:cvr|se|moms|vat)(?:[- ]?(?i:nr|nummer|no|number))?\.?:?[ \t]*(?:DK[ -]?)?|(?<!\w)DK ?)"
    r"(?P<number>\d{2} ?\d{2} ?\d{2} ?\d{2})(?![\w-])"
)
_NORWEGIAN_ACCOUNT = re.compile(r"(?<![\w.-])\d{4}[. ]\d{2}[. ]\d{5}(?![\w-])")
_LONG = re.compile(r"(?<![\w.,/-])\d{6,}(?![\w]|[.,]\d)")
_GROUPED = re.compile(r"(?<![\w.,/-])\d{2,}(?:[ -]\d{2,}){1,6}(?![\w]|[.,]\d|-\d)")
_HARDWARE = re.compile(r"(?<![\w:-])[0-9A-F]{2}(?:([:-])[0-9A-F]{2})(?:\1[0-9A-F]{2}){4}(?![\w:-])", re.IGNORECASE)
_SERIAL = re.compile(r"(?<![\w-])[A-Z]{1,4}\d{0,2}-\d{3,}-\d{3,}(?![\w-])", re.IGNORECASE)
_CURRENCY = re.compile(r"\s?(?:kr\b|SEK|NOK|DKK|EUR|USD|GBP|[€$£%]|W\b|kWh|kronor|kroner)")
NO_IDENTIFIER = re.compile(r"(?:19|20)\d\d-(?:[01]\d-[0-3]\d|(?:19|20)\d\d)|\d\d[.:]\d\d ?[-–] ?\d\d[.:]\d\d")
"""Dates and times, which have as many digits."""
_ENOUGH_DIGITS = re.compile(r"(?:\d[\s().-]{0,3}){7}")
_GROUPED_DIGITS = 8

# What a number is called, in five languages, and what may stand between its name and itself.
_CALLED = r"[- ]?(?:numret|nummeret|nummer|number|nr|no|id|ref|referens|referanse|reference)\b"
_JOINT = r"\.?(?:[ \t]*(?:[:=#]|är|er|is)){0,2}[ \t]*(?:\*\*)?"
_VALUE = r"(?P<number>#?(?=[\w-]*\d[\w-]*\d[\w-]*\d[\w-]*\d)[A-Z0-9][A-Z0-9-]{3,24})(?![\w-])"
_LABELLED_ORDER = re.compile(
    r"\b(?i:order|ordre|beställnings?|bestilling[s]?|booking|boknings?|faktura|invoice|sendings?|försändelse|tracking"
    rf"|kolli|paket|pakke|parcel|kvitto|kvittering[s]?|receipt|retur|return|rma)(?:(?i:{_CALLED})|(?=[ \t]*[:#]))"
    rf"{_JOINT}{_VALUE}"
)
_LABELLED_CUSTOMER = re.compile(
    r"\b(?i:kund|kunde|customer|client|medlems?|member(?:ship)?|account|konto|avtals?|avtale|aftale|abonnements?"
    rf"|subscription|contract)(?:(?i:{_CALLED})|(?=[ \t]*[:#]))"
    rf"{_JOINT}{_VALUE}"
)
_LABELLED_ACCOUNT = re.compile(
    r"\b(?i:bankgiro|plusgiro|bg|pg|clearing(?:nummer|nr)?|bankkonto(?:nummer|nr)?|reg\.? ?nr)\.?:?[ \t]*"
    r"(?P<number>\d[\d -]{3,20}\d)"
)


def orders(text: str, own: Sequence[re.Pattern[str]] = ()) -> Iterator[Range]:
    """Order numbers such as FV-204518, those that are called one ("ordernr: 88123"), and the team's own patterns."""
    for pattern in own:
        yield from (match.span() for match in pattern.finditer(text) if match[0])
    yield from (match.span() for match in ORDER_NUMBER.finditer(text))
    yield from (match.span("number") for match in _LABELLED_ORDER.finditer(text))


def customers(text: str, own: Sequence[re.Pattern[str]] = ()) -> Iterator[Range]:
    """Customer, member, account and contract numbers that are called so, and the team's own patterns."""
    for pattern in own:
        yield from (match.span() for match in pattern.finditer(text) if match[0])
    yield from (match.span("number") for match in _LABELLED_CUSTOMER.finditer(text))


def accounts(text: str) -> Iterator[Range]:
    """Bank accounts that are no IBAN: Norwegian ones by their check digit, giro and clearing numbers by their name."""
    for match in _NORWEGIAN_ACCOUNT.finditer(text):
        from stdnum.no import kontonr

        if kontonr.is_valid(re.sub(r"\D", "", match[0])):
            yield match.span()
    yield from (match.span("number") for match in _LABELLED_ACCOUNT.finditer(text))


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
    """Numbers of persons in Sweden (with coordination numbers), Norway (with D numbers), Denmark, Finland, Iceland."""
    if not _ENOUGH_DIGITS.search(text):
        return
    from stdnum.dk import cpr
    from stdnum.fi import hetu
    from stdnum.is_ import kennitala
    from stdnum.no import fodselsnummer

    for match in _SWEDISH.finditer(text):
        if _is_swedish(match[0]):
            yield match.span()
    plans = ((_NORWEGIAN, fodselsnummer), (_DANISH, cpr), (_FINNISH, hetu), (_ICELANDIC, kennitala))
    for pattern, module in plans:
        yield from (match.span() for match in pattern.finditer(text) if module.is_valid(match[0].replace(" ", "")))


def _is_swedish(number: str) -> bool:
    from stdnum.se import personnummer

    digits = re.sub(r"\D", "", number)
    day = int(digits[-6:-4])
    if day > 60:
        # A coordination number counts the day from 61; its check digit was made with that.
        from stdnum import luhn

        return day <= 91 and 1 <= int(digits[-8:-6]) <= 12 and bool(luhn.is_valid(digits[-10:]))
    return bool(personnummer.is_valid(number.replace(" ", "-")))


def organisation_ids(text: str) -> Iterator[Range]:
    """Organisation and VAT numbers of Sweden, Norway, Denmark (where they are called so) and Finland."""
    if not _ENOUGH_DIGITS.search(text):
        return
    from stdnum.dk import cvr
    from stdnum.fi import alv, ytunnus
    from stdnum.no import mva
    from stdnum.no import orgnr as norwegian
    from stdnum.se import orgnr as swedish
    from stdnum.se import vat

    for match in _NORWEGIAN_FIRM.finditer(text):
        number = match[0].replace(" ", "")
        if norwegian.is_valid(number) or mva.is_valid(number):
            yield match.span()
    for match in _SWEDISH_FIRM.finditer(text):
        number = match[0].replace(" ", "").removeprefix("16")
        # The third digit of a firm's number is at least 2, which no month begins with.
        if vat.is_valid(number) if number.startswith("SE") else number[2] >= "2" and swedish.is_valid(number):
            yield match.span()
    for match in _FINNISH_FIRM.finditer(text):
        if ytunnus.is_valid(match[0]) if "-" in match[0] else alv.is_valid(match[0]):
            yield match.span()
    yield from (m.span("number") for m in _DANISH_FIRM.finditer(text) if cvr.is_valid(m["number"]))


def long_numbers(text: str) -> Iterator[Range]:
    """Hardware addresses, serial numbers, runs of six digits, groups of eight, that are no date and no amount."""
    yield from (match.span() for match in _HARDWARE.finditer(text))
    yield from (match.span() for match in _SERIAL.finditer(text))
    for match in _GROUPED.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        amount = _CURRENCY.match(text, match.end())
        if len(digits) >= _GROUPED_DIGITS and not amount and not NO_IDENTIFIER.fullmatch(match[0]):
            yield match.span()
    for match in _LONG.finditer(text):
        if not _CURRENCY.match(text, match.end()):
            yield match.span()
