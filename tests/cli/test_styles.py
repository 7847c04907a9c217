"""`svar draft --style`: the alternatives to a draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svar

QUESTION = "Min hub blinker gult og appen siger E-1042"


def drafted(svar: Svar, home: Path, *more: str) -> dict[str, Any]:
    """The draft as JSON."""
    done = svar("draft", "--text", QUESTION, "--json", "--home", home, *more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_each_style_has_a_text_of_its_own_or_says_why_not(svar: Svar, indexed_home: Path) -> None:
    found = {style: drafted(svar, indexed_home, "--style", style) for style in ("standard", "short", "call", "canned")}
    assert found["standard"] == drafted(svar, indexed_home)
    assert len(found["short"]["text"]) < len(found["standard"]["text"])
    assert found["call"]["text"].startswith("- ")
    kinds = {sentence["source"]["kind"] for sentence in found["canned"]["sentences"]}
    assert "canned" in kinds or found["canned"]["notes"] == ["draft.no_source"]


def test_where_nothing_is_known_it_says_how_to_pass_the_customer_on(svar: Svar, indexed_home: Path) -> None:
    text = "Can you recommend a good restaurant in Lisbon for my wedding?"
    done = svar("draft", "--text", text, "--home", indexed_home)
    assert "No draft" in done.stdout
    assert "To pass it on: I’m passing this on to a colleague" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--style", "poem"], "poem"), (["--style", "short", "--rewrite"], "--style does not go with --rewrite")],
)
def test_what_does_not_go_is_refused(svar: Svar, tmp_path: Path, options: list[str], said: str) -> None:
    done = svar("draft", "--text", "hub", "--home", tmp_path, *options)
    assert done.returncode == 2
    assert said in done.stderr
