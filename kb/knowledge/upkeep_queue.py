"""The verification queue: articles that somebody should look at, the one that may do most harm first."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kb import clock
from kb.database import Database
from kb.knowledge.article_use import ArticleUse, ArticleUses
from kb.knowledge.damage import USE_WINDOW, damage, doubt
from kb.knowledge.team_rules import rules_of
from kb.knowledge.trust_signal import SignalKind, TrustSignal
from kb.knowledge.trust_signals import TrustSignals
from kb.knowledge.verification import DUE_SOON, Verification, verification_at

PROPOSED = "proposed"
"""Beside the states of a verification: never validated, and others solved tickets with it."""
STATES = (*(each.value for each in Verification if each is not Verification.VERIFIED), PROPOSED)


@dataclass(frozen=True, slots=True)
class QueuedArticle:
    """One article that somebody should look at."""

    id: str
    title: str
    locale: str
    product: str
    url: str
    confidence: str
    audience: str
    owner_id: str
    verification: Verification
    unverified_reason: str
    verified_at: datetime | None
    verified_by: str
    verify_due_at: datetime | None
    uses: ArticleUse = field(default_factory=ArticleUse)
    """Of the last 30 days."""
    doubt: float = 0.0
    damage: float = 0.0
    flags: int = 0
    """Open ones."""
    signals: tuple[TrustSignal, ...] = ()
    """Those that stand, oldest first."""

    @property
    def reused(self) -> Mapping[str, object] | None:
        """How many tickets how many others solved with it, where that proposes it to be validated."""
        found = [each.detail for each in self.signals if not each.is_doubt]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue."""

    articles: tuple[QueuedArticle, ...]
    total: int
    """How many the filter finds."""
    counts: Mapping[str, int]
    """How many there are of each state, whatever the filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which articles; what is empty does not matter."""

    state: str = "all"
    """One of STATES, or "all"."""
    locale: str = ""
    product: str = ""
    owner_id: str = ""
    """A user; "-": those without owner."""

    def finds(self, article: QueuedArticle, proposed: frozenset[str]) -> bool:
        """Whether an article is meant."""
        is_proposed = article.id in proposed
        return (
            (self.state == "all" or (is_proposed if self.state == PROPOSED else article.verification == self.state))
            and self.locale in ("", article.locale)
            and self.product in ("", article.product)
            and (not self.owner_id or article.owner_id == ("" if self.owner_id == "-" else self.owner_id))
        )


class UpkeepQueue:
    """The verification queue of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._uses, self._signals = ArticleUses(database), TrustSignals(database)

    def page(
        self, wish: QueueFilter | None = None, *, limit: int = 50, offset: int = 0, now: datetime | None = None
    ) -> QueuePage:
        """The articles that a filter finds, most damage first; ties by doubt, then by the date it runs out, then by id.

        Args:
            wish: Which; None: all that are not verified, or soon no longer.
            limit: At most so many.
            offset: Skip so many.
            now: The moment; None: the present.
        """
        moment = now if now is not None else clock.now()
        wanted, proposed = wish or QueueFilter(), self._proposed()
        every_days = rules_of(self._db.connection).verify_every_days
        found = self._found(moment)
        counts = _counts([article for article, _ in found], proposed)
        kept = [(article, days) for article, days in found if wanted.finds(article, proposed)]
        uses = self._uses.since(moment - USE_WINDOW)
        standing = self._signals.standing_of([article.id for article, _ in kept])
        weighed = [
            _weighed(article, days or every_days, uses.get(article.id), standing.get(article.id, ()), moment)
            for article, days in kept
        ]
        weighed.sort(key=lambda each: (-each.damage, -each.doubt, each.verify_due_at or moment, each.id))
        return QueuePage(self._with_flags(weighed[offset : offset + limit]), len(weighed), counts)

    def counts(self, now: datetime | None = None) -> dict[str, int]:
        """How many articles there are of each state; quicker than a page."""
        found = self._found(now if now is not None else clock.now())
        return _counts([article for article, _ in found], self._proposed())

    def _found(self, now: datetime) -> list[tuple[QueuedArticle, int | None]]:
        """All articles that are not verified, or soon no longer, each with its own interval."""
        rows = self._db.rows(_SELECT, {"soon": clock.to_text(now + DUE_SOON)})
        return [(_queued(row, now), row["verify_every_days"]) for row in rows]

    def _with_flags(self, articles: Sequence[QueuedArticle]) -> tuple[QueuedArticle, ...]:
        rows = self._db.rows_of(
            "SELECT article_id, count(*) AS n FROM flags WHERE state = 'open' AND article_id IN ({ids})"
            " GROUP BY article_id",
            [each.id for each in articles],
        )
        flags = {row["article_id"]: int(row["n"]) for row in rows}
        return tuple(replace(each, flags=flags.get(each.id, 0)) for each in articles)

    def _proposed(self) -> frozenset[str]:
        rows = self._db.rows(
            "SELECT DISTINCT s.article_id FROM trust_signals s JOIN articles a ON a.id = s.article_id"
            " WHERE s.kind = ? AND s.undone_at IS NULL AND s.at > coalesce(a.verified_at, '')"
            " AND a.confidence NOT IN ('validated', 'archived') AND a.unverified_reason = ''",
            (SignalKind.REUSED.value,),
        )
        return frozenset(str(row[0]) for row in rows)


_SELECT = (
    "SELECT a.*, r.title FROM articles a JOIN revisions r ON r.article_id = a.id AND r.number = a.revision"
    " WHERE a.confidence <> 'archived' AND (a.unverified_reason <> ''"
    " OR a.verify_due_at <= :soon OR a.confidence <> 'validated'"
    " OR a.verified_at IS NULL AND a.verify_due_at IS NULL)"
)


def _counts(articles: Sequence[QueuedArticle], proposed: frozenset[str]) -> dict[str, int]:
    counts = dict.fromkeys(STATES, 0)
    for article in articles:
        counts[article.verification.value] += 1
        counts[PROPOSED] += article.id in proposed
    return counts


def _queued(row: sqlite3.Row, now: datetime) -> QueuedArticle:
    verified, due = clock.from_text(row["verified_at"]), clock.from_text(row["verify_due_at"])
    state = verification_at(
        now, confidence=row["confidence"], verified_at=verified, due_at=due, reason=row["unverified_reason"]
    )
    return QueuedArticle(
        id=row["id"], title=row["title"], locale=row["locale"], product=row["product"], url=row["url"],
        confidence=row["confidence"], audience=row["audience"], owner_id=row["owner_id"], verification=state,
        unverified_reason=row["unverified_reason"], verified_at=verified, verified_by=row["verified_by"],
        verify_due_at=due,
    )  # fmt: skip


def _weighed(
    article: QueuedArticle, every_days: int, uses: ArticleUse | None, signals: Sequence[TrustSignal], now: datetime
) -> QueuedArticle:
    use = uses or ArticleUse()
    doubtful = doubt(
        now, verification=article.verification, due_at=article.verify_due_at, every_days=every_days,
        signals=sum(each.is_doubt for each in signals),
    )  # fmt: skip
    return replace(
        article, uses=use, doubt=round(doubtful, 4), damage=damage(use.total, doubtful), signals=tuple(signals)
    )  # fmt: skip
