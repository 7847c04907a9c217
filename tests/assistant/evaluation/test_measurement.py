"""A whole measurement with its variants, on a made data set and with the fake encoder."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.engine import Engine
from assistant.evaluation.datasets import load_dataset
from assistant.evaluation.evaluate import Outcome, catalogue
from assistant.evaluation.experiments import left_out
from assistant.evaluation.measurement import Plan, Report, measure
from assistant.evaluation.testbed import Testbed
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store
from tests.assistant.evaluation.test_evaluate import ticket, write
from tests.assistant.worlds import ENCODER
from tests.fakes import DAY

WORDS = {"hub": "zebra yellow", "key": "quokka login", "money": "walrus days", "paint": "ocelot wall"}
"""The first word of each is the same in all languages, as a product's name is."""
LOCALES = ("da", "sv")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four articles, each in Danish and Swedish, and one question to each of the eight."""
    monkeypatch.setattr("assistant.engine.query_encoder", lambda *_: ENCODER)
    monkeypatch.setattr("assistant.evaluation.testbed.bulk_encoder", lambda *_, **__: ENCODER)
    made = tmp_path / "set"
    each = [(key, locale, words) for key, words in WORDS.items() for locale in LOCALES]
    write(made, "articles.jsonl", [
        {"id": f"{key}-{locale}", "title": f"{key} {locale}", "body": f"{words} {locale}{locale}", "locale": locale}
        for key, locale, words in each
    ])  # fmt: skip
    write(made, "queries.jsonl", [
        {"id": f"q-{key}-{locale}", "query": f"{words} {locale}{locale}", "locale": locale, "articles": [f"{key}-{locale}"]}
        for key, locale, words in each
    ])  # fmt: skip
    write(made, "parallel.jsonl", [{"doc": key, **{locale: f"{key}-{locale}" for locale in LOCALES}} for key in WORDS])
    return made


def measured(folder: Path, home: Path, plan: Plan, **options: Any) -> tuple[Report, list[Outcome]]:
    bed = Testbed(load_dataset(folder), Settings(home=home, min_confidence=0.25), **options)
    found = measure(bed, plan)
    bed.close()
    return found


def jsonl(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_the_data_set_itself(folder: Path, tmp_path: Path) -> None:
    report, outcomes = measured(folder, tmp_path / "home", Plan())
    assert (report.dataset, report.questions, report.min_confidence) == ("set", 8, 0.25)
    assert {line.locale for line in report.lines} == {"", "da", "sv"}
    assert report.lines[-1].means["hit@1"] == 1
    assert (report.calibration.questions, report.calibration.useful) == (8, 1)
    assert (
        report.labels.questions,
        report.labels.missing_tickets,
        report.labels.missing_articles,
        report.labels.unanswerable,
    ) == (8, (), (), 0)
    assert (report.out_of_scope, report.cross, report.mixed, report.crowd_out, report.distractors) == (
        (),
        (),
        (),
        (),
        {},
    )
    assert len(outcomes) == 8 * 5


def test_fewer_questions(folder: Path, tmp_path: Path) -> None:
    report, outcomes = measured(folder, tmp_path / "home", Plan(limit=4))
    assert report.questions == 4
    assert {o.id for o in outcomes} == {f"q-{key}-da" for key in WORDS}


def test_across_languages(folder: Path, tmp_path: Path) -> None:
    report, outcomes = measured(folder, tmp_path / "home", Plan(cross=True))
    crossed = [o for o in outcomes if o.experiment == "cross" and o.ranking == "svar"]
    assert sorted({o.group for o in crossed}) == ["da>da", "da>sv", "sv>da", "sv>sv"]
    # Four articles a language: each list holds all of that language and nothing of the other.
    assert all(article.endswith(o.group[-2:]) for o in crossed for article in o.articles)
    entry = next(each for each in report.cross if each.ranking == "svar")
    assert [(pair.asked, pair.answered, pair.questions, pair.share) for pair in entry.pairs] == [
        ("da", "sv", 4, 1),
        ("sv", "da", 4, 1),
    ]


def articles_of(engine: Engine) -> set[str]:
    return set(catalogue(engine.store))


def test_a_mixed_base(folder: Path, tmp_path: Path) -> None:
    report, outcomes = measured(folder, tmp_path / "home", Plan(mixed=True))
    dataset = load_dataset(folder)
    gone = left_out(dataset.parallel)
    assert len(gone) == 4
    mixing = [o for o in outcomes if o.experiment == "mixed" and o.ranking == "svar"]
    assert {o.id for o in mixing if o.group == "other"} == {f"q-{article}" for article in gone}
    assert {o.id for o in mixing if o.group == "own"} == {
        f"q-{key}-{locale}" for key in WORDS for locale in LOCALES
    } - {f"q-{a}" for a in gone}
    assert not gone.intersection(article for o in mixing for article in o.articles)
    own = next(line for line in report.mixed if line.group == "own" and line.ranking == "svar" and not line.locale)
    assert (own.questions, own.means["hit@1"]) == (4, 1)


def test_the_whole_base_stays_as_it_is_beside_a_mixed_one(folder: Path, tmp_path: Path) -> None:
    bed = Testbed(load_dataset(folder), Settings(home=tmp_path / "home"))
    gone = left_out(bed.dataset.parallel)
    whole, part = bed.whole(), bed.without(gone, "mixed")
    assert articles_of(whole) - articles_of(part) == gone
    assert articles_of(bed.without(gone, "mixed")) == articles_of(part)
    bed.close()


def test_distractors(folder: Path, tmp_path: Path) -> None:
    # Danish pages repeat the questions word for word and so push the labelled article away; Swedish ones do not.
    pages = [
        {"id": f"page-{key}-{n}", "title": words, "body": f"{words} dada", "locale": "da"}
        for key, words in WORDS.items()
        for n in range(6)
    ]
    pages += [
        {"id": "page-sv", "title": "x", "body": "something else", "locale": "sv"},
        {"id": "hub-sv", "title": "x", "locale": "sv"},
    ]
    plan = Plan(mixed=True, distractors=jsonl(tmp_path / "pages.jsonl", pages), distractor_count=30)
    report, outcomes = measured(folder, tmp_path / "home", plan)
    assert report.distractors == {"da": 24, "sv": 1}
    lost = {(loss.group, loss.locale): loss for loss in report.crowd_out if loss.ranking == "svar"}
    assert set(lost) == {
        ("all", ""),
        ("all", "da"),
        ("all", "sv"),
        *((g, loc) for g in ("own", "other") for loc in ("", "da", "sv")),
    }
    assert lost["all", "sv"].loss == 0
    assert lost["all", "da"].questions == 4
    assert lost["all", "da"].before == 1
    assert lost["all", "da"].loss > 0
    assert lost["all", ""].loss == pytest.approx(lost["all", "da"].loss / 2)
    experiments = {o.experiment for o in outcomes}
    assert experiments == {"", "mixed", "crowded da", "crowded sv", "mixed-crowded da", "mixed-crowded sv"}
    gone = left_out(load_dataset(folder).parallel)
    assert not gone.intersection(a for o in outcomes if o.experiment.startswith("mixed") for a in o.articles)


def test_a_language_without_distractors_is_left_out(folder: Path, tmp_path: Path) -> None:
    pages = jsonl(tmp_path / "pages.jsonl", [{"id": "page", "title": "x", "body": "y", "locale": "da"}])
    report, outcomes = measured(folder, tmp_path / "home", Plan(distractors=pages))
    assert report.distractors == {"da": 1, "sv": 0}
    assert {loss.locale for loss in report.crowd_out} == {"", "da"}
    assert {o.experiment for o in outcomes} == {"", "crowded da"}


def test_questions_that_nothing_answers(folder: Path, tmp_path: Path) -> None:
    files = tuple(
        jsonl(tmp_path / f"{name}.jsonl", [{"id": n, "query": f"tell joke {n}", "locale": "da"} for n in range(count)])
        for name, count in (("jokes", 5), ("songs", 3))
    )
    report, outcomes = measured(folder, tmp_path / "home", Plan(out_of_scope=files))
    jokes, songs = report.out_of_scope
    assert [(told.name, told.answerable, told.unanswerable, told.min_confidence) for told in (jokes, songs)] == [
        ("jokes", 8, 5, 0.25),
        ("songs", 8, 3, 0.25),
    ]
    shown = [o.confidence for o in outcomes if o.experiment == "out of scope jokes" and o.ranking == "svar"]
    assert jokes.shown_unanswerable == sum(chance >= 0.25 for chance in shown) / 5
    assert jokes.auroc == 1


def test_labels_that_nobody_can_use_are_counted(folder: Path, tmp_path: Path) -> None:
    write(folder, "queries.jsonl", [
        {"id": "half", "query": "zebra", "locale": "da", "articles": ["hub-da", "gone"]},
        {"id": "lost", "query": "walrus", "locale": "da", "articles": ["gone", "away"]},
    ])  # fmt: skip
    write(folder, "tickets.jsonl", [ticket(0, "zebra", ["hub-da"]), ticket(1, "quokka", [])])
    write(
        folder,
        "dev.jsonl",
        [{"id": "t1", "articles": ["key-da"]}, {"id": "t8", "articles": ["key-da"]}, {"id": "t9", "articles": []}],
    )
    oos = jsonl(tmp_path / "jokes.jsonl", [{"id": 1, "query": "joke"}])
    report, _ = measured(folder, tmp_path / "home", Plan(out_of_scope=(oos,)), until=DAY + timedelta(hours=1))
    assert report.questions == 3
    assert report.labels.missing_tickets == ("t8", "t9")
    assert report.labels.missing_articles == ("away", "gone")
    assert report.labels.unanswerable == 1
    # Whether something answers is what the knowledge base says, not what was found.
    assert report.out_of_scope[0].answerable == 2


def test_only_the_last_tickets_are_evidence(folder: Path, tmp_path: Path) -> None:
    write(folder, "tickets.jsonl", [ticket(n, "zebra", ["hub-da"] if n < 3 else ["key-sv"]) for n in range(5)])
    _, every = measured(folder, tmp_path / "all", Plan())
    _, last = measured(folder, tmp_path / "last", Plan(), last=2)
    assert {o.articles for o in every if o.ranking == "popular"} == {("hub-da", "key-sv")}
    assert {o.articles for o in last if o.ranking == "popular"} == {("key-sv",)}
    with pytest.raises(KBError, match="tickets of another measurement"):
        measured(folder, tmp_path / "all", Plan(), last=2)


def test_translations_are_needed(folder: Path, tmp_path: Path) -> None:
    (folder / "parallel.jsonl").unlink()
    for plan in (Plan(cross=True), Plan(mixed=True)):
        with pytest.raises(KBError, match=r"no article in several languages.*parallel"):
            measured(folder, tmp_path / "home", plan)


def test_a_folder_with_other_articles_is_refused(folder: Path, tmp_path: Path) -> None:
    measured(folder, tmp_path / "home", Plan())
    write(folder, "articles.jsonl", [{"id": "new", "title": "new", "body": "new", "locale": "da"}])
    with pytest.raises(KBError, match=r"articles of another measurement.*--work"):
        measured(folder, tmp_path / "home", Plan())


def test_what_could_not_be_imported_is_said(folder: Path, tmp_path: Path) -> None:
    with (folder / "articles.jsonl").open("a") as file:
        file.write('{"id": "bad", "title": "bad", "locale": "Klingon tongue"}\n')
    said: list[str] = []
    measured(folder, tmp_path / "home", Plan(), progress=said.append)
    assert any("1 rows were left out" in text and "articles.jsonl:9" in text for text in said)


def test_a_second_run_finds_the_same(folder: Path, tmp_path: Path) -> None:
    plan = Plan(cross=True, mixed=True, limit=6)
    first, second = (measured(folder, tmp_path / "home", plan)[1] for _ in range(2))
    assert [replace(o, took_ms=None) for o in first] == [replace(o, took_ms=None) for o in second]


@pytest.mark.parametrize(("tickets", "attempts"), [(130, 2), (20, 0)])
def test_what_a_server_would_have_learned_is_learned_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tickets: int, attempts: int
) -> None:
    monkeypatch.setattr("assistant.learning.learn.bulk_encoder", lambda *_, **__: ENCODER)
    keys = list(WORDS)
    asked = [(WORDS[keys[n % 4]], f"{keys[n % 4]}-da") for n in range(tickets)]
    write(folder, "tickets.jsonl", [ticket(n, words, [right]) for n, (words, right) in enumerate(asked)])
    for _ in range(2):
        told: list[str] = []
        measured(folder, tmp_path / "home", Plan(), learns=True, progress=told.append)
        with closing(Store.open(Settings(home=tmp_path / "home"))) as store:
            assert len(store.learned.history()) == attempts
        assert any("Learning needs 100 linked tickets, there are 20." in line for line in told) == (not attempts)
