"""A first look at all vectors of a shelf, with eight bits for a number: a quarter of the memory, a tenth of the time.

What it says is off by a known amount at most, so whoever wants the nearest has those exactly that may be among them
(`indexer/cosines.py`), and finds what comparing all of them exactly would have found.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encode import Vectors
from indexer.encode_openvino import first_line, load_openvino
from kb.errors import KBError

log = logging.getLogger(__name__)

_GROUP = 32
"""So many numbers of a question share one scale."""
_LEVELS = 127.0
_FLOAT_ERROR = 1e-5
"""What sums of some hundred products of 32 bits are off by at most, rows being of length one."""
_PROBES = 8
_TINY = 1e-12
"""In place of nothing, which cannot be divided by."""


class Coarse:
    """Some vectors in eight bits. Safe to use from several threads."""

    def __init__(self, blocks: Iterable[Vectors]) -> None:
        """Round vectors.

        Args:
            blocks: (n, d) rows of length one at most, in any number of pieces, of which none is empty and nothing is
                kept; at least one.

        Raises:
            KBError: openvino cannot be used here, or calculates otherwise than expected on this processor.
        """
        self._lock = threading.Lock()
        known: Vectors | None = None
        parts: list[tuple[NDArray[np.int8], Vectors]] = []
        self._most_lost = 0.0
        for block in blocks:
            known = block if known is None else known
            rounded, scales, lost = _rounded(block)
            parts.append((rounded, scales))
            self._most_lost = max(self._most_lost, lost)
        if known is None:
            raise ValueError("at least one vector must be given")
        self._count = sum(len(rounded) for rounded, _ in parts)
        try:
            rounded, scales = (np.concatenate(each) for each in zip(*parts, strict=True))
            self._request = _compiled(rounded, scales).create_infer_request()
            probes = np.ascontiguousarray(known[:: max(1, len(known) // _PROBES)][:_PROBES])
            found = self.scores(probes)
        # Whatever the library has to say about a processor that it does not know.
        except (RuntimeError, AttributeError, TypeError) as error:
            raise KBError(f"Vectors cannot be compared in eight bits here: {first_line(error)}") from error
        off = np.abs(found[:, : len(known)] - probes @ known.T).max(axis=1)
        if (off > self.errors(probes)).any():
            raise KBError("This processor compares vectors in eight bits less exactly than was expected.")

    def __len__(self) -> int:
        return self._count

    def scores(self, queries: Vectors) -> Vectors:
        """(v, n) inner products of questions, (v, d) float32, with every vector; none is off by more than `errors`."""
        # A request holds its own output, so it serves one caller at a time.
        with self._lock:
            self._request.infer({0: np.ascontiguousarray(queries, np.float32)})
            found: Vectors = self._request.get_output_tensor(0).data.copy()
        return found

    def errors(self, queries: Vectors) -> Vectors:
        """(v,) by how much an inner product with each question may be off at most.

        A number is rounded by half a step at most, and no inner product exceeds the product of the lengths (Cauchy and
        Schwarz): of what vectors lost with the question, and of what the question lost with the rounded vectors.
        """
        lost = _rounding(queries)
        errors: Vectors = np.linalg.norm(queries, axis=1) * self._most_lost + lost * (1 + self._most_lost)
        return (errors + _FLOAT_ERROR).astype(np.float32)


def coarse_of(blocks: Iterable[Vectors]) -> Coarse | None:
    """The same; None where vectors cannot be compared so, which the log says."""
    try:
        return Coarse(blocks)
    except KBError as error:
        log.info("all vectors are compared exactly: %s", error)
        return None


def _rounded(rows: Vectors) -> tuple[NDArray[np.int8], Vectors, float]:
    """(n, d) whole numbers, (n, 1) what they are to be multiplied by, and the length of what a row lost at most."""
    scales: Vectors = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / np.float32(_LEVELS), np.float32(_TINY))
    whole = np.rint(rows / scales)
    lost = float(np.linalg.norm(rows - whole * scales, axis=1).max())
    return whole.astype(np.int8), scales, lost


def _rounding(queries: Vectors) -> Vectors:
    """(v,) the length of what each question loses at most when its groups are rounded."""
    groups = [np.abs(queries[:, start : start + _GROUP]) for start in range(0, queries.shape[1], _GROUP)]
    squares = [part.shape[1] * (part.max(axis=1) / (2 * _LEVELS)) ** 2 for part in groups]
    lost: Vectors = np.sqrt(np.sum(squares, axis=0))
    return lost


def _compiled(rounded: NDArray[np.int8], scales: Vectors) -> Any:  # noqa: ANN401 - the package has no types that fit
    openvino = load_openvino()
    op = openvino.opset13
    queries = op.parameter([-1, rounded.shape[1]], np.float32)
    vectors = op.multiply(op.convert(op.constant(rounded), "f32"), op.constant(scales))
    model = openvino.Model([op.matmul(queries, vectors, False, True)], [queries], "coarse")
    settings = {
        # 16 bits would be slower here, and less exact.
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(_GROUP),
        "PERFORMANCE_HINT": "LATENCY",
        "ENABLE_CPU_PINNING": False,
        # Memory is what it waits for; what a second thread would wait for too.
        "INFERENCE_NUM_THREADS": 1,
    }
    return openvino.Core().compile_model(model, "CPU", settings)
