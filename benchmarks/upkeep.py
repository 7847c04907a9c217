"""Measures how well duplicates and contradictions are found, and what it costs that doubted articles stand lower.

Run: python benchmarks/upkeep.py pairs HOME [--plants 120] [--seed 1]
     python benchmarks/upkeep.py lowered HOME LABELLED

HOME is an indexed data folder; `pairs` works on a copy. It plants copies of articles under other titles: whole
("copy"), every other paragraph ("half"), shuffled and with words left out ("rough"), with another number ("number"),
without one step ("step"), with a negation taken out or put in ("negate"). It prints how many of each were found, how
many of the contradictions as such, and every pair that nobody planted, to be read. LABELLED holds tickets with
`article_links`; for these questions `lowered` draws every fifth article as overdue, five times, and prints how often a
linked article is first and among the first five.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.doubt import lowered
from assistant.engine import Engine
from assistant.fusion import ranked
from assistant.indexing import bring_up_to_date
from assistant.question import Question
from assistant.upkeep.search_pairs import found_pairs
from indexer.model import Query
from kb import clock
from kb.article_intake import put_article
from kb.markdown import blocks
from kb.model import Article
from kb.settings import Settings
from kb.store import Store

FIRST, SHARE, DRAWS = 5, 5, 5
LONG_ENOUGH = 700
_AMOUNT = re.compile(
    r"(?<![\w.,-])(\d+)(?= (?:seconds?|minutes?|hours?|days?|weeks?|sekund\w*|minut\w*|tim\w*|dag\w*|døgn))"
)
_STEP = re.compile(r"(?m)^\d{1,2}[.)] .*(?:\n(?!\d{1,2}[.)] |\n|#).*)*\n?")
_FEWEST_STEPS = 4
_NEGATIONS = (
    (r"\b[Dd]o not\b", "always"), (r"\bdon't\b", "always"), (r"\bcannot\b", "can"), (r"\bis not\b", "is"),
    (r"\bwill not\b", "will"), (r"\bikke ", ""), (r"\binte ", ""),
)  # fmt: skip


def paragraphs(body: str) -> list[str]:
    return [body[block.start : block.end] for block in blocks(body)]


def whole(body: str, _: random.Random) -> str:
    return body


def half(body: str, _: random.Random) -> str:
    return "\n\n".join(p for i, p in enumerate(paragraphs(body)) if p.startswith("#") or i % 2 == 0)


def rough(body: str, rng: random.Random) -> str:
    kept = [p for p in paragraphs(body) if not p.startswith("#")]
    rng.shuffle(kept)
    kept = kept[: max(3, int(len(kept) * 0.7))]
    return "\n\n".join(p if "\n" in p else " ".join(w for w in p.split(" ") if rng.random() > 0.15) for p in kept)


def number(body: str, rng: random.Random) -> str:
    found = list(_AMOUNT.finditer(body))
    if not found:
        return ""
    match = rng.choice(found)
    return body[: match.start(1)] + str(int(match[1]) * 2 + 1) + body[match.end(1) :]


def step(body: str, _: random.Random) -> str:
    found = list(_STEP.finditer(body))
    if len(found) < _FEWEST_STEPS:
        return ""
    match = found[len(found) // 2]
    return body[: match.start()] + body[match.end() :]


def negate(body: str, rng: random.Random) -> str:
    for pattern, instead in _NEGATIONS:
        found = list(re.finditer(pattern, body))
        if found:
            match = rng.choice(found)
            return body[: match.start()] + instead + body[match.end() :]
    return ""


PLANTS: dict[str, Callable[[str, random.Random], str]] = {
    "copy": whole, "half": half, "rough": rough, "number": number, "step": step, "negate": negate,
}  # fmt: skip


def plant(store: Store, count: int, seed: int) -> dict[tuple[str, str], str]:
    """Plant near copies, each kind in turn; returns the kind by the two ids in order."""
    rng = random.Random(seed)
    articles = [a for _, a in store.articles.changed_since(0, limit=1_000_000)]
    articles = [a for a in articles if a.confidence != "archived" and len(a.revision.body) > LONG_ENOUGH]
    articles.sort(key=lambda a: a.id)
    rng.shuffle(articles)
    planted: dict[tuple[str, str], str] = {}
    with store.database.write("import", "plants", str(count)) as connection:
        for article in articles:
            kind = list(PLANTS)[len(planted) % len(PLANTS)]
            body = PLANTS[kind](article.revision.body, rng)
            if len(planted) < count and body and (kind == "copy" or body != article.revision.body):
                made = _as_plant(article, f"plant-{kind}-{len(planted)}", body, rng)
                put_article(connection, made)
                planted[min(article.id, made.id), max(article.id, made.id)] = kind
    return planted


def _as_plant(article: Article, name: str, body: str, rng: random.Random) -> Article:
    title = rng.choice(["Help: ", "Guide – ", "How-to: "]) + article.title
    revision = replace(article.revision, article_id=name, title=title, body=body)
    return replace(article, id=name, source="plants", source_id=name, url="", translation_of="", revision=revision)


def measure_pairs(home: Path, count: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "home"
        shutil.copytree(home, place)
        settings = Settings(home=place)
        store = Store.open(settings)
        planted = plant(store, count, seed)
        bring_up_to_date(store, settings)
        began = time.perf_counter()
        found = {(pair.one_id, pair.other_id): pair for pair in found_pairs(store, settings)}
        print(f"{len(found)} pairs in {time.perf_counter() - began:.1f} s")
        of = Counter(planted.values())
        got = Counter(kind for ids, kind in planted.items() if ids in found)
        known = Counter(kind for ids, kind in planted.items() if ids in found and found[ids].kind == "contradiction")
        print(f"{'planted':10} {'of':>4} {'found':>6} {'as contradiction':>17}")
        for kind in PLANTS:
            print(f"{kind:10} {of[kind]:4} {got[kind]:6} {known[kind]:17}")
        natural = [pair for ids, pair in found.items() if not any(each.startswith("plant-") for each in ids)]
        print(f"{len(natural)} that nobody planted:")
        for pair in natural:
            titles = [store.articles.get(each).title for each in (pair.one_id, pair.other_id)]
            print(f"  {pair.kind:13} {pair.score:.2f}  {titles[0]}  |  {titles[1]}")
        store.close()


def measure_lowered(home: Path, labelled: Path) -> None:
    settings = Settings(home=home)
    store = Store.open(settings)
    engine = Engine.open(store, settings)
    rows = [json.loads(line) for line in labelled.read_text("utf-8").splitlines()]
    found = []
    for row in rows:
        expected = {store.articles.resolve(target) for target in row["article_links"]} - {""}
        if expected:
            at = clock.parse(row["created_at"], name="created_at")
            body = next((m["body"] for m in row["messages"]), "")
            asked = engine.ask(Question(row["subject"], body, row.get("locale", "und"), created_at=at))
            found.append((engine.articles(asked, Query(asked.text, asked.locale)).scores, expected))
    ids = sorted(store.articles.get_many(each for scores, _ in found for each in scores))
    draws = [frozenset(random.Random(seed).sample(ids, len(ids) // SHARE)) for seed in range(DRAWS)]
    print(f"{len(found)} questions; {'lowered by':>10} {'first':>7} {'in five':>8}")
    for by in (0.0, 0.02, 0.05, 0.1, 0.2):
        lists = [(ranked(lowered(s, d, by=by), limit=FIRST), expected) for d in draws for s, expected in found]
        first = sum(bool(set(each[:1]) & expected) for each, expected in lists) / len(lists)
        among = sum(bool(set(each) & expected) for each, expected in lists) / len(lists)
        print(f"{by:26.2f} {first:7.1%} {among:8.1%}")
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("pairs", "lowered"))
    parser.add_argument("places", nargs="+", type=Path, metavar="HOME [LABELLED]")
    parser.add_argument("--plants", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.what == "pairs":
        measure_pairs(asked.places[0], asked.plants, asked.seed)
    else:
        measure_lowered(asked.places[0], asked.places[1])


if __name__ == "__main__":
    main()
