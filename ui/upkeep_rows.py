"""What keeps articles true, as plain rows for REST and the command line: the same names in both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kb import clock
from kb.knowledge.article_pair import ArticlePair, PairState
from kb.knowledge.article_use import ArticleUse
from kb.knowledge.damage import USE_WINDOW
from kb.knowledge.translations import Family, TranslationState, coverage_of, states_of
from kb.knowledge.trust_signal import TrustSignal, TrustState
from kb.knowledge.unused import Unused, UnusedState
from kb.knowledge.upkeep_queue import QueuedArticle
from kb.model import Article
from kb.store import Store
from ui.wire import to_json

Row = dict[str, Any]


def names_of(store: Store) -> dict[str, str]:
    """Names of all users by id, for rows that name one."""
    return {user.id: user.name for user in store.users.list()}


def queue_rows(articles: Sequence[QueuedArticle], names: Mapping[str, str]) -> list[Row]:
    """The verification queue."""
    return [
        to_json(each)
        | {
            "owner": names.get(each.owner_id, ""),
            "verified_by_name": names.get(each.verified_by, ""),
            "signals": [signal_row(signal, each.title, each.locale, names) for signal in each.signals],
            "reused": to_json(each.reused),
        }
        for each in articles
    ]


def signal_rows(
    store: Store, signals: Sequence[TrustSignal], names: Mapping[str, str], open_ids: Iterable[int]
) -> list[Row]:
    """Signals with their articles' titles; `open` says whether one can still be undone."""
    articles = store.articles.get_many(each.article_id for each in signals)
    known = set(open_ids)
    rows = []
    for each in signals:
        article = articles.get(each.article_id)
        row = signal_row(each, article.title if article else "", article.locale if article else "", names)
        rows.append(row | {"open": each.id in known})
    return rows


def signal_row(signal: TrustSignal, title: str, locale: str, names: Mapping[str, str]) -> Row:
    """One signal."""
    wire: Row = to_json(signal)
    return wire | {
        "title": title, "locale": locale, "user": names.get(signal.user_id, ""),
        "undone_by_name": names.get(signal.undone_by, ""), "direction": "down" if signal.is_doubt else "up",
        "before": _state(signal.before), "after": _state(signal.after),
    }  # fmt: skip


def pair_rows(store: Store, pairs: Sequence[ArticlePair], names: Mapping[str, str]) -> list[Row]:
    """Pairs with what one must know of both sides; pairs of which one side is gone are left out."""
    ids = [article_id for pair in pairs for article_id in (pair.one_id, pair.other_id)]
    articles = store.articles.get_many(ids)
    uses = store.article_uses.since(clock.now() - USE_WINDOW, ids)
    rows = []
    for pair in pairs:
        if pair.one_id not in articles or pair.other_id not in articles:
            continue
        sides = {
            side: _side(articles[article_id], uses.get(article_id, ArticleUse()))
            for side, article_id in (("a", pair.one_id), ("b", pair.other_id))
        }
        places = [
            {
                "why": place.kind.value,
                "a": {"start": place.one_start, "end": place.one_end, "quote": place.one_quote},
                "b": {"start": place.other_start, "end": place.other_end, "quote": place.other_quote},
            }
            for place in pair.places
        ]
        rows.append(
            {
                "id": pair.id, "kind": pair.kind.value, "score": pair.score, "state": pair.state.value,
                "found_at": to_json(pair.found_at), **sides, "places": places, "revisions": list(pair.revisions),
                "decided_by": names.get(pair.decided_by, ""), "decided_at": to_json(pair.decided_at),
                "reason": pair.reason,
            }
        )  # fmt: skip
    return rows


def unused_rows(store: Store, unused: Sequence[Unused], names: Mapping[str, str]) -> list[Row]:
    """Unused articles with their titles and owners."""
    articles = store.articles.get_many(each.article_id for each in unused)
    rows = []
    for each in unused:
        article = articles.get(each.article_id)
        if article is None:
            continue
        wire: Row = to_json(each)
        rows.append(
            wire
            | {
                "id": article.id, "title": article.title, "locale": article.locale, "product": article.product,
                "owner": names.get(article.owner_id, ""), "owner_id": article.owner_id,
                "propose_at": to_json(each.propose_at), "kept_by": names.get(each.kept_by, each.kept_by),
            }
        )  # fmt: skip
    return rows


def unused_counts(unused: Sequence[Unused]) -> dict[str, int]:
    """How many there are of each state."""
    return {state.value: sum(each.state is state for each in unused) for state in UnusedState}


def family_rows(families: Sequence[Family], locales: Sequence[str], uses: Mapping[str, ArticleUse]) -> list[Row]:
    """The matrix of translations: each family with one cell per language."""
    rows = []
    for family in families:
        cells: dict[str, Row] = {locale: {"state": TranslationState.MISSING.value} for locale in locales}
        for cell in reversed(family.cells):
            wire: Row = to_json(cell)
            cells[cell.locale] = wire | {"id": cell.article_id}
        total = sum(uses[cell.article_id].total for cell in family.cells if cell.article_id in uses)
        rows.append(
            {
                "id": family.id, "title": family.title, "locale": family.locale, "product": family.product,
                "uses": total, "cells": cells,
            }
        )  # fmt: skip
    return rows


def locales_of(families: Sequence[Family]) -> list[str]:
    """The languages that a base is written in, by code; one that a single article in a hundred has does not count."""
    counts: dict[str, int] = {}
    for family in families:
        for locale in states_of(family):
            counts[locale] = counts.get(locale, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(locale for locale, count in counts.items() if count * 100 >= most and locale != "und")


def upkeep_counts(store: Store) -> Row:
    """How much there is to do of each kind."""
    families = store.translations.families()
    covered = coverage_of(families, locales_of(families)).values()
    unused = unused_counts(store.unused.list())
    return {
        "verification": store.upkeep.counts(),
        "signals": {"open": store.trust_signals.count(state="open")},
        "pairs": store.article_pairs.counts(PairState.OPEN),
        "unused": {name: unused[name] for name in ("noticed", "proposed")},
        "translations": {name: sum(each[name] for each in covered) for name in ("outdated", "missing")},
    }


def _side(article: Article, use: ArticleUse) -> Row:
    return {
        "id": article.id, "title": article.title, "locale": article.locale, "product": article.product,
        "url": article.url, "confidence": article.confidence.value, "audience": article.audience.value,
        "verification": article.verification(clock.now()).value, "unverified_reason": article.unverified_reason,
        "uses": use.total, "updated_at": to_json(article.updated_at), "revision": article.revision.number,
    }  # fmt: skip


def _state(state: TrustState) -> Row:
    return {
        "state": "unverified" if state.unverified_reason else "verified",
        "unverified_reason": state.unverified_reason, "verify_due_at": to_json(state.verify_due_at),
    }  # fmt: skip
