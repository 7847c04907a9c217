"""Everything that the lead's page shows of a window, in one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from assistant.measures.comparison import Comparison, compare
from assistant.measures.definitions import figures_of
from assistant.measures.figure import Figure, share
from assistant.measures.frame import Frame, Mask
from assistant.measures.groups import DIMENSIONS, Group, groups_of, hidden_of, weeks_of
from assistant.measures.knowledge import kcs_figures
from assistant.measures.measures import Measures
from assistant.measures.window import mask_of
from kb import clock
from kb.knowledge.verification import Verification, verification_at
from kb.reporting.drawer import Reporting
from kb.reporting.window import Window

FUNNEL = ("shown", "opened", "used", "sent", "solved")
MOST_PRODUCTS = 30


def dashboard(measures: Measures, window: Window, *, now: datetime | None = None) -> dict[str, Any]:
    """Work out the page of a window; the shape stands in docs/measures.md.

    Args:
        measures: The figures' store.
        window: Which tickets.
        now: For tests.
    """
    whole, reporting, zone = measures.frame(), measures.store.reporting, measures.zone
    # From here on only the window's tickets: what follows takes as long as they are many.
    frame, earlier = (whole.taken(mask_of(whole, each)) for each in (window, window.before()))
    mask, before = np.ones(len(frame), dtype=bool), np.ones(len(earlier), dtype=bool)
    hidden = hidden_of(frame, mask) if window.narrowed else None
    parts = (window, frame, mask), (window.before(), earlier, before)
    knowledge = figures_data(*(_knowledge(reporting, *each, zone) for each in parts))
    languages = languages_of(frame, mask, reporting, window)
    if hidden is not None:
        frame, mask = frame.taken(~mask), np.ones(0, dtype=bool)
    if hidden is not None or (window.narrowed and hidden_of(earlier, before)):
        earlier, before = earlier.taken(~before), np.ones(0, dtype=bool)
    gaps = gaps_of(measures, window)
    return {
        "window": window_data(window),
        "choices": choices_of(whole),
        "catching_up": measures.waiting(),
        "hidden": hidden,
        "team": figures_data(figures_of(frame, mask, kind="team"), figures_of(earlier, before, kind="team")),
        "kcs": {"coverage": gaps.pop("covered"), **knowledge},
        "weeks": [group_data(each) for each in weeks_of(frame, mask, narrowed=window.narrowed)],
        "groups": {name: [group_data(each) for each in groups_of(frame, mask, name)] for name in DIMENSIONS},
        "comparison": comparison_data(compare(frame, mask)),
        "funnel": {name: int(frame.numbers[name].sum()) for name in FUNNEL},
        "languages": languages,
        "translations": translations_of(reporting.uses.families()),
        "verification": verification_of(reporting, window, now or clock.now()),
        **gaps,
    }


def _knowledge(reporting: Reporting, window: Window, frame: Frame, mask: Mask, zone: ZoneInfo) -> dict[str, Figure]:
    """The figures of the knowledge base. They are not about people, so that only those of a small team are hidden."""
    if window.team and hidden_of(frame, mask):
        mask = np.zeros_like(mask)
    return figures_of(frame, mask, kind="kcs") | kcs_figures(reporting, window, frame, mask, zone)


def gaps_of(measures: Measures, window: Window) -> dict[str, Any]:
    """What the newest run over the gaps found in a window: coverage, gaps, map and closures; empty without a run."""
    found = _overview(measures, window)
    before = _overview(measures, window.before())
    return {
        "run": found["run"], "coverage": [_week(each) for each in found["coverage"]], "gaps": found["gaps"],
        "map": found["topics"], "closures": found["closures"],
        "covered": figure_data(covered(found["coverage"]), covered(before["coverage"])),
    }  # fmt: skip


def covered(weeks: Sequence[Mapping[str, Any]]) -> Figure:
    """The share of what was asked that the knowledge base answered, of some weeks of a run over the gaps."""
    return share(sum(int(each["covered"]) for each in weeks), sum(int(each["tickets"]) for each in weeks))


def _overview(measures: Measures, window: Window) -> Mapping[str, Any]:
    return measures.store.gaps.overview(
        since=window.since, until=window.until - timedelta(days=1), locale=window.locale, product=window.product
    )


def _week(row: Mapping[str, Any]) -> dict[str, Any]:
    figure = covered([row])
    return {**row, "share": figure.value, "low": figure.low, "high": figure.high}


def figure_data(figure: Figure, before: Figure | None = None) -> dict[str, Any]:
    """A figure as plain data; `before` is its value in the time before."""
    return {
        "value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n, "part": figure.part,
        "unit": figure.unit, "enough": figure.enough, "before": before.value if before and before.enough else None,
    }  # fmt: skip


def figures_data(figures: Mapping[str, Figure], before: Mapping[str, Figure] | None = None) -> dict[str, Any]:
    """Figures by name as plain data."""
    return {name: figure_data(figure, (before or {}).get(name)) for name, figure in figures.items()}


def group_data(group: Group) -> dict[str, Any]:
    """A group as plain data."""
    return {
        "name": group.name, "tickets": group.tickets, "hidden": group.hidden, "figures": figures_data(group.figures)
    }  # fmt: skip


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain data."""
    return {
        "with": figures_data(comparison.with_it), "without": figures_data(comparison.without),
        "difference": comparison.differences, "warnings": comparison.warnings, "value": comparison.value,
    }  # fmt: skip


