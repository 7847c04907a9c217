"""The fast encoder: a model that was exported to OpenVINO, loaded without torch, for single questions and in bulk."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from indexer.e5_unpack import read_normalisation
from indexer.encode import Vectors, readable
from indexer.openvino_engine import ModelEngine
from indexer.openvino_folder import EXACT, GRAPH, TOKENIZER, Exported, damaged, read_exported, write_exported
from kb.errors import KBError

AGREEMENT = 0.99
"""Least cosine with full precision at which an arithmetic may be used."""
_FEW = 8
"""Up to so many texts go one by one through the engine for questions."""
_TIMINGS = 5


class OpenVinoEncoder:
    """Encoder on an exported model.

    Two engines share the model: one encodes a few single texts side by side, for as many callers; the other encodes
    batches side by side for one caller. Each has its own copy of the weights and is made when it is first needed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        query_prompt: str = "",
        passage_prompt: str = "",
        threads: int = 0,
        bulk: bool = False,
    ) -> None:
        """Load an exported model and compare it with what full precision said when it was exported.

        Args:
            folder: Where it was exported to.
            name: What the encoder calls itself.
            query_prompt: Put before each question; empty: the model's own prompt if it has one.
            passage_prompt: The same for passages.
            threads: 0 = one per core.
            bulk: Begin with the engine for many texts and use it for few too, so that the other is never made.

        Raises:
            StorageDamaged: The folder is not what was exported.
            KBError: The package openvino cannot be used here.
        """
        exported = read_exported(folder)
        self.name = name
        self.dimension = exported.dimension
        self._query_prompt = query_prompt or exported.query_prompt
        self._passage_prompt = passage_prompt or exported.passage_prompt
        self._normalisation = read_normalisation(folder)
        self._bulk_only = bulk
        self._making = threading.Lock()
        self._engines: dict[bool, ModelEngine] = {}
        try:
            self._opened = _fitted(_open(folder, exported, threads))
            found = self._engine(bulk=bulk).run([self._opened.tokens(exported.probes[0])])
        # Whatever broken weights make the library say.
        except (RuntimeError, OSError, ValueError, IndexError) as error:
            raise damaged(folder, first_line(error)) from error
        if float((found[0] * self._opened.exact[0]).sum()) < AGREEMENT:
            raise damaged(folder, "it does not answer as it did when it was exported")

    @property
    def arithmetic(self) -> str:
        """What it calculates in: "f32" or "bf16", by the self-test on this kind of processor."""
        return self._opened.exported.arithmetic

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self._encode(self._query_prompt, texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self._encode(self._passage_prompt, texts)

    def begin(self, text: str) -> Callable[[], Vectors]:
        """See EarlyEncoder."""
        return self._engine(bulk=False).begin(self._row(self._query_prompt, text))

    def _row(self, prompt: str, text: str) -> list[int]:
        return self._opened.tokens(prompt + readable(text).translate(self._normalisation))

    def _encode(self, prompt: str, texts: Sequence[str]) -> Vectors:
        result = np.zeros((len(texts), self.dimension), np.float32)
        rows = [self._row(prompt, text) for text in texts]
        if len(rows) <= _FEW and not self._bulk_only:
            engine = self._engine(bulk=False)
            for place, row in enumerate(rows):
                result[place] = engine.run([row])[0]
        elif rows:
            result[:] = self._engine(bulk=True).run(rows)
        return result

    def _engine(self, *, bulk: bool) -> ModelEngine:
        made = self._engines.get(bulk)
        if made is not None:
            # A question does not wait while the other engine is being made.
            return made
        with self._making:
            if bulk not in self._engines:
                self._engines[bulk] = _engine(self._opened, bulk=bulk)
            return self._engines[bulk]


def load_openvino() -> Any:  # noqa: ANN401 - the package has no types that fit
    """The package openvino, without the part of it that looks for a server and writes into the home folder.

    Merely importing it would send a message to its makers. Their package for that is made unavailable to this process
    first, and so is the converter that uses it; openvino does without either.

    Raises:
        KBError: It is not installed, or not for this machine.
    """
    for unwanted in ("openvino_telemetry", "openvino.tools.ovc"):
        if unwanted not in sys.modules:
            sys.modules[unwanted] = None  # type: ignore[assignment]
    try:
        import openvino
    except (ImportError, OSError, RuntimeError) as error:
        raise KBError(f"The package openvino cannot be used: {error}.", hint="Run the set-up again.") from error
    return openvino


def choose_arithmetic(folder: Path, exported: Exported, *, threads: int = 0) -> Exported:
    """Try what this processor can do, and take the fastest arithmetic that agrees with full precision.

    Args:
        folder: Where the model, its tokenizer and the vectors of its probes are.
        exported: Its description; arithmetic and capabilities in it do not matter.
        threads: 0 = one per core.

    Returns:
        The description with arithmetic and capabilities of this processor.

    Raises:
        StorageDamaged: No arithmetic agrees.
    """
    return _chosen(_open(folder, exported, threads))


def first_line(error: Exception) -> str:
    """The beginning of what a library says about an error, which may go on for pages."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


@dataclass(frozen=True, slots=True)
class _Opened:
    """What engines are made from; may be used from several threads, and starts none."""

    core: Any
    folder: Path
    exported: Exported
    tokenizer: Any
    exact: Vectors
    """What full precision said about the probes."""
    threads: int
    """0 = one per core."""

    @property
    def capabilities(self) -> tuple[str, ...]:
        return tuple(self.core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))

    def tokens(self, text: str) -> list[int]:
        found: list[int] = self.tokenizer.encode(text).ids
        return found


def _open(folder: Path, exported: Exported, threads: int) -> _Opened:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(exported.max_tokens)
    tokenizer.no_padding()
    return _Opened(load_openvino().Core(), folder, exported, tokenizer, np.load(folder / EXACT), threads)


def _engine(opened: _Opened, *, bulk: bool) -> ModelEngine:
    exported = opened.exported
    return ModelEngine(
        opened.core, opened.folder / GRAPH, arithmetic=exported.arithmetic, pad=exported.pad,
        dimension=exported.dimension, threads=opened.threads, bulk=bulk,
    )  # fmt: skip


def _fitted(opened: _Opened) -> _Opened:
    """The same, with the arithmetic chosen anew if the folder was last used on another kind of processor."""
    if opened.capabilities == opened.exported.capabilities:
        return opened
    chosen = _chosen(opened)
    # Where the folder may not be written, every start chooses anew.
    with suppress(OSError):
        write_exported(opened.folder, chosen)
    return replace(opened, exported=chosen)


def _chosen(opened: _Opened) -> Exported:
    rows = [opened.tokens(probe) for probe in opened.exported.probes]
    seconds: dict[str, float] = {}
    for arithmetic in ("f32", "bf16") if "BF16" in opened.capabilities else ("f32",):
        engine = _engine(replace(opened, exported=replace(opened.exported, arithmetic=arithmetic)), bulk=False)
        # Together, so that rows of one batch are shown not to disturb each other, and alone.
        together, alone = engine.run(rows), np.concatenate([engine.run([row]) for row in rows])
        if min(float((opened.exact * found).sum(axis=1).min()) for found in (together, alone)) >= AGREEMENT:
            seconds[arithmetic] = min(_timed(engine, rows[0]) for _ in range(_TIMINGS))
    if not seconds:
        raise damaged(opened.folder, f"it does not agree with full precision to a cosine of {AGREEMENT}")
    best = min(seconds, key=lambda name: seconds[name])
    return replace(opened.exported, arithmetic=best, capabilities=opened.capabilities)


def _timed(engine: ModelEngine, row: list[int]) -> float:
    began = time.perf_counter()
    engine.run([row])
    return time.perf_counter() - began
