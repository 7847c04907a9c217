"""A question made ready for the search, while its vectors are still on their way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from assistant.evidence import Likeness
from assistant.question import Question
from indexer.encode import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question made ready for the search."""

    question: Question
    text: str
    locale: str
    encoding: Callable[[], Vectors]
    """Waits for the whole question encoded."""
    encoding_subject: Callable[[], Vectors] | None
    """Waits for its subject alone, encoded; None when there is no body beside it."""
    compared: Future[Likeness] = field(default_factory=Future)
    """Has how like every ticket is to it, once somebody wanted to know."""

    @property
    def whole(self) -> Vectors:
        """(d,) the whole question encoded."""
        return self.encoding()

    @property
    def views(self) -> Vectors:
        """(v, d) the same, and behind it its subject alone if there is a body beside it."""
        subject = [] if self.encoding_subject is None else [self.encoding_subject()]
        return np.stack([self.whole, *subject])
