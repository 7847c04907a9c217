"""Takes articles out of a knowledge base and looks whether `svar capture` proposes them again.

Run: python benchmarks/capture.py FOLDER --work WORK [--out 15] [--seed 0] [--pure 0.8]
FOLDER has articles*.jsonl(.gz) and tickets*.jsonl(.gz) in the form that `svar import` reads. Articles that 25 to 400
tickets link are taken out together with the links to them; then every tenth ticket that still links an article comes in
a second time without its links, under another id.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

FEWEST, MOST = 25, 400
AGAIN = "again-"
_SELDOM = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pure", type=float, default=0.8)
    options = parser.parse_args()
    home, whole = options.work / f"seed-{options.seed}", options.work / "whole"
    if not whole.exists():
        _svar(whole, "import", str(options.folder))
    links = _links(whole)
    known = Counter(article for those in links.values() for article in those)
    chosen = sorted(article for article, count in known.items() if FEWEST <= count <= MOST)
    gone = frozenset(np.random.default_rng(options.seed).choice(chosen, options.out, replace=False).tolist())
    if not home.exists():
        _make(options.folder, options.work, home, links, gone)
    found = json.loads(_svar(home, "capture", "--json"))["candidates"]
    _report(found, links, gone, options.pure)


def _make(folder: Path, work: Path, home: Path, links: dict[str, list[str]], gone: frozenset[str]) -> None:
    left = work / f"left-{home.name}"
    left.mkdir(parents=True, exist_ok=True)
    with (left / "articles.jsonl").open("w", encoding="utf-8") as out:
        for row in _rows(folder, "articles"):
            if row["id"] not in gone:
                out.write(json.dumps(row) + "\n")
    urls = {row.get("url", ""): row["id"] for row in _rows(folder, "articles")}
    with (left / "tickets.jsonl").open("w", encoding="utf-8") as out:
        for n, row in enumerate(_rows(folder, "tickets")):
            kept = [link for link in row.get("article_links", ()) if urls.get(link, link) not in gone]
            out.write(json.dumps(row | {"article_links": kept}) + "\n")
            if kept and n % _SELDOM == 0 and not gone.intersection(links.get(row["id"], ())):
                out.write(json.dumps(row | {"id": AGAIN + row["id"], "article_links": []}) + "\n")
    _svar(home, "import", str(left))
    _svar(home, "index")


def _report(found: list[dict[str, Any]], links: dict[str, list[str]], gone: frozenset[str], pure: float) -> None:
    parts: dict[str, list[tuple[str, int]]] = {}
    again: Counter[str] = Counter()
    for each in found:
        about = Counter(a for ticket in each["tickets"] for a in links.get(ticket, ()) if a in gone)
        again[each["proposal"]] += sum(ticket.startswith(AGAIN) for ticket in each["tickets"])
        for article, count in about.most_common(1):
            if count >= pure * len(each["tickets"]) and each["reject_reason"] is None:
                parts.setdefault(article, []).append((each["proposal"], len(each["tickets"])))
    print(f"{len(found)} candidates: {dict(Counter(each['proposal'] for each in found))}")
    print(f"of {len(gone)} articles taken out: {len(parts)} with a candidate that is {pure:.0%} theirs,", end=" ")
    new = sum(any(proposal == "new" for proposal, _ in those) for those in parts.values())
    print(f"{new} proposed as new, {sum(len(those) > 3 for those in parts.values())} in more than three candidates")
    print(f"tickets of articles that are there, come in again: {dict(again)}")
    for article in sorted(gone):
        print(f"  {article[:60]:<60} {parts.get(article, '-')}")


def _links(home: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with sqlite3.connect(f"file:{home / 'svar.db'}?mode=ro", uri=True) as db:
        for ticket, article in db.execute("SELECT ticket_id, article_id FROM ticket_links WHERE article_id <> ''"):
            found.setdefault(ticket, []).append(article)
    return found


def _rows(folder: Path, noun: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(f"{noun}*.jsonl*")):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from map(json.loads, text.decode("utf-8").splitlines())


def _svar(home: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "--home", str(home), *args], capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
