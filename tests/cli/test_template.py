"""`svar template`: the team's own courtesy texts."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Svar


def test_list_set_and_reset(svar: Svar, home: Path) -> None:
    done = svar("template", "set", "da", "acknowledge.informal", "Godt at du skriver.", "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[:3] == ["*", "da", "acknowledge.informal"]
    listed = json.loads(svar("template", "list", "--locale", "da", "--json", "--home", home).stdout)["templates"]
    [own] = [each for each in listed if each["text"] != each["shipped"]]
    assert own["text"] == "Godt at du skriver."
    question = "Min hub blinker gult og appen siger E-1042"
    drafted = json.loads(svar("draft", "--text", question, "--locale", "da", "--json", "--home", home).stdout)
    assert "Godt at du skriver." in drafted["text"]
    assert svar("template", "reset", "da", "acknowledge.informal", "--home", home).returncode == 0
    drafted = json.loads(svar("draft", "--text", question, "--locale", "da", "--json", "--home", home).stdout)
    assert "Godt at du skriver." not in drafted["text"]


def test_a_mistake_is_one_clear_line(svar: Svar, home: Path) -> None:
    done = svar("template", "set", "da", "acknowledge.informal", "Hej {{agent.age}}", "--home", home)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "cannot hold {{agent.age}}; allowed: " in done.stderr
