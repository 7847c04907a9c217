"""`svar eval --drafts` as a person meets it: the report, the exit code, the page of drafts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.model import Draft, Sentence, Source, SourceKind
from tests.assistant.evaluation.test_draft_figures import outcome
from tests.cli.test_eval import ARTICLES, QUERIES, write
from tests.conftest import Svar
from ui.commands.draft_gallery import chosen, gallery, numbered
from ui.commands.evaluate_drafts import report_broken

REPLY = "Restart the hub and the router, and wait for five minutes please."


def ticket(number: int, **more: Any) -> dict[str, Any]:
    at = f"2026-05-{number:02d}T09:00:00Z"
    said = [("customer", f"my hub is yellow, {number} times"), ("agent", REPLY)]
    messages = [{"author": author, "public": True, "at": at, "body": body} for author, body in said]
    return {"id": f"t{number}", "subject": "hub", "status": "closed", "created_at": at, "locale": "en", "messages": messages,
            "article_links": ["hub"], **more}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("drafts")
    return write(made / "set", articles=ARTICLES, queries=QUERIES, tickets=[ticket(number) for number in range(1, 7)])


def test_report_lines_page_and_json(svar: Svar, folder: Path, tmp_path: Path) -> None:
    jokes = write(tmp_path, jokes=[{"id": 1, "query": "tell me a joke", "locale": "en"}]) / "jokes.jsonl"
    each, page = tmp_path / "each.jsonl", tmp_path / "page.md"
    options: list[str | Path] = ["--work", tmp_path / "work", "--drafts", "--out-of-scope", jokes]
    env = {"SVAR_MIN_CONFIDENCE": "0"}
    done = svar("eval", folder, *options, "--each", each, "--gallery", page, "--seed", "3", env=env)
    assert done.returncode == 0, done.stderr
    for said in (
        "asked: resolved tickets from 2026-05-05 on", "citation precision 1.000   recall 1.000", "other customers' identifiers 0",
        "out of scope: jokes", "answerable questions", "against the first helpful reply, all, 2 tickets", "the draft is ahead of",
        "nearest reply", "K-precision", "composing",
    ):  # fmt: skip
        assert said in done.stdout
    assert [json.loads(line)["id"] for line in each.read_text("utf-8").splitlines()] == ["t5", "t6", "q1", "q2", "1"]
    text = page.read_text("utf-8")
    assert text.startswith("# Drafts, good and bad\n\n2 of 2 drafts on set, drawn by chance (seed 3)")
    assert text.count(f"```text\n{REPLY}\n```") == 2
    found = json.loads(svar("eval", folder, *options, "--json", env=env).stdout)
    assert set(found) == {"dataset", "until", "promises", "broken", "coverage", "faithfulness", "silence", "composing"}
    assert (found["until"], found["broken"], found["promises"]["drafts"]) == ("2026-05-05T09:00:00Z", [], 5)
    assert {line["text"] for line in found["coverage"]} == {
        "draft",
        "first passage",
        "matched passage",
        "top article",
        "nearest reply",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--drafts", "--cross"], "not --drafts"), (["--gallery", "x.md"], "add --drafts"), (["--drafts", "--until", "soon"], "--until")],
)  # fmt: skip
def test_options_that_do_not_fit(svar: Svar, folder: Path, tmp_path: Path, options: list[str], message: str) -> None:
    done = svar("eval", folder, "--work", tmp_path / "work", *options)
    assert done.returncode in {1, 2}
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_promise_has_an_exit_code(svar: Svar, folder: Path, tmp_path: Path) -> None:
    """The product is made to lie by a module that Python loads when it starts."""
    (tmp_path / "sitecustomize.py").write_text(
        "import assistant.service as s\nfrom dataclasses import replace\nhonest = s.CustomerForm.draft\n"
        "def lie(*a):\n    d = honest(*a)\n    return replace(d, text=d.text + ' Call 112.') if d.text else d\n"
        "s.CustomerForm.draft = lie\n"
    )
    root = Path(__file__).resolve().parents[2]
    env = {"SVAR_MIN_CONFIDENCE": "0", "PYTHONPATH": f"{tmp_path}:{root}"}
    done = svar("eval", folder, "--work", tmp_path / "work", "--drafts", "--limit", "1", env=env)
    assert done.returncode == 3, done.stderr
    assert "t5: not complete: Call 112." in done.stderr
    assert "recall 1.000" not in done.stdout


def test_each_fault_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from assistant.evaluation.draft_measurement import BrokenPromise
    from assistant.evaluation.draft_safety import Promise

    report_broken([BrokenPromise("t\n1", Promise.PRIVATE, "a\nb"), BrokenPromise("t2", Promise.SUPPORTED, "x" * 500)])
    first, second = capsys.readouterr().err.splitlines()
    assert first == "t 1: not private: a b"
    assert len(second) < 200


def test_chosen_by_chance_and_evenly() -> None:
    outcomes = [outcome(n, ours=0.5, locale=locale) for n, locale in enumerate(["sv"] * 30 + ["da"] * 3 + ["en"] * 9)]
    outcomes.append(outcome(99, text="", locale="da"))
    found = chosen(outcomes, seed=1)
    assert len(found) == 20
    assert [sum(o.case.locale == locale for o in found) for locale in ("da", "en", "sv")] == [3, 8, 9] or [
        sum(o.case.locale == locale for o in found) for locale in ("da", "en", "sv")
    ] == [3, 9, 8]
    assert chosen(outcomes, seed=1) == found
    assert chosen(outcomes, seed=2) != found
    assert chosen(outcomes, seed=1, count=50) == [*outcomes[30:33], *outcomes[33:42], *outcomes[:30]]


def test_numbers_name_the_places() -> None:
    hub = Source(SourceKind.ARTICLE, "hub", 2, 5, 9, "Wait", "Hub")
    courtesy = Source(SourceKind.TEMPLATE, "en/greeting")
    sentences = (Sentence("Hi!", courtesy), Sentence("Wait", hub), Sentence("then go", replace(hub, start=20, end=27)),
                 Sentence("Bye", courtesy), Sentence("Pay", Source(SourceKind.CANNED, "pay", 1, 0, 3, "Pay", "Paying")))  # fmt: skip
    text, places = numbered(Draft("en", True, "Hi!\n\nWait then go\n\nBye\n\nPay", sentences))
    assert text == "Hi!\n\nWait then go [1]\n\nBye\n\nPay [2]"
    assert places == ["article hub r2, 5–27: Hub", "canned pay r1, 0–3: Paying"]
    # A blank line, or another text, begins another place.
    text, places = numbered(Draft("en", True, "Wait\n\nthen go Pay", (sentences[1], sentences[2], sentences[4])))
    assert text == "Wait [1]\n\nthen go [2] Pay [3]"
    assert places == ["article hub r2, 5–9: Hub", "article hub r2, 20–27: Hub", "canned pay r1, 0–3: Paying"]
    assert numbered(Draft("en", False, "")) == ("", [])


def test_a_fence_in_a_text_ends_nothing() -> None:
    made = outcome(1, ours=0.5)
    text = gallery([replace(made, case=replace(made.case, reply="```\ncode\n```"))], seed=1, dataset="set")
    assert "````text\n```\ncode\n```\n````" in text
    assert re.search(r"\| draft \| 100 \| 0.500 \| 0.500 \|", text)
