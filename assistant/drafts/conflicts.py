"""Contradictions between two texts about the same thing: other amounts, opposite advice, another number of steps. Pure.

Only what can be told from the words is told: two sentences that share most of their words, and differ in an amount with
the same unit or in a negation; two procedures that share most of their steps, and differ in how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.drafts.sentences import Span, split
from assistant.drafts.steps import items_of
from assistant.model import ConflictKind
from indexer.words import query_stems

SAME_THING = 0.8
"""Share of the words that either of two sentences has from which they speak of the same thing."""
SAME_UNDER_HEADING = 0.6
"""The same where they stand under headings that say the same."""
_SAME_HEADING = 0.5
_FEWEST_COMMON = 3
_SAME_STEP = 0.6
_SAME_STEPS = 0.75
"""Share of the shorter procedure's steps that the longer one must have."""
_FEWEST_STEPS = 2
_LONGEST = 60
"""A sentence of more words says several things."""
_LINK = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_AMOUNT = re.compile(
    r"(?<![\w.,:/-])(?P<number>\d+(?:[ .\u00a0]\d{3})*(?:[.,]\d+)?)"
    r"(?:\s*(?:[–-]|to|till|til)\s*(?P<upper>\d+(?:[.,]\d+)?))?[ \u00a0-]?(?P<unit>%|°\s?[CF]?|[^\W\d_]+)?(?![\w])"
)
_UNITS = {
    "second": "s sec secs second seconds sek sekund sekunder sekunden sekundar",
    "minute": "min mins minute minutes minut minuter minutter minutt minuttar minutten",
    "hour": "h hour hours tim timme timmar time timer timar",
    "day": "day days dag dagar dager dage døgn dygn bankdagar virkedager arbejdsdage hverdage working",
    "week": "week weeks vecka veckor uke uker uge uger veke veker",
    "month": "month months månad månader måned måneder månad månadar mdr",
    "year": "year years år",
    "percent": "% percent procent prosent",
    "degree": "° °c °f grader grad degrees degree gradar",
    "krone": "kr kronor kroner sek nok dkk",
    "euro": "eur euro euros €",
    "metre": "m meter metre metres meters",
    "centimetre": "cm",
    "millimetre": "mm",
    "device": "device devices enhet enheter enhed enheder einingar",
    "time": "times gånger ganger gange gonger",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_NOT = re.compile(
    r"\b(?:not|never|no longer|don['’]?t|doesn['’]?t|do not|cannot|can['’]t|must not|mustn['’]t|avoid"
    r"|(?:is|are|was|were|wo|has|have|did|should|could|would)n['’]t"
    r"|inte|aldrig|undvik|icke|ikke|aldri|unngå|undgå|ikkje|unngå)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|unless|in case|om|när|ifall|hvis|dersom|når|viss)\b[^,.;:]*[,.;:]?"
    r"|^\W*(?:hjälper|hjelper|hjælper|fungerar|fungerer|virker|verkar|går|kan|ser|kommer|finner|finns|kommer)\b[^,.;:]*[,.;:]?",
    re.IGNORECASE,
)
"""A "not" in a condition advises nothing."""
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        ("enable|turn on|switch on", "disable|turn off|switch off"),
        ("slå på|aktivera|slå på|sätt på", "stäng av|slå av|inaktivera|avaktivera"),
        ("slå på|skru på|aktiver|slå til|tænd", "slå av|skru av|deaktiver|slå fra|sluk"),
    )
)
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(?P<title>[^\n]+)")
_STEP_MARK = re.compile(r"^\s*(?:[-*+>]|\d{1,9}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that cannot both be right."""

    kind: ConflictKind
    one: Span
    """In the first text."""
    other: Span
    """In the second text."""


@dataclass(frozen=True, slots=True)
class _Saying:
    span: Span
    stems: frozenset[str]
    amounts: tuple[tuple[str, str], ...]
    """Unit and number."""
    text: str
    subject: frozenset[str]
    """Stems of the heading above it; empty if there is none."""

    @property
    def advice(self) -> str:
        """The text without its conditions."""
        return _CONDITION.sub(" ", self.text)


def contradictions(one: str, other: str, locale: str, *, within: Sequence[Span] = ()) -> list[Contradiction]:
    """Find where two texts in one language contradict each other, in the order of the first; each of its places once.

    Args:
        one: The text that is used.
        other: The text that it is held against.
        locale: Language of both.
        within: Only what touches these parts of the first text; empty: all of it.
    """
    mine = [saying for saying in _sayings(one, locale) if not within or any(_touch(saying.span, s) for s in within)]
    theirs = _sayings(other, locale)
    found = [*_of_sentences(mine, theirs)]
    if not found:
        found += _of_steps(one, other, locale, within)
    return found


def _of_sentences(mine: Sequence[_Saying], theirs: Sequence[_Saying]) -> Iterator[Contradiction]:
    said = {each.text for each in theirs}
    for saying in mine:
        if saying.text in said:
            continue
        best = max(theirs, key=lambda other: _likeness(saying, other), default=None)
        least = SAME_UNDER_HEADING if best and _same_subject(saying.subject, best.subject) else SAME_THING
        if best is None or _likeness(saying, best) < least:
            continue
        kind = _kind(saying, best)
        if kind is not None:
            yield Contradiction(kind, saying.span, best.span)


def _kind(one: _Saying, other: _Saying) -> ConflictKind | None:
    for unit in {unit for unit, _ in one.amounts} & {unit for unit, _ in other.amounts}:
        mine = {number for each, number in one.amounts if each == unit}
        theirs = {number for each, number in other.amounts if each == unit}
        if not mine & theirs:
            return ConflictKind.NUMBERS
    negated = [bool(_NOT.search(each.advice)) for each in (one, other)]
    if negated[0] != negated[1] or _is_opposite(one.advice, other.advice):
        return ConflictKind.ADVICE
    return None


def _is_opposite(one: str, other: str) -> bool:
    return any(
        bool(yes.search(a)) and bool(no.search(b)) and not no.search(a) and not yes.search(b)
        for yes, no in _OPPOSITES
        for a, b in ((one, other), (other, one))
    )


def _same_subject(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _SAME_HEADING * len(one | other)


def _likeness(one: _Saying, other: _Saying) -> float:
    """Share of common words of all that either has; 0 if they are too few to tell."""
    common = len(one.stems & other.stems)
    return common / len(one.stems | other.stems) if common >= _FEWEST_COMMON else 0.0


def _of_steps(one: str, other: str, locale: str, within: Sequence[Span]) -> Iterator[Contradiction]:
    """Procedures under one heading with most of their steps in common, of which one has more."""
    for mine in _procedures(one):
        if within and not any(_touch(Span(mine[0].start, mine[-1].end), span) for span in within):
            continue
        for theirs in _procedures(other):
            if len(mine) == len(theirs) or not _same_subject(
                _heading_above(one, mine[0].start, locale), _heading_above(other, theirs[0].start, locale)
            ):
                continue
            shorter, longer = sorted((_texts(one, mine), _texts(other, theirs)), key=len)
            same = sum(any(_alike(step, each, locale) for each in longer) for step in shorter)
            if same >= max(_FEWEST_STEPS, _SAME_STEPS * len(shorter)):
                places = Span(mine[0].start, mine[-1].end), Span(theirs[0].start, theirs[-1].end)
                yield Contradiction(ConflictKind.STEPS, *places)
                break


def _procedures(text: str) -> list[list[Span]]:
    """The numbered lists of a text, each with its items."""
    found: list[list[Span]] = []
    last = 0
    for item in items_of(text, 0, len(text)):
        if item.number:
            if item.number <= last or not found:
                found.append([])
            found[-1].append(Span(item.inner, item.end))
        last = item.number
    return [each for each in found if len(each) >= _FEWEST_STEPS]


def _heading_above(text: str, at: int, locale: str) -> frozenset[str]:
    headings = [match["title"] for match in _HEADING.finditer(text, 0, at)]
    return frozenset(query_stems(headings[-1], locale)) if headings else frozenset()


def _texts(body: str, spans: Sequence[Span]) -> list[str]:
    return [body[span.start : span.end] for span in spans]


def _alike(one: str, other: str, locale: str) -> bool:
    mine, theirs = frozenset(query_stems(one, locale)), frozenset(query_stems(other, locale))
    return len(mine & theirs) >= _SAME_STEP * len(mine | theirs)


@lru_cache(maxsize=512)
def _sayings(text: str, locale: str) -> tuple[_Saying, ...]:
    found = []
    subject: frozenset[str] = frozenset()
    for span in split(text, locale):
        sentence = _LINK.sub("]", _STEP_MARK.sub("", text[span.start : span.end]))
        if sentence.startswith("#"):
            subject = frozenset(query_stems(sentence, locale))
            continue
        if len(sentence.split()) > _LONGEST or sentence.startswith("|"):
            continue
        words = frozenset(
            stem
            for stem in query_stems(_NOT.sub(" ", sentence), locale)
            if not any(c.isdigit() for c in stem) and stem not in _UNIT_OF
        )
        found.append(_Saying(span, words, tuple(_amounts(sentence)), " ".join(sentence.split()), subject))
    return tuple(found)


def _amounts(sentence: str) -> Iterator[tuple[str, str]]:
    """Units with their numbers; a number with no known unit says too little by itself."""
    for match in _AMOUNT.finditer(sentence):
        unit = _UNIT_OF.get((match["unit"] or "").casefold().replace(" ", ""))
        if unit is not None:
            for number in (match["number"], match["upper"]):
                if number:
                    yield unit, re.sub(r"[ \u00a0](?=\d{3})", "", number).replace(",", ".")


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def negations(text: str) -> int:
    """How many words of a text say no."""
    return len(_NOT.findall(text))
