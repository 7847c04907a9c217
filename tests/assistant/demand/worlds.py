"""Made-up demand: topics are directions, tickets lie around them."""

from __future__ import annotations

import numpy as np

from assistant.demand.asked import Demand


def demand(topics: dict[str, tuple[int, bool]], *, spread: float = 0.4, seed: int = 0, answers: bool = False) -> Demand:
    """Tickets of some topics: name -> (how many, whether they link the topic's article).

    Ids are "topic-0001" and rise; 64 dimensions, of which all tickets share noise in the last eight.
    """
    drawn = np.random.default_rng(seed)
    names = [(topic, i, linked) for topic, (count, linked) in sorted(topics.items()) for i in range(count)]
    middle = {topic: drawn.standard_normal(56) for topic in sorted(topics)}

    def around() -> np.ndarray:
        rows = [
            np.concatenate([middle[t] + spread * drawn.standard_normal(56), 3 * drawn.standard_normal(8)])
            for t, _, _ in names
        ]
        out = np.array(rows, np.float32).reshape(len(names), 64)
        return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), np.float32)

    return Demand(
        ids=tuple(f"{topic}-{i:04d}" for topic, i, _ in names),
        questions=around(),
        answers=around() if answers else np.zeros((len(names), 64), np.float32),
        answered=np.full(len(names), answers),
        labels=tuple(f"about-{topic}" if linked else "" for topic, _, linked in names),
        locales=("en",) * len(names),
        products=("",) * len(names),
    )
