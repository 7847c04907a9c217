"""What must survive a language model unchanged, hidden behind tokens that carry no meaning. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

OPEN, CLOSE = "⟦", "⟧"
TOKEN = re.compile(rf"{OPEN}(\d{{1,4}}){CLOSE}")
_PROTECTED = re.compile(
    r"\{\{[^{}\n]*\}\}"  # merge fields
    r"|\[[^\[\]\n]*\]\([^()\s]*\)"  # links, with their text: mostly the title of an article
    r"|<https?://[^\s<>]+>|https?://[^\s<>()\[\]]*[^\s<>()\[\].,:;!?]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|`[^`\n]+`"
    r"|\[[a-z]+(?:-[a-z]+)*\](?!\()"  # what was redacted
)


class Vault:
    """Gives every protected part of one message a token of its own, and puts the parts back."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    @property
    def held(self) -> Mapping[str, str]:
        """Token -> what it stands for."""
        return self._held

    def protect(self, text: str, spans: Iterable[tuple[int, int]] = ()) -> str:
        """A text with tokens in place of merge fields, links, addresses, code, and of the given spans.

        Args:
            text: Without any of the two brackets that tokens are made of.
            spans: More half-open ranges to hide, e.g. personal data; they may overlap with anything.

        Raises:
            ValueError: The text has a bracket of a token in it.
        """
        if OPEN in text or CLOSE in text:
            raise ValueError(f"a text with {OPEN} or {CLOSE} in it cannot be protected: {text[:60]!r}")
        parts: list[str] = []
        at = 0
        for start, end in _merged([*(match.span() for match in _PROTECTED.finditer(text)), *spans]):
            token = f"{OPEN}{len(self._held) + 1}{CLOSE}"
            self._held[token] = text[start:end]
            parts += [text[at:start], token]
            at = end
        return "".join([*parts, text[at:]])

    def restore(self, text: str) -> str:
        """The text with its tokens replaced, once: what a token stands for is never read for tokens again."""
        return TOKEN.sub(lambda match: self._held.get(match[0], match[0]), text)


def tokens_in(text: str) -> list[str]:
    """The tokens of a text in their order."""
    return [match[0] for match in TOKEN.finditer(text)]


def without_tokens(text: str) -> str:
    """The text with nothing in the place of its tokens."""
    return " ".join(TOKEN.sub(" ", text).split())


def visible(text: str) -> str:
    """The text without characters that nobody sees: controls other than line breaks, marks of direction, tags."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cn", "Cs"})


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that touch one another as one; empty ones are left out."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
