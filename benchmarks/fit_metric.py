"""Fits the metric that is shipped as `indexer/metric.npy` on public data sets.

Run: python benchmarks/fit_metric.py DATA --out indexer/metric.npy
DATA holds three folders. `faq_nordic` and `swefaq` are data sets as `svar eval` takes them: articles*, queries* and,
where articles are translated, parallel*. `bc_help` holds articles* and parallel*: help pages in several languages, of
which each heading is a question and the text below it the answer, in whatever language.

What is fitted is one matrix for questions and passages alike, which are placed as the product places them. It begins
as one that turns nothing and is held near that. What words say already is given to it as an offset, so that it learns
what they miss. With the default model it takes some ten minutes, mostly for encoding; --work keeps what was encoded
of the data sets.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from assistant.engine import Engine, opening
from assistant.evaluation.datasets import Dataset, load_dataset, rows
from assistant.evaluation.testbed import Testbed
from assistant.evaluation.vector_memory import VectorMemory
from assistant.weights import DEFAULT
from indexer.encode import Encoder, Vectors
from indexer.encoders import bulk_encoder
from indexer.frame import Frame, centre
from indexer.model import Passage, Shelf
from indexer.passages import passages_of
from indexer.reader import ShelfReader
from kb.importers.run import import_paths
from kb.locales import UI_LOCALES
from kb.model import Article
from kb.settings import Settings
from kb.store import Store

SETS = {"faq_nordic": 1.0, "swefaq": 0.3}
"""How much each data set counts; the pairs of help pages count 1."""
PAGES = "bc_help"
MAX_SECTIONS = 3000
STAY = 10.0
"""Weight of how far the matrix is from one that turns nothing."""
TEMPERATURE = 0.1
OWN_LANGUAGE = 0.7
"""Of a data set's loss: the right passage among those of one language, against among all."""
RATE = 1e-3
SECTIONS, OTHERS = 500, 900
"""So many headings are asked in a step, and so many other sections stand beside the right ones."""
_SPOKEN = 0.05
_LEAST_HEADING_WORDS, _LEAST_TEXT_WORDS = 2, 12
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """A data set: questions, passages, and which of them answer which."""

    weight: float
    asked: Vectors
    """(q, d) centred."""
    passages: Vectors
    """(p, d) placed, but not turned."""
    right: NDArray[np.bool_]
    """(q, p); a translation of the right article is right too."""
    words: Vectors
    """(q, p) what the lexical leg adds to the cosine."""
    by_language: tuple[Places, ...]
    """Places of the passages of each language that has enough of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """The same sections of help pages in several languages."""

    headings: Vectors
    """(l, g, d) centred."""
    texts: Vectors
    """(l, g, d) placed, but not turned."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep data folders here instead of in a temporary folder")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as aside:
        settings = Settings.from_env(os.environ, home=options.work or Path(aside))
        sets, sections = read(options.data, settings, seed=options.seed)
    metric = fit(sets, sections, steps=options.steps, seed=options.seed)
    if options.out.exists():
        print(f"cosine with the one that was there: {_likeness(metric, np.load(options.out).astype(np.float32)):.4f}")
    np.save(options.out, metric.astype(np.float16))
    print(f"wrote {options.out}: {metric.shape}")


def read(data: Path, settings: Settings, *, seed: int) -> tuple[list[Questions], Sections]:
    """All that is learned from, encoded and centred."""
    sets = []
    # Every set is indexed in a folder of its own; the model lies beside them.
    own = replace(settings, models=settings.models_folder)
    for name, weight in SETS.items():
        bed = Testbed(load_dataset(data / name), replace(own, home=settings.home / name), progress=print)
        sets.append(questions(bed.whole(), bed.dataset, bed.memory, weight))
        bed.close()
    memory = VectorMemory(lambda texts: bulk_encoder(own.model, own, texts=texts))
    return sets, sections(data / PAGES, own, memory, seed=seed)


def questions(engine: Engine, dataset: Dataset, encoder: Encoder, weight: float) -> Questions:
    """The questions of an indexed data set beside its passages."""
    shelf = engine.readers[Shelf.ARTICLE]
    ids, raw = engine.shelves.vectors(shelf=Shelf.ARTICLE, dimension=shelf.dense.dimension)
    keys = {key[0]: key for key in engine.shelves.keys(Shelf.ARTICLE)}
    nouns, locales = np.array([keys[i][1] for i in ids]), [keys[i][2] for i in ids]
    order = np.searchsorted(shelf.dense.ids, ids)
    asked = encoder.queries([opening(item.question.text) for item in dataset.queries])
    means = [shelf.query_means.get(item.locale, shelf.query_means[""]) for item in dataset.queries]
    words = [_lexical(shelf, item.question.text, item.locale)[order] for item in dataset.queries]
    family = {each: frozenset(row.values()) for row in dataset.parallel for each in row.values()}
    right = [np.isin(nouns, sorted(_families(item.relevant, family))) for item in dataset.queries]
    return Questions(
        weight,
        centre(asked, np.array(means, np.float32)),
        Frame.of(raw, locales).place(raw, locales),
        np.array(right, np.bool_),
        np.array(words, np.float32),
        _by_language(locales),
    )


def _lexical(shelf: ShelfReader, text: str, locale: str) -> Vectors:
    """(n,) what the lexical leg adds to the cosine of every passage."""
    words = shelf.words(text, locale) / max(shelf.ceiling(text, locale), 1e-9)
    return (DEFAULT.words * words + DEFAULT.grams * shelf.grams(text, locale)).astype(np.float32)


