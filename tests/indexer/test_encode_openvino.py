"""The exported model: it says what the model says, comes and goes whole, fits what is there, and talks to nobody."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import encode_openvino
from indexer.encode import Encoder, readable
from indexer.encode_openvino import AGREEMENT, OpenVinoEncoder
from indexer.encode_torch import TorchEncoder
from indexer.encoders import BULK_FROM, bulk_encoder, fast_encoder, query_encoder
from indexer.openvino_folder import (
    EXACT,
    GRAPH,
    TOKENIZER,
    WEIGHTS,
    Exported,
    describe_source,
    fits,
    read_exported,
    write_exported,
)
from kb.errors import KBError, StorageDamaged
from kb.settings import DEFAULT_MODEL, Settings
from tests.conformance.encoder import CLOSE, TEXTS, EncoderConformance, cosines
from tests.conftest import ROOT, environment, watched_environment

MODELS = os.environ.get("SVAR_MODELS", "")
"""Read before the tests' own environment is cleaned: unpacking the model takes several seconds."""
SLUG = "multilingual-e5-small"


def settings_of(model: Path) -> Settings:
    """Settings of a team that uses a model in a folder, everything else beside it."""
    return Settings(home=model.parent / "home", model=str(model), query_prompt="", passage_prompt="")


def export_of(model: Path) -> Path:
    """The one folder that was exported for a model of `settings_of`."""
    (found,) = settings_of(model).models_folder.glob("*/openvino")
    return found


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


# A model of a few thousand numbers whose tokens are bytes: everything that is not about quality is shown on it.


def make_tiny(folder: Path, *, seed: int) -> Path:
    """A sentence-transformers model with prompts of its own."""
    import torch
    from tokenizers import Tokenizer, decoders, pre_tokenizers, processors
    from tokenizers.models import BPE
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {
        token: i for i, token in enumerate(["[PAD]", "[CLS]", "[SEP]", *sorted(pre_tokenizers.ByteLevel.alphabet())])
    }
    tokenizer = Tokenizer(BPE(vocabulary, []))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", model_max_length=64
    ).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64, initializer_range=0.3,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling")]
    files: dict[str, object] = {
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(kinds)
        ],
        "sentence_bert_config.json": {"max_seq_length": 64, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "ask: ", "document": "told: "}},
        "1_Pooling/config.json": {"embedding_dimension": 32, "pooling_mode": "mean", "include_prompt": True},
    }
    (folder / "1_Pooling").mkdir()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with its export; never to be changed."""
    model = make_tiny(tmp_path_factory.mktemp("tiny") / "tiny", seed=1)
    assert isinstance(bulk_encoder(str(model), settings_of(model), texts=BULK_FROM), OpenVinoEncoder)
    return model


@pytest.fixture
def bare(tiny_original: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, nothing exported."""
    return Path(shutil.copytree(tiny_original, tmp_path / "tiny"))


@pytest.fixture
def tiny(bare: Path, tiny_original: Path) -> Path:
    """A copy of the tiny model with its export, which finds itself in a folder whose name depends on the place."""
    assert isinstance(bulk_encoder(str(bare), settings_of(bare), texts=BULK_FROM), OpenVinoEncoder)
    return bare


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
            assert engine._requests[0].get_compiled_model().get_property("INFERENCE_NUM_THREADS") == 1


def before_the_self_test(model: Path) -> str:
    """A program that exports, and stops to say so when all but the description has been written."""
    return (
        "import indexer.openvino_export as e, sys, time\nfrom pathlib import Path\n"
        "def wait(*_, **__):\n    print('half', flush=True)\n    time.sleep(120)\n"
        f"e.choose_arithmetic = wait\ne.export({str(model)!r}, Path({str(model.parent / 'out' / 'openvino')!r}))"
    )


