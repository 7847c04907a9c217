"""A whole measurement of drafts on a made data set, with the fake encoder."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.datasets import load_dataset
from assistant.evaluation.draft_cases import OUT_OF_SCOPE, QUESTIONS, TICKETS, UNHELPED
from assistant.evaluation.draft_measurement import (
    DraftPlan,
    DraftReport,
    composing,
    measure_drafts,
    promises,
    write_draft_outcomes,
)
from assistant.evaluation.draft_outcomes import DraftOutcome
from assistant.evaluation.draft_safety import Promise
from assistant.evaluation.later_tickets import split_moment
from assistant.evaluation.testbed import Testbed
from assistant.evaluation.text_overlap import words
from assistant.model import Draft, Suggestion
from assistant.service import Service
from kb.errors import KBError
from kb.settings import Settings
from tests.assistant.evaluation.test_later_tickets import row
from tests.assistant.evaluation.test_measurement import jsonl
from tests.assistant.worlds import ENCODER

HUB = "The zebra hub has no internet.\n\n1. Pull the plug out of the zebra hub.\n2. Wait for 30 seconds.\n3. Put it back in.\n"
MONEY = "Walrus money is back on the quokka account within five days.\n"
REPLY = (
    "Pull the plug out of the zebra hub. Wait for half a minute and put it back in its place. The ring on top turns green"
    " again after two more minutes, and then everything works as it did before."
)


def asked(number: int, day: int, body: str, reply: str, **more: Any) -> dict[str, Any]:
    made = row(number, day, locale="en", **more)
    made["messages"][0]["body"] = body
    made["messages"].append({**made["messages"][0], "author": "agent", "name": "Elin", "body": reply})
    return made


def page(folder: Path, key: str, title: str, body: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.md").write_text(
        f"---\nid: {key}\ntitle: {title}\nlocale: en\nurl: https://help.example/{key}\n---\n{body}", encoding="utf-8"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles as Markdown, six tickets in a folder; the two newest are asked."""
    monkeypatch.setattr("assistant.engine.query_encoder", lambda *_: ENCODER)
    monkeypatch.setattr("assistant.evaluation.testbed.bulk_encoder", lambda *_, **__: ENCODER)
    made = tmp_path / "set"
    page(made / "articles" / "en", "hub", "Zebra hub", HUB)
    page(made / "articles" / "en", "money", "Walrus money", MONEY)
    (made / "tickets").mkdir()
    old = [asked(n, n, "my zebra hub has no internet", REPLY, article_links=["hub"]) for n in (1, 2)]
    old += [asked(n, n, "walrus money on the quokka account", "Five days.", article_links=["money"]) for n in (3, 4)]
    new = [asked(5, 5, "zebra hub without internet again", REPLY, article_links=["https://help.example/hub"]),
           asked(6, 6, "what about walrus money", "It is on its way to you, please wait a little longer.")]  # fmt: skip
    jsonl(made / "tickets" / "en.jsonl", old + new)
    return made


def measured(folder: Path, home: Path, **plan: Any) -> tuple[DraftReport, list[DraftOutcome]]:
    dataset = load_dataset(folder, labelled=False)
    until = split_moment(dataset.tickets) if dataset.tickets else None
    bed = Testbed(dataset, Settings(home=home, min_confidence=0.0), until=until)
    found = measure_drafts(bed, DraftPlan(until=until, **plan))
    bed.close()
    return found


def test_later_tickets(folder: Path, tmp_path: Path) -> None:
    report, outcomes = measured(folder, tmp_path / "home")
    assert report.until == datetime.fromisoformat("2026-05-05T09:00:00Z")
    assert [(o.case.id, o.case.group, o.drafted) for o in outcomes] == [("t5", TICKETS, True), ("t6", UNHELPED, True)]
    assert report.broken == ()
    told = report.promises
    assert (told.drafts, told.unsupported, told.identifiers) == (2, 0, 0)
    # Whatever else there is, a ticket is quoted to somebody: otherwise nothing could have leaked.
    assert told.sown_drafts > told.drafts
    assert told.sown_from_tickets >= 1
    assert (told.precision, told.recall) == (1.0, 1.0)
    assert told.facts > 4
    first = outcomes[0]
    assert first.quoted == ("hub",)
    assert first.suggested[0] == "hub"
    assert first.case.reply == REPLY
    assert set(first.overlaps) == {"draft", "first passage", "matched passage", "top article", "nearest reply"}
    assert all(each.words <= first.overlaps["draft"].words for each in first.overlaps.values())
    assert all(first.shortened[name].words == first.overlaps[name].words for name in first.shortened)
    # The nearest ticket was answered in the same words, of which the draft's length is left.
    nearest = min(len(words(REPLY)), first.overlaps["draft"].words)
    assert (first.overlaps["nearest reply"].words, first.overlaps["nearest reply"].rouge_l) == (
        nearest,
        nearest / len(words(REPLY)),
    )
    assert first.k_precision == 1.0
    silence = report.silence[0]
    assert (silence.group, silence.questions, silence.drafted, silence.judged, silence.right) == (TICKETS, 1, 1, 1, 1.0)
    assert report.composing.drafts == 2
    assert 0 < report.composing.median_ms <= report.composing.p95_ms


