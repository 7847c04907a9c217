"""What survey tools and people call things, in five languages: names of columns, and answers in words. Pure data."""

from __future__ import annotations

import re
from collections.abc import Iterable


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


def _with(words: str) -> str:
    """A pattern for a name that has one of some words in it."""
    return rf".*\b(?:{'|'.join(words.split())})\b.*"


COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("id", _any(["id$", "respond[ea]nt ?id", "response ?id", "svars-?id"])),
    ("ticket_id", _any([
        r"(?:support )?(?:ticket|case|request|ärende|sak|sag|henvendelse)s?[ _-]?(?:id|number|no|nr|nummer|#)?\.?$",
        r"external ?(?:data ?)?reference$", r"custom ?data ?1$", "(?:ärende|saks|sags)(?:nummer|nr)",
    ])),
    ("email", _any([
        r"(?:recipient|respondent|customer|requester)?[ _]?e-?mail(?:[ _]?address)?$", "e-?post(?:adress|adresse)?$",
        "mail(?:adresse)?$",
    ])),
    ("at", _any([
        "date ?modified", "end ?date", "recorded ?date", "(?:submitted|completed)(?: at)?", "timestamp", "answered_?at",
        "at$", "(?:svars|inlämnings)?(?:datum|dato|tidspunkt)$", "date(?: ?created)?$", "start ?date", "created_?at",
    ])),
    ("scale", _any(["scale$", "skala$", r"max(?:imum)?[ _]?score$"])),
    ("nps", _any([r"nps(?: score)?$", r".*\bnps\b(?!.*group).*", _with("recommend rekommendera anbefale tilrå")])),
    ("worked", _any([
        "worked$", r".*\b(?:did|has|was|is)\b.*\b(?:work(?:ed)?|help(?:ed)?|solved?|resolved?|fixed)\b.*",
        r"(?:solved|resolved)\??$",
        _with("fungerade hjälpte löst löste virkede hjalp hjulpet løst løste virket fungerte løyst løyste fungerer"
              " hjelpte verka"),
    ])),
    ("score", _any([
        "score$", "rating$", r"csat(?: score)?$", "betyg$", "karakter$",
        _with(r"satisf\w* nöjd\w* fornøyd\w* fornøgd\w* tilfreds\w* rate rating betyg\w* bedøm\w* vurder\w*"),
    ])),
    ("comment", _any([
        _with(r"comment\w* feedback kommentar\w* why varför hvorfor kvifor berätta fortell fortæl fritext fritekst"
              " övrigt other"),
        r".*\b(?:anything else|tell us|open-?ended)\b.*",
    ])),
)  # fmt: skip
"""A field and what a column's name must begin with to be it; the first field that fits has the column."""
GROUP = re.compile(r"nps[ _]group", re.IGNORECASE)
"""A column that Qualtrics works out from another one."""

YES = re.compile(r"(?:yes|ja|jo|true|1|y|j|solved|resolved|worked|löst|løst|løyst|good)\b", re.IGNORECASE)
NO = re.compile(r"(?:no|nej|nei|false|0|n|not|inte|ikke|ikkje|unsolved|unresolved|bad)\b", re.IGNORECASE)
UNSURE = re.compile(
    r"(?:partly|partially|delvis|do(?:n't| not) know|vet (?:inte|ikke)|veit ikkje|ved ikke|n/?a)\b|-$", re.IGNORECASE
)
VERY = _any("very extremely mycket väldigt svært veldig meget særdeles helt".split())
SATISFIED: tuple[tuple[re.Pattern[str], float, float], ...] = (
    (_any(r"neither neutral varken verken hverken korkje nøytral okay ok\b".split()), 3.0, 3.0),
    (
        _any(r"dissatisfied unsatisfied missnöjd misfornøyd misfornøgd utilfreds bad\b poor dålig dårlig".split()),
        2.0,
        1.0,
    ),
    (_any(r"satisfied nöjd fornøyd fornøgd tilfreds good\b bra\b god\b godt\b".split()), 4.0, 5.0),
)
"""Words, their score of five, and their score with "very" before them; the first that is found counts."""
