"""How fast the queue of a large home is: pages in every order, every built-in view's count, text, tags.

    python benchmarks/queue_speed.py HOME [--tickets 50000] [--live 0.1]

Makes the tickets if HOME has no database; then prints the median and the slowest of twenty runs of each in
milliseconds, the median of what it used of the processor (which says more where other programs run), and whether
SQLite had to sort. With `--live 1` every ticket is open or pending, the worst case.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from kb import clock
from kb.desk.filter_sql import Asker, order, path, where
from kb.desk.filters import Sort, TicketFilter
from kb.desk.views import BUILT_IN
from kb.model import Author, Customer, Message, Role, Ticket, TicketStatus
from kb.settings import Settings
from kb.store import Store
from kb.ticket_intake import put_ticket

RUNS = 20
PRODUCTS = ("", "Lampa", "Kamera", "Hub", "Sensor", "Abonnemang")


def main() -> None:
    """Make the home if need be, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--tickets", type=int, default=50_000)
    parser.add_argument("--live", type=float, default=0.1)
    wishes = parser.parse_args()
    store = Store.open(Settings(home=wishes.home))
    if not store.counts()["tickets"]:
        fill(store, wishes.tickets, wishes.live)
    measure(store)
    store.close()


def fill(store: Store, count: int, live: float) -> None:
    """Store made-up tickets of the last two years, a share of them live, for twenty colleagues and many customers."""
    rng = random.Random(7)
    users = [
        store.users.create(name=f"Kollega {n}", email=f"k{n}@firma.example", role=Role.AGENT, actor="bench")
        for n in range(20)
    ]
    started = time.perf_counter()
    for start in range(0, count, 1000):
        size = min(1000, count - start)
        with store.database.write("import", "ticket", str(size)) as connection:
            for number in range(start, start + size):
                put_ticket(connection, a_ticket(rng, number, live, [user.name for user in users]))
    seconds = time.perf_counter() - started
    print(f"{count:,} tickets stored in {seconds:.1f} s")
    with store.database.note() as connection:
        connection.executemany(
            "INSERT INTO ticket_reads SELECT ?, id, message_count - 1, ? FROM tickets WHERE abs(random()) % 2 = 0",
            [(user.id, clock.to_text(clock.now())) for user in users[:3]],
        )


def a_ticket(rng: random.Random, number: int, live: float, names: list[str]) -> Ticket:
    """One made-up ticket."""
    is_live = rng.random() < live
    age = timedelta(hours=rng.uniform(0, 24 * 14) if is_live else rng.uniform(24, 24 * 730))
    made = clock.now() - age
    status = rng.choice(["open", "open", "pending"]) if is_live else rng.choice(["solved", "closed"])
    turns = [Author.CUSTOMER, *rng.choices([Author.AGENT, Author.CUSTOMER], k=rng.randint(0, 4))]
    messages = tuple(
        Message(place, author, True, made + place * age / 8, "Hej, lampan blinkar och går inte att para ihop. " * 6)
        for place, author in enumerate(turns)
    )
    who = rng.randrange(20_000)
    return Ticket(
        id=f"T{number:06d}", source="bench", source_id=str(number), subject=f"Lampan blinkar {number}",
        status=TicketStatus(status), locale=rng.choice(["sv", "nb", "da", "en"]), created_at=made, messages=messages,
        product=rng.choice(PRODUCTS), tags=tuple(rng.sample(["vip", "retur", "garanti", "faktura"], rng.randint(0, 2))),
        priority=rng.choice(["low", "normal", "normal", "normal", "high", "urgent"]),
        customer=Customer(f"email:c{who}@post.example", f"Kund {who}", f"c{who}@post.example",
                          company=f"Firma {who % 800}"),
        type=rng.choice(["", "question", "complaint"]), assignee=rng.choice(["", *names]),
    )  # fmt: skip


def measure(store: Store) -> None:
    """Print one line per query."""
    user = store.users.list()[0]
    asker = store.queue.asker(user.id)
    print(f"{store.counts()['tickets']:,} tickets, {store.tickets.counts()}")
    print("A page's time includes counting its tickets, as the list does.")
    for view in BUILT_IN:
        tell(f"count {view.id}", lambda view=view: store.queue.count(view.filter, asker))  # type: ignore[misc]
    every = {view.id: view.filter for view in BUILT_IN}
    tell("counts of all built-in views", lambda: store.queue.counts(every, asker))
    cases = [(view.id, view.filter) for view in BUILT_IN] + [
        ("everything", TicketFilter()),
        ("tag", TicketFilter(tags=("vip",))),
        ("company", TicketFilter(companies=("Firma 7",))),
        ("text", TicketFilter(text="kund 777")),
        ("text nowhere", TicketFilter(text="finns inte")),
        ("unread", TicketFilter(statuses=("open",), unread=True)),
    ]
    for name, wanted in cases:
        for sort in Sort:
            tell(f"page {name} by {sort}{plan(store, wanted, asker, sort)}", page(store, wanted, asker, sort, 0))
    tell("last page of everything", page(store, TicketFilter(), asker, Sort.DUE, store.counts()["tickets"] - 50))
    tell("count of text", lambda: store.queue.count(TicketFilter(text="kund 777"), asker))
    tell("choices", store.queue.choices)


def page(store: Store, wanted: TicketFilter, asker: Asker, sort: Sort, offset: int) -> Callable[[], object]:
    """Fetching one page."""
    return lambda: store.queue.page(wanted, asker, sort=sort, limit=50, offset=offset)


def plan(store: Store, wanted: TicketFilter, asker: Asker, sort: Sort) -> str:
    """Whether SQLite has to sort."""
    part = where(wanted, asker)
    along = path(wanted, sort, store.queue.count(wanted, asker))
    sql = f"EXPLAIN QUERY PLAN SELECT t.id FROM tickets t {along} WHERE {part.sql}"
    sql += f" ORDER BY {order(sort)} LIMIT 50"
    steps = [str(row["detail"]) for row in store.database.rows(sql, part.values)]
    return " (sorts)" if any("TEMP B-TREE FOR" in step for step in steps) else ""


def tell(name: str, run: Callable[[], object]) -> None:
    """Time twenty runs."""
    times, own = [], []
    for _ in range(RUNS):
        started, used = time.perf_counter(), time.thread_time()
        run()
        times.append(1000 * (time.perf_counter() - started))
        own.append(1000 * (time.thread_time() - used))
    median, processor = statistics.median(times), statistics.median(own)
    print(f"{median:8.1f} ms median {max(times):8.1f} ms slowest {processor:8.1f} ms of the processor  {name}")


if __name__ == "__main__":
    main()
