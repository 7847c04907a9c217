"""All that linked tickets teach about the order of articles, and the file where an index keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.classifier import Classifier
from assistant.foreseen import Foreseen
from assistant.lifts import Lifts
from assistant.trust import Trust
from assistant.vocabulary import Vocabulary
from kb.errors import StorageDamaged

_DAMAGED = (OSError, ValueError, LookupError, EOFError, TypeError, RuntimeError, MemoryError, BadZipFile)
"""What NumPy and zipfile raise for a file that is not whole, or not theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What was learned from the links of tickets; as it stands here where there are too few."""

    classifier: Classifier = field(default_factory=Classifier)
    foreseen: Foreseen = field(default_factory=Foreseen)
    lifts: Lifts = field(default_factory=Lifts)
    trust: Trust = field(default_factory=Trust)

    def save(self, path: Path) -> None:
        """Write to a file aside and rename it: a reader finds the one before or all of this."""
        aside = path.with_suffix(".new.npz")
        with aside.open("wb") as file:
            np.savez(file, allow_pickle=False, **_arrays(self))
        aside.replace(path)

    @staticmethod
    def load(path: Path) -> Taught:
        """Read what `save` wrote.

        Raises:
            StorageDamaged: The file is not one.
        """
        try:
            # Opened here: NumPy leaves a file open that is no archive.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                found = _read(held)
                fits = _fits(found)
        except _DAMAGED as error:
            raise StorageDamaged(f"The file {path} cannot be read.", hint="Run `svar index --full`.") from error
        if not fits:
            raise StorageDamaged(f"The file {path} does not fit the index.", hint="Run `svar index --full`.")
        return found


def _arrays(taught: Taught) -> dict[str, NDArray[Any]]:
    classifier, foreseen, lifts = taught.classifier, taught.foreseen, taught.lifts
    return {
        "articles": _packed(classifier.articles),
        "mean": classifier.mean,
        "weights": classifier.weights.astype(np.float16),
        "stems": _packed(classifier.words.stems),
        "idf": classifier.words.idf,
        "topics": _packed(classifier.topics),
        "said": classifier.said,
        "foreseen_articles": _packed(foreseen.articles),
        "foreseen_mean": foreseen.mean,
        "foreseen_weights": foreseen.weights.astype(np.float16),
        "lift_articles": _packed(lifts.articles),
        "lift_topics": _packed(lifts.topics),
        "topical": lifts.topical,
        "lately": lifts.lately,
        "otherwise": np.array([lifts.otherwise]),
        "trust": np.array([taught.trust.match, taught.trust.votes, taught.trust.learned]),
    }


def _read(held: Mapping[str, NDArray[Any]]) -> Taught:
    words = Vocabulary(_unpacked(held["stems"]), held["idf"].astype(np.float32))
    return Taught(
        Classifier(
            _unpacked(held["articles"]),
            held["mean"].astype(np.float32),
            held["weights"].astype(np.float32),
            words,
            _unpacked(held["topics"]),
            held["said"].astype(np.float16),
        ),
        Foreseen(
            _unpacked(held["foreseen_articles"]),
            held["foreseen_mean"].astype(np.float32),
            held["foreseen_weights"].astype(np.float32),
        ),
        Lifts(
            _unpacked(held["lift_articles"]),
            _unpacked(held["lift_topics"]),
            held["topical"].astype(np.float32),
            held["lately"].astype(np.float32),
            float(held["otherwise"][0]),
        ),
        _trust(held["trust"]),
    )


def _trust(held: NDArray[np.float64]) -> Trust:
    """One without a last number was written before the classifier was asked."""
    match, votes, *learned = held.tolist()
    return Trust(match, votes, *learned[:1])


def _fits(taught: Taught) -> bool:
    """Whether the columns are as long as each other and every number is one."""
    classifier, foreseen, lifts = taught.classifier, taught.foreseen, taught.lifts
    classes, words = len(classifier.articles), len(classifier.words.stems) + len(classifier.topics)
    shapes: list[tuple[NDArray[Any], tuple[int, ...]]] = [
        (classifier.mean, (classifier.mean.size,)),
        (classifier.weights, (classifier.mean.size + 1, classes)),
        (classifier.words.idf, (len(classifier.words.stems),)),
        (classifier.said, (words, classes)),
        (foreseen.mean, (foreseen.mean.size,)),
        (foreseen.weights, (foreseen.mean.size, len(foreseen.articles))),
        (lifts.topical, (len(lifts.topics), len(lifts.articles))),
        (lifts.lately, (len(lifts.articles),)),
    ]
    numbers = np.array([lifts.otherwise, taught.trust.match, taught.trust.votes, taught.trust.learned])
    trusted = bool(np.isfinite(numbers).all() and (numbers[1:] >= 0).all() and (numbers[1:] <= 1).all())
    return trusted and all(array.shape == shape and bool(np.isfinite(array).all()) for array, shape in shapes)


def _packed(names: tuple[str, ...]) -> NDArray[np.uint8]:
    """Names one behind the other, each with a zero byte behind it: a table of equal widths is ten times as large."""
    return np.frombuffer("".join(f"{name}\0" for name in names).encode("utf-8", "surrogatepass"), np.uint8)


def _unpacked(packed: NDArray[Any]) -> tuple[str, ...]:
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise ValueError(f"names are bytes, not {packed.dtype} of shape {packed.shape}")
    return tuple(packed.tobytes().decode("utf-8", "surrogatepass").split("\0")[:-1])
