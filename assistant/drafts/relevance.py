"""How well parts of an article answer a question: by its words, by answers to similar tickets, by the match. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.drafts.answer_parts import LINK_TARGET, Part, Unit
from assistant.drafts.asked import Inquiry, meaning
from assistant.drafts.platforms import concerns, meant_for, platforms_in
from assistant.drafts.precedents import usual
from indexer.words import codes, query_stems, stems

_PASSAGE = 0.23
"""What a unit gets that the search had matched; a usual word of the answers counts 1 over the root of their number."""
_LENGTH = 0.15
"""What the logarithm of its length counts, up to _LONG words: a sentence seldom says enough."""
_LONG = 60
_LATE = -1.44
"""What a unit at the end of the article loses against one at its beginning."""
_CONDITIONAL = -0.55
"""What a unit with a question mark loses: "Still no light? Then ..." comes after the answer."""
_SHORT_QUESTION = 6
_ABOUT_ITSELF = re.compile(
    r"\bthis (?:article|page|guide) (?:explains|describes|shows|covers|will|provides|lists|tells)|\btable of contents\b"
    r"|\bsee [^.\n]{0,80}\bbelow\b|\b(?:den här|denne|denna|dette) (?:artikeln|artikkelen|artikelen|artikel|sidan"
    r"|siden|sida) (?:förklarar|beskriver|visar|handlar|forklarer|viser|handler|forklarar|syner)",
    re.IGNORECASE,
)
"""An article that speaks of itself answers nothing."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """What is known of a question when an article is read for it."""

    locale: str
    """Language of the article."""
    passage: tuple[int, int] | None
    """Span of the match in the article; None where only the article is known."""
    terms: frozenset[str]
    codes: frozenset[str]
    inquiry: Inquiry = field(default_factory=Inquiry)
    vocabulary: Mapping[str, float] = field(default_factory=dict)
    """How usual words are in the answers to similar tickets (`precedents.vocabulary`)."""
    said: frozenset[str] = frozenset()
    """Stems of what the draft says already; they count no more."""
    doubt: float = 1.0
    """How little similar tickets say, 0..1: the question's own words count for so much."""

    @staticmethod
    def of(
        question: str,
        locale: str,
        *,
        passage: tuple[int, int] | None = None,
        inquiry: Inquiry | None = None,
        vocabulary: Mapping[str, float] | None = None,
        doubt: float = 1.0,
    ) -> Relevance:
        """Make ready for reading an article.

        Args:
            question: What the customer wrote.
            locale: Language of the article.
            passage: Span of the match; None where only the article is known.
            inquiry: What of the question is known apart.
            vocabulary: Words of the answers to similar tickets.
            doubt: How little those say.
        """
        return Relevance(
            locale,
            passage,
            frozenset(query_stems(question, locale)),
            frozenset(codes(question)),
            inquiry or Inquiry(),
            vocabulary or {},
            doubt=doubt,
        )

    def overlap(self, unit: Unit) -> int:
        """Characters of a unit that the matched passage holds."""
        start, end = self.passage or (0, 0)
        return max(0, min(unit.end, end) - max(unit.start, start))

    def shared(self, part: Part) -> int:
        """Words that the question and a section have in common."""
        return len(self.terms & set(stems(part.readable, self.locale)))

    def score(self, body: str, unit: Unit, title: str = "", *, place: float = 0.0) -> float:
        """How well a unit answers; comparable within an article, -inf for one that answers nothing.

        The usual words of answers to similar tickets and, as far as those say little, the question's own, each over the
        root of the unit's number of words (`precedents.usual`); a heading counts as part of the unit. Where it stands,
        how long it is and whether it asks back count beside, as fitted to what agents really answered
        (`benchmarks/fit_blocks.py`).

        Args:
            body: Markdown of the revision.
            unit: A part of it.
            title: The heading that it stands under.
            place: Share 0..1 of the article's words that stand before it.
        """
        text = LINK_TARGET.sub("]", f"{title}\n{body[unit.start : unit.end]}")
        words = meaning(text, self.locale)
        new = words - self.said
        if not new or (not unit.steps and _ABOUT_ITSELF.search(body, unit.start, unit.end)):
            return -math.inf
        told = len(new) / len(words)
        said = self.doubt * len(new & self.terms) / math.sqrt(len(new)) + usual(new, self.vocabulary)
        matched = _PASSAGE * self.overlap(unit) / max(1, unit.end - unit.start)
        length = _LENGTH * math.log1p(min(unit.words, _LONG))
        return told * said + matched + length + _LATE * place + _CONDITIONAL * ("?" in text)

    @property
    def few(self) -> int:
        """Common words that are no coincidence: one of a short question, two of a longer one."""
        return 1 if len(self.terms) <= _SHORT_QUESTION else 2

    def code_in(self, text: str) -> bool:
        """Whether a text names an error code of the question."""
        return bool(self.codes & set(codes(text)))

    def concerns(self, part: Part) -> bool:
        """Whether a section is for this customer: not if its heading names only platforms that he does not use."""
        return part.heading is None or concerns(platforms_in(part.title), self.inquiry.platforms)

    def is_meant(self, text: str) -> bool:
        """Whether an instruction is for this customer's platform, as far as both are known."""
        return concerns(meant_for(text), self.inquiry.platforms)