def window_data(window: Window) -> dict[str, Any]:
    """A window as plain data, with the one before it."""
    before = window.before()
    return {
        "since": window.since.isoformat(), "until": window.until.isoformat(), "locale": window.locale,
        "product": window.product, "team": window.team,
        "before": {"since": before.since.isoformat(), "until": before.until.isoformat()},
    }  # fmt: skip


def choices_of(frame: Frame) -> dict[str, list[str]]:
    """The words that a window can be narrowed to, sorted."""
    return {
        f"{name}s": sorted(filter(None, frame.words[name].names)) for name in ("locale", "product", "team")
    }  # fmt: skip


def languages_of(frame: Frame, mask: Mask, reporting: Reporting, window: Window) -> dict[str, Any]:
    """Demand and knowledge by product and language: tickets, how many of them were linked, published articles.

    This is about the knowledge base, so it is shown however few people answered; but not of a team.

    Args:
        frame: The window's tickets; only the MOST_PRODUCTS products with the most of them.
        mask: Which are meant.
        reporting: Where articles are counted.
        window: Tells whether a team is asked about.
    """
    articles = reporting.uses.articles_by_locale()
    products, locales = frame.words["product"], frame.words["locale"]
    sizes = np.bincount(products.codes[mask], minlength=len(products.names))
    order = sorted(range(len(sizes)), key=lambda code: (-sizes[code], products.names[code]))[:MOST_PRODUCTS]
    cells = []
    for product in (code for code in order if sizes[code]):
        of_product = mask & (products.codes == product)
        for locale in np.unique(locales.codes[of_product]):
            inside = of_product & (locales.codes == locale)
            n = int(np.count_nonzero(inside))
            linked = int(np.count_nonzero(frame.numbers["linked"][inside] > 0))
            is_open = not window.team or hidden_of(frame, inside) is None
            pair = products.names[product], locales.names[locale]
            cells.append({
                "product": pair[0], "locale": pair[1], "tickets": n, "linked": linked if is_open else None,
                "link_rate": linked / n if is_open else None, "articles": articles.get(pair, 0),
            })  # fmt: skip
    return {
        "locales": sorted({cell["locale"] for cell in cells}),
        "products": [products.names[code] for code in order if sizes[code]], "cells": cells,
    }  # fmt: skip


def translations_of(members: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    """How many families of articles each language has, lacks, or has in an older version than their master.

    Args:
        members: (family, locale, whether older than the master) of every published article.
    """
    families = {family for family, _, _ in members}
    cells = []
    for locale in sorted({locale for _, locale, _ in members}):
        mine = {family: old for family, its, old in members if its == locale}
        cells.append({
            "locale": locale, "have": len(mine), "missing": len(families) - len(mine), "outdated": sum(mine.values()),
        })  # fmt: skip
    return {"locales": [cell["locale"] for cell in cells], "families": len(families), "cells": cells}


def verification_of(reporting: Reporting, window: Window, now: datetime) -> dict[str, int]:
    """How many published articles there are per state of verification, and how many are archived."""
    counts = dict.fromkeys((state.value for state in Verification), 0)
    rows = reporting.uses.verification_rows(window)
    for row in rows:
        state = verification_at(
            now, confidence=str(row["confidence"]), verified_at=_moment(row["verified_at"]),
            due_at=_moment(row["verify_due_at"]), reason=str(row["unverified_reason"]),
        )  # fmt: skip
        counts[state.value] += 1
    return counts | {"total": len(rows), "archived": reporting.uses.archived()}


def _moment(text: object) -> datetime | None:
    return clock.from_text(str(text)) if text else None
