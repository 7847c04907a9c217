"""Measures how long a person waits: `svar suggest` as a fresh process, the server's first suggestion, every later one.

Run: python benchmarks/latency.py HOME QUESTIONS.jsonl
HOME is an indexed data folder (a user is added to it); QUESTIONS has one JSON object a line with "subject" and "body",
or "query". Questions are asked one after the other, each once; medians and 95th percentiles are over them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles

import httpx

from kb.model import Role
from kb.settings import Settings
from kb.store import Store

ROOT = Path(__file__).resolve().parents[1]
FRESH, WARM_UP = 7, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    asked = [{"subject": row.get("subject", ""), "text": row.get("body") or row.get("query", "")} for row in rows]
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    _fresh(options.home, asked)
    _server(options.home, [each for each in asked if each["text"].strip()])


def _fresh(home: Path, asked: list[dict[str, str]]) -> None:
    times = []
    for each in asked[:FRESH]:
        began = time.perf_counter()
        text = f"{each['subject']}\n{each['text']}"
        subprocess.run(_command(home, "suggest", "--text", text, "--json"), cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    print(f"svar suggest, fresh process: median {median(times):.2f} s, worst {max(times):.2f} s of {len(times)}")


def _server(home: Path, asked: list[dict[str, str]]) -> None:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    process = subprocess.Popen(_command(home, "serve", "--no-open", "--port", str(port)), cwd=ROOT)
    try:
        cookies = {"svar_session": _session(home)}
        with httpx.Client(base_url=base, cookies=cookies, headers={"Origin": base}, timeout=60) as client:
            first = _first(client, asked[0], began)
            print(f"svar serve, start to first suggestion: {first:.2f} s")
            _wait_until_warm(client)
            for each in asked[:WARM_UP]:
                _ask(client, each)
            times = sorted(_ask(client, each) * 1000 for each in asked)
        print(f"in the server: median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms of {len(times)}")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _first(client: httpx.Client, question: dict[str, str], began: float) -> float:
    while time.perf_counter() - began < 120:
        try:
            _ask(client, question)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return time.perf_counter() - began
    raise TimeoutError("the server did not answer in two minutes")


def _wait_until_warm(client: httpx.Client) -> None:
    began = time.perf_counter()
    while not client.get("/api/v1/health").json()["warm"]:
        if time.perf_counter() - began > 120:
            raise TimeoutError("the server was not warm after two minutes")
        time.sleep(0.1)


def _ask(client: httpx.Client, question: dict[str, str]) -> float:
    began = time.perf_counter()
    client.post("/api/v1/suggest", json=question).raise_for_status()
    return time.perf_counter() - began


def _session(home: Path) -> str:
    store = Store.open(Settings(home=home))
    name = f"latency-{secrets.token_hex(4)}"
    token = store.users.open_session(store.users.create(name=name, email=f"{name}@bench.example", role=Role.AGENT).id)
    store.close()
    return token


def _command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli", "--home", str(home), *arguments]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
