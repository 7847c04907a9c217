"""The gates that every draft passes before anybody sees it: what is not in its source is taken out. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.drafts.page import PARAGRAPH, link_target, link_title, merged, positions, written
from assistant.model import Draft, Sentence, SourceKind

REMOVED = "draft.sentence_removed"
EMPTIED = "draft.check_failed"
_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")
_CLAIM = re.compile(
    r"(?P<url>https?://[^\s<>()\[\]]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<number>(?:[^\W\d_]+-?)?\d[\w.,:/-]*)"
    r"|(?P<name>(?<!\w)[^\W\d_][^\W\d_]*(?:[-'’][^\W\d_]+)*)"
)
_FACTUAL = (SourceKind.ARTICLE, SourceKind.CANNED, SourceKind.TICKET)

SourceKey = tuple[SourceKind, str, int]
"""Kind, id and revision of a source."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a draft may say, and what it must not."""

    texts: Mapping[SourceKey, str]
    """The full text of every source; of a template, the text with its fields."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What merge fields were filled with."""
    question: str = ""
    strangers: Sequence[str] = ()
    """Identifiers of other customers: names, addresses, numbers."""


def check(draft: Draft, grounds: Grounds) -> Draft:
    """Take out every sentence that fails a gate; empty the draft if no fact is left.

    A list is one thing: if one of its sentences fails, all of it goes, so that no step is silently missing.
    """
    try:
        places = positions(draft)
    except ValueError:
        return emptied(draft)
    failed = {n for n, sentence in enumerate(draft.sentences) if not holds(sentence, grounds)}
    if not failed:
        return draft if _has_facts(draft.sentences) else emptied(draft)
    parts: list[tuple[str, Sentence]] = []
    for paragraph in _paragraphs(draft, places):
        bad = failed & set(paragraph)
        if bad and any(_LIST_ITEM.match(draft.sentences[n].text) for n in paragraph):
            continue
        gap = PARAGRAPH
        for number in (n for n in paragraph if n not in bad):
            parts.append((gap, draft.sentences[number]))
            gap = draft.text[places[number][1] : places[number + 1][0]] if number + 1 < len(places) else ""
    if not _has_facts([sentence for _, sentence in parts]):
        return emptied(draft)
    return written(draft.locale, parts, (*draft.notes, REMOVED))


def holds(sentence: Sentence, grounds: Grounds) -> bool:
    """Whether a sentence says only what its source says, filled with what is known, and names no stranger."""
    source = sentence.source
    body = grounds.texts.get((source.kind, source.id, source.revision))
    if body is None:
        return False
    if source.kind is SourceKind.TEMPLATE:
        support = body
    elif body[source.start : source.end] == source.quote and source.quote:
        support = source.quote
    else:
        return False
    values = grounds.values if _has_fields(sentence) else {}
    expected = merged(support, values, about=source)
    text = sentence.text
    if source.kind is not SourceKind.TEMPLATE and text != expected:
        # Only a heading may be set in bold, and only an item of a list may have another mark than in its source.
        text = text[2:-2] if text == f"**{expected}**" else _LIST_ITEM.sub("", text, count=1)
    known = (support, grounds.question, *values.values(), link_title(source), link_target(source))
    return text == expected and not unsupported(text, *known) and not _names_stranger(sentence, support, grounds)


def emptied(draft: Draft) -> Draft:
    """The same draft with nothing in it."""
    return Draft(draft.locale, False, "", notes=(*draft.notes, EMPTIED))


def unsupported(text: str, *supports: str) -> list[str]:
    """Numbers, codes, web and e-mail addresses and capitalised words of a text that no support holds, in order."""
    known = {claim for support in supports for claim in claims(support)}
    return [claim for claim in claims(text) if claim not in known]


def claims(text: str) -> list[str]:
    """What in a text can be plainly wrong: numbers, codes, web and e-mail addresses, words with a capital."""
    return [
        match[0].rstrip(".,:/-")
        for match in _CLAIM.finditer(text)
        if match.lastgroup != "name" or match[0][0].isupper()
    ]


def _has_fields(sentence: Sentence) -> bool:
    return sentence.source.kind in (SourceKind.TEMPLATE, SourceKind.CANNED)


def _names_stranger(sentence: Sentence, support: str, grounds: Grounds) -> bool:
    """Whether an identifier of another customer stands in it that neither the question nor a published text has."""
    own = grounds.question + " " + " ".join(grounds.values.values())
    published = support if sentence.source.kind is not SourceKind.TICKET else ""
    return any(
        _mentions(sentence.text, stranger) and not _mentions(f"{own} {published}", stranger)
        for stranger in grounds.strangers
        if stranger.strip()
    )


def _mentions(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.IGNORECASE))


def _has_facts(sentences: Sequence[Sentence]) -> bool:
    return any(sentence.source.kind in _FACTUAL or sentence.source.url for sentence in sentences)


def _paragraphs(draft: Draft, places: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Numbers of the sentences between blank lines; a list whose items are set apart by blank lines stays one."""
    paragraphs: list[list[int]] = []
    end = 0
    for number, (start, stop) in enumerate(places):
        same_list = bool(number) and _continues_list(draft.sentences[number - 1], draft.sentences[number])
        if paragraphs and ("\n\n" not in draft.text[end:start] or same_list):
            paragraphs[-1].append(number)
        else:
            paragraphs.append([number])
        end = stop
    return paragraphs


def _continues_list(before: Sentence, after: Sentence) -> bool:
    same = (before.source.kind, before.source.id) == (after.source.kind, after.source.id)
    return same and bool(_LIST_ITEM.match(after.text))