@pytest.mark.slow
def test_a_killed_export_leaves_nothing_half(bare: Path) -> None:
    from indexer.openvino_export import export

    program = [sys.executable, "-c", before_the_self_test(bare)]
    with subprocess.Popen(program, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
    out = bare.parent / "out"
    assert [path.name for path in out.iterdir()] == ["openvino.new"]
    export(bare, out / "openvino")
    assert [path.name for path in out.iterdir()] == ["openvino"]
    assert fits(read_exported(out / "openvino"), bare)


@pytest.mark.slow
def test_two_processes_that_export_at_once_both_end_well(bare: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom kb.settings import Settings\n"
        "from indexer.encoders import bulk_encoder\n"
        "settings = Settings(home=Path(sys.argv[2]), model=sys.argv[1], query_prompt='', passage_prompt='')\n"
        "print(type(bulk_encoder(sys.argv[1], settings, texts=1000)).__name__)"
    )
    command = [sys.executable, "-c", program, str(bare), str(settings_of(bare).home)]
    both = [subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=240)[0] for process in both] == ["OpenVinoEncoder\n"] * 2
    assert fast_encoder(str(bare), settings_of(bare)) is not None


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def turn_over(path: Path) -> None:
    """The right size, another content."""
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


def blank(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


DAMAGE: list[tuple[str, Callable[[Path], None]]] = [
    (WEIGHTS, cut), (WEIGHTS, empty), (WEIGHTS, blank), (WEIGHTS, Path.unlink),
    (GRAPH, cut), (GRAPH, turn_over), (GRAPH, Path.unlink),
    (TOKENIZER, empty), (TOKENIZER, turn_over), (TOKENIZER, Path.unlink),
    (EXACT, turn_over), ("exported.json", empty), ("exported.json", turn_over), ("exported.json", Path.unlink),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "damage"), DAMAGE, ids=[f"{name}-{damage.__name__}" for name, damage in DAMAGE])
