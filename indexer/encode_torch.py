"""The bulk encoder: any sentence-transformers model, in the fastest arithmetic that agrees with full precision."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.e5_unpack import read_normalisation
from indexer.encode import Vectors, readable
from kb.errors import KBError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

AGREEMENT = 0.99
"""Least cosine between reduced and full precision at which the faster arithmetic is used."""
_BATCH = 64
# Enough text in several languages for a timing of well under a second.
_SELF_TEST = [
    "Hubben blinkar gult och appen säger E-1042. " * 6,
    "Termostaten står på CAL og bliver ved med at brumme om natten. " * 6,
    "My refund has not arrived although the parcel reached you two weeks ago. " * 6,
    "Jeg får ikke logget inn etter at jeg byttet telefon. " * 6,
]


class TorchEncoder:
    """Encoder on sentence-transformers; slow to load, several times faster than the query encoder on many texts."""

    def __init__(
        self, model: str | Path, *, name: str, query_prompt: str = "", passage_prompt: str = "", threads: int = 0
    ) -> None:
        """Load a model from its folder or the local cache; nothing is downloaded.

        Args:
            model: Folder, or name of a model in the local cache.
            name: What the encoder calls itself.
            query_prompt: Put before each question; empty: the model's own prompt "query" if it has one.
            passage_prompt: The same for passages, prompt "passage" or "document".
            threads: For torch; 0 = one per core.

        Raises:
            KBError: There is no such model on this machine.
        """
        self._model = load_model(model, threads=threads)
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        own_query, own_passage = own_prompts(self._model)
        self._query_prompt = query_prompt or own_query
        self._passage_prompt = passage_prompt or own_passage
        self._normalisation = read_normalisation(Path(model))
        self.arithmetic = _choose_arithmetic(self._model)
        """"float32" or "bfloat16", by the self-test."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self._encode([self._query_prompt + self._clean(text) for text in texts])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self._encode([self._passage_prompt + self._clean(text) for text in texts])

    def _clean(self, text: str) -> str:
        return readable(text).translate(self._normalisation)

    def _encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return _run(self._model, texts)


def load_model(model: str | Path, *, threads: int = 0) -> SentenceTransformer:
    """A sentence-transformers model in full precision, from its folder or the local cache; nothing is downloaded.

    Args:
        model: Folder, or name of a model in the local cache.
        threads: For torch; 0 = one per core.

    Raises:
        KBError: There is no such model on this machine.
    """
    for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        os.environ.setdefault(variable, "1")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # Its progress bars and loading reports are not for the people who use the product.
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    if threads:
        torch.set_num_threads(threads)
    model_folder(model)
    try:
        return SentenceTransformer(str(model), device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise _missing(model) from error


def own_prompts(model: SentenceTransformer) -> tuple[str, str]:
    """What a model wants before a question and before a passage; empty where it says nothing."""
    prompts = model.prompts or {}
    return prompts.get("query", ""), prompts.get("passage", "") or prompts.get("document", "")


def model_folder(model: str | Path) -> Path:
    """Where a model's files are; loads no model code, which would ask a hub for what it does not find, and no torch.

    Args:
        model: Folder, or name of a model in the local cache.

    Raises:
        KBError: It is neither a folder nor in the local cache.
    """
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import try_to_load_from_cache

    try:
        found = try_to_load_from_cache(str(model), "config.json")
    except ValueError:
        # Not even a possible name.
        found = None
    if not isinstance(found, str):
        raise _missing(model)
    return Path(found).parent


def _missing(model: str | Path) -> KBError:
    return KBError(
        f"There is no model {str(model)!r} on this machine.",
        hint="Copy its folder here and set SVAR_MODEL to that folder; Svar never downloads anything.",
    )


def _run(model: SentenceTransformer, texts: list[str]) -> Vectors:
    # sentence-transformers sorts by length itself, so that a batch holds texts of one size.
    vectors = model.encode(
        texts, batch_size=_BATCH, convert_to_tensor=True, normalize_embeddings=True, show_progress_bar=False
    )
    # Rounding to bfloat16 leaves lengths a little off one.
    result: Vectors = vectors.float().cpu().numpy()
    unit: Vectors = result / np.maximum(np.linalg.norm(result, axis=1, keepdims=True), 1e-12)
    return unit


def _choose_arithmetic(model: SentenceTransformer) -> str:
    """Leave the model in bfloat16 if that is both faster here and true to float32; else in float32."""
    import torch

    def timed() -> tuple[float, Vectors]:
        _run(model, _SELF_TEST)
        began = time.perf_counter()
        vectors = _run(model, _SELF_TEST * 2)
        return time.perf_counter() - began, vectors

    # Rounding cannot be taken back, so what was there is kept until it is clear which stays.
    exact = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    full_s, full = timed()
    model.to(torch.bfloat16)
    reduced_s, reduced = timed()
    if reduced_s < full_s and float((full * reduced).sum(axis=1).min()) >= AGREEMENT:
        return "bfloat16"
    model.to(torch.float32)
    model.load_state_dict(exact)
    return "float32"
