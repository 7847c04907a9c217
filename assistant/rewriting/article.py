"""The draft of an article in a language model's words: prose only, section by section, what its own sentences support.

Nothing but the sentences of paragraphs and list items is sent. Headings, markers, code, tables, quotations, pictures,
links, variables, what is for colleagues alone and what is marked as missing stay as they are, since they never leave.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.capture.page import remarks
from assistant.drafts.sentences import split
from assistant.model import Draft, Sentence, Source, SourceKind
from assistant.question import Question
from assistant.rewriting.lines import Wish, parts_of
from assistant.rewriting.model import Checked, Reason, Removed, RewriteFailed, Style, Trouble
from assistant.rewriting.opaque import CLOSE, OPEN, Vault
from assistant.rewriting.rewriter import Rewriter
from kb.errors import KBError
from kb.internal_blocks import internal_blocks
from kb.knowledge.article_draft import DraftText
from kb.locales import UI_LOCALES
from kb.markdown_parser import parse

MAX_PROSE = 30_000
"""Characters of one article that are sent at most; of the demo data's 186 articles none has more than 1,300."""
MAX_SECTION = 3_000
"""A longer section is sent in several parts: small models lose the thread, and time runs out."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_PLAIN = ["paragraph_open", "inline", "paragraph_close"]
_CLOSED = frozenset({"blockquote", "internal", "table"})
_KEPT = frozenset({"link_open", "image", "code_inline"})
_UNPROTECTED = re.compile(r"[\[\]<]|!⟦")


class ArticleTooLong(KBError):
    """More prose than is sent to a language model at once."""

    code = "article_too_long"

    def __init__(self) -> None:
        self.values: dict[str, object] = {"most": MAX_PROSE}
        super().__init__(
            f"This article is too long for the language model; allowed: {MAX_PROSE} characters of running text.",
            hint="Make it two articles.",
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of an article that may be reworded."""

    start: int
    end: int
    """Half-open, in the article's Markdown; the marker of a list item belongs to it."""
    text: str
    section: int
    """Number of the heading that it stands under; 0 before the first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An article's text in a model's words, as far as its own sentences support them."""

    body: str
    kept: int = 0
    """Sentences that now read otherwise."""
    left_out: tuple[Removed, ...] = ()
    """What the model wrote and no sentence of the article supports; `index` counts within a section and says little."""


async def reword(
    rewriter: Rewriter, text: DraftText, *, article_id: str, people: Sequence[str] = (), user_id: str = ""
) -> Proposal:
    """Let the model reword an article, one call for each section; nothing is stored.

    Args:
        rewriter: The model and its checks.
        text: The draft.
        article_id: Whose draft it is, for the log.
        people: Names of those who take part in the tickets it comes from; never sent.
        user_id: Who asked, for the log.

    Raises:
        RewriteFailed: A call failed; a section that the model passes over only stays as it is, unless all do.
        ArticleTooLong: There is more than MAX_PROSE to be sent.
    """
    passages = passages_of(text.body, text.locale)
    if sum(len(passage.text) for passage in passages) > MAX_PROSE:
        raise ArticleTooLong
    names = {(SourceKind.ARTICLE, article_id): people, (SourceKind.TEMPLATE, ""): people}
    wish = Wish(Style.REWRITE, text.locale, {}, names, rewriter.team, article_id)
    question = Question(subject=text.title, locale=text.locale)
    worded: list[tuple[Passage, str]] = []
    left_out: list[Removed] = []
    empty: list[RewriteFailed] = []
    calls = list(_calls(passages))
    if not calls:
        return Proposal(text.body)
    with rewriter.turn():
        for own in calls:
            draft = _draft_of(own, article_id, text.locale)
            try:
                async with aclosing(rewriter.answers(question, draft, wish, user_id=user_id, has_turn=True)) as answers:
                    async for answer in answers:
                        if isinstance(answer, Checked):
                            left_out += answer.removed
                            _take(answer, own, worded, left_out)
            except RewriteFailed as error:
                if error.trouble is not Trouble.EMPTY:
                    raise
                empty.append(error)
    if len(empty) == len(calls):
        raise empty[0]
    return Proposal(_spliced(text.body, worded), len(worded), tuple(left_out))


