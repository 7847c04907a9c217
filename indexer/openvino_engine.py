"""An exported model that is ready to run: for single texts of several callers, or for batches side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.encoding_queue import EncodingQueue

_SIDE_BY_SIDE = 2
"""So many single texts are encoded at once, where there are as many cores."""
_BATCH_TOKENS, _BATCH_TEXTS = 2048, 16
_LENGTH_STEP = 16
"""Rows are filled up to a multiple of this: the engine prepares itself anew for each new length, and remembers each."""

Tokens = NDArray[np.int64]


class ModelEngine:
    """A compiled model with the requests that it serves. Safe to use from several threads."""

    def __init__(
        self,
        core: Any,  # noqa: ANN401 - the package has no types that fit
        graph: Path,
        *,
        arithmetic: str,
        pad: int,
        dimension: int,
        threads: int,
        bulk: bool,
    ) -> None:
        """Compile a model; its weights are copied.

        Args:
            core: Openvino's own, which has no type.
            graph: The model's file.
            arithmetic: "f32" or "bf16".
            pad: Token that fills up short rows.
            dimension: Length of a vector.
            threads: 0 = one per core.
            bulk: For many texts of one caller, else for single texts.
        """
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": arithmetic,
            "PERFORMANCE_HINT": "THROUGHPUT" if bulk else "LATENCY",
            # Two processes that each hold on to the first core would wait for each other while others are idle.
            "ENABLE_CPU_PINNING": False,
        }
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        if not bulk:
            # Threads that share one text wait for each other at every layer: a question and its subject are ready
            # sooner side by side, and cost less together.
            settings["NUM_STREAMS"] = min(_SIDE_BY_SIDE, threads or os.cpu_count() or 1)
        self._model = core.compile_model(str(graph), "CPU", settings)
        count = self._model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") if bulk else settings["NUM_STREAMS"]
        requests = [self._model.create_infer_request() for _ in range(count)]
        self._pad, self._dimension = pad, dimension
        # A request holds its own input and output, so it serves one caller at a time.
        self._free: SimpleQueue[list[Any]] = SimpleQueue()
        for group in [requests] if bulk else [[request] for request in requests]:
            self._free.put(group)
        self._queue = EncodingQueue(self.run, at_once=count)

    def get_property(self, name: str) -> object:
        """What openvino says of the compiled model."""
        return self._model.get_property(name)

    def run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of tokenised texts: (n, dimension) float32, in their order."""
        result = np.zeros((len(rows), self._dimension), np.float32)
        busy: dict[int, list[int]] = {}
        requests = self._free.get()
        try:
            for turn, places in enumerate(_batches(rows)):
                number = turn % len(requests)
                _collect(requests[number], busy.pop(number, None), result)
                requests[number].start_async(_arrays([rows[place] for place in places], self._pad))
                busy[number] = places
            for number in list(busy):
                _collect(requests[number], busy.pop(number), result)
        finally:
            self._free.put(requests)
        return _unit(result)

    def begin(self, row: Sequence[int]) -> Callable[[], Vectors]:
        """Begin with one tokenised text; for an engine that is not for bulk. Several that wait become one batch.

        Args:
            row: Its tokens.

        Returns:
            Waits for the (dimension,) vector; may be called again.
        """
        return self._queue.begin(row)


def _collect(request: Any, places: list[int] | None, result: Vectors) -> None:  # noqa: ANN401
    if places is not None:
        request.wait()
        result[places] = request.get_output_tensor(0).data


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def _batches(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Places of rows of like length, longest first, so that little is filled up and the last batches are short ones."""
    batch: list[int] = []
    for place in sorted(range(len(rows)), key=lambda place: -len(rows[place])):
        if batch and (len(batch) == _BATCH_TEXTS or (len(batch) + 1) * len(rows[batch[0]]) > _BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _arrays(rows: Sequence[Sequence[int]], pad: int) -> dict[str, Tokens]:
    longest = -(-max(map(len, rows)) // _LENGTH_STEP) * _LENGTH_STEP
    tokens = np.full((len(rows), longest), pad, np.int64)
    mask = np.zeros_like(tokens)
    for place, row in enumerate(rows):
        tokens[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return {"input_ids": tokens, "attention_mask": mask}
