"""Which articles have to do with a cluster, and what happened to them in its tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.engine import Engine
from assistant.gaps.causes import FEW_TICKETS
from assistant.gaps.clusters import Cluster, densities
from assistant.gaps.corpus import Corpus
from assistant.gaps.coverage import Trace
from assistant.gaps.likely import Likely
from assistant.gaps.model import NearArticle
from assistant.gaps.shelf import ArticleShelf
from indexer.encode import Vectors
from indexer.model import Shelf

MOST = 5
_USUAL = 0.35
"""Cosine of a question with an article that answers it, where too few links tell the team's own."""
_CROWD = 0.25
"""What a crowd of tickets that link an article counts beside the chance that it helps."""
_LOOKED_AT = 20
_BODY = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Articles for their author alone, which no search finds."""

    families: tuple[str, ...]
    vectors: Vectors
    """(n, d) placed as the shelf's own articles are."""
    usual: float
    """Cosine from which an article answers."""

    @staticmethod
    def of(engine: Engine, shelf: ArticleShelf, usual: float | None) -> Unseen:
        """Encode them.

        Args:
            engine: Gives the encoder and the frame.
            shelf: All articles.
            usual: What links say of the cosine; None where they are too few.
        """
        articles = shelf.unseen()
        reader = engine.readers[Shelf.ARTICLE]
        texts = [f"{each.title}\n{each.revision.body[:_BODY]}" for each in articles]
        vectors = engine.encoder.passages(texts) if texts else np.zeros((0, reader.dense.dimension), np.float32)
        placed = reader.dense.frame.place(vectors, [each.locale for each in articles])
        return Unseen(
            tuple(shelf.family(each.id) for each in articles), placed, _USUAL if usual is None else usual
        )  # fmt: skip

    def nearest(self, engine: Engine, corpus: Corpus, cluster: Cluster, visible: float) -> str:
        """The family that answers a cluster better than what can be seen; "" for none.

        Args:
            engine: Says how questions are placed.
            corpus: The questions.
            cluster: Its rows.
            visible: Mean cosine of its questions with the best article that can be seen.
        """
        if not self.families:
            return ""
        reader = engine.readers[Shelf.ARTICLE]
        means = reader.query_means
        rows = cluster.rows[:_LOOKED_AT]
        asked = np.stack(
            [
                reader.dense.question(corpus.raw[row], means.get(corpus.locales[row], means.get("")))
                for row in rows
            ]
        )  # fmt: skip
        cosines = (asked @ self.vectors.T).mean(axis=0)
        best = int(np.argmax(cosines))
        return self.families[best] if cosines[best] >= max(self.usual, visible) else ""


def near_articles(
    cluster: Cluster,
    at: Mapping[int, int],
    corpus: Corpus,
    likely: Likely,
    traces: Mapping[str, Trace],
    shelf: ArticleShelf,
    locale: str,
    *,
    unseen: str = "",
    confident: float = 0.5,
) -> tuple[NearArticle, ...]:
    """The articles that have to do with a cluster.

    Args:
        cluster: The cluster.
        at: Place in `likely` by row.
        corpus: The questions.
        likely: What would be suggested for them.
        traces: What happened to tickets, by id.
        shelf: All articles.
        locale: The language of most of its customers.
        unseen: A family that nobody can see and that answers it.
        confident: The team's threshold, which an unseen article is said to reach.

    Returns:
        By what was done with them, confidence and mixing together, ties by id; at most five.
    """
    chance: dict[str, float] = {}
    for row in cluster.rows:
        place = at.get(row)
        if place is not None:
            for code, part in ((likely.first[place], 1.0), (likely.second[place], 0.5)):
                if code >= 0:
                    family = shelf.family(likely.articles[code])
                    chance[family] = chance.get(family, 0.0) + part * float(likely.confidence[place]) / len(
                        cluster.rows
                    )
    if unseen:
        chance[unseen] = max(chance.get(unseen, 0.0), confident)
    density = densities(cluster.questions)
    answers = None if cluster.answers is None else densities(cluster.answers)
    counted = {each.family: each.tickets for each in cluster.questions}
    happened = _happened([traces[i] for row in cluster.rows if (i := corpus.ids[row]) in traces], shelf)
    found = []
    for family in sorted({*chance, *density, *happened} - {""}):
        bare = shelf.near(family, locale)
        if bare is not None:
            found.append(
                replace(
                    happened.get(family, bare),
                    id=bare.id, family=family, title=bare.title, locale=bare.locale, audience=bare.audience,
                    locales=bare.locales, is_hidden=bare.is_hidden, flags=bare.flags, doubt=bare.doubt,
                    confidence=round(min(1.0, chance.get(family, 0.0)), 4),
                    mixing=round(density.get(family, 0.0), 4),
                    answers_mixing=None if answers is None else round(answers.get(family, 0.0), 4),
                    linked_tickets=counted.get(family, 0),
                )
            )  # fmt: skip
    return tuple(sorted(found, key=_rank)[:MOST])


def _rank(article: NearArticle) -> tuple[float, str]:
    said = sum(article.dismissed.values()) + article.by_hand + article.unsolved
    # Of few tickets some always lie among others by chance.
    mixed = min(1.0, article.mixing) if article.linked_tickets >= FEW_TICKETS else 0.0
    return -(said + article.confidence + _CROWD * mixed), article.id


def _happened(traces: Sequence[Trace], shelf: ArticleShelf) -> dict[str, NearArticle]:
    """By family, in how many tickets what happened to it; all else is filled in elsewhere."""
    shown: Counter[str] = Counter()
    by_hand: Counter[str] = Counter()
    unsolved: Counter[str] = Counter()
    dismissed: dict[str, Counter[str]] = {}
    for trace in traces:
        for counter, articles in ((shown, trace.shown), (by_hand, trace.by_hand), (unsolved, trace.unsolved)):
            counter.update({shelf.family(each) for each in articles})
        for article_id in sorted(trace.dismissed):
            dismissed.setdefault(shelf.family(article_id), Counter())[trace.dismissed[article_id]] += 1
    return {
        family: NearArticle(
            "", family, "", "", shown=shown[family], by_hand=by_hand[family], unsolved=unsolved[family],
            dismissed=dict(dismissed.get(family, {})),
        )
        for family in sorted({*shown, *by_hand, *unsolved, *dismissed} - {""})
    }  # fmt: skip
