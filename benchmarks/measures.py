"""How long figures take at 150,000 tickets: `python benchmarks/measures.py [TICKETS]` makes them up and measures.

The tickets are of one year, with four messages each, links, shown articles and answers of customers; every number of it
is drawn with a fixed seed.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assistant.measures.dashboard import dashboard
from assistant.measures.measures import Measures
from kb import clock
from kb.settings import Settings
from kb.store import Store
from ui.wire import to_json

_TICKETS = (
    "tickets (id, source, source_id, subject, status, locale, product, channel, created_at, closed_at, content_hash,"
    " seq, last_at)"
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
LOCALES = ("sv", "nb", "da", "en")
PRODUCTS = tuple(f"Product {n}" for n in range(12))
AGENTS = 40


def fill(store: Store, tickets: int) -> None:
    """Put made-up tickets of a year into an empty store."""
    rng = np.random.default_rng(1)
    created = np.sort(rng.integers(0, 365 * 86_400, tickets))
    first = rng.lognormal(9.0, 1.2, tickets)
    last = first + rng.lognormal(10.0, 1.3, tickets)
    rows: dict[str, list[tuple[object, ...]]] = {
        name: [] for name in ("tickets", "messages", "links", "events", "said")
    }
    for n in range(tickets):
        one, draw = f"t{n}", rng.random(8)
        start = YEAR + timedelta(seconds=int(created[n]))
        answered, closed = start + timedelta(seconds=first[n]), start + timedelta(seconds=last[n])
        agent = f"Agent {int(draw[0] * AGENTS)}"
        rows["tickets"].append(
            (one, "made-up", one, "Subject", "closed" if draw[1] < 0.95 else "open", LOCALES[int(draw[2] * 4)],
             PRODUCTS[int(draw[3] * 12)], ("email", "chat", "phone")[int(draw[4] * 3)],
             clock.to_text(start), clock.to_text(closed) if draw[1] < 0.95 else None, "", n + 1, clock.to_text(closed))
        )  # fmt: skip
        turns = (
            ("customer", "", start),
            ("agent", agent, answered),
            ("customer", "", answered),
            ("agent", agent, closed),
        )
        rows["messages"] += [
            (one, place, author, 1, clock.to_text(at), name, "Text of a message.")
            for place, (author, name, at) in enumerate(turns)
        ]
        for rank in range(1, 6 if draw[5] < 0.5 else 1):
            rows["events"].append(
                (clock.to_text(answered), "shown", agent, one, f"a{(n + rank) % 2000}", rank, 0.6, "{}")
            )
        if draw[5] < 0.2:
            rows["events"].append((clock.to_text(answered), "inserted", agent, one, f"a{(n + 1) % 2000}", 1, 0.6, "{}"))
            rows["events"].append((clock.to_text(closed), "sent", agent, one, f"a{(n + 1) % 2000}", 0, 0.0, "{}"))
        if draw[6] < 0.4:
            rows["links"].append((one, f"a{(n + 1) % 2000}", f"a{(n + 1) % 2000}", clock.to_text(closed), "linked"))
        if draw[7] < 0.1:
            rows["said"].append(
                ("survey", one, one, clock.to_text(closed), float(1 + int(draw[7] * 50)), 5.0, n % 11, "")
            )
    _write(store, rows)


def _write(store: Store, rows: dict[str, list[tuple[object, ...]]]) -> None:
    with store.database.write("make up", "ticket", str(len(rows["tickets"]))) as connection:
        articles = [(f"a{n}", f"a{n}", LOCALES[n % 4], PRODUCTS[n % 12], n + 1) for n in range(2000)]
        connection.executemany(
            "INSERT INTO articles (id, source, source_id, locale, product, audience, confidence, revision,"
            " content_hash, seq) VALUES (?, 'made-up', ?, ?, ?, 'public', 'validated', 1, '', ?)",
            articles,
        )
        connection.executemany(
            "INSERT INTO revisions (article_id, number, title, body) VALUES (?, 1, ?, '')",
            [(a[0], a[0]) for a in articles],
        )
        for sql, name in (
            (_TICKETS, "tickets"),
            ("messages (ticket_id, number, author, public, at, name, body)", "messages"),
            ("ticket_links (ticket_id, target, article_id, at, kind)", "links"),
            ("events (at, kind, user_id, ticket_id, article_id, rank, confidence, detail)", "events"),
            ("satisfaction (source, source_id, ticket_id, at, score, scale, nps, content_hash)", "said"),
        ):  # fmt: skip
            marks = ", ".join("?" * len(rows[name][0]))
            connection.executemany(f"INSERT INTO {sql} VALUES ({marks})", rows[name])


def timed(name: str, work: Callable[[], Any], times: int = 1) -> Any:  # noqa: ANN401 - whatever it does
    """Do something and print how long it took, at best and at worst, and the least processor time of it."""
    took, worked = [], []
    done: Any = None
    for _ in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        done = work()
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - cpu)
    print(
        f"{name:<42} best {min(took) * 1000:8.0f} ms, worst of {times} {max(took) * 1000:8.0f} ms,"
        f" processor {min(worked) * 1000:8.0f} ms",
        flush=True,
    )
    return done


def main() -> None:
    """Make it up, measure, print."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Settings(home=Path(folder)))
        timed(f"make up {tickets:,} tickets", lambda: fill(store, tickets))
        measures = Measures(store)
        timed("work out the facts of all", measures.catch_up)
        timed("read the facts into memory", measures.frame)
        quarter = measures.window(since="2026-07-01", until="2026-10-01")
        year = measures.window(since="2026-01-01", until="2027-01-01")
        timed("dashboard of a quarter", lambda: dashboard(measures, quarter), 5)
        timed("dashboard of a year", lambda: dashboard(measures, year), 3)
        answer = timed("dashboard of one product, as JSON", lambda: json.dumps(to_json(dashboard(
            measures, measures.window(since="2026-07-01", until="2026-10-01", product=PRODUCTS[0])))), 3)  # fmt: skip
        print(f"  {len(answer):,} characters")
        timed("articles of a quarter, first page", lambda: store.reporting.uses.performance(quarter), 3)

        def one_more() -> None:
            with store.database.note() as connection:
                connection.execute("UPDATE tickets SET closed_at = ? WHERE id = 't5'", (clock.to_text(clock.now()),))
            dashboard(measures, quarter)

        timed("dashboard after a ticket changed", one_more, 3)
        from assistant.measures.exports import table_of

        timed("rows of a quarter's tickets for export", lambda: table_of(measures, "tickets", quarter), 1)
        store.close()
    print(
        f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB; today {clock.now():%Y-%m-%d}"
    )


if __name__ == "__main__":
    main()