def passages_of(body: str, locale: str) -> list[Passage]:
    """The sentences of an article that may be reworded, in their order.

    Args:
        body: Markdown.
        locale: Decides where sentences end.
    """
    starts = [match.start() for match in _LINE.finditer(body)]
    ends = [*starts[1:], len(body)]
    own_words = _own_words()
    found: list[Passage] = []
    for first, last, section in _paragraphs(body):
        begin = starts[first]
        whole = body[begin : ends[last - 1]]
        if parts_of(whole.strip())[1].strip(" *_") in own_words:
            continue
        for span in split(whole, locale):
            sentence = whole[span.start : span.end]
            if _is_prose(sentence):
                found.append(Passage(begin + span.start, begin + span.end, sentence, section))
    return found


def _own_words() -> frozenset[str]:
    """What Svar itself writes into a captured draft."""
    said = [remarks(locale) for locale in UI_LOCALES]
    return frozenset([each["missing"] for each in said] + [f"{each['also']}:" for each in said])


def _paragraphs(body: str) -> Iterator[tuple[int, int, int]]:
    """First line, the line behind the last, and section of every paragraph, those within list items too."""
    internal = internal_blocks(body)
    closed = section = 0
    for token in parse(body):
        kind = token.type.rpartition("_")[0]
        closed += token.nesting * (kind in _CLOSED)
        section += token.type == "heading_open"
        if token.type != "paragraph_open" or token.map is None or closed:
            continue
        first, last = token.map
        if not any(first <= block.last_line and block.first_line < last for block in internal):
            yield first, last, section


def _is_prose(sentence: str) -> bool:
    """Whether a sentence is nothing but words, emphasis, and parts that a token can stand for."""
    words = parts_of(sentence)[1]
    if OPEN in words or CLOSE in words or _shape(words) is None:
        return False
    return not _UNPROTECTED.search(Vault().protect(words))


def _shape(words: str) -> Counter[str] | None:
    """How often each kind of markup stands in a paragraph; None if the words are no single paragraph."""
    tokens = parse(words)
    if [token.type for token in tokens] != _PLAIN:
        return None
    return Counter(
        child.type for child in tokens[1].children or [] if child.type.endswith("_open") or child.type in _KEPT
    )


def _calls(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """What goes into one request: a section, or as much of a long one as MAX_SECTION allows."""
    for _, group in groupby(passages, key=lambda passage: passage.section):
        part: list[Passage] = []
        for passage in group:
            if part and sum(len(each.text) for each in part) + len(passage.text) > MAX_SECTION:
                yield part
                part = []
            part.append(passage)
        yield part


def _draft_of(passages: Sequence[Passage], article_id: str, locale: str) -> Draft:
    sentences = tuple(
        Sentence(each.text, Source(SourceKind.ARTICLE, article_id, 0, each.start, each.end, each.text))
        for each in passages
    )
    return Draft(locale, True, "\n\n".join(each.text for each in passages), sentences)


def _take(
    answer: Checked, passages: Sequence[Passage], worded: list[tuple[Passage, str]], left_out: list[Removed]
) -> None:
    """Keep a checked line, unless it changes how the page is built."""
    if not answer.kept:
        return
    passage, new = passages[answer.index], " ".join(answer.kept)
    lead, words, _ = parts_of(passage.text)
    said = new.removeprefix(lead)
    if not _is_built_alike(said, words):
        left_out.append(Removed(said, Reason.MARKUP, answer.index))
    elif new.split() != passage.text.split():
        worded.append((passage, new))


def _is_built_alike(new: str, old: str) -> bool:
    """Whether new words have the links and code of the old ones, and no markup that those do not have."""
    ours, theirs = _shape(new), _shape(old)
    if ours is None or theirs is None or ours - theirs:
        return False
    return all(ours[kind] == theirs[kind] for kind in _KEPT)


def _spliced(body: str, worded: Sequence[tuple[Passage, str]]) -> str:
    rows = sorted(worded, key=lambda row: row[0].start)
    cuts = [(0, 0), *((passage.start, passage.end) for passage, _ in rows), (len(body), len(body))]
    between = [body[left:right] for (_, left), (right, _) in pairwise(cuts)]
    return "".join(gap + new for gap, new in zip(between, [*(new for _, new in rows), ""], strict=True))
