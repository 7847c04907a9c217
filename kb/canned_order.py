"""Which canned replies somebody means by what they type, and in which order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.locales import closeness
from kb.model import CannedReply

_WORD = re.compile(r"\w+")


def find_canned(replies: Iterable[CannedReply], typed: str, *, locale: str = "") -> list[CannedReply]:
    """The canned replies that have every typed word, the likeliest first.

    A word may stand anywhere in shortcut, title and folder, and at the beginning of a word of the text. The customer's
    language comes before all else, then languages that read alike; in a language the shortcut itself, what begins with
    it, titles with a word that begins so, and texts; own ones before shared ones, then the most used, then by title and
    id.

    Args:
        replies: What there is.
        typed: What was typed after ";", or words of a search; empty means all.
        locale: The customer's language; empty: no language comes first.
    """
    wanted = typed.casefold().split()
    whole = " ".join(wanted)
    ranked = []
    for each in replies:
        place = _place(each, wanted, whole)
        if place is None:
            continue
        nearness = -closeness(locale, each.locale) if locale else 0
        ranked.append(((nearness, place, not each.owner_id, -each.uses, each.title, each.id), each))
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]


def _place(canned: CannedReply, wanted: list[str], whole: str) -> int | None:
    """0 for the shortcut itself to 4 for words in the text; None if a word is missing."""
    shortcut, title = canned.shortcut.casefold(), canned.title.casefold()
    if not wanted or shortcut == whole:
        return 0
    if shortcut and shortcut.startswith(whole):
        return 1
    heads = title.split()
    if all(any(head.startswith(word) for head in heads) for word in wanted):
        return 2
    text = f"{shortcut} {title} {canned.folder.casefold()}"
    if all(word in text for word in wanted):
        return 3
    # In a text only the beginnings of words count: two letters stand in the middle of some word nearly everywhere.
    words = _WORD.findall(f"{text} {canned.body.casefold()}")
    return 4 if all(word in text or any(each.startswith(word) for each in words) for word in wanted) else None
