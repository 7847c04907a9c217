"""Where topics lie: articles and gaps on a plane, those that are asked alike near each other. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.gaps.corpus import Corpus
from assistant.gaps.demand import Demand
from assistant.gaps.model import Coverage, Gap
from assistant.gaps.shelf import ArticleShelf
from indexer.encode import Vectors

_MOST = 150


def topics_of(
    gaps: Sequence[Gap],
    demand: Demand,
    covered: Mapping[str, Coverage],
    corpus: Corpus,
    centres: Mapping[str, Vectors],
    shelf: ArticleShelf,
) -> list[dict[str, object]]:
    """The topics that most tickets of a window are about.

    Args:
        gaps: Of the window.
        demand: Its tickets.
        covered: Whether each is covered.
        corpus: Their questions.
        centres: Of the gaps, by id.
        shelf: The articles.

    Returns:
        At most 150, the largest first, ties by id: id and label of the article's original or of the gap, x and y in
        -1..1, how many tickets, how many of them covered, and the id of the gap or "".
    """
    rows: dict[str, list[int]] = {}
    for ticket_id, family in demand.labels.items():
        if ticket_id in demand.tickets and ticket_id in corpus.place:
            rows.setdefault(family, []).append(corpus.place[ticket_id])
    found: list[tuple[int, str, str, int, str, Vectors]] = []
    for family, own in rows.items():
        answered = sum(covered.get(corpus.ids[row]) is not Coverage.NONE for row in own)
        found.append((len(own), family, _title(shelf, family), answered, "", corpus.questions[own].mean(axis=0)))
    found += [(gap.asked, gap.id, gap.label, 0, gap.id, centres[gap.id]) for gap in gaps]
    largest = sorted(found, key=lambda each: (-each[0], each[1]))[:_MOST]
    places = plane([each[5] for each in largest])
    return [
        {"id": each[1], "label": each[2], "x": x, "y": y, "tickets": each[0], "covered": each[3], "gap_id": each[4]}
        for each, (x, y) in zip(largest, places, strict=True)
    ]


def plane(vectors: Sequence[Vectors]) -> list[tuple[float, float]]:
    """Points on a plane that keep as much of the vectors' differences as a plane can, within -1..1.

    Principal components (Pearson 1901); each axis is turned so that its largest part points upwards, since a component
    may come with either sign.

    Args:
        vectors: (n,) of (d,).
    """
    if not vectors:
        return []
    matrix = np.stack([np.asarray(each, np.float64) for each in vectors])
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix = matrix / np.where(lengths > 0, lengths, 1)
    matrix -= matrix.mean(axis=0)
    _, _, axes = np.linalg.svd(matrix, full_matrices=False)
    axes = np.vstack([axes[:2], np.zeros((max(0, 2 - len(axes)), matrix.shape[1]))])
    signs = np.where(axes[np.arange(2), np.abs(axes).argmax(axis=1)] < 0, -1.0, 1.0)
    points = matrix @ (axes * signs[:, None]).T
    largest = float(np.abs(points).max(initial=0.0)) or 1.0
    return [(round(float(x) / largest, 4), round(float(y) / largest, 4)) for x, y in points]


def _title(shelf: ArticleShelf, family: str) -> str:
    leaf = shelf.version(family, "")
    return leaf.article.title if leaf else family
