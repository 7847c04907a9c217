"""The program that fits the shipped metric, on made data sets and with the fake encoder: it runs, and it learns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.encode import Vectors
from indexer.frame import Frame
from tests.fakes import HashEncoder

ENCODER = HashEncoder(dimension=48)
SUBJECTS = ("lamp", "router", "refund", "password", "delivery", "warranty", "export", "invoice", "update", "battery")
LOCALES = ("da", "sv")
MORE = "and then there are a dozen words more so that the section says something"


def said(subject: str, locale: str) -> str:
    """The same in two languages that share no word."""
    return f"{subject}{locale} {locale}{subject}"


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Questions in two languages, questions in one, and help pages in both."""
    made = tmp_path / "data"
    for name, locales in {"faq_nordic": LOCALES, "swefaq": ("sv",)}.items():
        each = [(subject, locale) for subject in SUBJECTS for locale in locales]
        write(made / name, "articles.jsonl", [
            {"id": f"{s}-{loc}", "title": f"{s[0]}{loc}", "body": said(s, loc), "locale": loc} for s, loc in each
        ])  # fmt: skip
        questions = [
            {"id": f"{s}-{loc}", "query": said(s, loc), "locale": loc, "articles": [f"{s}-{loc}"]} for s, loc in each
        ]
        write(
            made / name, "queries.jsonl", [*questions, {"id": "x", "query": "x", "locale": "sv", "articles": ["gone"]}]
        )
    write(made / "faq_nordic", "parallel.jsonl", [{loc: f"{s}-{loc}" for loc in LOCALES} for s in SUBJECTS])
    write(made / "bc_help", "articles.jsonl", [
        {"id": f"{s}-{loc}", "title": s, "locale": loc, "body": f"## {said(s, loc)}\n\n{said(s, loc)} {MORE}"}
        for s in SUBJECTS for loc in LOCALES
    ])  # fmt: skip
    write(made / "bc_help", "parallel.jsonl", [{loc: f"{s}-{loc}" for loc in LOCALES} for s in SUBJECTS])
    return made


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import fit_metric

    monkeypatch.setattr("assistant.engine.query_encoder", lambda *_: ENCODER)
    monkeypatch.setattr("assistant.evaluation.testbed.bulk_encoder", lambda *_, **__: ENCODER)
    monkeypatch.setattr(fit_metric, "bulk_encoder", lambda *_, **__: ENCODER)


def across(metric: Vectors) -> float:
    """How often a Danish question has its Swedish answer as the nearest Swedish one."""
    asked = ENCODER.queries([said(s, "da") for s in SUBJECTS])
    answers = ENCODER.passages([said(s, "sv") for s in SUBJECTS])
    placed, there = (Frame.of(each, (), metric).place(each) for each in (asked, answers))
    return float(((placed @ there.T).argmax(axis=1) == np.arange(len(SUBJECTS))).mean())


@pytest.mark.slow
def test_it_learns_what_belongs_together(
    data: Path, tmp_path: Path, fake_model: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import fit_metric

    monkeypatch.setattr(fit_metric, "STAY", 0.1)
    monkeypatch.setattr(fit_metric, "RATE", 0.01)
    out, again = tmp_path / "metric.npy", tmp_path / "again.npy"
    for target in (out, again):
        fit_metric.main([str(data), "--out", str(target), "--work", str(tmp_path / "work"), "--steps", "60"])
    metric = np.load(out)
    assert (metric.shape, metric.dtype) == ((48, 48), np.float16)
    assert np.isfinite(metric).all()
    np.testing.assert_allclose(metric, np.load(again), atol=1e-2, err_msg="the same data and seed")
    assert across(np.eye(48, dtype=np.float32)) < 0.5 < 0.9 < across(metric.astype(np.float32))
    # Making it again tells how far it is from the one that was there.
    capsys.readouterr()
    fit_metric.main([str(data), "--out", str(out), "--steps", "60"])
    told = capsys.readouterr().out
    assert "bc_help: 10 of 10 sections in da, sv" in told
    likeness = float(told.split("cosine with the one that was there: ")[1].split()[0])
    assert likeness > 0.99


@pytest.mark.slow
def test_it_stays_near_what_turns_nothing(data: Path, tmp_path: Path, fake_model: None) -> None:
    """Few data must not turn the space round."""
    from benchmarks import fit_metric

    fit_metric.main([str(data), "--out", str(tmp_path / "metric.npy"), "--steps", "20"])
    metric = np.load(tmp_path / "metric.npy").astype(np.float32)
    assert 0 < np.abs(metric - np.eye(48)).max() < 0.05
