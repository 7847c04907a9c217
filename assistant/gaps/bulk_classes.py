"""What was learned from links, asked about many questions at once: classifier, foreseen answers, what is recent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.classifier import VECTOR, WORDS, Classifier
from assistant.gaps.bulk_words import Texts, sparse
from assistant.taught import Taught
from indexer.encode import Vectors
from indexer.frame import centre

if TYPE_CHECKING:
    from assistant.gaps.bulk_words import Sparse


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """What was learned, by article code and stem code."""

    taught: Taught
    classes: NDArray[np.int64]
    """(c,) article code of each class of the classifier, -1 for one that cannot be shown."""
    answers: NDArray[np.int64]
    """(f,) the same of each article whose answers are known."""
    articles: int
    single: Sparse
    """(t, v) 1 where a stem is a word of the classifier."""
    pairs: Mapping[tuple[int, int], int]
    """Column of each pair of stems that the classifier knows."""
    recent: Vectors
    """(a,) how much more often each article was linked lately than one that never was."""

    @staticmethod
    def of(taught: Taught, articles: Sequence[str], code: Mapping[str, int]) -> Classes:
        """Bring together what was learned, the articles that can be shown, and how stems are numbered.

        Args:
            taught: What was learned.
            articles: (a,) ids by code.
            code: Of each stem.
        """
        place = {article_id: i for i, article_id in enumerate(articles)}
        known = taught.classifier.words.stems
        parts = [[code.get(stem, -1) for stem in each.split(" ")] for each in known]
        single = [(own[0], column) for column, own in enumerate(parts) if len(own) == 1 and own[0] >= 0]
        rows, columns = np.array(single, np.int64).reshape(len(single), 2).T
        lift = taught.lifts.recent()
        return Classes(
            taught=taught,
            classes=np.array([place.get(each, -1) for each in taught.classifier.articles], np.int64),
            answers=np.array([place.get(each, -1) for each in taught.foreseen.articles], np.int64),
            articles=len(articles),
            single=sparse(rows, columns, np.ones(len(single)), (len(code), len(known))),
            pairs={
                (own[0], own[1]): column for column, own in enumerate(parts) if len(own) == 2 and min(own) >= 0
            },
            recent=np.array(
                [lift.values.get(each, lift.otherwise) - lift.otherwise for each in articles], np.float32
            ),
        )  # fmt: skip

    def learned(self, raw: Vectors, texts: Texts, counts: Sparse) -> Vectors:
        """(q, a) the classifier's log probability less that of the likeliest; -inf for what it does not know.

        Args:
            raw: (q, d) questions as they were encoded.
            texts: Their stems.
            counts: (q, t) how often each says each stem.
        """
        found = np.full((len(raw), self.articles), -np.inf, np.float32)
        classifier = self.taught.classifier
        if not classifier.articles:
            return found
        logits = VECTOR * centre(raw, classifier.mean) @ classifier.weights[:-1] + classifier.weights[-1]
        logits += WORDS * self._directions(classifier, texts, counts)
        logits -= logits.max(axis=1, keepdims=True)
        here = self.classes >= 0
        found[:, self.classes[here]] = logits[:, here]
        return found

    def _directions(self, classifier: Classifier, texts: Texts, counts: Sparse) -> Vectors:
        """(q, c) what the words of each question say; see `assistant.vocabulary.Vocabulary.row`."""
        size = len(classifier.words.stems)
        said = (counts @ self.single + texts.pairs(self.pairs, size)).tocsr()
        said.data = (1 + np.log(said.data)) * classifier.words.idf[said.indices]
        lengths = np.sqrt(np.bincount(np.repeat(np.arange(len(texts)), np.diff(said.indptr)), said.data**2, len(texts)))
        summed = said @ classifier.said[:size].astype(np.float32)
        return np.asarray(summed / np.maximum(lengths, 1e-9)[:, None], np.float32)

    def foreseen(self, raw: Vectors) -> Vectors:
        """(q, a) how like each article's answers the answer to each question would be; 0 where nothing is known.

        Args:
            raw: (q, d) questions as they were encoded.
        """
        found = np.zeros((len(raw), self.articles), np.float32)
        foreseen = self.taught.foreseen
        if foreseen.articles:
            here = self.answers >= 0
            found[:, self.answers[here]] = (centre(raw, foreseen.mean) @ foreseen.weights)[:, here]
        return found
