"""Whether a reply is in another language than its customer's. Pure."""

from __future__ import annotations

import re

from assistant.language import detect
from kb.locales import UI_LOCALES, closeness, is_own

FEWEST_WORDS = 12
"""A shorter text is a greeting, a number or a product's name, and never remarked on."""
FEWEST_CLOSE_WORDS = 24
"""The same for languages that read alike: Danish and Norwegian share most words of a short reply."""
_ASIDE = re.compile(
    r"(?m)^>.*$|```.*?(?:```|\Z)|`[^`\n]*`|\{\{[^}\n]*\}\}|\]\([^)\s]*\)|https?://\S+|[\w.+-]+@[\w.-]+", re.DOTALL
)
"""What is no prose of the agent's: quoted lines, code, fields, addresses."""
_WORD = re.compile(r"[^\W\d_]{2,}")


def foreign(text: str, customer: str) -> str:
    """The language of a reply if it is not one that the customer reads as their own.

    Both halves of a reply must speak for the other language, so a quoted menu or an English product name does not;
    bokmål and nynorsk serve each other.

    Args:
        text: The reply.
        customer: The customer's language; one that the product does not know is never judged.

    Returns:
        One of the five languages of the product, or "" where there is nothing to remark.
    """
    if customer not in UI_LOCALES:
        return ""
    prose = _ASIDE.sub(" ", text)
    words = list(_WORD.finditer(prose))
    if len(words) < FEWEST_WORDS:
        return ""
    found = detect(prose, prior=customer)
    if is_own(customer, found) or found not in UI_LOCALES:
        return ""
    if closeness(customer, found) and len(words) < FEWEST_CLOSE_WORDS:
        return ""
    middle = words[len(words) // 2].start()
    halves = (detect(part) for part in (prose[:middle], prose[middle:]))
    return found if all(closeness(found, half) and not is_own(customer, half) for half in halves) else ""
