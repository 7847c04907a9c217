"""Made-up articles and tickets in any number, put together from the sentences of real ones. Pure.

For measuring time, not quality: lengths, languages, links and the tail of rare words are like a help desk's, the sense
is not. Each text keeps to one article or ticket that it is made from, its seed, so that searching it finds something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from assistant.drafts.sentences import texts
from assistant.evaluation.datasets import Row
from indexer.passages import passages_of
from indexer.problem import first_burst, last_reply
from kb.markdown import plain
from kb.model import Article, Ticket

NAME_END = " · "
"""Between the title of a seed and what tells its made-up articles apart."""
_OWN_SHARE = 0.7
"""So many of a text's sentences come from its seed, the others from anywhere in its language."""
_SECTION = 6
"""Sentences under one heading."""
_ODD_LINE_SHARE, _ODD_WORD_SHARE = 0.4, 0.15
"""So many lines of a ticket are written in haste, and so many of their words misspelt: there the endless tail of rare
words comes from. The others, the first always, stay as they are, so that their vectors are known."""
_LOG_SHARE = 0.03
"""So many tickets hold a pasted log."""
_LINKED_SHARE = 0.7
_SUBJECT_SHARE = 0.2
"""So many tickets have their seed's subject; the others begin as the customer does."""
_SUBJECT_WORDS = 7
_LAST_DAY = datetime(2026, 10, 1, tzinfo=UTC)
_DAYS = 730
_LOG_LINES = 40
_LOG_WORDS = ("timeout", "retry", "connect", "socket", "firmware", "handshake", "mqtt", "sensor", "value", "queue")


@dataclass(frozen=True, slots=True)
class Seed:
    """A real article or ticket as far as texts are made from it."""

    id: str
    locale: str
    product: str
    title: str
    sentences: tuple[str, ...]
    """Of the article, or of the customer's question."""
    reply: tuple[str, ...] = ()
    """Tickets only: sentences of the agents' last reply."""
    family: str = ""
    """Articles only: id of the article that this is a translation of; empty for the original."""
    links: tuple[str, ...] = ()
    """Tickets only: ids of the linked articles."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """All that made-up texts are put together from; both kinds in the order of ids."""

    articles: tuple[Seed, ...]
    tickets: tuple[Seed, ...]
    by_locale: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Sentences of all articles and of all customers, by language."""

    @staticmethod
    def of(articles: Iterable[Article], tickets: Iterable[Ticket], links: Mapping[str, Sequence[str]]) -> Seeds:
        """Cut real articles and tickets into sentences.

        Args:
            articles: Those without text are left out.
            tickets: Those in which no customer says anything are left out.
            links: Ids of the linked articles by ticket id.

        Raises:
            ValueError: Nothing is left of one of the two.
        """
        whole = sorted((_of_article(a) for a in articles), key=lambda seed: seed.id)
        asked = sorted((_of_ticket(t, links.get(t.id, ())) for t in tickets), key=lambda seed: seed.id)
        found = tuple(s for s in whole if s.sentences), tuple(s for s in asked if s.sentences)
        if not all(found):
            raise ValueError(f"need articles and tickets with text, got {len(found[0])} and {len(found[1])}")
        pools: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for kind, of_kind in enumerate(found):
            for seed in of_kind:
                pools[seed.locale][kind].extend(seed.sentences)
        return Seeds(*found, {locale: (tuple(a), tuple(t)) for locale, (a, t) in pools.items()})

    @property
    def lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Every different line that texts are made of: of articles (to be encoded as passages), of questions."""
        return (
            tuple(dict.fromkeys(line for seed in self.articles for line in (seed.title, *seed.sentences))),
            tuple(dict.fromkeys(line for seed in self.tickets for line in (seed.title, *seed.sentences))),
        )


def made_up_articles(seeds: Seeds, count: int) -> Iterator[Row]:
    """Rows for the import, `count` of them; the same ones every time, and a smaller count gives the first of them."""
    for number in range(count):
        seed = seeds.articles[number % len(seeds.articles)]
        turn = number // len(seeds.articles)
        draw = np.random.default_rng([1, number])
        size = max(4, round(len(seed.sentences) * float(draw.lognormal(0, 0.3))))
        body = _mixed(seed.sentences, seeds.by_locale[seed.locale][0], size, draw)
        yield {
            "id": article_id(seed.id, turn),
            "title": f"{seed.title}{NAME_END}{_code(draw)}",
            "body": "\n\n".join(_under_headings(body)),
            "locale": seed.locale,
            "product": seed.product,
            "state": "validated",
            "translation_of": article_id(seed.family, turn) if seed.family else "",
            "updated_at": _day(draw).isoformat(),
        }


def made_up_tickets(seeds: Seeds, count: int, *, articles: int) -> Iterator[Row]:
    """Rows for the import, `count` of them, linked to the first `articles` made-up articles."""
    turns = max(1, articles // len(seeds.articles))
    for number in range(count):
        seed = seeds.tickets[number % len(seeds.tickets)]
        draw = np.random.default_rng([2, number])
        pool = seeds.by_locale[seed.locale][1]
        created = _day(draw)
        size = max(1, round(len(seed.sentences) * float(draw.lognormal(0, 0.4))))
        asked = [
            _misspelt(line, draw) if place and draw.random() < _ODD_LINE_SHARE else line
            for place, line in enumerate(_mixed(seed.sentences, pool, size, draw))
        ]
        asked.append(f"{_code(draw)} {int(draw.integers(10**7, 10**8))}")
        if draw.random() < _LOG_SHARE:
            asked += pasted_log(_LOG_LINES, draw)
        messages = [_said("customer", created, asked)]
        closed = created + timedelta(hours=float(draw.exponential(20)))
        if seed.reply:
            messages.append(_said("agent", closed, list(seed.reply)))
        customer = int(draw.integers(max(1, count // 3)))
        # Some articles are linked far more often than others.
        turn = min(turns - 1, int(draw.exponential(turns / 6)))
        linked = seed.links and draw.random() < _LINKED_SHARE
        yield {
            "id": f"made-up-ticket-{number}",
            "subject": seed.title if draw.random() < _SUBJECT_SHARE else " ".join(asked[0].split()[:_SUBJECT_WORDS]),
            "status": "closed" if draw.random() < 0.95 else "open",
            "created_at": created.isoformat(),
            "closed_at": closed.isoformat(),
            "locale": seed.locale,
            "product": seed.product,
            "customer": {"name": f"Kim {customer}", "email": f"kim.{customer}@post.example"},
            "messages": messages,
            "article_links": [article_id(link, turn) for link in seed.links] if linked else [],
        }


def pasted_log(lines: int, draw: np.random.Generator) -> list[str]:
    """Lines of a device's log, as customers paste them."""
    found = []
    for number in range(lines):
        words = " ".join(draw.choice(_LOG_WORDS, 4))
        code = int(draw.integers(1000, 9999))
        found.append(f"2026-05-04 09:{number % 60:02d}:17.{code} WARN [{words}] E-{code} 0x{code * 7919:08x} state=1")
    return found


