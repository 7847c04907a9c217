"""The content standard, scored by machine as far as a machine can: what is missing in a draft, and where. Pure.

After the content standard and the article-quality checklist of KCS v6 (technique 5.3 and 5.11): complete, in the
customers' words, one article for one question, linked, findable and free of what should not be in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.drafts.sentences import split
from assistant.drafts.steps import items_of
from assistant.redaction.redact import PersonalData, TeamNumbers, redact
from assistant.writing.links import CheckedLink, LinkState
from assistant.writing.reading_level import Level, Reading
from assistant.writing.template import ArticleTemplate, missing_texts
from indexer.words import query_stems
from kb.internal_blocks import internal_blocks, stray_marks
from kb.knowledge.article_draft import DraftText
from kb.locales import UNDETERMINED
from kb.markdown import Section, sections

LONGEST_TITLE = 100
MOST_WORDS = 1_500
"""An article of more words answers more than one question."""
_LEAST_COMMON = 0.5
"""Share of a title's words that customers use too."""
_FEWEST_STEPS = 2
_FEWEST_SENTENCES = 3
"""A remedy of fewer sentences needs no numbers."""
_SURE, _POSSIBLE = 0.6, 0.8
"""Share of the shorter text's runs of five words that stand in the other one too; confidence of the nearest article."""
_HARD = frozenset({Level.HARD, Level.VERY_HARD})
_OWN = frozenset({PersonalData.URL, PersonalData.NUMBER})
"""Web addresses and long numbers belong into articles more often than not."""


class Finding(StrEnum):
    """What became of one point of the list."""

    PASSED = "passed"
    FAILED = "failed"
    BY_HAND = "by_hand"
    """A machine cannot tell; somebody has to look."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist."""

    key: str
    """E.g. "title_present"; the same in REST and in the catalogue."""
    state: Finding
    detail: Mapping[str, object] = field(default_factory=dict)
    """What was found, by name."""
    place: tuple[int, int] | None = None
    """Where in the body, half-open."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article that is there already and says something like it."""

    id: str
    title: str
    confidence: float
    """0..1 that it answers what the draft answers."""
    common: float = 0.0
    """Share of the shorter text's runs of five words that both have."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks need to know besides the draft."""

    template: ArticleTemplate
    reading: Reading
    links: Sequence[CheckedLink] = ()
    nearest: Sequence[Nearest] = ()
    customers: Sequence[str] = ()
    """What customers wrote in the tickets that the draft comes from."""
    allowed: Sequence[str] = ()
    """Texts that are no personal data: the team's own numbers and addresses."""
    hosts: frozenset[str] = frozenset()
    """Where the team's articles are; e-mail addresses of the same domain are the team's own."""
    team: TeamNumbers | None = None


def checklist(draft: DraftText, known: Known) -> tuple[Point, ...]:
    """Check a draft.

    Args:
        draft: What a writer has so far.
        known: What else is needed.

    Returns:
        Every point once, in the order in which a writer meets them.
    """
    return (
        _title(draft),
        _customers_words(draft, known),
        _sections(draft, known.template),
        _steps(draft, known.template),
        _one_topic(draft, known.template),
        _readable(known.reading),
        _links(known.links),
        _metadata(draft),
        _personal_data(draft, known),
        _duplicate(known.nearest),
        _marks(draft.body),
    )


def _title(draft: DraftText) -> Point:
    title = draft.title.strip()
    fits = len(title.split()) > 1 and len(title) <= LONGEST_TITLE
    return _point("title_present", passed=fits, characters=len(title), most=LONGEST_TITLE)


def _customers_words(draft: DraftText, known: Known) -> Point:
    """Whether the words of the title are words that customers use for it."""
    said = [*known.customers, *draft.questions]
    stems = frozenset(query_stems(draft.title, draft.locale))
    if not said or not stems:
        return Point("title_in_customers_words", Finding.BY_HAND)
    theirs = frozenset(stem for text in said for stem in query_stems(text, draft.locale))
    share = len(stems & theirs) / len(stems)
    return _point("title_in_customers_words", passed=share >= _LEAST_COMMON, share=round(share, 2))


def _sections(draft: DraftText, template: ArticleTemplate) -> Point:
    filled = {_name(s.heading) for s in sections(draft.body) if _is_filled(draft, s)}
    missing = [each.heading for each in template.sections if each.required and _name(each.heading) not in filled]
    place = next((_place(s) for s in sections(draft.body) if s.heading in missing), None)
    return _point("sections_present", passed=not missing, place=place, missing=missing)


def _steps(draft: DraftText, template: ArticleTemplate) -> Point:
    """A remedy of more than a few sentences is numbered."""
    heading = next((_name(each.heading) for each in template.sections if each.key == "resolution"), "")
    found = [s for s in sections(draft.body) if _name(s.heading) == heading]
    start, end = (found[0].start, found[-1].end) if found else (0, len(draft.body))
    if not draft.body[start:end].strip():
        return Point("resolution_has_steps", Finding.FAILED, {"steps": 0})
    steps = sum(1 for item in items_of(draft.body, start, end) if item.number)
    text = "\n".join(line for line in draft.body[start:end].split("\n") if not line.startswith("#"))
    short = len(split(text, draft.locale)) < _FEWEST_SENTENCES
    passed = steps >= _FEWEST_STEPS or short
    return _point("resolution_has_steps", passed=passed, place=None if passed else (start, end), steps=steps)