def test_a_damaged_export_is_noticed_and_passed_over(
    tiny: Path, name: str, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(export_of(tiny) / name)
    with caplog.at_level(logging.WARNING, "indexer"):
        assert fast_encoder(str(tiny), settings_of(tiny)) is None
    assert [record.exc_info for record in caplog.records] == [None]
    assert "cannot be used" in caplog.text
    assert isinstance(query_encoder(str(tiny), settings_of(tiny)), TorchEncoder)


@pytest.mark.slow
def test_a_damaged_export_is_made_anew_by_the_next_bulk_run(tiny: Path) -> None:
    blank(export_of(tiny) / WEIGHTS)
    assert isinstance(bulk_encoder(str(tiny), settings_of(tiny), texts=BULK_FROM), OpenVinoEncoder)
    assert fast_encoder(str(tiny), settings_of(tiny)) is not None


@pytest.mark.slow
def test_another_model_in_the_folder_is_noticed(tiny: Path, tmp_path: Path) -> None:
    settings = settings_of(tiny)
    before = query_encoder(str(tiny), settings).queries(TEXTS)
    other = make_tiny(tmp_path / "other", seed=2)
    shutil.copy(other / "model.safetensors", tiny / "model.safetensors")
    assert fast_encoder(str(tiny), settings) is None
    assert isinstance(query_encoder(str(tiny), settings), TorchEncoder)
    anew = bulk_encoder(str(tiny), settings, texts=BULK_FROM)
    assert isinstance(anew, OpenVinoEncoder)
    assert cosines(anew.queries(TEXTS), before).max() < CLOSE
    assert cosines(anew.queries(TEXTS), TorchEncoder(other, name="other").queries(TEXTS)).min() >= AGREEMENT


@pytest.mark.slow
def test_what_does_not_agree_is_not_left_behind(
    bare: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(encode_openvino, "AGREEMENT", 2.0)
    with caplog.at_level(logging.WARNING, "indexer"):
        found = bulk_encoder(str(bare), settings_of(bare), texts=BULK_FROM)
    assert isinstance(found, TorchEncoder)
    assert "it does not agree with full precision" in caplog.text
    assert list(settings_of(bare).models_folder.glob("*/*")) == []


@pytest.mark.slow
def test_what_cannot_be_traced_is_encoded_by_torch(bare: Path) -> None:
    """A model with a module that asks for something that it is not given."""
    program = (
        "import logging, sys, torch\nfrom pathlib import Path\nlogging.basicConfig(level=logging.WARNING)\n"
        "import indexer.openvino_export as e\n"
        "load = e.load_model\n"
        "def odd(model, **kw):\n"
        "    made = load(model, **kw)\n"
        "    class Odd(torch.nn.Module):\n"
        "        def forward(self, features):\n"
        "            if torch.jit.is_tracing(): raise KeyError('mel_bins')\n"
        "            return features\n"
        "    made.append(Odd())\n"
        "    return made\n"
        "e.load_model = odd\n"
        "from indexer.encoders import bulk_encoder\nfrom kb.settings import Settings\n"
        "settings = Settings(home=Path(sys.argv[2]), model=sys.argv[1], query_prompt='', passage_prompt='')\n"
        "print(type(bulk_encoder(sys.argv[1], settings, texts=1000)).__name__)"
    )
    home = settings_of(bare).home
    done = subprocess.run(
        [sys.executable, "-c", program, str(bare), str(home)],
        env=environment(), capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.stdout == "TorchEncoder\n", done.stderr
    assert "cannot be exported" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(settings_of(bare).models_folder.glob("*/*")) == []


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


# The description, without any model.


def a_folder(folder: Path, model: Path) -> Exported:
    """Folders that look like a model and its export."""
    (model / "1_Pooling").mkdir(parents=True)
    (model / "onnx").mkdir()
    for name in ("model.safetensors", "config.json", "1_Pooling/config.json", "README.md", "onnx/model.bin"):
        (model / name).write_text(name, encoding="utf-8")
    folder.mkdir()
    for name in (GRAPH, WEIGHTS, TOKENIZER, EXACT):
        (folder / name).write_text(name, encoding="utf-8")
    written = Exported(
        source=describe_source(model), dimension=3, max_tokens=7, pad=1, query_prompt="q: ", passage_prompt="",
        probes=("å", "b"), arithmetic="f32", capabilities=("FP32",), digests={}, weights_size=0,
    )  # fmt: skip
    write_exported(folder, written)
    return written


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = a_folder(tmp_path / "out", tmp_path / "model")
    read = read_exported(tmp_path / "out")
    assert replace(read, digests={}, weights_size=0) == written
    assert read.digests.keys() == {GRAPH, TOKENIZER, EXACT}
    assert [file.name for file in read.source] == ["config.json", "model.safetensors", "1_Pooling/config.json"]
    write_exported(tmp_path / "out", read)
    assert read_exported(tmp_path / "out") == read


def test_what_fits(tmp_path: Path) -> None:
    model = tmp_path / "model"
    exported = a_folder(tmp_path / "out", model)
    assert fits(exported, model)
    os.utime(model / "model.safetensors", (1, 1))
    assert fits(exported, model), "a copy of the same content"
    (model / "README.md").unlink()
    (model / "onnx" / "model.bin").unlink()
    assert fits(exported, model), "neither decides anything"
    assert not fits(exported, tmp_path / "nowhere")
    (model / "1_Pooling" / "config.json").write_text("1_Pooling/cls-nfig", encoding="utf-8")
    assert not fits(exported, model), "the same size, another content"


@pytest.mark.parametrize("name", ["config.json", "1_Pooling/config.json", "new.json"])
def test_a_file_more_or_less_does_not_fit(tmp_path: Path, name: str) -> None:
    exported = a_folder(tmp_path / "out", tmp_path / "model")
    path = tmp_path / "model" / name
    if path.exists():
        path.unlink()
    else:
        path.write_text("{}", encoding="utf-8")
    assert not fits(exported, tmp_path / "model")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"format": 0}', '{"format": 1}', '{"format": 1, "source": [1], "probes": 3}', "\udcff"],
)
def test_a_description_that_is_none(tmp_path: Path, text: str) -> None:
    a_folder(tmp_path / "out", tmp_path / "model")
    (tmp_path / "out" / "exported.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StorageDamaged, match=r"The exported model in .* cannot be used: .*Remove that folder"):
        read_exported(tmp_path / "out")
