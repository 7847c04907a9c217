"""The parts that an article has: a team's own template, or the one that comes with Svar. Pure but for its file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kb.markdown import sections

KEYS = ("issue", "environment", "resolution", "cause")
"""The parts of an article in KCS v6, technique 1.1, in their order."""
OPTIONAL = frozenset({"cause"})
"""Often nobody knows it, and the customer is helped all the same."""


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """One part that an article should have."""

    key: str
    """One of KEYS, or "" for a part that a team made up."""
    heading: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class ArticleTemplate:
    """How articles in one language are built."""

    markdown: str
    """What a new article begins with."""
    sections: tuple[TemplateSection, ...]
    own: bool = False
    """The team's, not the one that comes with Svar."""


def template_of(locale: str, own: str = "") -> ArticleTemplate:
    """The template of a language.

    Args:
        locale: One without texts of its own has the English ones.
        own: The team's Markdown; "" takes the shipped one. Its headings are the parts; one in round brackets may be
            missing.
    """
    texts = _texts(locale)
    by_heading = {texts[key].casefold(): key for key in KEYS}
    if not own.strip():
        parts = tuple(TemplateSection(key, texts[key], key not in OPTIONAL) for key in KEYS)
        return ArticleTemplate("\n\n\n".join(f"## {part.heading}" for part in parts) + "\n\n", parts)
    found = []
    for heading in (section.heading for section in sections(own) if section.heading):
        bare = heading.strip()
        optional = bare.startswith("(") and bare.endswith(")")
        bare = bare[1:-1].strip() if optional else bare
        found.append(TemplateSection(by_heading.get(bare.casefold(), ""), bare, not optional))
    return ArticleTemplate(own, tuple(found), own=True)


def missing_texts() -> tuple[str, ...]:
    """What stands in a part of a captured draft that nobody's words tell, in each language."""
    return tuple(texts["missing"] for texts in _all_texts().values())


def _texts(locale: str) -> dict[str, str]:
    known = _all_texts()
    return known.get(locale, known["en"])


@cache
def _all_texts() -> dict[str, dict[str, str]]:
    text = (files("assistant.capture") / "sections.json").read_text("utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found
