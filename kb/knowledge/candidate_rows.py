"""Candidates: rows <-> model."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kb import clock
from kb.database import to_json
from kb.knowledge.candidate import (
    Candidate,
    CandidateState,
    Dismissal,
    KeptCandidate,
    Line,
    NearArticle,
    Proposal,
    Rejection,
    Section,
    Sketch,
)


def row_of(candidate: Candidate) -> dict[str, object]:
    """What a run knows about a candidate, by column; without its tickets."""
    return {
        "proposal": candidate.proposal.value,
        "title": candidate.title,
        "locale": candidate.locale,
        "product": candidate.product,
        "customers": candidate.customers,
        "minutes": candidate.minutes,
        "first_at": clock.to_text(candidate.first_at),
        "last_at": clock.to_text(candidate.last_at),
        "per_week": to_json(candidate.per_week),
        "nearest": to_json([asdict(each) for each in candidate.nearest]),
        "reject_reason": candidate.rejected.value if candidate.rejected else "",
        "sketch": to_json(asdict(candidate.sketch)),
    }


def kept_from(row: sqlite3.Row, tickets: Sequence[str]) -> KeptCandidate:
    """Read a row.

    Args:
        row: All columns of `candidates`.
        tickets: Those that link no article, newest first.
    """
    candidate = Candidate(
        id=row["id"],
        proposal=Proposal(row["proposal"]),
        title=row["title"],
        locale=row["locale"],
        product=row["product"],
        tickets=tuple(tickets),
        customers=row["customers"],
        minutes=row["minutes"],
        first_at=clock.from_text(row["first_at"]) or clock.now(),
        last_at=clock.from_text(row["last_at"]) or clock.now(),
        per_week=tuple((week, count) for week, count in json.loads(row["per_week"])),
        nearest=tuple(NearArticle(**each) for each in json.loads(row["nearest"])),
        rejected=Rejection(row["reject_reason"]) if row["reject_reason"] else None,
        sketch=sketch_from(json.loads(row["sketch"])),
    )
    return KeptCandidate(
        candidate=candidate,
        state=CandidateState(row["state"]),
        found_at=clock.from_text(row["found_at"]) or clock.now(),
        seen_at=clock.from_text(row["seen_at"]) or clock.now(),
        dismiss_reason=Dismissal(row["dismiss_reason"]) if row["dismiss_reason"] else None,
        note=row["note"],
        decided_by=row["decided_by"],
        decided_at=clock.from_text(row["decided_at"]),
        article_id=row["article_id"],
        revision=row["revision"],
        merged_into=row["merged_into"],
    )


def sketch_from(stored: Mapping[str, Any]) -> Sketch:
    """Read a sketch as it is stored: its fields by name."""
    return Sketch(
        title=stored["title"],
        body=stored["body"],
        lines=tuple(Line(**(each | {"section": Section(each["section"])})) for each in stored["lines"]),
        missing=tuple(Section(each) for each in stored["missing"]),
        questions=tuple(stored["questions"]),
    )