def _families(articles: Iterable[str], family: dict[str, frozenset[str]]) -> set[str]:
    return {each for article in articles for each in family.get(article, {article})}


def _by_language(locales: Sequence[str]) -> tuple[Places, ...]:
    spoken = np.array(locales)
    places = [np.flatnonzero(spoken == locale) for locale in UI_LOCALES]
    return tuple(each for each in places if len(each) >= max(_SPOKEN * len(locales), 1))


def sections(folder: Path, settings: Settings, encoder: Encoder, *, seed: int) -> Sections:
    """Headings and what stands below them, of the pages that are the same in every language."""
    store = Store.open(replace(settings, home=settings.home / PAGES))
    import_paths(store, sorted(folder.glob("articles*.jsonl*")))
    pages = [
        {locale: str(row[locale]) for locale in UI_LOCALES if isinstance(row.get(locale), str)}
        for file in sorted(folder.glob("parallel*.jsonl*"))
        for row in rows(file)
    ]
    languages = sorted({locale for page in pages for locale in page})
    stored = store.articles.get_many(article_id for page in pages for article_id in page.values())
    store.close()
    whole = [[stored[page[locale]] for locale in languages if page.get(locale) in stored] for page in pages]
    aligned = [same for page in whole if len(page) == len(languages) for same in _aligned(page)]
    random.Random(seed).shuffle(aligned)
    chosen = aligned[:MAX_SECTIONS]
    print(f"{PAGES}: {len(chosen)} of {len(aligned)} sections in {', '.join(languages)}")
    every = [each for of_language in zip(*chosen, strict=True) for each in of_language]
    spoken = [locale for locale in languages for _ in chosen]
    headings = encoder.queries([heading for heading, _ in every])
    texts = encoder.passages([text for _, text in every])
    shape = (len(languages), len(chosen), headings.shape[1])
    return Sections(
        Frame.of(headings, spoken).place(headings, spoken).reshape(shape),
        Frame.of(texts, spoken).place(texts, spoken).reshape(shape),
    )


def _aligned(page: Sequence[Article]) -> list[tuple[tuple[str, str], ...]]:
    """Each section of a page as (heading, title and text) in every language; none if the languages differ in number."""
    parts = [[next(same) for _, same in groupby(passages_of(article), key=lambda p: p.heading)] for article in page]
    if len({len(each) for each in parts}) != 1:
        return []
    same = [each for each in zip(*parts, strict=True) if all(map(_says_something, each))]
    return [tuple((p.heading, f"{p.title}\n{p.text}") for p in each) for each in same]


def _says_something(passage: Passage) -> bool:
    return (
        passage.heading != passage.title
        and len(passage.heading.split()) >= _LEAST_HEADING_WORDS
        and len(passage.text.split()) >= _LEAST_TEXT_WORDS
    )


def fit(sets: Sequence[Questions], pairs: Sections, *, steps: int, seed: int) -> Vectors:
    """(d, d) float32 the matrix; the same for the same seed and data, up to rounding."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    still = torch.eye(pairs.texts.shape[2])
    turn = still.clone().requires_grad_(True)
    steppers = torch.optim.Adam([turn], lr=RATE)
    for step in range(steps):
        loss = STAY * ((turn - still) ** 2).sum() / len(still) + _sections_loss(pairs, turn, rng)
        for each in sets:
            loss = loss + each.weight * _questions_loss(each, turn)
        steppers.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        steppers.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"step {step}: loss {loss.item():.4f}")
    fitted: Vectors = turn.detach().numpy().astype(np.float32)
    return fitted


def _questions_loss(each: Questions, turn: torch.Tensor) -> torch.Tensor:
    """How unlikely the right passages are among all, and among those of each language that has any."""
    asked = normalize(torch.from_numpy(each.asked) @ turn, dim=1)
    passages = normalize(torch.from_numpy(each.passages) @ turn, dim=1)
    scores, right = asked @ passages.T + torch.from_numpy(each.words), torch.from_numpy(each.right)
    loss = (1 - OWN_LANGUAGE) * _surprise(scores, right)
    for places in map(torch.from_numpy, each.by_language):
        loss = loss + OWN_LANGUAGE / len(each.by_language) * _surprise(scores[:, places], right[:, places])
    return loss


def _sections_loss(pairs: Sections, turn: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """How unlikely the text below a heading is, each in any language, beside texts of other sections."""
    languages, count, _ = pairs.texts.shape
    asked = rng.permutation(languages * count)[:SECTIONS]
    section = asked % count
    beside = np.unique(np.concatenate([section, rng.permutation(count)[:OTHERS]]))
    headings = pairs.headings[asked // count, section]
    texts = pairs.texts[rng.integers(languages, size=len(beside)), beside]
    scores = normalize(torch.from_numpy(headings) @ turn, dim=1) @ normalize(torch.from_numpy(texts) @ turn, dim=1).T
    return _surprise(scores, torch.from_numpy(section[:, None] == beside[None, :]))


def _surprise(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean of -ln of the share of the right ones in a softmax over each row that has any; 0 for no such rows."""
    answered = right.any(dim=1)
    if not bool(answered.any()):
        return scores.new_zeros(())
    share = torch.log_softmax(scores[answered] / TEMPERATURE, dim=1).masked_fill(~right[answered], -1e4)
    return -torch.logsumexp(share, dim=1).mean()


def _likeness(one: Vectors, other: Vectors) -> float:
    """Cosine of two matrices, less what turns nothing."""
    if one.shape != other.shape:
        return 0.0
    first, second = ((each - np.eye(len(each))).ravel() for each in (one, other))
    return float(first @ second / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-9))


if __name__ == "__main__":
    main()
