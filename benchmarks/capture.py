"""Takes articles out of a knowledge base and looks whether `svar capture` brings them back.

Run: python benchmarks/capture.py FOLDER --work WORK [--whole HOME] [--out 15] [--draws 3] [--pure 0.8]
FOLDER has articles*.jsonl(.gz), tickets*.jsonl(.gz) and perhaps queries.jsonl, as `svar import` reads them; with
--whole a data folder that holds them, indexed, is copied instead of made. For each draw it prints how many of the
articles taken out have a candidate that is theirs, what became of tickets that come in again, whether a seeded
identifier is in any draft, and, where there are queries, how often the right article comes first once the drafts of all
new candidates are published.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.question import Question
from assistant.service import Service
from benchmarks.reduced import AGAIN, Reduced, reduce
from kb.knowledge.candidate import KeptCandidate, Proposal
from kb.knowledge.candidates import CandidateFilter
from kb.knowledge.move import SYSTEM, DraftMove, DraftWish
from kb.settings import Settings
from kb.store import Store
from ui.api.candidates import begin_draft


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--whole", type=Path)
    parser.add_argument("--out", type=int, default=15)
    parser.add_argument("--first", type=int, default=0, help="number of the first draw")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--pure", type=float, default=0.8)
    options = parser.parse_args()
    whole = options.whole or options.work / "whole"
    if not whole.exists():
        _svar(whole, "import", str(options.folder))
        _svar(whole, "index")
    for draw in range(options.first, options.first + options.draws):
        home = options.work / f"draw-{draw}"
        print(f"\ndraw {draw}")
        reduced = reduce(whole, home, out=options.out, seed=draw)
        _svar(home, "index")
        began = time.perf_counter()
        _svar(home, "capture", "--keep")
        print(f"svar capture took {time.perf_counter() - began:.0f} s")
        kept = _kept(home)
        theirs = _report(kept, reduced, options.pure)
        queries = options.folder / "queries.jsonl"
        if queries.exists():
            _publish(home, kept)
            _svar(home, "index")
            _ask(home, queries, reduced, theirs)


def _report(kept: Sequence[KeptCandidate], reduced: Reduced, pure: float) -> dict[str, list[KeptCandidate]]:
    """Print what was found; gives the candidates in which most tickets are of an article that was taken out."""
    parts: dict[str, list[KeptCandidate]] = {}
    theirs: dict[str, list[KeptCandidate]] = {}
    again: Counter[str] = Counter()
    right = 0
    for each in kept:
        candidate = each.candidate
        about = Counter(a for ticket in candidate.tickets for a in reduced.links.get(ticket, ()) if a in reduced.gone)
        for ticket in candidate.tickets:
            if ticket.startswith(AGAIN):
                again["rejected" if candidate.rejected else candidate.proposal.value] += 1
                known = {near.id for near in candidate.nearest}
                right += bool(known & set(reduced.links[reduced.again[ticket]]))
        for article, count in about.most_common(1):
            theirs.setdefault(article, []).append(each)
            if count >= pure * len(candidate.tickets) and candidate.rejected is None:
                parts.setdefault(article, []).append(each)
    proposals = Counter("rejected" if each.candidate.rejected else each.candidate.proposal.value for each in kept)
    print(f"{len(kept)} candidates: {dict(proposals)}")
    new = sum(any(c.candidate.proposal is Proposal.NEW for c in those) for those in parts.values())
    print(
        f"of {len(reduced.gone)} articles taken out {len(parts)} have a candidate that is {pure:.0%} theirs,"
        f" {new} one that is new; {sum(len(those) > 3 for those in parts.values())} have more than three"
    )
    print(
        f"{len(reduced.again)} tickets come in again: in candidates {dict(again)}, their article among the nearest"
        f" of {right}; not new: {1 - again['new'] / max(1, len(reduced.again)):.1%}"
    )
    texts = [each.candidate.sketch.markdown + "\n".join(each.candidate.sketch.questions) for each in kept]
    found = Counter(seed for text in texts for seed in reduced.seeds() if seed.casefold() in text.casefold())
    print(f"seeded identifiers in {len(texts)} drafts: {sum(found.values())} {dict(found) or ''}")
    for article in sorted(reduced.gone):
        sizes = [f"{c.candidate.proposal.value} {len(c.candidate.tickets)}" for c in parts.get(article, ())]
        linked = sum(article in those for those in reduced.links.values())
        print(f"  {article[:60]:<60} {linked:>4}  {', '.join(sizes) or '-'}")
    return theirs


def _publish(home: Path, kept: Sequence[KeptCandidate]) -> None:
    """Publish the drafts of all new candidates just as they are."""
    store = Store.open(Settings(home=home))
    for each in kept:
        candidate = each.candidate
        if candidate.proposal is Proposal.NEW and candidate.rejected is None:
            draft = begin_draft(
                store, SYSTEM, candidate.sketch, locale=candidate.locale, product=candidate.product,
                tickets=list(candidate.tickets), candidate_id=candidate.id,
            )  # fmt: skip
            store.article_drafts.move(draft.id, DraftMove.PUBLISH, SYSTEM, DraftWish(version=draft.version))
    store.close()


def _ask(home: Path, queries: Path, reduced: Reduced, theirs: dict[str, list[KeptCandidate]]) -> None:
    """Print how often an article that was made of a topic's candidate comes first for the topic's questions."""
    service = Service.open(Settings(home=home))
    service.warm()
    made = {
        topic: {service.store.candidates.get(each.candidate.id).article_id for each in those} - {""}
        for topic, those in theirs.items()
    }
    counts: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    for line in queries.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        for topic in set(row["articles"]) & set(reduced.gone):
            found = service.suggest(Question(body=row["query"], locale=row["locale"]), limit=1)
            counts[topic] += 1
            rights[topic] += bool(found.articles) and found.articles[0].id in made.get(topic, ())
    service.store.close()
    shares = {topic: rights[topic] / counts[topic] for topic in sorted(counts)}
    published = [topic for topic in sorted(counts) if made.get(topic)]
    for name, topics in (("all", sorted(counts)), ("those with a new candidate", published)):
        asked = sum(counts[topic] for topic in topics)
        share = sum(rights[topic] for topic in topics) / max(1, asked)
        print(f"after publishing, right article first for {share:.1%} of {asked} questions about {name}")
    print("  " + ", ".join(f"{topic} {share:.0%}" for topic, share in sorted(shares.items(), key=lambda each: each[1])))


def _kept(home: Path) -> list[KeptCandidate]:
    store = Store.open(Settings(home=home))
    found = [
        each for place in ("open", "rejected") for each in store.candidates.list(CandidateFilter(place), limit=100_000)
    ]
    store.close()
    return found


def _svar(home: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "--home", str(home), *args], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


if __name__ == "__main__":
    main()
