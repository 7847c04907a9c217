"""The catalogues: the same keys in every language, all of them used, and no user text anywhere else."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path

import pytest

from kb.locales import UI_LOCALES
from ui.catalogue import FOLDER, PARTS, catalogue, choose, text

UI = FOLDER.parent
SCRIPTS = sorted((UI / "static").rglob("*.js"))
SOURCES = [*SCRIPTS, *sorted(UI.rglob("*.py"))]
COMPUTED = (
    "role.", "status.", "status_one.", "priority.", "channel.", "author.", "source.", "audience.", "field.", "pane.",
    "suggestions.", "confidence.", "reply.", "check.from_", "draft.", "error.", "login.", "demo.who_", "keys.", "state.",
    "view.", "sort.", "filter.", "assignee.", "due.", "due_kind.", "follow_up.", "bulk.refused.",
    "presence.", "delivery.", "pass_on.way_", "pass_on.note_", "fields.", "outcome.", "message.quote", "message.signature",
    "standard.", "reading.", "template.",
    "page.", "tab.", "lead.", "figure.", "cause.", "cause_why.", "remedy.", "gap_status.", "coverage.",
    "left_out.", "change.", "trend.", "verdict.", "closure.", "funnel.", "health.", "use.", "table.", "step.", "reason.", "flag.reason.", "flag.state.", "flag.closed.", "compare.", "card.link", "badge.linked_",
    "badge.unverified_why.", "answer.",
    "definition.", "digest.",
    "make_article.is.", "make_article.reason.", "upkeep.state.", "upkeep.queue.", "upkeep.reason.", "upkeep.since.", "upkeep.uses.",
    "upkeep.field.", "upkeep.move.", "upkeep.done.", "upkeep.signal.", "upkeep.signals.", "upkeep.pair.", "upkeep.unused.",
    "upkeep.cell.", "upkeep.change.", "upkeep.rule.",
    "candidate.state.", "candidate.proposal.", "candidate.order.", "candidate.rejected.", "candidate.dismiss.", "candidate.nothing.",
    "drafts.state.", "drafts.group.", "article.audience", "article.confidence", "article.governance", "history.", "move.", "moved.",
    "done.", "writing.tool.", "writing.view.", "writing.pane.", "writing.side.", "writing.status.", "writing.check.", "writing.link.",
)  # fmt: skip
"""Beginnings of keys that are put together while running."""
_FIELD = re.compile(r"\{(\w+)\}")


def _own(locale: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for part in PARTS:
        loaded: dict[str, str] = json.loads((FOLDER / part / f"{locale}.json").read_text("utf-8"))
        assert not merged.keys() & loaded.keys(), f"{part} repeats keys of another part"
        merged |= loaded
    return merged


def _base(key: str) -> str:
    return re.sub(r"\.(one|other)$", "", key)


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_every_language_has_every_key_with_the_same_values(locale: str) -> None:
    own, english = _own(locale), _own("en")

    assert own.keys() == english.keys()
    for key, value in own.items():
        assert value.strip(), key
        assert set(_FIELD.findall(value)) == set(_FIELD.findall(english[key])), key


def test_every_key_that_is_asked_for_exists() -> None:
    known = {_base(key) for key in _own("en")}
    asked: dict[str, str] = {}
    for file in SOURCES:
        source = file.read_text("utf-8")
        patterns = r'(?<![\w.])t\("([a-z_.]+)"', r'text\([^()]*?"([a-z_]+(?:\.[a-z_]+)+)"', r'Refused\("([a-z_]+)"'
        for number, pattern in enumerate(patterns):
            for key in re.findall(pattern, source):
                asked["error." + key if number == 2 else key] = file.name

    missing = {key: file for key, file in asked.items() if key not in known}
    assert len(asked) > 80
    assert missing == {}


def test_every_key_is_used() -> None:
    everything = "\n".join(file.read_text("utf-8") for file in SOURCES)

    unused = [key for key in _own("en") if not key.startswith(COMPUTED) and f'"{_base(key)}' not in everything]
    assert unused == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(UI / "static").as_posix())
def test_scripts_hold_no_user_text(file: Path) -> None:
    source = re.sub(r"(?m)^\s*(//|/?\*).*$", "", file.read_text("utf-8"))
    labels = re.findall(
        r'(?:title|placeholder|"aria-label"|textContent|alt)\s*[:=]\s*["`]([^"`$]*[A-Za-zåäöæø]{2}[^"`$]*)', source
    )
    sentences = re.findall(r'"([A-ZÅÄÖÆØ][a-zåäöæø]+ [^"]*)"', source)

    assert [found for found in chain(labels, sentences) if "IBM Plex" not in found] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(UI / "static").as_posix())
def test_scripts_are_small_and_put_no_text_into_html(file: Path) -> None:
    source = file.read_text("utf-8")

    assert len(source.splitlines()) <= 300
    assert source.count("innerHTML") == (1 if file.name == "dom.js" else 0)
    for word in (
        "insertAdjacentHTML",
        "outerHTML",
        "document.write",
        "eval(",
        "new Function",
        "onclick",
        "https://cdn",
    ):
        assert word not in source


def test_fallbacks() -> None:
    assert catalogue("fi") == catalogue("en")
    assert text("sv", "no.such.key") == "no.such.key"
    assert text("sv", "error.not_found", id="{id}x") == "Hittar inget med id {id}x."
    assert choose("nb", wish="da") == "da"


def test_every_remark_of_a_draft_is_in_the_catalogue() -> None:
    """Their keys are put together while running, so the test above cannot see that one is missing."""
    written = "\n".join(path.read_text("utf-8") for path in (UI.parent / "assistant").rglob("*.py"))
    remarks = set(re.findall(r'= "(draft\.[a-z_]+)"', written))
    assert len(remarks) >= 8
    assert remarks <= _own("en").keys()
