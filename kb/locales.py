"""Locales: which language a text is in, under one spelling."""

from __future__ import annotations

import re

from kb.errors import InvalidRow

UI_LOCALES = ("sv", "nb", "nn", "da", "en")
"""The languages that the product itself speaks, in the order in which they are offered."""

UNDETERMINED = "und"
"""BCP 47 tag of a text whose language nobody said."""

ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv"
    " ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne"
    " ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st"
    " su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""The two-letter language codes."""
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
_NAMES = {
    "svenska": "sv", "swedish": "sv", "bokmål": "nb", "norsk": "nb", "norwegian": "nb", "nynorsk": "nn",
    "dansk": "da", "danish": "da", "engelska": "en", "engelsk": "en", "english": "en",
}  # fmt: skip


def normalise_locale(value: object) -> str:
    """Bring a language tag to the one spelling that the product stores: a lower-case ISO 639-1 code.

    Regions are dropped ("sv-SE" -> "sv"), "no" means bokmål, the five languages may be named in words.

    Args:
        value: What the file said; None and "" mean undetermined.

    Returns:
        A two-letter code, or "und".

    Raises:
        InvalidRow: The value is no language tag.
    """
    if value is None or value == "":
        return UNDETERMINED
    text = str(value).strip()
    if text.lower() in _NAMES:
        return _NAMES[text.lower()]
    match = _TAG.fullmatch(text)
    code = match.group(1).lower() if match else ""
    if code == "no":
        return "nb"
    if code in ISO_639_1 or code == UNDETERMINED:
        return code
    raise InvalidRow(
        f"unknown locale {text[:40]!r}; allowed: a language code such as {', '.join(UI_LOCALES)},"
        " with or without a region"
    )


def is_own(asked: str, other: str) -> bool:
    """Whether a reader of one language needs no remark about a text in another; bokmål and nynorsk serve each other."""
    return asked == other or {asked, other} == {"nb", "nn"}


def closeness(asked: str, other: str) -> int:
    """How well a reader of one language reads another: 2 same, 1 near enough to read at a glance, 0 neither.

    Bokmål, nynorsk and Danish are close in writing; Swedish is not counted as close, since a customer reply in it
    would be noticed at once.
    """
    if asked == other:
        return 2
    return 1 if {asked, other} <= {"nb", "nn", "da"} else 0
