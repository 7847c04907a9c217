"""`svar hours`: the team's hours are shown, set and checked."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Svar


def test_show_set_and_reset(svar: Svar, home: Path) -> None:
    done = svar(
        "hours", "set", "--zone", "Europe/Oslo", "--country", "no", "--open", "mon-thu=7:30-16:00", "--open", "sat=24h",
        "--day", "2026-12-24=closed", "--target", "urgent=30m/4h", "--json", "--home", home,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")

    shown = json.loads(svar("hours", "show", "--json", "--home", home).stdout)
    assert shown == json.loads(done.stdout)
    assert (shown["zone"], shown["country"], shown["days"]) == ("Europe/Oslo", "NO", {"2026-12-24": "closed"})
    assert [shown["week"][day] for day in ("mon", "thu", "fri", "sat")] == [
        "7:30-16:00",
        "7:30-16:00",
        "8:00-17:00",
        "24h",
    ]
    assert shown["targets"]["urgent"] == {"first_reply": "30m", "solution": "4h"}
    text = svar("hours", "set", "--reset", "--day", "2026-06-19=closed", "--home", home).stdout
    assert "Europe/Stockholm" in text
    assert "2026-06-19" in text
    assert "2026-12-24" not in text


def test_a_mistake_is_one_clear_line(svar: Svar, home: Path) -> None:
    before = svar("hours", "show", "--home", home).stdout
    done = svar("hours", "set", "--zone", "Mars/Base", "--home", home)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "zone is 'Mars/Base'; allowed: a time zone's name" in done.stderr
    for wrong in (["--open", "xyz=24h"], ["--open", "fri-mon=24h"], ["--target", "urgent=4h"], ["--day", "x"], []):
        done = svar("hours", "set", *wrong, "--home", home)
        assert done.returncode == 2, wrong
    assert svar("hours", "show", "--home", home).stdout == before