def article_id(seed_id: str, turn: int) -> str:
    """Id of the made-up article that is made from a seed in one turn."""
    return f"made-up-{seed_id}-{turn}"


def _of_article(article: Article) -> Seed:
    text = "\n".join(passage.text for passage in passages_of(article))
    return Seed(
        article.id, article.locale, article.product, _line(article.title), _sentences(text, article.locale),
        family=article.translation_of,
    )  # fmt: skip


def _of_ticket(ticket: Ticket, links: Sequence[str]) -> Seed:
    asked = "\n".join(plain(message.body) for message in first_burst(ticket.messages))
    reply = last_reply(ticket.messages)
    return Seed(
        ticket.id, ticket.locale, ticket.product, _line(ticket.subject), _sentences(asked, ticket.locale),
        reply=_sentences(plain(reply.body), ticket.locale) if reply else (), links=tuple(links),
    )  # fmt: skip


def _sentences(text: str, locale: str) -> tuple[str, ...]:
    return tuple(line for line in map(_line, texts(text, locale)) if line)


def _line(text: str) -> str:
    return " ".join(text.split())


def _mixed(own: Sequence[str], others: Sequence[str], size: int, draw: np.random.Generator) -> list[str]:
    """Lines from a seed and from elsewhere."""
    kept = draw.random(size) < _OWN_SHARE
    return [str((own if mine else others)[int(draw.integers(len(own if mine else others)))]) for mine in kept]


def _under_headings(lines: Sequence[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        if place and place % _SECTION == 0:
            yield "## " + " ".join(line.split()[:4])
        yield line


def _misspelt(line: str, draw: np.random.Generator) -> str:
    words = line.split(" ")
    for place in np.flatnonzero(draw.random(len(words)) < _ODD_WORD_SHARE):
        letters = list(words[place])
        where = int(draw.integers(len(letters) + 1))
        letters.insert(where, "abdefgiklmnoprstuvy"[int(draw.integers(19))])
        words[place] = "".join(letters)
    return " ".join(words)


def _said(author: str, at: datetime, lines: Sequence[str]) -> dict[str, object]:
    return {"author": author, "public": True, "at": at.isoformat(), "body": "\n\n".join(lines)}


def _day(draw: np.random.Generator) -> datetime:
    return _LAST_DAY - timedelta(seconds=int(draw.integers(_DAYS * 86_400)))


def _code(draw: np.random.Generator) -> str:
    letters = "".join(draw.choice(list("ABCDEFGHKLMNPRSTX"), 2))
    return f"{letters}-{int(draw.integers(1000, 9999))}"
