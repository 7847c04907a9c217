"""An exported model: it comes and goes whole, fits the model that is there, and is passed over where it does not."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import encode_openvino
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
from kb.errors import StorageDamaged
from tests.conformance.encoder import CLOSE, TEXTS, cosines
from tests.conftest import environment
from tests.indexer.tiny_model import export_of, make_tiny, settings_of


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