def test_what_was_asked_is_no_evidence(folder: Path, tmp_path: Path) -> None:
    measured(folder, tmp_path / "home")
    earlier = datetime.fromisoformat("2026-05-02T00:00:00Z")
    bed = Testbed(load_dataset(folder, labelled=False), Settings(home=tmp_path / "home"), until=earlier)
    with pytest.raises(KBError, match="holds tickets of another measurement"):
        bed.whole()
    bed.close()


def test_canned_replies_may_be_a_folder_too(folder: Path, tmp_path: Path) -> None:
    (folder / "canned").mkdir()
    (folder / "canned" / "restart.md").write_text(
        "---\nkind: canned\nid: restart\ntitle: Restart\nlocale: en\n---\nRestart it.\n"
    )
    dataset = load_dataset(folder, labelled=False)
    assert [path.name for path in (*dataset.articles, *dataset.canned, *dataset.tickets)] == [
        "articles",
        "canned",
        "en.jsonl",
    ]
    bed = Testbed(dataset, Settings(home=tmp_path / "home"), until=split_moment(dataset.tickets))
    assert [reply.id for reply in bed.whole().store.canned.list()] == ["restart"]
    bed.close()


def test_questions_and_out_of_scope(folder: Path, tmp_path: Path) -> None:
    jsonl(folder / "queries.jsonl", [
        {"id": "q1", "query": "walrus money on my quokka account", "locale": "en", "articles": ["money"]},
        {"id": "q2", "query": "anything", "locale": "en", "articles": ["nowhere"]},
    ])  # fmt: skip
    jokes = jsonl(tmp_path / "jokes.v1.jsonl", [{"id": 1, "query": "tell me a joke", "locale": "en"}])
    report, outcomes = measured(folder, tmp_path / "home", out_of_scope=(jokes,))
    groups = {o.case.id: o.case.group for o in outcomes}
    assert groups == {"t5": TICKETS, "t6": UNHELPED, "q1": QUESTIONS, "1": f"{OUT_OF_SCOPE}jokes"}
    by_group = {each.group: each for each in report.silence}
    assert by_group[QUESTIONS].right == by_group[QUESTIONS].same_language == 1.0
    assert by_group[f"{OUT_OF_SCOPE}jokes"].judged == 0


def test_a_limit_holds_for_every_part(folder: Path, tmp_path: Path) -> None:
    _, outcomes = measured(folder, tmp_path / "home", limit=1)
    assert [o.case.id for o in outcomes] == ["t5"]


def test_searching_on_is_not_composing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, suggest = Service.draft, Service.suggest

    def slow(self: Service, question: Any, **options: Any) -> Suggestion:
        time.sleep(0.2)
        return suggest(self, question, **options)

    def searching(self: Service, question: Any, **options: Any) -> Draft:
        for _ in range(3):
            self.suggest(question)
        return draft(self, question, **options)

    monkeypatch.setattr(Service, "suggest", slow)
    monkeypatch.setattr(Service, "draft", searching)
    _, outcomes = measured(folder, tmp_path / "home", limit=1)
    assert [0 < outcome.took_ms < 600 for outcome in outcomes] == [True]


def test_each_line_can_be_read(folder: Path, tmp_path: Path) -> None:
    _, outcomes = measured(folder, tmp_path / "home")
    write_draft_outcomes(outcomes, tmp_path / "each.jsonl")
    first, second = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text("utf-8").splitlines()]
    assert (first["id"], first["right"], first["quoted"], first["faults"]) == ("t5", True, ["hub"], [])
    assert first["draft"] == outcomes[0].draft.text
    assert first["scores"]["draft"]["words"] == outcomes[0].overlaps["draft"].words
    assert {s["id"] for s in first["sentences"] if s["kind"] == "article"} == {"hub"}
    assert (second["reply"], second["scores"], second["right"]) == ("", {}, None)


def test_a_leak_and_a_lie_are_found(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product is made to break its promises: only in what it writes where made-up people are sown."""
    honest = Service.draft

    def leaking(self: Service, question: Any, **options: Any) -> Draft:
        draft = honest(self, question, **options)
        stored = self.store.tickets.get("t1")
        return replace(draft, text=f"{draft.text}\n\nAsk {stored.customer.name}.") if stored.customer else draft

    monkeypatch.setattr(Service, "draft", leaking)
    report, outcomes = measured(folder, tmp_path / "home")
    kinds = {each.promise for each in report.broken}
    assert {Promise.PRIVATE, Promise.COMPLETE} <= kinds
    assert not any(o.audit.faults for o in outcomes)
    assert all(o.sown.faults for o in outcomes)
    assert report.promises.identifiers >= 2 * len(outcomes)
    assert report.promises.recall < 1.0 == report.promises.precision


def test_nothing_asked() -> None:
    assert composing([]).drafts == 0
    assert (promises([]).precision, promises([]).recall, promises([]).drafts) == (1.0, 1.0, 0)


def test_a_folder_without_anything_to_ask(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KBError, match="is no data set to measure with"):
        load_dataset(folder)
    (tmp_path / "none" / "articles").mkdir(parents=True)
    with pytest.raises(KBError, match="is no data set to measure with"):
        load_dataset(tmp_path / "none", labelled=False)
