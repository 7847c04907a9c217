"""`svar upkeep`: what to look at, and why, as lines and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kb import clock
from kb.desk.flags import Flag, FlagReason
from kb.knowledge.article_pair import ArticlePair, PairKind
from tests.conftest import Svar
from tests.fakes import DAY, an_article, open_store, put
from ui.cli import svar as command


def _run(home: Path, *args: str) -> Result:
    return CliRunner().invoke(command, ["--home", str(home), "upkeep", *args], catch_exceptions=False)


def _told(home: Path, *args: str) -> Any:
    return json.loads(_run(home, *args, "--json").stdout)


def _fill(home: Path) -> None:
    store = open_store(home)
    put(
        store, an_article("a1", "Hold the button.", title="Reset", locale="sv", updated_at=DAY),
        an_article("a2", "Hold knappen.", title="Nulstil", locale="da", translation_of="a1"),
    )  # fmt: skip
    store.flags.raise_one(Flag("a1", 1, 0, 16, "Hold the button.", "", FlagReason.WRONG, "", "t1", "", clock.now()))
    store.article_pairs.replace([ArticlePair("a1", "a2", PairKind.DUPLICATE, 0.9, (), (1, 1), DAY)])
    store.close()


def test_the_lists(tmp_path: Path) -> None:
    _fill(tmp_path)
    queue = _told(tmp_path, "verification")
    assert [(row["id"], row["verification"], row["flags"]) for row in queue["articles"]] == [("a1", "unverified", 1)]
    assert queue["counts"]["unverified"] == 1
    assert "unverified Reset  [a1]  flagged" in _run(tmp_path, "verification").stdout

    (signal,) = _told(tmp_path, "signals")["signals"]
    assert (signal["kind"], signal["open"], signal["article_id"]) == ("flagged", True, "a1")
    assert "flagged" in _run(tmp_path, "signals").stdout
    undone = _told(tmp_path, "signals", "--undo", str(signal["id"]))["signals"][0]
    assert (undone["open"], undone["undone_by"]) == (False, "system")
    assert _run(tmp_path, "signals").stdout == "No open signals.\n"
    assert _run(tmp_path, "verification").stdout == "Nothing to verify.\n"

    pairs = _told(tmp_path, "pairs")
    assert [(p["a"]["id"], p["b"]["id"]) for p in pairs["pairs"]] == [("a1", "a2")]
    assert "Nulstil  [a2]" in _run(tmp_path, "pairs").stdout
    assert _run(tmp_path, "pairs", "--kind", "contradiction").stdout == "No pairs.\n"

    assert _told(tmp_path, "unused") == {"articles": [], "counts": {"noticed": 0, "proposed": 0, "kept": 0}}
    assert _run(tmp_path, "unused").stdout == "No unused articles.\n"

    matrix = _told(tmp_path, "translations")
    assert matrix["locales"] == ["da", "sv"]
    assert matrix["families"][0]["cells"]["da"]["state"] == "current"
    assert _run(tmp_path, "translations").stdout == "    Reset  [a1]  da current, sv master\n"
    assert _run(tmp_path, "translations", "--missing", "da").stdout == "No such articles.\n"


def test_the_rules(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    assert _told(tmp_path, "settings") == {"only_verified": False, "verify_every_days": 180}
    said = _run(tmp_path, "settings", "--only-verified", "on", "--verify-every", "0").stdout
    assert said == "A verification lasts for ever.\nOnly verified articles are suggested.\n"


def test_what_cannot_be_done_says_why(svar: Svar, tmp_path: Path) -> None:
    open_store(tmp_path).close()
    for args, words in (
        (["signals", "--undo", "9"], "No signal with id"),
        (["settings", "--verify-every", "-1"], "allowed: 0"),
        (["pairs", "--search"], "svar index"),
    ):
        done = svar("upkeep", *args, "--home", tmp_path)
        assert done.returncode == 1
        assert words in done.stderr, done.stderr
