"""People's names in a text: those who take part in the ticket, and those whom the text itself gives away. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

Range = tuple[int, int]

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
_CAPITAL = "A-ZÅÄÖÆØÉÜ"
_WORD = rf"[{_CAPITAL}][\w'’-]+"
_PERSON = rf"{_WORD}(?:[ \t]+[{_CAPITAL}][\w'’-]*\.?){{0,2}}"
_PERSON_WITH_PARTICLE = rf"{_WORD}(?:[ \t]+(?:(?:af|av|von|van|de|der)[ \t]+)?[{_CAPITAL}][\w'’-]*){{0,2}}"
_SIGNED = re.compile(
    r"(?:\b(?:[Mm][Vv][Hh]|(?i:hälsningar|hälsning|hilsen|hilsner|helsing|regards|wishes|thanks|cheers))"
    rf"[ \t]*[,.!]?\s*(?:(?i:från|fra|frå|from)\s+)?|(?m:^|\s)/[ \t]?)(?P<who>{_PERSON})(?=[ \t]*(?:[,.\n]|$))"
)
_INTRODUCED = re.compile(
    r"\b(?i:jag heter|jeg heter|jeg hedder|eg heiter|mitt namn är|mitt navn er|mit navn er|namnet mitt er|my name is"
    r"|my name['’]s|(?:herr|hr\.?|fru|frk\.?|fröken|mr\.?|mrs\.?|ms\.?|miss|dr\.?)(?=[ \t]))"
    rf"[ \t]+(?P<who>{_PERSON_WITH_PARTICLE})"
)
_LABELLED = re.compile(
    r"(?m:^)[ \t>*]*(?i:från|fra|frå|from|till|til|to|cc|namn|navn|name|kund|kunde|customer|kontaktperson"
    r"|contact(?: person)?|avsändare|afsender|avsender|sender|mottagare|mottaker|modtager|recipient|innehavare|ägare)"
    rf"\**[ \t]*:\**[ \t]*(?P<who>{_PERSON_WITH_PARTICLE})(?=[ \t]*(?:[<(,;\n]|$))"
)
_GREETED = re.compile(
    r"(?m:^)[ \t]*(?i:hej(?:san)?|hei(?:san)?|hallo|halloj|hello|hi|dear|kära|käre|kære|kjære|god ?dag|god morgon)"
    rf"[ \t]+(?P<who>{_PERSON_WITH_PARTICLE})(?=[ \t]*(?:[,!.\n]|$))"
)
# Whom a letter greets without naming anybody.
_NOBODY = frozenset(
    "all alla alle alt customer du dere everyone everybody folks guys igen igjen kund kunde madam sir support supporten"
    " team teamet there you kundtjänst kundeservice kundservice".split()
)
_CAPITALISED = re.compile(rf"(?<![\w@./-]){_WORD}")
_NEXT_NAME = re.compile(rf"[ \t]+(?:(?:af|av|von|van|de|der)[ \t]+)?(?P<word>[{_CAPITAL}][\w'’-]*)")
_MOST_SURNAMES = 2
_FILE = Path(__file__).with_name("first_names.txt")


def names_of(text: str, people: Sequence[str]) -> Iterator[Range]:
    """Names of the people given, in any inflection, and names that the text gives away by itself.

    A text gives a name away where somebody signs, is greeted, introduces himself or stands in a field ("From: ..."),
    and by a common first name with the words in capitals that follow it.
    """
    yield from _participants(text, people)
    for pattern in (_SIGNED, _INTRODUCED, _LABELLED, _GREETED):
        for match in pattern.finditer(text):
            if match["who"].split()[0].lower() not in _NOBODY:
                yield match.span("who")
    yield from _common(text)


def _participants(text: str, people: Sequence[str]) -> Iterator[Range]:
    for part in sorted(_parts(people), key=len, reverse=True):
        pattern = "".join(_VARIANTS.get(letter, re.escape(letter)) for letter in part.lower())
        for match in re.finditer(rf"(?<!\w){pattern}{_GENITIVE}(?!\w)", text, re.IGNORECASE):
            if not (part.lower() in _ALSO_WORDS and match[0].islower()):
                yield match.span()


def _parts(people: Iterable[str]) -> set[str]:
    """Names and the parts of names that identify somebody."""
    parts: set[str] = set()
    for name in people:
        for word in re.split(r"[\s,]+", name):
            pieces = [word, *word.split("-")]
            parts.update(p for p in pieces if len(p.strip(".")) > 1 and p.lower() not in _PARTICLES)
    return {part for part in parts if any(c.isalpha() for c in part)}


def _common(text: str) -> Iterator[Range]:
    """Common first names with the surnames that follow them."""
    known = _first_names()
    for match in _CAPITALISED.finditer(text):
        name = match[0].lower()
        if not _bare(name) & known:
            continue
        end = match.end()
        # After a genitive stands what is owned: "Tom's Hub".
        owned = not {name, name.split("-")[0]} & known or name.endswith(("'s", "’s"))
        for _ in range(0 if owned else _MOST_SURNAMES):
            following = _NEXT_NAME.match(text, end)
            if following is None:
                break
            end = following.end()
        yield match.start(), end


def _bare(word: str) -> set[str]:
    """A word as it is and without its genitive; "anna's", "annas" and "anna-lena" hold the name "anna"."""
    stripped = re.sub(r"(?:['’]s|['’])$", "", word)
    return {stripped, stripped.removesuffix("s") if len(stripped) > 3 else stripped, stripped.split("-")[0]}


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    lines = (line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return frozenset(name for line in lines for name in line.split())
