"""Rows of signals, and of the articles that they change, as frozen data."""

from __future__ import annotations

import json
import sqlite3

from kb import clock
from kb.database import to_json
from kb.knowledge.trust_signal import SignalKind, TrustSignal, TrustState


def signal_from(row: sqlite3.Row) -> TrustSignal:
    """Read a row of trust_signals."""
    return TrustSignal(
        id=row["id"], at=clock.from_text(row["at"]) or clock.now(), kind=SignalKind(row["kind"]),
        article_id=row["article_id"], revision=row["revision"], ticket_id=row["ticket_id"], user_id=row["user_id"],
        before=_state_from(row["before"]), after=_state_from(row["after"]), detail=json.loads(row["detail"]),
        undone_at=clock.from_text(row["undone_at"]), undone_by=row["undone_by"],
    )  # fmt: skip


def state_of(row: sqlite3.Row) -> TrustState:
    """What a signal could change of an article, as it is now."""
    return TrustState(str(row["unverified_reason"]), clock.from_text(row["verify_due_at"]))


def packed(state: TrustState) -> str:
    """A state as it is stored with a signal."""
    return to_json({"unverified_reason": state.unverified_reason, "verify_due_at": clock.to_text(state.verify_due_at)})


def _state_from(text: str) -> TrustState:
    found = json.loads(text)
    return TrustState(found["unverified_reason"], clock.from_text(found["verify_due_at"]))
