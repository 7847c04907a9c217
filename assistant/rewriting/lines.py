"""Which sentences of a draft a language model gets, and the draft again with what came back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.model import Draft, Placeholder, Sentence, SourceKind
from assistant.redaction.redact import TeamNumbers, redact
from assistant.rewriting.meanings import speaks_to_a_model
from assistant.rewriting.model import Line, Style
from assistant.rewriting.opaque import CLOSE, OPEN, Vault, visible, without_tokens

OTHER_LANGUAGE = "draft.other_language"
TRANSLATED = "draft.translated"
PARTLY = "draft.partly_reworded"
"""Some sentences stand as they were, since the model's wording was not supported."""
_LEAD = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_HEADING = re.compile(r"\*\*(?P<words>[^*\n]+)\*\*")
_WRAPPED = re.compile(r"[ \t]*\n[ \t]*(?:>[ \t]?)*[ \t]*")
_LAID_OUT = re.compile(r"```|~~~|(?:  |\\)\n|^\s*\||\n[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|<[A-Za-z!/]", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 3

SourceId = tuple[SourceKind, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for one draft."""

    style: Style
    target: str
    """Language of the reply."""
    locales: Mapping[SourceId, str]
    """Language of each source."""
    people: Mapping[SourceId, Sequence[str]]
    """Names of those who take part in the ticket that is answered, and for a ticket as source its own people too."""
    team: TeamNumbers = field(default_factory=TeamNumbers)
    """What the team's own numbers look like."""
    article_id: str = ""
    """The article whose draft is edited; empty for a reply."""


def lines_of(draft: Draft, wish: Wish, vault: Vault) -> list[Line]:
    """The sentences to be edited; courtesy stays as the composer has it and is never sent.

    Sentences whose layout is part of their meaning stay too (tables, code, lines that were broken on purpose), and so
    do headings that need no translation, and what speaks to a language model. Personal data becomes tokens.

    Args:
        draft: As it was composed.
        wish: What is asked for.
        vault: Takes what must survive unchanged.
    """
    lines: list[Line] = []
    for index, sentence in enumerate(draft.sentences):
        source = sentence.source
        key = (source.kind, source.id)
        locale = wish.locales.get(key, draft.locale)
        if source.kind is SourceKind.TEMPLATE or (wish.style is Style.TRANSLATE and locale == wish.target):
            continue
        lead, words, tail = parts_of(sentence.text)
        is_heading = bool(tail)
        if (is_heading and wish.style is Style.REWRITE) or not _is_prose(sentence.text) or speaks_to_a_model(words):
            continue
        found = redact(words, people=wish.people.get(key, ()), locale=locale, team=wish.team).spans
        text = vault.protect(words, [(span.start, span.end) for span in found])
        if len(_WORD.findall(without_tokens(text))) >= (1 if is_heading else _FEWEST_WORDS):
            lines.append(Line(len(lines) + 1, index, lead, text, tail, locale, source))
    return lines


def parts_of(text: str) -> tuple[str, str, str]:
    """Marker of a sentence, its words on one line, and what closes them."""
    heading = _HEADING.fullmatch(text)
    if heading:
        return "**", heading["words"], "**"
    lead = _LEAD.match(text)
    end = lead.end() if lead else 0
    return text[:end], _WRAPPED.sub(" ", text[end:]).strip(), ""


def _is_prose(text: str) -> bool:
    return not _LAID_OUT.search(text) and OPEN not in text and CLOSE not in text and visible(text) == text


def gaps_of(draft: Draft) -> list[str]:
    """The white space in front of each sentence.

    Raises:
        ValueError: The text is not made of the sentences.
    """
    gaps: list[str] = []
    at = 0
    for sentence in draft.sentences:
        start = draft.text.find(sentence.text, at)
        if start < 0 or draft.text[at:start].strip():
            raise ValueError(f"the draft's text does not go on with the sentence {sentence.text[:60]!r} at {at}")
        gaps.append(draft.text[at:start])
        at = start + len(sentence.text)
    return gaps


def dressed(line: Line, texts: Sequence[str]) -> tuple[str, ...]:
    """The sentences of a line with what stood around its words: the marker of its list item, of quotation, of bold."""
    if not texts:
        return ()
    whole = [line.lead + texts[0], *texts[1:]]
    whole[-1] += line.tail
    return tuple(whole)


def rebuilt(draft: Draft, lines: Sequence[Line], kept: Mapping[int, Sequence[str]], *, style: Style) -> Draft:
    """The draft with some sentences replaced; each new one names the place that the old one was taken from.

    Args:
        draft: As it was composed.
        lines: What was to be edited.
        kept: Index of a sentence -> the sentences that take its place, restored and dressed; never empty.
        style: Decides the remarks.
    """
    parts: list[tuple[str, Sentence]] = []
    for index, (gap, old) in enumerate(zip(gaps_of(draft), draft.sentences, strict=True)):
        new = kept.get(index, ())
        if not new:
            parts.append((gap, old))
            continue
        parts += [(gap if not n else " ", Sentence(text, old.source)) for n, text in enumerate(new)]
    text = "".join(gap + sentence.text for gap, sentence in parts)
    notes = _notes(draft, whole=len(kept) == len(lines), style=style, any_kept=bool(kept))
    sentences = tuple(sentence for _, sentence in parts)
    return replace(draft, text=text, sentences=sentences, placeholders=_placeholders(draft, text), notes=notes)


def _notes(draft: Draft, *, whole: bool, style: Style, any_kept: bool) -> tuple[str, ...]:
    translated = style is Style.TRANSLATE and any_kept
    notes = [note for note in draft.notes if not (note == OTHER_LANGUAGE and translated and whole)]
    if translated:
        notes.append(TRANSLATED)
    if not whole:
        notes.append(PARTLY)
    return tuple(notes)


def _placeholders(draft: Draft, text: str) -> tuple[Placeholder, ...]:
    """Where the fields that were open stand now; they survive word for word."""
    fields = {draft.text[hole.start : hole.end]: hole.field for hole in draft.placeholders}
    if not fields:
        return ()
    pattern = re.compile("|".join(re.escape(written) for written in sorted(fields, key=len, reverse=True)))
    return tuple(Placeholder(fields[m[0]], m.start(), m.end()) for m in pattern.finditer(text))
