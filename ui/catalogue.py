"""The catalogues: every text that a person sees, in i18n/PART/LANGUAGE.json; a key stands in one part only."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from kb.locales import UI_LOCALES

FOLDER = Path(__file__).parent / "i18n"
PARTS = ("workspace", "knowledge", "upkeep", "lead")
"""What the pages share stands in the first one."""
FALLBACKS = {"sv": ("en",), "nb": ("da", "en"), "nn": ("nb", "da", "en"), "da": ("nb", "en"), "en": ()}
"""Where a key is looked for when a language lacks it."""


@cache
def catalogue(locale: str, parts: tuple[str, ...] = PARTS) -> dict[str, str]:
    """The texts of a language; what it lacks is taken from its fallbacks. Unknown languages get English.

    Args:
        locale: The reader's language.
        parts: Which parts of the catalogue; a page needs its own and what all share.
    """
    known = locale if locale in UI_LOCALES else "en"
    merged: dict[str, str] = {}
    for code in (*reversed(FALLBACKS[known]), known):
        for part in parts:
            merged.update(_file(part, code))
    return merged


def text(locale: str, key: str, **values: object) -> str:
    """One text with its values filled in; a key that no language has is shown as it is.

    Args:
        locale: The reader's language.
        key: E.g. "error.conflict".
        values: What stands for {name} in the text.
    """
    found = catalogue(locale).get(key, key)
    for name, value in values.items():
        found = found.replace("{" + name + "}", str(value))
    return found


def day_text(locale: str, day: date) -> str:
    """A day in figures as the language writes it, e.g. "2026-11-23" in Swedish and "23.11.2026" in Danish.

    Args:
        locale: The reader's language.
        day: The day.
    """
    return text(locale, "day.figures", year=day.year, month=f"{day.month:02d}", day=f"{day.day:02d}")


def percent_text(locale: str, share: float) -> str:
    """A share in per cent, e.g. "85 %", in English "85%".

    Args:
        locale: The reader's language.
        share: From 0 to 1.
    """
    return text(locale, "candidate.percent", n=f"{100 * share:.0f}")


def has(key: str) -> bool:
    """Tell whether any text has this key."""
    return key in catalogue("en")


def choose(accept_language: str, *, wish: str = "") -> str:
    """The best of our languages for a browser's Accept-Language header.

    Args:
        accept_language: E.g. "nn-NO,nb;q=0.9,en;q=0.5"; order counts, weights only where they are given.
        wish: A language that was asked for by name; wins if we have it.
    """
    if wish in UI_LOCALES:
        return wish
    weighted: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        weighted.append((_weight(weight), "nb" if code == "no" else code))
    for _, code in sorted(weighted, key=lambda pair: -pair[0]):
        if code in UI_LOCALES:
            return code
    return "en"


def _weight(text_: str) -> float:
    try:
        return float(text_) if text_ else 1.0
    except ValueError:
        return 0.0


@cache
def _file(part: str, locale: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((FOLDER / part / f"{locale}.json").read_text("utf-8"))
    return loaded
