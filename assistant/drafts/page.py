"""A draft while it is being written: sentences with the white space between them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from assistant.drafts.merge_fields import fill
from assistant.drafts.sentences import Span, split
from assistant.drafts.templates import Template
from assistant.model import Draft, Placeholder, Sentence, Source, SourceKind

PARAGRAPH = "\n\n"


class Page:
    """Collects the sentences of one draft in their order.

    Args:
        values: What merge fields of templates and canned replies are filled with.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._parts: list[tuple[str, Sentence]] = []

    def courtesy(self, template: Template, *, about: Source | None = None, named: str = "") -> None:
        """Add a paragraph of courtesy text.

        Args:
            template: The text with its fields.
            about: The article that it links, if any.
            named: What else it names: one of the customer's questions, or a language.
        """
        title, url = (about.title, about.url) if about else (named, "")
        source = Source(SourceKind.TEMPLATE, template.name, title=title, url=url)
        self._add(PARAGRAPH, Sentence(merged(template.text, self._values, about=source), source))

    def quote(self, body: str, start: int, end: int, source: Source, *, locale: str, gap: str = PARAGRAPH) -> None:
        """Add a span of a text as a paragraph, sentence by sentence, character for character."""
        self.merged(body, start, end, source, locale=locale, fields=False, gap=gap)

    def item(self, body: str, start: int, end: int, source: Source, *, locale: str, marker: str, gap: str) -> None:
        """Add the text of a list's item behind a marker of its own, e.g. "2. " for what was the third."""
        last = start
        for span in split(body[start:end], locale):
            left, right = start + span.start, start + span.end
            before = gap if left == start + span.start and last == start else body[last:left]
            own = marker if last == start else ""
            self._add(before, Sentence(own + body[left:right], _at(source, body, left, right)))
            last = right

    def bullet(self, body: str, spans: Sequence[Span], source: Source, *, fields: bool) -> None:
        """Add some sentences of a text as one bullet, with their merge fields filled if they are any."""
        for number, span in enumerate(spans):
            text = body[span.start : span.end]
            text = merged(text, self._values, about=source) if fields else text
            gap = " " if number else "\n"
            mark = "" if number else "- "
            self._add(gap, Sentence(mark + text, _at(source, body, span.start, span.end)))

    def heading(self, body: str, start: int, end: int, source: Source) -> None:
        """Add the text of a heading in bold."""
        self._add(PARAGRAPH, Sentence(f"**{body[start:end]}**", _at(source, body, start, end)))

    def merged(
        self, body: str, start: int, end: int, source: Source, *, locale: str, fields: bool = True, gap: str = PARAGRAPH
    ) -> None:
        """Add a span of a text as a paragraph, with its merge fields filled."""
        last = start
        for span in split(body[start:end], locale):
            left, right = start + span.start, start + span.end
            text = body[left:right]
            between = body[last:left] if last > start else gap
            text = merged(text, self._values, about=source) if fields else text
            self._add(between, Sentence(text, _at(source, body, left, right)))
            last = right

    def draft(self, locale: str, notes: tuple[str, ...]) -> Draft:
        """The finished draft."""
        return written(locale, self._parts, notes)

    def _add(self, gap: str, sentence: Sentence) -> None:
        self._parts.append((gap, sentence))


def written(locale: str, parts: list[tuple[str, Sentence]], notes: tuple[str, ...]) -> Draft:
    """A draft from sentences, each with the white space in front of it; the first one's is dropped."""
    text = "".join(gap + sentence.text for gap, sentence in parts)
    text = text[len(parts[0][0]) :] if parts else ""
    sentences = tuple(sentence for _, sentence in parts)
    return Draft(locale, True, text, sentences, tuple(_placeholders(text, sentences)), notes)


def merged(text: str, values: Mapping[str, str], *, about: Source) -> str:
    """A text with its merge fields filled, those of the article it speaks about as well."""
    own = {"article.title": link_title(about), "article.url": link_target(about)}
    if about.kind is SourceKind.TEMPLATE and not about.url:
        own |= {"question": about.title, "source.language": about.title}
    return fill(text, {**values, **own}).text


def link_title(source: Source) -> str:
    """The title of a source as the text of a Markdown link."""
    return " ".join(source.title.replace("[", "\\[").replace("]", "\\]").split())


def link_target(source: Source) -> str:
    """The address of a source as the target of a Markdown link."""
    return quote(source.url, safe="/:?&=#%+,;@!~*'$-._") if source.url else ""


def positions(draft: Draft) -> list[tuple[int, int]]:
    """Where each sentence stands in the text: they follow one another with nothing but white space between.

    Raises:
        ValueError: The text is not made of the sentences.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for sentence in draft.sentences:
        start = draft.text.find(sentence.text, at)
        if start < 0 or draft.text[at:start].strip():
            raise ValueError(f"the draft's text does not go on with the sentence {sentence.text[:60]!r} at {at}")
        at = start + len(sentence.text)
        found.append((start, at))
    if draft.text[at:].strip():
        raise ValueError(f"the draft's text goes on after its last sentence with {draft.text[at : at + 60]!r}")
    return found


def _placeholders(text: str, sentences: tuple[Sentence, ...]) -> Iterator[Placeholder]:
    """Fields left open in courtesy text and canned replies; an article may well write about {{fields}}."""
    draft = Draft("", True, text, sentences)
    for sentence, (start, _) in zip(sentences, positions(draft), strict=True):
        if sentence.source.kind in (SourceKind.TEMPLATE, SourceKind.CANNED):
            for hole in fill(sentence.text, {}).placeholders:
                yield Placeholder(hole.field, start + hole.start, start + hole.end)


def _at(source: Source, body: str, start: int, end: int) -> Source:
    return Source(source.kind, source.id, source.revision, start, end, body[start:end], source.title, source.url)
