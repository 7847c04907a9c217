"""From a cluster and what is known about it to a gap with its figures, cause and remedy. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.gaps.causes import Facts, cause_of, missing_words
from assistant.gaps.label import examples_of, label_of
from assistant.gaps.model import REMEDIES, Cause, Gap, NearArticle
from assistant.gaps.order import minutes_of, trend_of, week_of, weekly_of
from assistant.redaction.redact import TeamNumbers
from indexer.words import query_stems, stems
from kb.gaps.model import AskedTicket, Miss
from kb.model import Article

_WORD = re.compile(r"[^\W_]+")
_READ = 60
"""So many questions are read for the words that an article lacks."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for all gaps of a run."""

    weeks: tuple[str, ...]
    """All weeks of the window, oldest first."""
    confident: float
    usual_minutes: float
    """Median minutes of all tickets of the window, where a gap's own are not known."""
    rarity: Mapping[str, float] | None = None
    """How much each stem says; see `label.rarity_of`."""
    team: TeamNumbers | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks one thing."""

    tickets: tuple[AskedTicket, ...]
    """Who speaks for it best first."""
    misses: tuple[Miss, ...]

    @property
    def locale(self) -> str:
        """The language that most of it is in, ties by name."""
        counted = self.languages
        return min(counted, key=lambda each: (-counted[each], each))

    @property
    def languages(self) -> dict[str, int]:
        """How many ask in each language, by name."""
        counted = Counter(ticket.locale for ticket in self.tickets)
        for miss in self.misses:
            counted[miss.locale] += miss.times
        return {name: counted[name] for name in sorted(counted)}

    @property
    def times(self) -> int:
        """How often it was asked."""
        return len(self.tickets) + sum(miss.times for miss in self.misses)


def gap_of(asked: Asked, near: Sequence[NearArticle], articles: Mapping[str, Article], frame: Frame) -> Gap:
    """Make a gap, still without its id.

    Args:
        asked: Who asks; somebody does.
        near: The articles that have to do with it, best first.
        articles: By id, for their words.
        frame: What holds for all gaps.
    """
    locale = asked.locale
    cause, about = cause_of(Facts(asked.times, locale, tuple(near), frame.confident))
    first = [about, *(each for each in near if each is not about)] if about is not None else list(near)
    counted = Counter(week_of(ticket.created_at) for ticket in asked.tickets)
    for miss in asked.misses:
        counted[week_of(miss.at)] += miss.times
    counts = [counted[week] for week in frame.weeks]
    minutes, trend = minutes_in(asked.tickets, frame.usual_minutes), trend_of(counts)
    article = articles.get(about.id) if about is not None and cause is Cause.NOT_FOUND else None
    products = Counter(ticket.product for ticket in asked.tickets if ticket.product)
    return Gap(
        id="",
        label=_label(asked, locale, frame),
        locale=locale,
        cause=cause,
        remedy=REMEDIES[cause],
        article_id=about.id if about is not None else "",
        missing_words=_missing(asked, article) if article is not None else (),
        tickets=tuple(sorted(ticket.id for ticket in asked.tickets)),
        examples=examples_of(asked.tickets),
        searches=tuple(miss.query for miss in asked.misses),
        asked=asked.times,
        customers=len({ticket.customer_id or ticket.id for ticket in asked.tickets}),
        languages=asked.languages,
        products={name: products[name] for name in sorted(products)},
        per_week=tuple(zip(frame.weeks, counts, strict=True)),
        weekly=round(weekly_of(counts), 4),
        minutes=round(minutes, 1),
        trend=round(trend, 4),
        work=round(asked.times * max(minutes, 1.0) * trend, 2),
        near=tuple(first),
    )


def minutes_in(tickets: Sequence[AskedTicket], otherwise: float) -> float:
    """Median minutes of what is resolved and took any time.

    Args:
        tickets: Some tickets.
        otherwise: Where there is none.
    """
    taken = [minutes_of(each.created_at, each.ended_at) for each in tickets if each.is_resolved]
    known = [minutes for minutes in taken if minutes > 0]
    return float(np.median(known)) if known else otherwise


def _label(asked: Asked, locale: str, frame: Frame) -> str:
    if asked.tickets:
        return label_of(asked.tickets, locale, frame.rarity, team=frame.team)
    # Taken out of the log, which holds no personal data.
    return asked.misses[0].query.splitlines()[0]


def _missing(asked: Asked, article: Article) -> tuple[str, ...]:
    """The words that customers use and an article lacks, as most of them write each."""
    said = [
        (f"{ticket.subject}\n{ticket.opening}", ticket.locale)
        for ticket in asked.tickets[:_READ]
        if ticket.locale == article.locale
    ]
    said += [(miss.query, miss.locale) for miss in asked.misses if miss.locale in {"", article.locale}]
    revision = article.revision
    text = "\n".join([revision.title, revision.summary, revision.body, *revision.questions, *revision.tags])
    known = frozenset(stems(text, article.locale))
    chosen = missing_words([query_stems(text, locale) for text, locale in said], known, frozenset())
    written: dict[str, Counter[str]] = {stem: Counter() for stem in chosen}
    for text, locale in said:
        for word in _WORD.findall(text.casefold()):
            for stem in written.keys() & set(stems(word, locale)):
                written[stem][word] += 1
    return tuple(min(each, key=lambda word: (-each[word], word), default=stem) for stem, each in written.items())
