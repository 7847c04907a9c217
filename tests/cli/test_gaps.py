"""`svar gaps` as a process: the demo's planted gaps, the JSON and the workbook that others rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import Svar

FIELDS = {
    "id", "label", "locale", "cause", "remedy", "article_id", "missing_words", "tickets", "examples", "searches",
    "searched", "asked", "count", "customers", "languages", "products", "per_week", "weekly", "minutes", "trend", "work",
    "near", "nearest", "closure", "status", "assignee_id", "ignored_reason", "ignored_until", "shipped_article_id",
    "shipped_at", "share", "cumulative",
}  # fmt: skip


def test_wrong_times_say_what_is_allowed(svar: Svar, indexed_home: Path) -> None:
    done = svar("gaps", "--home", indexed_home, "--since", "last week")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "--since 'last week' is no time" in done.stderr


def test_an_empty_folder(svar: Svar, tmp_path: Path) -> None:
    done = svar("gaps", "--home", tmp_path / "none")
    assert done.returncode == 1
    assert "svar import PATH" in done.stderr


@pytest.mark.slow
def test_the_demos_topics_without_an_article_are_gaps(svar: Svar, demo_home: Path, tmp_path: Path) -> None:
    done = svar("gaps", "--home", demo_home, "--json", "--xlsx", tmp_path / "gaps.xlsx")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    gaps = found["gaps"]
    assert all(set(each) == FIELDS for each in gaps)
    several = [each for each in gaps if each["cause"] == "no_article" and len(each["languages"]) >= 3]
    assert len(several) >= 6, "topics that nobody answers, each one gap across languages"
    tickets = [ticket for each in gaps for ticket in each["tickets"]]
    assert len(tickets) == len(set(tickets)), "a ticket is in one gap"
    assert len(tickets) + found["counts"]["singles"] == found["counts"]["uncovered"]
    sheet = load_workbook(tmp_path / "gaps.xlsx")["gaps"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [each["id"] for each in gaps]
    assert sheet.freeze_panes == "A2"
    again = json.loads(svar("gaps", "--home", demo_home, "--json").stdout)
    assert again["gaps"] == gaps
    assert again["changes"] == []
