"""Splitting tickets in time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.later_tickets import later_tickets, split_moment
from kb.errors import KBError
from tests.assistant.evaluation.test_measurement import jsonl


def row(number: int, day: int, status: str = "closed", **more: Any) -> dict[str, Any]:
    at = f"2026-05-{day:02d}T09:00:00Z"
    message = {"author": "customer", "public": True, "at": at, "body": "yellow"}
    return {"id": f"t{number}", "subject": "hub", "status": status, "created_at": at, "messages": [message], **more}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    first = [row(1, 4), row(2, 2, "solved"), row(3, 9, "open")]
    second = [row(4, 8, article_links=["hub", "https://x.example/y"]), row(5, 1), row(6, 6), row(7, 5)]
    return [jsonl(tmp_path / "a.jsonl", first), jsonl(tmp_path / "b.jsonl", second)]


def test_the_newest_third_of_the_resolved(files: list[Path]) -> None:
    assert split_moment(files) == datetime(2026, 5, 6, 9, tzinfo=UTC)
    assert split_moment(files, share=1) == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert split_moment(files, share=0.01) == datetime(2026, 5, 8, 9, tzinfo=UTC)


def test_nothing_is_both_asked_and_known(files: list[Path], tmp_path: Path) -> None:
    found = later_tickets(files, split_moment(files), tmp_path / "asked")
    assert [(later.ticket.id, later.targets) for later in found] == [("t6", ()), ("t4", ("hub", "https://x.example/y"))]
    again = later_tickets(files, datetime(2026, 5, 8, 9, tzinfo=UTC), tmp_path / "asked")
    assert [later.ticket.id for later in again] == ["t4"]


def test_no_resolved_tickets(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [row(1, 4, "open")])
    with pytest.raises(KBError, match="no resolved tickets"):
        split_moment([file])
    assert later_tickets([file], datetime(2026, 5, 1, tzinfo=UTC), tmp_path / "asked") == []
