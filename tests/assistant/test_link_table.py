"""The links in memory: whatever happens to the store, they are what a fresh look would see."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.link_table import Links, LinkTable
from indexer.shelves import TAUGHT, Shelves
from kb.links import resolve_links
from kb.model import LinkedTicket, TicketStatus
from kb.settings import Settings
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, put


def said(links: Links) -> dict[str, tuple[float, list[tuple[str, float, float, bool]]]]:
    """(created, rows) by ticket id, after a look at whether the columns fit together."""
    rows = len(links.article)
    assert len(links.at_s) == len(links.weight) == len(links.implied) == rows
    assert len(links.created_s) == len(links.tickets) == len(links.begins) - 1
    assert (links.begins[0], links.begins[-1]) == (0, rows)
    assert (np.diff(links.begins) > 0).all()
    assert list(links.tickets.values()) == list(range(len(links.tickets)))
    assert set(links.article.tolist()) == set(range(len(links.articles)))
    assert list(links.articles) == sorted(set(links.articles))
    found = {}
    for ticket_id, code in links.tickets.items():
        own = range(links.begins[code], links.begins[code + 1])
        found[ticket_id] = (
            float(links.created_s[code]),
            sorted(
                (links.articles[links.article[r]], float(links.at_s[r]), float(links.weight[r]), bool(links.implied[r]))
                for r in own
            ),
        )
    return found


# ---- the columns


def ticket(ticket_id: str, articles: str, days: float = 0) -> LinkedTicket:
    came = DAY + timedelta(days=days)
    return LinkedTicket(ticket_id, 1, came, tuple((each, came + timedelta(hours=1)) for each in articles))


def test_by_hand() -> None:
    links = Links.of(
        [ticket("t1", "ac"), ticket("none", ""), ticket("t2", "b", 1)], [("u1", "c", 0.5), ("u1", "d", 0.25)]
    )
    start = DAY.timestamp()
    assert said(links) == {
        "t1": (start, [("a", start + 3600, 1.0, False), ("c", start + 3600, 1.0, False)]),
        "t2": (start + 86400, [("b", start + 90000, 1.0, False)]),
        "u1": (0.0, [("c", 0.0, 0.5, True), ("d", 0.0, 0.25, True)]),
    }


def test_none() -> None:
    links = Links.of([], [])
    assert said(links) == {}
    assert links.popularity().shape == (0,)


def test_what_a_linked_ticket_implies_is_left_out() -> None:
    implied = [("t1", "b", 1.0), ("none", "b", 1.0)]
    assert said(Links.of([ticket("t1", "a"), ticket("none", "")], implied))["t1"][1][0][0] == "a"
    assert set(said(Links.of([ticket("t1", "a"), ticket("none", "")], implied))) == {"t1", "none"}


def test_popularity_before_a_moment() -> None:
    """By when a ticket came in; what is only implied is not popular."""
    links = Links.of(
        [ticket("t1", "ab", 0), ticket("t2", "a", 1), ticket("t3", "c", 2)], [("u1", "a", 1.0), ("u2", "d", 1.0)]
    )
    assert links.popularity().tolist() == [2, 1, 1, 0]
    day = 86400.0
    counts = [links.popularity(before_s=DAY.timestamp() + days * day).tolist() for days in (0, 0.5, 1, 1.5, 3)]
    assert counts == [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0], [2, 1, 0, 0], [2, 1, 1, 0]]


# ---- following the store


@dataclass
class Place:
    store: Store
    shelves: Shelves
    taught: int = 0

    def imported(self, number: int, targets: tuple[str, ...], days: int, words: str = "") -> None:
        """A ticket as its source has it now; the help desk may have linked and unlinked since."""
        came = DAY + timedelta(days=days)
        turns = (("customer", f"Question {words}"), ("agent", "Answer"))
        put(self.store, a_ticket(f"t{number}", *turns, created_at=came), links=targets)

    def resolve(self) -> None:
        with self.store.database.write("resolve", "link", "") as connection:
            resolve_links(connection)

    def reply(self, number: int, articles: tuple[str, ...]) -> None:
        known = self.store.tickets.get_many([f"t{number}"])
        if known:
            self.store.tickets.reply(
                f"t{number}", "See this.", author_name="A", actor="u", status=TicketStatus.SOLVED,
                version=known[f"t{number}"].version, article_ids=articles,
            )  # fmt: skip

    def teach(self, links: dict[tuple[int, str], float]) -> None:
        self.taught += 1
        with self.shelves.write() as writer:
            writer.set_implied_links([(f"t{number}", article, weight) for (number, article), weight in links.items()])
            writer.set_meta(TAUGHT, str(self.taught))


def place_in(folder: Path) -> Place:
    found = Place(Store.open(Settings(home=folder / "home")), Shelves(folder / "index"))
    put(found.store, an_article("a1"), an_article("a2"))
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = place_in(tmp_path)
    yield found
    found.store.close()


TARGETS = st.lists(st.sampled_from(["a1", "a2", "late", "nowhere"]), unique=True, max_size=3).map(tuple)
NUMBER = st.integers(0, 4)
STEPS = st.one_of(
    st.tuples(st.just("imported"), NUMBER, TARGETS, st.integers(0, 3), st.sampled_from(["", "x"])),
    st.tuples(st.just("reply"), NUMBER, st.sampled_from([(), ("a1",), ("a2", "a1")])),
    st.tuples(st.just("resolve")),
    st.tuples(st.just("late")),
    st.tuples(
        st.just("teach"),
        st.dictionaries(
            st.tuples(NUMBER, st.sampled_from(["a1", "a2", "old"])), st.sampled_from([0.25, 0.5]), max_size=4
        ),
    ),
)


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=40)
def test_whatever_happens_it_is_what_a_fresh_look_sees(steps: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        place = place_in(Path(folder))
        table = LinkTable(place.store, place.shelves)
        for name, *given_ in steps:
            if name == "late":
                put(place.store, an_article("late"))
            else:
                getattr(place, str(name))(*given_)
            table.refresh()
            fresh = LinkTable(place.store, place.shelves).links
            assert said(table.links) == said(fresh)
            assert table.links.articles == fresh.articles
            assert table.links.popularity().tolist() == fresh.popularity().tolist()
            assert {
                ticket_id: [(article_id, at) for article_id, at, _, implied in rows if not implied]
                for ticket_id, (_, rows) in said(fresh).items()
                if not rows[0][3]
            } == recount(place.store)
        place.store.close()


def recount(store: Store) -> dict[str, list[tuple[str, float]]]:
    """The resolved links of every ticket, as the store says them one by one."""
    found: dict[str, list[tuple[str, float]]] = {}
    for link in store.tickets.links(f"t{number}" for number in range(5)):
        found.setdefault(link.ticket_id, []).append((link.article_id, link.at.timestamp()))
    return found


def test_nothing_is_read_where_nothing_changed(place: Place) -> None:
    place.imported(1, ("a1",), 0)
    place.resolve()
    table = LinkTable(place.store, place.shelves)
    before = table.links
    table.refresh()
    assert table.links is before
    place.imported(2, (), 0)
    place.imported(1, ("a1",), 0)
    table.refresh()
    assert table.links is before, "no ticket has other links than before"


def test_only_what_changed_is_arranged_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        place.imported(number, ("a1",), number)
    place.resolve()
    table = LinkTable(place.store, place.shelves)
    arranged: list[list[str]] = []
    of = Links.of

    def noting(linked: list[LinkedTicket], implied: list[tuple[str, str, float]]) -> Links:
        arranged.append([ticket.id for ticket in linked])
        return of(linked, implied)

    monkeypatch.setattr(Links, "of", noting)
    place.imported(3, ("a2",), 3)
    place.resolve()
    before = table.links.articles
    table.refresh()
    assert arranged == [["t3"]]
    assert (before, table.links.articles) == (("a1",), ("a1", "a2"))
    assert said(table.links)["t3"][1][0][0] == "a2"


def test_articles_stay_the_same_object_where_none_is_new(place: Place) -> None:
    """Others remember by it what they know about the articles."""
    place.imported(1, ("a1", "a2"), 0)
    place.imported(2, ("a1",), 0)
    place.resolve()
    table = LinkTable(place.store, place.shelves)
    before = table.links
    place.imported(2, ("a2",), 0)
    place.resolve()
    table.refresh()
    assert table.links is not before
    assert table.links.articles is before.articles


def test_what_is_implied_vanishes_when_somebody_links(place: Place) -> None:
    place.imported(1, (), 0)
    place.teach({(1, "a2"): 0.5})
    table = LinkTable(place.store, place.shelves)
    assert [row[0] for row in said(table.links)["t1"][1]] == ["a2"]
    place.reply(1, ("a1",))
    table.refresh()
    ((article_id, _, weight, implied),) = said(table.links)["t1"][1]
    assert (article_id, weight, implied) == ("a1", 1.0, False)
    assert table.links.articles == ("a1",)


def test_what_is_implied_comes_back_when_the_link_goes(place: Place) -> None:
    place.imported(1, ("a1",), 0)
    place.resolve()
    place.teach({(1, "a2"): 0.5})
    table = LinkTable(place.store, place.shelves)
    assert table.links.articles == ("a1",)
    place.imported(1, (), 0)
    table.refresh()
    assert said(table.links) == {"t1": (0.0, [("a2", 0.0, 0.5, True)])}


def test_several_threads(place: Place) -> None:
    """Each sees columns that fit together, whoever took the change in; in the end all of it is there."""
    table = LinkTable(place.store, place.shelves)
    wrong: list[BaseException] = []
    done = threading.Event()

    def follow() -> None:
        try:
            while not done.is_set():
                table.refresh()
                said(table.links)
        except BaseException as error:  # noqa: BLE001 - it is raised below
            wrong.append(error)

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        place.imported(number % 5, ("a1",) if number % 3 else ("a2", "a1"), number % 4, str(number))
        place.resolve()
        place.teach({(number % 5, "a2"): 0.5, (9, "a1"): 0.25})
    done.set()
    for thread in threads:
        thread.join(timeout=30)
    assert wrong == []
    table.refresh()
    assert said(table.links) == said(LinkTable(place.store, place.shelves).links)
    assert len(table.links.tickets) == 6
