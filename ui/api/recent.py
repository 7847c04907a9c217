"""The suggestions of a moment ago: a page asks for suggestions and draft at once, and both are one search."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING

from assistant.model import Suggestion
from assistant.question import Question

if TYPE_CHECKING:
    from assistant.service import Service

FRESH_S = 2.0
"""No longer, so that what was just solved or published is suggested at once."""
_MOST = 64


class Recent:
    """Whoever asks what is being searched right now waits for that answer. Safe between threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._asked: OrderedDict[tuple[Question, int], tuple[float, Future[Suggestion]]] = OrderedDict()

    def suggest(self, question: Question, *, limit: int = 5) -> Suggestion:
        """What `Service.suggest` says, searched once for all who ask the same within FRESH_S.

        Args:
            question: What is asked.
            limit: Most articles.
        """
        coming, is_first = self._coming((question, limit))
        if is_first:
            try:
                coming.set_result(self._service.suggest(question, limit=limit))
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it too
                coming.set_exception(error)
                with self._lock:
                    self._asked.pop((question, limit), None)
        return coming.result()

    def _coming(self, question: tuple[Question, int]) -> tuple[Future[Suggestion], bool]:
        now = time.monotonic()
        with self._lock:
            at, coming = self._asked.get(question, (0.0, None))
            if coming is not None and now - at < FRESH_S:
                return coming, False
            coming = Future()
            self._asked[question] = (now, coming)
            self._asked.move_to_end(question)
            while len(self._asked) > _MOST:
                self._asked.popitem(last=False)
        return coming, True
