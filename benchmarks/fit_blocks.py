"""Fits how blocks of an article are weighed (`assistant/drafts/relevance.py`) to what agents answered; prints weights.

Run: python benchmarks/fit_blocks.py HOME WEIGHT [HOME WEIGHT ...]
HOME is a data folder that `svar eval --work HOME` left behind; its linked tickets are asked as they came in, and a
block is good that says much of the agent's first helpful reply: ROUGE-L recall and chrF of the forty words from its
beginning on, compared with the other blocks of the linked article. WEIGHT is what the folder's tickets count. The
shipped weights are from sumo before May 2020 (1) and the older two thirds of the demo's tickets (4).
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.drafts.answer_parts import parts_of
from assistant.drafts.asked import meaning
from assistant.drafts.precedents import usual, vocabulary
from assistant.drafts.sources import ArticleSource
from assistant.evaluation.datasets import question_at_arrival
from assistant.evaluation.helpful_reply import LinkedArticle, helpful_reply
from assistant.evaluation.text_overlap import chrf, cut, readable, rouge_l_recall
from assistant.service import Service
from kb.settings import Settings

NAMES = ("usual words", "passage", "log of length", "place", "question mark")
MOST_TICKETS, WORDS, LONG, RIDGE = 700, 40, 60, 3.0
Article = tuple[NDArray[np.float64], NDArray[np.float64]]
"""(n, 5) features of its blocks, (n,) how much of the reply each says."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", metavar="HOME WEIGHT")
    places = parser.parse_args().places
    rows, goals, weights = [], [], []
    for home, weight in zip(places[::2], places[1::2], strict=True):
        for features, said in described(Path(home)):
            rows.append(features - features.mean(0))
            goals.append(said - said.mean())
            weights.append(np.full(len(said), float(weight) / len(said)))
    found = fit(np.concatenate(rows), np.concatenate(goals), np.concatenate(weights))
    print(f"{len(rows)} articles: ", end="")
    print(", ".join(f"{name} {value / found[0]:.2f}" for name, value in zip(NAMES, found, strict=True)))


def described(home: Path) -> Iterator[Article]:
    """The first linked article of every ticket that has one among those suggested, if it has several blocks."""
    service = Service.open(Settings(home=home))
    store = service.store
    linked = [ticket.id for ticket in store.tickets.linked_since(0)]
    for ticket in list(store.tickets.get_many(linked[:: max(1, len(linked) // MOST_TICKETS)]).values()):
        links = store.tickets.links([ticket.id])
        articles = {link.article_id for link in links}
        reply = helpful_reply(ticket, [LinkedArticle(link.target) for link in links])
        question = question_at_arrival(ticket)
        found = service.gather(question, service.suggest(question))
        chosen = [each for each in found.sources.quotable if each.article.id in articles]
        if reply is not None and chosen:
            known = vocabulary(found.sources.precedents, found.question.locale)
            described = _blocks(chosen[0], known, readable(reply.body))
            if len(described[1]) > 1:
                yield described


def fit(rows: NDArray[np.float64], goals: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(5,) ridge regression in units of each feature's spread."""
    spread = rows.std(0) + 1e-9
    scaled = rows / spread
    square = (scaled * weights[:, None]).T @ scaled + RIDGE * np.eye(rows.shape[1])
    found: NDArray[np.float64] = np.linalg.solve(square, (scaled * weights[:, None]).T @ goals) / spread
    return found


def _blocks(source: ArticleSource, known: dict[str, float], reply: str) -> Article:
    body, locale = source.article.revision.body, source.article.locale
    units = [(part, unit) for part in parts_of(body) for unit in part.units]
    start, end = (source.passage.start, source.passage.end) if source.passage else (0, 0)
    rows, said = [], []
    for number, (part, unit) in enumerate(units):
        text = f"{part.title if part.heading else ''}\n{body[unit.start : unit.end]}"
        held = max(0, min(unit.end, end) - max(unit.start, start)) / max(1, unit.end - unit.start)
        length = math.log1p(min(unit.words, LONG))
        rows.append((usual(meaning(text, locale), known), held, length, unit.start / len(body), float("?" in text)))
        following = " ".join(readable(body[each.start : each.end]) for _, each in units[number:])
        said.append((rouge_l_recall(cut(following, WORDS), reply) + chrf(cut(following, WORDS), reply)) / 2)
    return np.array(rows).reshape(-1, len(NAMES)), np.array(said)


if __name__ == "__main__":
    main()
