"""Takes articles out of a knowledge base and looks whether `svar gaps` finds what is missing.

Run: python benchmarks/gaps.py FOLDER --work WORK [--out 12] [--seed 0] [--pure 0.8] [--again 10] [--first 20]
FOLDER has articles*.jsonl(.gz) and tickets*.jsonl(.gz) in the form that `svar import` reads. Articles that 25 to 400
tickets link are taken out together with the links to them; every tenth ticket that still links an article comes in a
second time without its links, under another id: a topic that is covered, of which a gap would be a false alarm. Then
one article is put back with its links, and the gaps are looked for again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

FEWEST, MOST = 25, 400
AGAIN = "again-"
REJECTED = 3
"""`svar import` took in all rows but some."""
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pure", type=float, default=0.8)
    parser.add_argument("--again", type=int, default=10)
    parser.add_argument("--first", type=int, default=20)
    options = parser.parse_args()
    home, whole = options.work / f"seed-{options.seed}", options.work / "whole"
    if not whole.exists():
        _svar(
            whole, "import", *(str(path) for noun in ("articles", "tickets") for path in _files(options.folder, noun))
        )
    links = _links(whole)
    known = Counter(article for those in links.values() for article in those)
    chosen = sorted(article for article, count in known.items() if FEWEST <= count <= MOST)
    gone = frozenset(np.random.default_rng(options.seed).permutation(chosen)[: options.out].tolist())
    _make(options.folder, options.work, home, links, gone, options.again)
    began = time.monotonic()
    found = json.loads(_svar(home, "gaps", "--json"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{time.monotonic() - began:.0f} s; peak of all commands {used.ru_maxrss / 1e6:.2f} GB")
    best = _report(found, links, gone, options.pure, options.first)
    if best:
        _put_back(options.folder, home, links, gone, min(best, key=lambda article: int(best[article]["place"])), best)


def _report(found: Row, links: dict[str, list[str]], gone: frozenset[str], pure: float, first: int) -> dict[str, Row]:
    """Print the confusion; returns the first gap that is each article's."""
    print({name: found["counts"][name] for name in ("tickets", "covered", "uncovered", "singles", "gaps")})
    judge = found["judge"]
    if judge:
        print(f"bulk and search for {judge['questions']} of them: same side {judge['same_side']:.3f}, mean difference "
              f"{judge['error']:.3f}, same first article {judge['same_first']:.3f}")  # fmt: skip
    best: dict[str, Row] = {}
    false = 0
    print("place tickets cause purity covered-topic-share article | label")
    for place, gap in enumerate(found["gaps"], start=1):
        about = Counter(a for ticket in gap["tickets"] for a in links.get(ticket, ()) if a in gone)
        article, count = (about.most_common(1) or [("", 0)])[0]
        others = sum(not gone.intersection(links.get(_first(t), ())) for t in gap["tickets"])
        if count >= pure * len(gap["tickets"]):
            best.setdefault(article, gap | {"place": place})
        false += place <= first and 2 * others > len(gap["tickets"])
        if place <= first:
            shares = f"{count / len(gap['tickets']):.2f} {others / len(gap['tickets']):.2f}"
            print(
                f"{place:>3} {len(gap['tickets']):>5} {gap['cause']:<12} {shares} {article[:40]} | {gap['label'][:60]}"
            )
    early = {article: gap for article, gap in best.items() if gap["place"] <= first}
    right = sum(gap["cause"] == "no_article" for gap in early.values())
    print(f"of {len(gone)} articles taken out: {len(best)} are a gap that is {pure:.0%} theirs, {len(early)} of them")
    print(f"among the first {first}, {right} of these with cause no_article")
    print(f"{false} of the first {first} are about covered topics")
    for article in sorted(gone - best.keys()):
        print(f"  not found: {article}, {sum(article in those for those in links.values())} tickets")
    return early


def _put_back(
    folder: Path, home: Path, links: dict[str, list[str]], gone: frozenset[str], article: str, best: dict[str, Row]
) -> None:
    back = home.with_name(f"back-{home.name}")
    back.mkdir(exist_ok=True)
    _write(back / "articles.jsonl", (row for row in _rows(folder, "articles") if row["id"] == article))
    urls = {row.get("url", ""): row["id"] for row in _rows(folder, "articles")}
    tickets = [row for row in _rows(folder, "tickets") if article in links.get(row["id"], ())]
    _write(back / "tickets.jsonl", (row | {"article_links": _kept(row, urls, gone - {article})} for row in tickets))
    _svar(home, "import", str(back))
    _svar(home, "index")
    later = json.loads(_svar(home, "gaps", "--json"))
    own = {ticket for ticket, those in links.items() if article in those}
    left = [gap for gap in later["gaps"] if 2 * len(own.intersection(gap["tickets"])) > len(gap["tickets"])]
    closed = best[article]["id"] not in {gap["id"] for gap in later["gaps"]}
    stay = {gap["id"] for gap in best.values()} - {best[article]["id"]}
    kept = len(stay & {gap["id"] for gap in later["gaps"]})
    print(f"put back {article}: its gap closed: {closed}, gaps that are still its own: {len(left)};")
    print(f"{kept} of the {len(stay)} others kept their id")


def _make(
    folder: Path, work: Path, home: Path, links: dict[str, list[str]], gone: frozenset[str], again: int
) -> None:  # fmt: skip
    left = work / f"left-{home.name}"
    left.mkdir(parents=True, exist_ok=True)
    _write(left / "articles.jsonl", (row for row in _rows(folder, "articles") if row["id"] not in gone))
    urls = {row.get("url", ""): row["id"] for row in _rows(folder, "articles")}

    def tickets() -> Iterator[Row]:
        for n, row in enumerate(_rows(folder, "tickets")):
            kept = _kept(row, urls, gone)
            yield row | {"article_links": kept}
            if again and kept and n % again == 0 and not gone.intersection(links.get(row["id"], ())):
                yield row | {"id": AGAIN + row["id"], "article_links": []}

    _write(left / "tickets.jsonl", tickets())
    _svar(home, "import", str(left))
    _svar(home, "index")


def _kept(row: Row, urls: dict[str, str], gone: frozenset[str]) -> list[str]:
    return [link for link in row.get("article_links", ()) if urls.get(link, link) not in gone]


def _first(ticket: str) -> str:
    return ticket.removeprefix(AGAIN)


def _links(home: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with sqlite3.connect(f"file:{home / 'svar.db'}?mode=ro", uri=True) as db:
        for ticket, article in db.execute("SELECT ticket_id, article_id FROM ticket_links WHERE article_id <> ''"):
            found.setdefault(ticket, []).append(article)
    return found


def _files(folder: Path, noun: str) -> list[Path]:
    return sorted(folder.glob(f"{noun}*.jsonl*"))


def _rows(folder: Path, noun: str) -> Iterator[Row]:
    for path in _files(folder, noun):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from map(json.loads, text.decode("utf-8").splitlines())


def _write(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def _svar(home: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "--home", str(home), *args], capture_output=True, text=True, check=False
    )
    # Some rows of real data are rejected, each with its reason.
    if done.returncode not in {0, REJECTED} or (done.returncode == REJECTED and args[0] != "import"):
        sys.exit(f"svar {' '.join(args)}: {done.stderr or done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
