"""A team's own wording of the courtesy texts: checked before it is stored, used from the next draft on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.drafts.merge_fields import FIELDS, fields
from assistant.drafts.templates import Templates, Tone, templates_of
from kb.errors import KBError
from kb.locales import UI_LOCALES
from kb.store import Store

MAX_CHARACTERS = 1000
_MARK = re.compile(r"\{\{|\}\}")
_FIELD = re.compile(r"\{\{[ \t]*[A-Za-z_]+(?:\.[A-Za-z_]+)*[ \t]*\}\}")


class InvalidTemplate(KBError):
    """A courtesy text that cannot be used."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One courtesy text as it is used."""

    locale: str
    key: str
    text: str
    shipped: str
    """As it came with Svar."""
    fields: tuple[str, ...]
    """The merge fields that may stand in it."""

    @property
    def is_own(self) -> bool:
        """Whether the team words it itself."""
        return self.text != self.shipped


def templates_for(store: Store, locale: str, tone: Tone) -> Templates:
    """The courtesy text for a customer's language as the team words it; English for a language without templates."""
    shipped = templates_of(locale, tone)
    own = store.reply_templates.of(shipped.locale)
    # A text of an older Svar whose key is gone stays stored and is not used.
    texts = tuple((key, own.get(key, text)) for key, text in shipped.texts)
    return Templates(shipped.locale, tone, texts)


def wordings(store: Store, locale: str = "") -> tuple[Wording, ...]:
    """All courtesy texts, of one language or of all, in the order of languages and keys as shipped.

    Raises:
        InvalidTemplate: There are no texts in this language.
    """
    found = []
    for each in [_locale(locale)] if locale else UI_LOCALES:
        own = store.reply_templates.of(each)
        for key, shipped in templates_of(each).texts:
            found.append(Wording(each, key, own.get(key, shipped), shipped, _allowed(shipped)))
    return tuple(found)


def reword(store: Store, locale: str, key: str, text: str, *, actor: str = "system") -> Wording:
    """Word a courtesy text.

    Args:
        store: Where it is kept.
        locale: Its language.
        key: Which text, e.g. "greeting.informal".
        text: The new words; line ends become line feeds, white space at both ends goes.
        actor: Id of the user, or "system".

    Raises:
        InvalidTemplate: No such language or key, an empty or too long text, a field that is unknown here, or a link
            text without the address that it exists for.
    """
    shipped = _shipped(locale, key)
    clean = "\n".join(text.splitlines()).strip()
    allowed = _allowed(shipped)
    if not clean or len(clean) > MAX_CHARACTERS:
        raise InvalidTemplate(
            f"The text of {key} has {len(clean):,} characters; allowed: 1 to {MAX_CHARACTERS:,}.",
            hint="To go back to the shipped text, reset it.",
        )
    if _MARK.search(_FIELD.sub("", clean)):
        raise InvalidTemplate(f"A field of {key} is not closed.", hint="Write it as {{agent.name}}.")
    unknown = [field for field in fields(clean) if field not in allowed]
    if unknown:
        raise InvalidTemplate(f"{key} cannot hold {{{{{unknown[0]}}}}}; allowed: {', '.join(allowed)}.")
    if "article.url" in fields(shipped) and "article.url" not in fields(clean):
        raise InvalidTemplate(f"{key} links an article, so it must hold {{{{article.url}}}}.")
    store.reply_templates.put(locale, key, clean, actor=actor)
    return Wording(locale, key, clean, shipped, allowed)


def restore(store: Store, locale: str, key: str, *, actor: str = "system") -> Wording:
    """Go back to the shipped text.

    Raises:
        InvalidTemplate: No such language or key.
    """
    shipped = _shipped(locale, key)
    store.reply_templates.reset(locale, key, actor=actor)
    return Wording(locale, key, shipped, shipped, _allowed(shipped))


def _shipped(locale: str, key: str) -> str:
    texts = dict(templates_of(_locale(locale)).texts)
    if key not in texts:
        raise InvalidTemplate(f"There is no text {key!r}; there are {', '.join(sorted(texts))}.")
    return texts[key]


def _locale(locale: str) -> str:
    if locale not in UI_LOCALES:
        raise InvalidTemplate(f"There are no texts in {locale!r}; allowed: {', '.join(UI_LOCALES)}.")
    return locale


def _allowed(shipped: str) -> tuple[str, ...]:
    """What is known wherever a text stands, and what the shipped one names."""
    return tuple(dict.fromkeys([*FIELDS, *fields(shipped)]))