def _one_topic(draft: DraftText, template: ArticleTemplate) -> Point:
    """Neither a part of the template twice nor more text than one question needs; the rest somebody has to judge."""
    names = [_name(each.heading) for each in template.sections]
    seen: set[str] = set()
    for section in sections(draft.body):
        name = _name(section.heading)
        if name in seen:
            return Point("one_topic", Finding.FAILED, {"twice": section.heading}, _place(section))
        if name in names:
            seen.add(name)
    words = len(draft.body.split())
    if words > MOST_WORDS:
        return Point("one_topic", Finding.FAILED, {"words": words, "most": MOST_WORDS})
    return Point("one_topic", Finding.BY_HAND if len(draft.questions) > 1 else Finding.PASSED, {"words": words})


def _readable(reading: Reading) -> Point:
    if reading.level is Level.TOO_SHORT:
        return Point("readable", Finding.BY_HAND, {"lix": reading.lix, "level": reading.level.value})
    passed = reading.level not in _HARD
    return _point("readable", passed=passed, lix=reading.lix, level=reading.level.value, goal=reading.goal)


def _links(found: Sequence[CheckedLink]) -> Point:
    wrong = [each for each in found if each.state in {LinkState.BROKEN, LinkState.REDIRECTED}]
    place = (wrong[0].link.start, wrong[0].link.end) if wrong else None
    return _point("links_valid", passed=not wrong, place=place, wrong=[each.link.target for each in wrong])


def _metadata(draft: DraftText) -> Point:
    given = {
        "product": draft.product.strip(), "owner": draft.owner_id, "questions": draft.questions,
        "locale": "" if draft.locale == UNDETERMINED else draft.locale,
    }  # fmt: skip
    missing = [name for name, value in given.items() if not value]
    return _point("metadata_present", passed=not missing, missing=missing)


def _personal_data(draft: DraftText, known: Known) -> Point:
    text = f"{draft.title}\n{draft.body}\n" + "\n".join(draft.questions)
    offset = len(draft.title) + 1
    own = {_bare(each) for each in known.allowed}
    found = [
        span
        for span in redact(text, people=(), locale=draft.locale, team=known.team).spans
        if span.type not in _OWN
        and not _is_own(text[span.start : span.end], known.hosts)
        and not any(_bare(text[span.start : span.end]) in each for each in own)
    ]
    kinds = sorted({span.type.value for span in found})
    places = [(span.start - offset, span.end - offset) for span in found]
    inside = [(start, end) for start, end in places if start >= 0 and end <= len(draft.body)]
    return _point("no_personal_data", passed=not found, place=inside[0] if inside else None, kinds=kinds)


def _is_own(found: str, hosts: frozenset[str]) -> bool:
    """Whether something is an e-mail address of the domain that the team's articles are on."""
    domain = found.rpartition("@")[2].casefold()
    return "@" in found and "." in domain and any(f".{host}".endswith(f".{domain}") for host in hosts)


def _duplicate(nearest: Sequence[Nearest]) -> Point:
    same = max(nearest, key=lambda each: (each.common, each.confidence), default=None)
    if same is None:
        return Point("no_duplicate", Finding.PASSED)
    detail = {"id": same.id, "title": same.title, "common": round(same.common, 2)}
    if same.common >= _SURE:
        return Point("no_duplicate", Finding.FAILED, detail)
    sure = nearest[0].confidence >= _POSSIBLE
    detail = {"id": nearest[0].id, "title": nearest[0].title, "common": round(nearest[0].common, 2)}
    return Point("no_duplicate", Finding.BY_HAND if sure else Finding.PASSED, detail)


def _marks(body: str) -> Point:
    places = [(block.start, block.end) for block in internal_blocks(body) if not block.closed]
    places += stray_marks(body)
    return _point("marks_closed", passed=not places, place=min(places) if places else None, count=len(places))


def common_share(one: str, other: str, *, run: int = 5) -> float:
    """Share of the shorter text's runs of words that stand in the other one too.

    Args:
        one: Readable text.
        other: The same.
        run: Words in a run.

    Returns:
        0..1; 0 where one of them has fewer words than a run.
    """
    shingles = [set(_shingles(re.findall(r"\w+", text.casefold()), run)) for text in (one, other)]
    fewest = min(map(len, shingles))
    return len(shingles[0] & shingles[1]) / fewest if fewest else 0.0


def _shingles(words: Sequence[str], run: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + run]) for at in range(len(words) - run + 1))


def _is_filled(draft: DraftText, section: Section) -> bool:
    text = draft.body[section.start : section.end]
    lines = [line.strip() for line in text.split("\n") if not line.startswith("#")]
    left_open = missing_texts()
    said = [line for line in lines if any(c.isalnum() for c in line) and not any(each in line for each in left_open)]
    return bool(said)


def _name(heading: str) -> str:
    return heading.strip().strip("()").strip().casefold()


def _place(section: Section) -> tuple[int, int]:
    return section.start, section.end


def _bare(text: str) -> str:
    return re.sub(r"[\s()-]+", "", text).casefold()


def _point(key: str, *, passed: bool, place: tuple[int, int] | None = None, **detail: object) -> Point:
    return Point(key, Finding.PASSED if passed else Finding.FAILED, detail, place)
