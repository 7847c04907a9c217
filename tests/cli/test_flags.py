"""`svar flags`: what agents flagged, also after the article was edited."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from kb.desk.flags import Flag, FlagReason, FlagState
from tests.conftest import Svar
from tests.fakes import DAY, an_article, open_store, put

BODY = "Hold the button.\n\nWait ten seconds.\n"


def _flagged(home: Path) -> None:
    store = open_store(home)
    put(store, an_article("a1", BODY, title="Reset"))
    flag = Flag("a1", 1, 18, 35, "Wait ten seconds.", "", FlagReason.WRONG, "it is five", "t1", "u1", DAY)
    store.flags.raise_one(flag)
    first = replace(flag, start=0, end=16, quote="Hold the button.", note="")
    store.flags.close(store.flags.raise_one(first).id, FlagState.DONE, actor="u2")
    put(store, an_article("a1", BODY.replace("Hold the button", "Hold both buttons"), title="Reset"))
    store.close()


def test_open_flags_are_listed_with_where_they_stand_now(svar: Svar, tmp_path: Path) -> None:
    _flagged(tmp_path)

    told = json.loads(svar("flags", "--json", "--home", tmp_path).stdout)
    [flag] = told["flags"]
    assert (flag["quote"], flag["reason"], flag["ticket_id"], flag["lost"]) == (
        "Wait ten seconds.", "wrong", "t1", False,
    )  # fmt: skip
    assert (flag["revision"], flag["current_revision"], flag["place"]) == (1, 2, {"start": 20, "end": 37})
    assert told["counts"] == {"open": 1, "done": 1, "rejected": 0}

    shown = svar("flags", "--state", "all", "--home", tmp_path).stdout
    assert "it is five" in shown
    assert "gone from the current revision" in shown


def test_nothing_flagged_is_one_line(svar: Svar, tmp_path: Path) -> None:
    open_store(tmp_path).close()

    done = svar("flags", "--home", tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (0, "No open flags.\n", "")
