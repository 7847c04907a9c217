"""People who do not exist, with all that identifies somebody: sown into evidence and looked for in drafts. Pure.

Telephone numbers come from the ranges that the Swedish regulator keeps free for fiction, national ids have the last
digits that are kept for tests, and the bank of the accounts does not exist; check digits are right, so that all of it
looks real to the product.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

PEOPLE = 380
_GIVEN = (
    "Torgils Ragnfrid Sigbritt Oddvarda Gudveig Asbjørg Ingjerd Valdemara Herbrand Svanhild Eskilda Thorvi Birghild"
    " Leidulv Radmund Hallgerd Yngvarda Solvår Frøydis Ottfrid"
).split()
_FAMILY = (
    "Kvistrand Ulvesäter Brännhammar Tjøstheim Skaldebo Vråkelund Halvarstveit Grimsbråten Ødegårdsen Lyngklipp"
    " Fjällbrink Rävholmen Stjernegaard Knubbestad Elgerud Myrvassli Havtornby Bjelkeløkken Snøkvist"
).split()
_FEWEST_DIGITS = 6
"""A text with fewer has no number of anybody."""


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up customer."""

    given: str
    family: str
    email: str
    phone: str
    national_id: str
    """Swedish personnummer."""
    iban: str
    order: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


class Wanted:
    """Looks for identifiers in texts, however they are spaced or written large.

    Args:
        people: Whose.
        published: Texts that anybody may read, such as the articles: what stands in them identifies nobody.
    """

    def __init__(self, people: Sequence[Person], published: Sequence[str] = ()) -> None:
        known = {word for text in published for word in _words(text)}
        names = {part for person in people for name in (person.given, person.family) for part in _words(name)}
        self._names = names - known
        numbers = {_flat(text) for p in people for text in (p.phone, p.national_id, p.iban, p.order)}
        self._numbers = {size: {each for each in numbers if len(each) == size} for size in {len(n) for n in numbers}}
        self._emails = {person.email for person in people}

    def found_in(self, text: str) -> list[str]:
        """The identifiers that a text has, in an order that does not change; a name counts in any part and case."""
        found = {word for word in _words(text) if word in self._names or _without_genitive(word) in self._names}
        found |= {email for email in self._emails if email in text.casefold()}
        flat = _flat(text) if sum(letter.isdigit() for letter in text) >= _FEWEST_DIGITS else ""
        for size, numbers in self._numbers.items():
            found |= {flat[at : at + size] for at in range(len(flat) - size + 1)} & numbers
        return sorted(found)


def people(count: int = PEOPLE) -> tuple[Person, ...]:
    """So many different people, always the same ones.

    Args:
        count: 0 to PEOPLE.

    Raises:
        ValueError: The count is outside of its range.
    """
    if not 0 <= count <= PEOPLE:
        raise ValueError(f"count is {count}; allowed: 0 to {PEOPLE}")
    return tuple(_person(number) for number in range(count))


def _person(number: int) -> Person:
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number // len(_GIVEN)]
    account = f"000{number:017d}"
    birth = f"{30 + number % 60:02d}{1 + number % 12:02d}{1 + number % 28:02d}"
    serial = f"{980 + number % 20}"
    return Person(
        given=given,
        family=family,
        email=f"{_ascii(given)}.{_ascii(family)}@kund.example".casefold(),
        phone=_phone(number),
        national_id=f"{birth}-{serial}{_luhn_digit(birth + serial)}",
        iban=f"SE{98 - int(account + '281400') % 97:02d}{account}",
        order=f"QZ-{700000 + 137 * number}",
    )


def _phone(number: int) -> str:
    """A number from 070-174 06 05 to 99 or from one of three ranges of a hundred."""
    area, last = divmod(number, 95)
    start = ("070-174 06 ", "031-390 06 ", "040-628 04 ", "0980-319 2")[area]
    return f"{start}{last + 5:02d}"


def _luhn_digit(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return -total % 10


def _ascii(name: str) -> str:
    plain = name.translate(str.maketrans("øØ", "oO"))
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def _without_genitive(word: str) -> str:
    return word.removesuffix("s")


def _flat(text: str) -> str:
    """Letters and digits only."""
    return re.sub(r"[^0-9a-z]", "", text.casefold())
