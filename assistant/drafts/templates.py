"""Courtesy text around an answer, per language and tone, read from the JSON files in `templates/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from kb.locales import UI_LOCALES

_FOLDER = Path(__file__).with_name("templates")
FALLBACK = "en"
"""The language of the courtesy text for a customer whose own has no templates."""


class Tone(StrEnum):
    """How the team addresses its customers."""

    INFORMAL = "informal"
    FORMAL = "formal"


@dataclass(frozen=True, slots=True)
class Template:
    """One piece of courtesy text with merge fields."""

    name: str
    """Language and key, e.g. "sv/greeting.informal"; what a sentence names as its source."""
    text: str


@dataclass(frozen=True, slots=True)
class Templates:
    """All courtesy text of one language in one tone."""

    locale: str
    tone: Tone
    texts: tuple[tuple[str, str], ...]
    """Pairs of key and text."""

    def get(self, key: str) -> Template:
        """The template of a key, e.g. "greeting"; the toneless one where the tone makes no difference.

        Raises:
            ValueError: No such key.
        """
        texts = dict(self.texts)
        head, dot, variant = key.partition(".")
        for name in (f"{key}.{self.tone}", f"{head}.{self.tone}{dot}{variant}", key):
            if name in texts:
                return Template(f"{self.locale}/{name}", texts[name])
        raise ValueError(f"no template {key!r}; there are {', '.join(sorted(texts))}")


def templates_of(locale: str, tone: Tone = Tone.INFORMAL) -> Templates:
    """The courtesy text for a customer's language; English for a language without templates."""
    chosen = locale if locale in UI_LOCALES else FALLBACK
    return Templates(chosen, tone, _texts(chosen))


@lru_cache
def _texts(locale: str) -> tuple[tuple[str, str], ...]:
    texts: dict[str, str] = json.loads((_FOLDER / f"{locale}.json").read_text(encoding="utf-8"))
    return tuple(texts.items())
