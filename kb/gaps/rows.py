"""Gaps as lists and reports show them: what a run found together with what people decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kb import clock
from kb.gaps.model import GapChange, GapFigures, GapRecord, GapRun

Row = dict[str, Any]


def gap_rows(run: GapRun, figures: Sequence[GapFigures], records: Mapping[str, GapRecord]) -> list[Row]:
    """The gaps of a run, the most work first.

    Args:
        run: The run; its summary has the Pareto shares.
        figures: What it found, in order.
        records: What was decided, by id.

    Returns:
        All figures, and `count` (how many asked), `searches` (how many searches; their words in `searched`), `status`,
        `assignee_id`, `ignored_reason`, `ignored_until`, `shipped_article_id`, `shipped_at`, `share` and `cumulative`
        of all uncovered work.
    """
    shares = run.summary.get("pareto", {})
    known = list(shares.get("work", ())) if isinstance(shares, Mapping) else []
    rows = []
    for place, each in enumerate(figures):
        before = known[place - 1] if place and place <= len(known) else 0.0
        cumulative = known[place] if place < len(known) else before
        rows.append(
            gap_row(each.figures, records.get(each.gap_id)) | {"share": cumulative - before, "cumulative": cumulative}
        )
    return rows


def gap_row(figures: Mapping[str, object], record: GapRecord | None) -> Row:
    """One gap; see `gap_rows`, without the shares.

    Args:
        figures: What a run found.
        record: What was decided; None before anything is stored.
    """
    row: Row = dict(figures)
    row["searched"] = row.pop("searches", [])
    row["count"] = row["asked"]
    row["searches"] = int(row["asked"]) - len(row["tickets"])
    row["closure"] = closure_row(row.get("closure"))
    row["status"] = record.status.value if record else "open"
    row["assignee_id"] = record.assignee_id if record else ""
    row["ignored_reason"] = record.ignored_reason if record else ""
    row["ignored_until"] = clock.to_text(record.ignored_until) if record else None
    row["shipped_article_id"] = record.shipped_article_id if record else ""
    row["shipped_at"] = clock.to_text(record.shipped_at) if record else None
    return row


def closure_row(closure: object) -> Row | None:
    """Before and after as a table wants it: of each figure its value, and its interval where it has one.

    Args:
        closure: As it is stored; None for none.
    """
    if not isinstance(closure, Mapping):
        return None
    return dict(closure) | {side: _side(closure[side]) for side in ("before", "after")}


def _side(figures: Mapping[str, Mapping[str, Any]]) -> Row:
    row: Row = {"tickets": figures["covered"]["n"]}
    for name, figure in figures.items():
        row[name] = figure["value"]
        row[f"{name}_n"] = figure["n"]
        row[f"{name}_interval"] = None if figure["low"] is None else [figure["low"], figure["high"]]
    return row


def run_row(run: GapRun) -> Row:
    """A run without its summary."""
    return {
        "id": run.id, "state": run.state.value, "step": run.step, "done": run.done, "total": run.total,
        "error": run.error, "actor": run.actor, "started_at": clock.to_text(run.started_at),
        "moved_at": clock.to_text(run.moved_at), "finished_at": clock.to_text(run.finished_at),
        "window": {
            "since": clock.to_text(run.window.since), "until": clock.to_text(run.window.until),
            "locale": run.window.locale, "product": run.window.product,
        },
    }  # fmt: skip


def report(run: GapRun, rows: Sequence[Row], changes: Sequence[GapChange]) -> Row:
    """All that a run says.

    Args:
        run: The run.
        rows: Its gaps.
        changes: What became of gaps.
    """
    summary = run.summary
    coverage = dict(summary.get("coverage", {}))  # type: ignore[call-overload]
    return {
        "run": run_row(run),
        "gaps": list(rows),
        "pareto": summary.get("pareto", {}),
        "counts": {
            "tickets": summary.get("tickets", 0), "covered": coverage, "uncovered": coverage.get("none", 0),
            "left_out": summary.get("left_out", {}), "searches": summary.get("searches", 0),
            "searches_answered_since": summary.get("searches_answered_since", 0), "gaps": len(rows),
            "singles": len(summary.get("singles", ())),  # type: ignore[arg-type]
        },
        "judge": summary.get("judge"),
        "changes": [{"gap_id": c.gap_id, "kind": c.kind.value, "other_id": c.other_id} for c in changes],
    }  # fmt: skip


def is_about(row: Row, *, locale: str = "", product: str = "", cause: str = "", status: str = "") -> bool:
    """Whether a gap passes a filter; each part that is empty lets all pass.

    Args:
        row: The gap.
        locale: Somebody asks in this language.
        product: Somebody asks about this product.
        cause: It has this cause.
        status: It stands there.
    """
    return (
        (not locale or locale in row["languages"])
        and (not product or product in row["products"])
        and cause in {"", row["cause"]}
        and status in {"", row["status"]}
    )


def overview_of(
    run: GapRun, rows: Sequence[Row], *, since: date | None, until: date | None, locale: str, product: str
) -> Row:
    """What a dashboard shows of a run.

    Args:
        run: The run.
        rows: Its gaps.
        since: Only weeks from this day's on, for coverage; None: all.
        until: Only weeks that begin before this day; None: all.
        locale: Only this language; empty: all. The map has all topics.
        product: Only this product; empty: all.

    Returns:
        "run", "coverage" by week, "gaps", "topics" with their places on the map, "closures".
    """
    first = f"{since:%G-W%V}" if since else ""
    last = f"{until:%G-W%V}" if until else "9999"
    weeks: dict[str, Row] = {}
    for each in _list(run.summary.get("weeks")):
        if first <= each["week"] <= last and locale in {"", each["locale"]} and product in {"", each["product"]}:
            week = weeks.setdefault(each["week"], {"week": each["week"], "tickets": 0, "covered": 0})
            week["tickets"] += each["tickets"]
            week["covered"] += each["covered"]
    topics = _list(run.summary.get("topics"))
    place = {each["gap_id"]: each for each in topics if each["gap_id"]}
    chosen = [row for row in rows if is_about(row, locale=locale, product=product)]
    gaps = [
        {name: row[name] for name in _SHOWN} | {"tickets": row["count"], **_place(place.get(row["id"]))}
        for row in chosen
    ]  # fmt: skip
    return {
        "run": run_row(run) | {
            "at": clock.to_text(run.finished_at), "tickets": run.summary.get("tickets", 0),
            "excluded": run.summary.get("left_out", {}),
        },
        "coverage": [weeks[name] for name in sorted(weeks)],
        "gaps": gaps,
        "topics": topics,
        "closures": _closures(run, rows),
    }  # fmt: skip


def _closures(run: GapRun, rows: Sequence[Row]) -> list[Row]:
    labels = {row["id"]: row["label"] for row in rows}
    stored = run.summary.get("closures")
    found = stored if isinstance(stored, Mapping) else {}
    return [
        {
            "id": gap_id, "label": labels.get(gap_id) or each.get("label", gap_id), "closed_at": each["shipped_at"],
            "article_id": each["article_id"], "verdict": each["verdict"], **(closure_row(each) or {}),
        }
        for gap_id, each in sorted(found.items())
    ]  # fmt: skip


_SHOWN = ("id", "label", "cause", "remedy", "locale", "languages", "products", "minutes", "trend", "work", "status",
          "share", "cumulative", "asked")  # fmt: skip


def _place(topic: Row | None) -> Row:
    return {"x": topic["x"], "y": topic["y"]} if topic else {"x": None, "y": None}


def _list(value: object) -> list[Row]:
    return value if isinstance(value, list) else []
