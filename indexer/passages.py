"""From a revision, a ticket or a canned reply to the passages that are indexed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.model import Passage, Shelf
from indexer.problem import first_burst, is_solved
from kb.markdown import Block, blocks, plain
from kb.model import Article, CannedReply, Ticket

MAX_WORDS = 170
"""Words of a passage, without its title: about 250 tokens, half of what the encoder reads at once."""
_TICKET_CHARACTERS = 2000
_WORD = re.compile(r"\S+")
_BREAK = re.compile(r"(?<=[.!?:;])\s+|\n+")


def passages_of(article: Article) -> list[Passage]:
    """Split the current revision at headings and blocks into passages of at most MAX_WORDS words.

    Returns:
        Passages in the order of the text, whose offsets point into the revision's Markdown; an article without text
        gives one empty passage, so that its title can be found. Then one for each question that the article answers:
        it leads to the article, but stands nowhere in its text (`Passage.is_question`).
    """
    body = article.revision.body
    spans = list(_spans(body)) or [(0, 0, "")]
    texts = [(start, end, heading, plain(body[start:end])) for start, end, heading in spans]
    texts += [(0, 0, "", _first_words(question)) for question in article.revision.questions]
    return [
        Passage(
            shelf=Shelf.ARTICLE,
            noun_id=article.id,
            revision=article.revision.number,
            ordinal=ordinal,
            start=start,
            end=end,
            heading=heading,
            title=article.title,
            text=text,
            locale=article.locale,
            product=article.product,
            audience=article.audience.value,
        )
        for ordinal, (start, end, heading, text) in enumerate(texts)
    ]


def passage_of_ticket(ticket: Ticket) -> Passage:
    """The question of a ticket: its subject and the customer's first messages."""
    question = "\n".join(plain(m.body[:_TICKET_CHARACTERS]) for m in first_burst(ticket.messages))
    return Passage(
        shelf=Shelf.TICKET,
        noun_id=ticket.id,
        revision=0,
        ordinal=0,
        start=0,
        end=0,
        heading="",
        title=ticket.subject,
        text=question[:_TICKET_CHARACTERS],
        locale=ticket.locale,
        product=ticket.product,
        solved=is_solved(ticket),
        at=ticket.created_at,
    )


def passage_of_canned(canned: CannedReply) -> Passage:
    """A canned reply as one passage."""
    return Passage(
        shelf=Shelf.CANNED,
        noun_id=canned.id,
        revision=canned.revision,
        ordinal=0,
        start=0,
        end=len(canned.body),
        heading="",
        title=canned.title,
        text=plain(canned.body),
        locale=canned.locale,
        product=canned.product,
    )


def _first_words(question: str) -> str:
    return " ".join(_WORD.findall(question)[:MAX_WORDS])


def _spans(body: str) -> Iterator[tuple[int, int, str]]:
    """Runs of blocks under one heading, each of at most MAX_WORDS words."""
    run: list[tuple[int, int]] = []
    heading, words = "", 0
    for block in blocks(body):
        if block.kind == "heading":
            # Also where the next section has the same name: a passage never reaches over a heading.
            if run:
                yield run[0][0], run[-1][1], heading
            run, words = [], 0
            continue
        for start, end in _pieces(body, block):
            # What stands between two blocks, such as the address of a link, is shown with them and counts.
            since = run[-1][1] if run else start
            size = len(_WORD.findall(body[since:end]))
            if run and words + size > MAX_WORDS:
                yield run[0][0], run[-1][1], heading
                run, words, size = [], 0, len(_WORD.findall(body[start:end]))
            heading = block.heading
            run.append((start, end))
            words += size
    if run:
        yield run[0][0], run[-1][1], heading


def _pieces(body: str, block: Block) -> Iterator[tuple[int, int]]:
    """A block, or its parts when it is longer than a passage: cut after a sentence or line, else after a word."""
    start = block.start
    words, boundary = 0, -1
    breaks = {m.end() for m in _BREAK.finditer(body, block.start, block.end)}
    for word in _WORD.finditer(body, block.start, block.end):
        if word.start() in breaks:
            boundary = word.start()
        if words == MAX_WORDS:
            cut = boundary if boundary > start else word.start()
            yield start, cut
            start, boundary = cut, -1
            words = len(_WORD.findall(body, start, word.start()))
        words += 1
    yield start, block.end
