"""What earlier runs worked out saves work and changes nothing: with it a run finds what a run from nothing finds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.capture.capture import Window, capture
from assistant.capture.memory import Memory, content_of, digest
from kb.importers.run import import_paths
from kb.knowledge.candidate import Candidate
from kb.knowledge.move import SYSTEM, ArticleMove
from kb.model import Author, Ticket, TicketStatus
from kb.store import Store
from tests.assistant.worlds import DATA, World
from tests.fakes import a_ticket

Change = Callable[[World, random.Random], object]


def some_tickets(store: Store, chance: random.Random, count: int) -> list[Ticket]:
    rows = store.database.rows("SELECT id FROM tickets WHERE status IN ('solved', 'closed') ORDER BY id")
    ids = chance.sample([row["id"] for row in rows], count)
    return list(store.tickets.get_many(ids).values())


def come_again(world: World, chance: random.Random) -> None:
    """A day's new tickets: what was asked before is asked again, three weeks later."""
    later = timedelta(days=21)
    world.put(
        *(
            replace(
                each, id=f"new-{chance.random()}", source_id=f"new-{chance.random()}", created_at=each.created_at + later
            )
            for each in some_tickets(world.store, chance, 8)
        )
    )  # fmt: skip


def say_more(world: World, chance: random.Random) -> None:
    """Agents answer again in some tickets."""
    for each in some_tickets(world.store, chance, 6):
        last = each.messages[-1]
        said = replace(
            last, number=last.number + 1, author=Author.AGENT, public=True,
            body="Take both batteries out and wait thirty seconds before you put new ones in.",
        )  # fmt: skip
        world.put(replace(each, messages=(*each.messages, said)), index=False)
    world.index()


def link(world: World, chance: random.Random) -> None:
    """Agents link an article to some tickets."""
    article = chance.choice(world.store.database.rows("SELECT id FROM articles ORDER BY id"))["id"]
    world.put(*some_tickets(world.store, chance, 6), links=[article])


def archive(world: World, chance: random.Random) -> None:
    """An article goes."""
    rows = world.store.database.rows("SELECT id FROM articles WHERE confidence <> 'archived' ORDER BY id")
    world.store.article_moves.move(chance.choice(rows)["id"], ArticleMove.ARCHIVE, SYSTEM)
    world.index()


def reopen(world: World, chance: random.Random) -> None:
    """Customers write again: nobody knows yet what solves those."""
    opened = some_tickets(world.store, chance, 6)
    world.put(*(replace(each, status=TicketStatus.OPEN, closed_at=None) for each in opened))


def other_template(world: World, _: random.Random) -> None:
    """The team wants its articles in another form."""
    world.store.article_templates.put("sv", "## Lösning\n\n## Problem\n\n")


CHANGES: list[Change] = [come_again, say_more, link, archive, reopen, other_template]


def look(world: World, memory: Memory | None = None) -> list[Candidate]:
    service = world.service()
    try:
        return capture(service, Window(), memory=memory)
    finally:
        service.store.close()


@pytest.mark.parametrize(
    ("seed", "changes"),
    [(1, 3), *(pytest.param(seed, len(CHANGES), marks=pytest.mark.slow) for seed in (2, 3))],
)
def test_a_run_with_a_memory_finds_what_one_from_nothing_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, changes: int
) -> None:
    world, chance = World(tmp_path / "home", monkeypatch), random.Random(seed)
    import_paths(world.store, [DATA / "articles", DATA / "tickets" / "sv.jsonl", DATA / "tickets" / "da.jsonl"])
    world.index()
    whole = Memory()
    found = look(world, whole)
    assert len(found) > 5
    again = Memory(whole.used)
    assert look(world, again) == found
    assert again.made == 0, "nothing changed, so nothing is worked out"
    known = whole.used
    for change in chance.sample(CHANGES, changes):
        change(world, chance)
        memory, fresh = Memory(known), Memory()
        assert look(world, memory) == look(world, fresh), f"after {change.__name__}"
        assert memory.used == fresh.used, "what is remembered is what a run from nothing works out"
        assert memory.made < fresh.made
        known = memory.used


def test_only_what_has_the_same_digest_is_taken_over() -> None:
    memory = Memory({("search", "t1"): ("old", "[1]")})
    assert memory.worked("search", "t1", "old", lambda: [2]) == [1]
    assert memory.worked("search", "t1", "new", lambda: [2]) == [2]
    assert memory.worked("sketch", "t1", "old", lambda: {"a": [1, 2]}) == {"a": [1, 2]}
    assert (memory.made, memory.used["search", "t1"]) == (2, ("new", "[2]"))


SAME = a_ticket("t1", ("customer", "Why does it blink?"), ("agent", "The battery is low."))
OTHERS = [
    replace(SAME, subject="Another"),
    replace(SAME, product="Termo"),
    replace(SAME, worked=True),
    replace(SAME, created_at=SAME.created_at + timedelta(seconds=1)),
    replace(SAME, messages=SAME.messages[:1]),
    replace(SAME, messages=(SAME.messages[0], replace(SAME.messages[1], public=False))),
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_ticket_that_says_something_else_has_another_digest(other: Ticket) -> None:
    assert content_of(other) != content_of(SAME)
    assert content_of(replace(SAME, version=9, priority="high")) == content_of(SAME)
    assert digest("a", "b") != digest("ab")
