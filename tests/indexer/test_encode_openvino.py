"""The encoder over an exported model: it says what the model says, as fast as it may, and talks to nobody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import encode_openvino
from indexer.encode import EarlyEncoder, Encoder, readable
from indexer.encode_openvino import AGREEMENT, OpenVinoEncoder
from indexer.encode_torch import TorchEncoder
from indexer.encoders import BULK_FROM, bulk_encoder, fast_encoder, query_encoder
from indexer.openvino_folder import (
    read_exported,
    write_exported,
)
from kb.errors import KBError
from kb.settings import DEFAULT_MODEL, Settings
from tests.conformance.encoder import CLOSE, TEXTS, EncoderConformance, cosines
from tests.conftest import ROOT, watched_environment
from tests.indexer.tiny_model import export_of, settings_of

MODELS = os.environ.get("SVAR_MODELS", "")
"""Read before the tests' own environment is cleaned: unpacking the model takes several seconds."""
SLUG = "multilingual-e5-small"


@pytest.fixture(scope="session")
def defaults(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A models folder of our own with the default model, so that what is exported is made by this code."""
    models = tmp_path_factory.mktemp("exported-models")
    unpacked = Path(MODELS) / SLUG
    if MODELS and unpacked.is_dir():
        shutil.copytree(unpacked, models / SLUG, copy_function=os.symlink, ignore=shutil.ignore_patterns("openvino*"))
    settings = Settings(home=models, models=models)
    assert isinstance(bulk_encoder(DEFAULT_MODEL, settings, texts=BULK_FROM), OpenVinoEncoder)
    return settings


@pytest.fixture(scope="module")
def fast(defaults: Settings) -> OpenVinoEncoder:
    found = fast_encoder(DEFAULT_MODEL, defaults)
    assert isinstance(found, OpenVinoEncoder)
    return found


@pytest.fixture(scope="module")
def bulk(defaults: Settings) -> OpenVinoEncoder:
    found = bulk_encoder(DEFAULT_MODEL, defaults, texts=BULK_FROM)
    assert isinstance(found, OpenVinoEncoder)
    return found


@pytest.mark.slow
class TestFast(EncoderConformance):
    @pytest.fixture
    def encoder(self, fast: OpenVinoEncoder) -> Encoder:
        return fast


@pytest.mark.slow
class TestBulk(EncoderConformance):
    @pytest.fixture
    def encoder(self, bulk: OpenVinoEncoder) -> Encoder:
        return bulk


@pytest.mark.slow
def test_it_agrees_with_full_precision(defaults: Settings, fast: OpenVinoEncoder, bulk: OpenVinoEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    folder = defaults.models_folder / SLUG
    translation = {ord(k): v for k, v in json.loads((folder / "normalisation.json").read_text("utf-8")).items()}
    articles = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "articles").glob("*/*.md"))][::6]
    texts = [*(text[:300] for text in articles), "long " + "a letter about the hub. " * 400, "", "😀", "E-1042 " * 2000]
    assert len(texts) > 30
    clean = [f"passage: {readable(text).translate(translation)}" for text in texts]
    exact = SentenceTransformer(str(folder), device="cpu").encode(clean, normalize_embeddings=True)
    assert cosines(fast.passages(texts), exact).min() >= AGREEMENT
    assert cosines(bulk.passages(texts), exact).min() >= AGREEMENT
    alone = np.concatenate([fast.passages([text]) for text in texts])
    assert cosines(alone, exact).min() >= AGREEMENT
    assert fast.name == bulk.name == DEFAULT_MODEL


@pytest.mark.slow
def test_questions_are_answered_while_many_texts_are_encoded(fast: OpenVinoEncoder) -> None:
    expected = fast.queries(TEXTS)
    many: list[float] = []

    def encode() -> None:
        many.append(float(cosines(fast.queries(TEXTS * 20), np.tile(expected, (20, 1))).min()))

    thread = threading.Thread(target=encode)
    thread.start()
    during = [float(cosines(fast.queries([text]), expected[[i]])[0]) for i, text in enumerate(TEXTS)]
    thread.join()
    assert min(during) > CLOSE
    assert min(many) > CLOSE


@pytest.mark.slow
def test_the_models_own_prompts_and_those_of_the_settings(tiny: Path) -> None:
    settings = settings_of(tiny)
    own = query_encoder(str(tiny), settings)
    exact = TorchEncoder(tiny, name="tiny")
    assert cosines(own.queries(TEXTS), exact.queries(TEXTS)).min() >= AGREEMENT
    assert cosines(own.passages(TEXTS), exact.passages(TEXTS)).min() >= AGREEMENT
    asked = query_encoder(str(tiny), replace(settings, query_prompt="told: "))
    assert cosines(asked.queries(TEXTS), own.passages(TEXTS)).min() > CLOSE
    assert cosines(asked.queries(TEXTS), own.queries(TEXTS)).max() < CLOSE
    assert own.name == str(tiny)
    assert own.dimension == 32


@pytest.mark.slow
def test_no_more_threads_than_allowed(tiny: Path) -> None:
    settings = replace(settings_of(tiny), threads=1)
    for encoder in (fast_encoder(str(tiny), settings), bulk_encoder(str(tiny), settings, texts=BULK_FROM)):
        assert isinstance(encoder, OpenVinoEncoder)
        encoder.queries(TEXTS * 4)
        for engine in encoder._engines.values():
            assert engine.get_property("INFERENCE_NUM_THREADS") == 1


@pytest.mark.slow
def test_texts_that_are_begun_side_by_side(tiny: Path) -> None:
    """More than there are requests, collected in another order, some of them twice or never."""
    encoder = fast_encoder(str(tiny), settings_of(tiny))
    assert isinstance(encoder, OpenVinoEncoder)
    assert isinstance(encoder, EarlyEncoder)
    encoder.begin("nobody waits for this one")
    begun = [encoder.begin(text) for text in TEXTS]
    found = np.stack([wait() for wait in begun[::-1]])[::-1]
    assert cosines(found, encoder.queries(TEXTS)).min() > CLOSE
    assert np.array_equal(begun[0](), found[0])


@pytest.mark.slow
@pytest.mark.parametrize("writable", [True, False])
def test_on_another_processor_the_arithmetic_is_chosen_anew(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, *, writable: bool
) -> None:
    folder = export_of(tiny)
    here = read_exported(folder)
    write_exported(folder, replace(here, arithmetic="f16", capabilities=("FP32", "ABACUS")))

    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    if not writable:
        monkeypatch.setattr(encode_openvino, "write_exported", refuse)
    found = fast_encoder(str(tiny), settings_of(tiny))
    assert isinstance(found, OpenVinoEncoder)
    assert found.arithmetic in {"f32", "bf16"}
    assert (read_exported(folder).capabilities == here.capabilities) == writable


@pytest.mark.slow
def test_a_processor_without_bfloat16_calculates_in_full(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_openvino._Opened, "capabilities", ("FP32", "INT8"))
    found = fast_encoder(str(tiny), settings_of(tiny))
    assert isinstance(found, OpenVinoEncoder)
    assert found.arithmetic == "f32"


@pytest.mark.slow
def test_exporting_and_loading_talk_to_nobody_and_touch_no_home(bare: Path, tmp_path: Path) -> None:
    person = tmp_path / "person"
    person.mkdir()
    log = tmp_path / "network"
    env = {**watched_environment(log), "HOME": str(person)}
    settings = settings_of(bare)
    program = (
        "import sys\nfrom pathlib import Path\nfrom kb.settings import Settings\n"
        "from indexer.encoders import bulk_encoder, fast_encoder\n"
        "settings = Settings(home=Path(sys.argv[2]), model=sys.argv[1], query_prompt='', passage_prompt='')\n"
        "found = {'bulk': lambda: bulk_encoder(sys.argv[1], settings, texts=1000),\n"
        "    'fast': lambda: fast_encoder(sys.argv[1], settings)}[sys.argv[3]]()\n"
        "found.queries(['hub'] * 20)\n"
        "print(type(found).__name__, 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    said = []
    for which in ("bulk", "fast"):
        trace = tmp_path / f"trace-{which}"
        watched = ["strace", "-f", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
        prefix = watched if shutil.which("strace") else []
        done = subprocess.run(
            [*prefix, sys.executable, "-c", program, str(bare), str(settings.home), which],
            env=env, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        said.append(done.stdout)
        calls = trace.read_text("utf-8").splitlines() if trace.exists() else []
        assert [line for line in calls if "AF_INET" in line and "127." not in line] == []
    assert said == ["OpenVinoEncoder True True\n", "OpenVinoEncoder False False\n"]
    assert not log.exists()
    assert list(person.rglob("*openvino*")) == []


def test_importing_the_package_talks_to_nobody_and_touches_no_home(tmp_path: Path) -> None:
    log, person = tmp_path / "network", tmp_path / "person"
    person.mkdir()
    program = (
        "from indexer.encode_openvino import load_openvino\nimport sys, threading, multiprocessing\n"
        "print(load_openvino().Core().available_devices, sys.modules['openvino_telemetry'], threading.active_count(),"
        " multiprocessing.active_children())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**watched_environment(log), "HOME": str(person)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "['CPU'] None 1 []\n"
    assert not log.exists()
    assert list(person.iterdir()) == []


def test_nothing_was_exported(tmp_path: Path) -> None:
    assert fast_encoder(DEFAULT_MODEL, Settings(home=tmp_path / "home")) is None
    assert fast_encoder(str(tmp_path), Settings(home=tmp_path / "home", model=str(tmp_path))) is None
    assert not (tmp_path / "home").exists()


def test_without_the_package_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(KBError, match=r"The package openvino cannot be used: .*Run the set-up again\."):
        encode_openvino.load_openvino()
