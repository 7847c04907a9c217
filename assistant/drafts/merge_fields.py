"""Merge fields such as {{agent.name}}: filled from what is known, left visible where nothing is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.model import Placeholder
from assistant.question import Question
from kb.errors import KBError

FIELDS = (
    "ticket.customer.first_name", "ticket.customer.name", "ticket.id", "ticket.product", "order.number", "agent.name",
)  # fmt: skip
"""Every field that a canned reply or a template may name."""
ORDER_NUMBER = re.compile(r"(?<![\w-])[A-Z]{2,4}-?\d{5,10}(?![\w-])", re.IGNORECASE)
"""Letters and digits, e.g. FV-204518. One letter and four digits (E-1042) is an error code, not an order."""
_FIELD = re.compile(r"\{\{[ \t]*([A-Za-z_]+(?:\.[A-Za-z_]+)*)[ \t]*\}\}")
_BRACES = re.compile(r"\{\{[^{}]{0,200}\}\}|\{\{|\}\}")
_LONGEST_VALUE = 80
_UNSAFE = re.compile(r"[\[\]()<>*_`{}|\\#~\x00-\x1f\x7f]")
_NAME_PART = re.compile(r"[^\W\d_][^\W\d_'’]*(?:[-'’][^\W\d_]+)*")
_TITLES = frozenset("dr dr. prof prof. hr hr. herr fru frk fr fr. mr mr. mrs mrs. ms ms. fröken".split())
_COMPANY = re.compile(r"\b(?:AB|AS|ASA|A/S|ApS|I/S|HB|KB|Ltd|Limited|Inc|GmbH|Oy|BRF|Brf|A/B|Borettslag|Sameiet)\b")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text after merging."""

    text: str
    placeholders: tuple[Placeholder, ...]
    """Fields that are still to be filled, in order, with their place in `text`."""
    filled: tuple[Placeholder, ...] = ()
    """Fields that were filled, in order, with the place of their value in `text`."""


class UnknownField(KBError):
    """A merge field that there is not.

    Args:
        field: As it was written.
    """

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(
            f"Unknown merge field {{{{{field[:60]}}}}}.",
            hint="Allowed: " + ", ".join(f"{{{{{name}}}}}" for name in FIELDS) + ".",
        )


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values in the place of merge fields.

    A value is never read for fields again, so nobody can smuggle one in by his name. Unknown fields and empty values
    stay as they were written.
    """
    parts: list[str] = []
    placeholders: list[Placeholder] = []
    filled: list[Placeholder] = []
    at = length = 0
    for match in _FIELD.finditer(text):
        value = values.get(match[1], "")
        parts += [text[at : match.start()], value or match[0]]
        length += match.start() - at
        spot = Placeholder(match[1], length, length + len(value or match[0]))
        (filled if value else placeholders).append(spot)
        length += len(parts[-1])
        at = match.end()
    return Filled("".join([*parts, text[at:]]), tuple(placeholders), tuple(filled))


def fields(text: str) -> tuple[str, ...]:
    """The fields that a text names, in order."""
    return tuple(match[1] for match in _FIELD.finditer(text))


def check_fields(text: str) -> None:
    """Refuse a text with a merge field that nobody could ever fill.

    Raises:
        UnknownField: A field is unknown, or has signs in it that no field has; the first one is named.
    """
    for match in _BRACES.finditer(text):
        field = _FIELD.fullmatch(match[0])
        if field is None or field[1] not in FIELDS:
            raise UnknownField(match[0].strip("{} \t\n"))


def values_of(question: Question, *, agent_name: str) -> dict[str, str]:
    """What is known for the fields; empty where nothing is.

    An order number is taken from the question only if it names exactly one.
    """
    return {
        "ticket.customer.first_name": first_name(question.customer_name),
        "ticket.customer.name": full_name(question.customer_name),
        "ticket.id": _plain(question.ticket_id),
        "ticket.product": _plain(question.product),
        "order.number": order_number(question.text),
        "agent.name": _plain(agent_name),
    }


def order_number(text: str) -> str:
    """The one order number that a text names; empty if there is none or more than one."""
    found = {match[0].upper() for match in ORDER_NUMBER.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def first_name(name: str) -> str:
    """The first name in a customer's name as it is fit for a greeting.

    Empty when it cannot be told: companies, initials, addresses, anything with markup in it.
    """
    full = full_name(name)
    parts = [part for part in full.split() if part.lower() not in _TITLES]
    if not parts or len(parts[0]) < 2 or parts[0].endswith("."):
        return ""
    return _cased(parts[0])


def full_name(name: str) -> str:
    """A person's name in the order in which it is spoken; empty if it is none."""
    if len(name) > _LONGEST_VALUE or _COMPANY.search(name):
        return ""
    last, comma, first = name.partition(",")
    parts = f"{first} {last}".split() if comma else name.split()
    if not parts or not all(_NAME_PART.fullmatch(part.rstrip(".")) for part in parts):
        return ""
    return " ".join(part if part.lower() in _TITLES else _cased(part) for part in parts)


def _cased(part: str) -> str:
    """A name written all small or all large, as one writes names."""
    if len(part) > 1 and (part.islower() or part.isupper()):
        return "-".join(piece[:1].upper() + piece[1:].lower() for piece in part.split("-"))
    return part


def _plain(value: str) -> str:
    """A value that cannot change the Markdown around it."""
    return _plain_text(value)[:_LONGEST_VALUE]


def _plain_text(value: str) -> str:
    return " ".join(_UNSAFE.sub(" ", value).split())


def spoken(question: str) -> str:
    """A customer's question as it can be repeated to him: one line, no markup, no address, cut after a word."""
    words = [word for word in question.split() if "://" not in word and "@" not in word]
    text = _plain_text(" ".join(words))
    if len(text) <= _LONGEST_VALUE:
        return text
    return text[:_LONGEST_VALUE].rsplit(None, 1)[0].rstrip(" ,;:–-") + " …"
