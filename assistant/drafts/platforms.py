"""Operating systems: which ones a customer names, and which ones a step, a section or an article is meant for. Pure."""

from __future__ import annotations

import re
from enum import StrEnum


class Platform(StrEnum):
    """A family of operating systems that instructions differ by."""

    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    ANDROID = "android"
    IOS = "ios"


_NAMES = {
    Platform.WINDOWS: r"windows|win ?(?:7|8|10|11)",
    Platform.MAC: r"mac ?os(?: ?x)?|os ?x|mac(?:book|en|in|s)?|imac|macbooks?",
    Platform.LINUX: r"linux|ubuntu|debian|fedora",
    Platform.ANDROID: r"android(?:[- ]?(?:telefon\w*|mobil\w*|phones?|tablets?))?|samsung galaxy|pixel ?\d",
    Platform.IOS: r"ios|ipad ?os|iphones?\w{0,3}|ipads?\w{0,3}",
}
_ANY = "|".join(f"(?P<{platform.value}>{names})" for platform, names in _NAMES.items())
_NAMED = re.compile(rf"(?<![\w/.])(?:{_ANY})(?!\w)", re.IGNORECASE)
_PLAIN = "|".join(_NAMES.values())
_LIST = rf"(?:{_PLAIN})(?: ?\d[\d./]*)?(?:(?:\s*[,/&]\s*|\s+(?:and|or|och|eller|og)\s+)(?:{_PLAIN})(?: ?\d[\d./]*)?)*"
_LEAD = (
    r"(?:(?:only )?(?:on|for|in|with)|if you(?:['’]re| are)?(?: use| using| have| on)?|using|bara (?:på|för)|på|för|til"
    r"|om du (?:har|använder)|har du|använder du|(?:hvis|dersom|om) du (?:har|bruker|bruger|brukar|nyttar)|bruker du"
    r"|bruger du|brukar du|kun (?:på|til|for)|berre (?:på|for))"
)
_ARTICLE = r"(?:a|an|en|et|ei|ein|ett|your|din|dit|ditt)"
_BEGINS = re.compile(
    rf"[\W_]*(?:{_LEAD}\s+)?(?:{_ARTICLE}\s+)?[\W_]*(?P<names>{_LIST})[*_]*"
    r"(?:\s*(?:users?|only|brukere|användare|brugere|brukarar|enhet\w*|device\w*))?[*_]*\s*(?:[:,(–—]|-\s|$)",
    re.IGNORECASE,
)
_ONLY = re.compile(
    rf"\(?(?:\b(?:only|bara|endast|kun|berre)(?: (?:on|for|på|för|til))?\s+(?P<after>{_LIST})"
    rf"|(?P<before>{_LIST})\s+(?:only|users only))\)?(?!\w)",
    re.IGNORECASE,
)


def platforms_in(text: str) -> frozenset[Platform]:
    """The platforms that a text names; empty if it names none."""
    return frozenset(Platform(match.lastgroup) for match in _NAMED.finditer(text) if match.lastgroup)


def meant_for(text: str) -> frozenset[Platform]:
    """The platforms that an instruction is limited to by its own first words or by an "only"; empty: all of them.

    "Windows: click ...", "If you use iOS, ..." and "(Mac only)" limit; a platform named in passing does not.
    """
    begins = _BEGINS.match(text)
    if begins:
        return platforms_in(begins["names"])
    only = _ONLY.search(text)
    return platforms_in(only["after"] or only["before"]) if only else frozenset()


def concerns(limits: frozenset[Platform], named: frozenset[Platform]) -> bool:
    """Whether an instruction concerns a customer: unless both are known and have nothing in common."""
    return not limits or not named or bool(limits & named)
