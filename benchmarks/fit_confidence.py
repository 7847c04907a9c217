"""Fits the shipped prior of `assistant/confidence.py` on public data sets and prints the coefficients.

Run: python benchmarks/fit_confidence.py --answerable HOME QUERIES ... --unanswerable QUERIES ... --demo HOME
HOME is a data folder that `svar eval --work HOME` left behind. A question counts as useful if one of its labelled
articles is among the first five; questions that no article answers count as useless on every data folder.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.engine import Engine
from assistant.evaluation.datasets import question_at_arrival
from assistant.fusion import ranked
from assistant.lesson import taught
from assistant.question import Question
from indexer.model import Query
from indexer.problem import is_evidence
from kb.settings import Settings
from kb.store import Store

SAMPLE, FOLDS = 200, 5
Rows = list[tuple[tuple[float, ...], bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answerable", nargs=2, action="append", type=Path, default=[])
    parser.add_argument("--unanswerable", nargs="+", type=Path, default=[])
    parser.add_argument("--demo", type=Path)
    parser.add_argument("--rows", type=Path, required=True)
    options = parser.parse_args()
    groups: dict[str, Rows] = {}
    for home, queries in options.answerable:
        engine = _engine(home)
        groups[f"{home.name}+"] = _described(engine, _labelled(queries))
        for file in options.unanswerable:
            groups[f"{home.name}-{file.stem}"] = _described(engine, [(q, frozenset()) for q, _ in _labelled(file)])
    if options.demo:
        groups |= _demo(_engine(options.demo))
    options.rows.write_text(json.dumps(groups))
    _fit(groups)


def _engine(home: Path) -> Engine:
    settings = Settings(home=home)
    return Engine.open(Store.open(settings), settings)


def _labelled(file: Path) -> list[tuple[Question, frozenset[str]]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    random.Random(1).shuffle(rows)
    return [
        (
            Question(subject=row.get("subject", ""), body=row.get("query", row.get("body", "")), locale=row["locale"]),
            frozenset(row.get("articles", [])),
        )
        for row in rows[:SAMPLE]
    ]


def _described(engine: Engine, labelled: list[tuple[Question, frozenset[str]]]) -> Rows:
    rows: Rows = []
    for question, relevant in labelled:
        asked = engine.ask(question)
        found = engine.articles(asked, Query(asked.text, asked.locale))
        rows.append((astuple(found.features), bool(relevant.intersection(ranked(found.scores, limit=5)))))
    return rows


def _demo(engine: Engine) -> dict[str, Rows]:
    """Each resolved demo ticket asked as if it were new: those without a linked article are the gap topics.

    A fifth of them at a time, of an engine that was taught by the other four: what was learned from a ticket knows its
    answer.
    """
    store = engine.store
    page = store.tickets.page(limit=1000)
    tickets = [t for t in store.tickets.get_many(t.id for t in page).values() if is_evidence(t)]
    random.Random(1).shuffle(tickets)
    linked = {ticket.id: ticket for ticket in store.tickets.linked_since(0)}
    rows: Rows = []
    for part in range(FOLDS):
        own = tickets[part::FOLDS]
        asked = {ticket.id for ticket in own}
        engine.taught = taught({k: t for k, t in linked.items() if k not in asked}, store, engine.shelves)
        # Without the time that they came in: every other ticket may vote.
        questions = [replace(question_at_arrival(ticket), created_at=None, as_of=None) for ticket in own]
        labels = [frozenset(a for a, _ in linked[t.id].links) if t.id in linked else frozenset() for t in own]
        rows += _described(engine, list(zip(questions, labels, strict=True)))
    return {"demo": rows}


def _fit(groups: dict[str, Rows]) -> None:
    rows = [row for group in groups.values() for row in group]
    # Every group weighs the same, the demo's twice as much: it alone has topics that lie between the articles.
    weights = np.concatenate([
        np.full(len(group), (2.0 if name == "demo" else 1.0) / max(len(group), 1)) for name, group in groups.items()
    ])  # fmt: skip
    features: NDArray[np.float64] = np.array([row[0] for row in rows])
    useful = np.array([row[1] for row in rows])
    model = LogisticRegression(C=100.0, max_iter=5000).fit(features, useful, sample_weight=weights * len(rows))
    print("intercept", round(float(model.intercept_[0]), 3), "coefficients", np.round(model.coef_[0], 3).tolist())
    chance = model.predict_proba(features)[:, 1]
    print("AUROC", round(float(roc_auc_score(useful, chance)), 4))
    start = 0
    _per_home(groups, useful, chance)
    for name, group in groups.items():
        own = chance[start : start + len(group)]
        label = useful[start : start + len(group)]
        start += len(group)
        print(
            f"{name:32s} useful {label.mean():.2f}  mean chance {own.mean():.2f}"
            f"  shown at .5 {(own >= 0.5).mean():.2f}"
            f"  useful when shown {label[own >= 0.5].mean() if (own >= 0.5).any() else 0:.2f}"
        )


def _per_home(groups: dict[str, Rows], useful: NDArray[np.bool_], chance: NDArray[np.float64]) -> None:
    """How well useful and useless questions are told apart on each data folder."""
    homes = {name.rstrip("+").split("-clinc")[0].split("-hint")[0] for name in groups}
    names = [name for name, group in groups.items() for _ in group]
    for home in sorted(homes):
        own = np.array([name.startswith(home) for name in names])
        print(f"{home:32s} AUROC {roc_auc_score(useful[own], chance[own]):.3f}")


if __name__ == "__main__":
    main()
