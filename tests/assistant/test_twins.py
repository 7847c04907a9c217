"""Translations that nobody linked, in memory: what the index noted, also when another process noted it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.engine import Engine
from assistant.twins import Twins
from indexer.folders import require_folder
from indexer.model import Shelf
from indexer.shelves import TWINS, Shelves
from tests.assistant.worlds import World
from tests.fakes import a_passage, an_article
from tests.indexer.conftest import fill

SUBJECTS = tuple(f"{word}berg {word}sten {word}dal {word}strand" for word in "abcdefghijklmnop")


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    """An index with one article in each of three languages and one in a fourth."""
    made = Shelves(tmp_path / "index" / "fake-1", busy_timeout_s=5)
    fill(made, *(a_passage(locale, "hub", locale=locale) for locale in ("sv", "da", "en", "de")))
    return made


def note(shelves: Shelves, *pairs: tuple[str, str]) -> None:
    """As an index run does."""
    with shelves.write() as writer:
        writer.set_twins(sorted({*pairs, *(pair[::-1] for pair in pairs)}))
        writer.set_meta(TWINS, f"4 0 {writer.generation}")


def test_into_a_language(shelves: Shelves) -> None:
    note(shelves, ("sv", "da"), ("sv", "de"))
    twins = Twins(shelves)
    assert twins.into("sv") == {"da": "sv", "de": "sv"}
    assert twins.into("da") == {"sv": "da"}
    assert twins.into("de") == {"sv": "de"}
    assert twins.into("en") == twins.into("und") == twins.into("") == {}


def test_an_index_in_which_nobody_looked(shelves: Shelves) -> None:
    assert Twins(shelves).into("sv") == {}


def test_it_follows_what_another_process_notes(shelves: Shelves) -> None:
    note(shelves, ("sv", "da"))
    twins = Twins(shelves)
    other = Shelves(shelves.path.parent)
    note(other, ("sv", "en"))
    assert twins.into("sv") == {"da": "sv"}, "until it is told to look"
    twins.refresh()
    assert (twins.into("sv"), twins.into("en"), twins.into("da")) == ({"en": "sv"}, {"sv": "en"}, {})
    note(other)
    twins.refresh()
    assert twins.into("sv") == twins.into("en") == {}


def test_nothing_is_read_where_nothing_changed(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    note(shelves, ("sv", "da"))
    twins = Twins(shelves)
    fill(Shelves(shelves.path.parent), a_passage("new", "refund", locale="sv"))
    with shelves.write() as writer:
        # A run that waits until more has changed leaves the number as it is.
        writer.set_meta(TWINS, " ".join(["4", "1", shelves.meta(TWINS).split()[-1]]))

    def read(self: Shelves) -> list[tuple[str, str]]:
        raise AssertionError("twins were read though none were looked for")

    monkeypatch.setattr(Shelves, "twins", read)
    twins.refresh()
    assert twins.into("sv") == {"da": "sv"}


def test_many_threads_follow(shelves: Shelves) -> None:
    """Whoever asks gets all of one state or all of another."""
    note(shelves, ("sv", "da"))
    twins, other = Twins(shelves), Shelves(shelves.path.parent)
    states: list[dict[str, str]] = [{"da": "sv"}, {"da": "sv", "en": "sv", "de": "sv"}]
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                twins.refresh()
                seen = dict(twins.into("sv"))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(error)
                return
            if seen not in states:
                wrong.append(seen)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(30):
        note(other, *((("sv", "da"), ("sv", "en"), ("sv", "de")) if turn % 2 == 0 else (("sv", "da"),)))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    twins.refresh()
    assert twins.into("sv") == states[0]


def test_what_an_index_run_finds_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words under a Swedish and a Danish roof; a translation that goes takes its twins with it."""
    world = World(tmp_path / "home", monkeypatch)
    pairs = {locale: [an_article(f"{locale}{n}", text, title=text, locale=locale) for n, text in enumerate(SUBJECTS)]
             for locale in ("sv", "da")}  # fmt: skip
    world.put(*pairs["sv"], *pairs["da"][:-1])
    engine = Engine.open(world.store, world.settings)
    expected = {f"da{n}": f"sv{n}" for n in range(len(SUBJECTS) - 1)}
    assert engine.twins.into("sv") == expected
    assert engine.twins.into("da") == {sv: da for da, sv in expected.items()}
    world.put(pairs["da"][-1])
    engine.refresh()
    assert engine.twins.into("sv") == expected | {"da15": "sv15"}
    world.store.articles.archive("sv0", actor="u1")
    world.index()
    engine.refresh()
    assert "da0" not in engine.twins.into("sv")
    assert set(Shelves(require_folder(world.settings.home)).twins()) == {
        pair for da, sv in (expected | {"da15": "sv15"}).items() if da != "da0" for pair in ((da, sv), (sv, da))
    }
    assert len(engine.readers[Shelf.ARTICLE]) == 2 * len(SUBJECTS) - 1


def test_one_language_has_no_twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(*(an_article(f"a{n}", text) for n, text in enumerate((*SUBJECTS, *SUBJECTS))))
    engine = Engine.open(world.store, world.settings)
    assert engine.twins.into("en") == {}
    assert engine.shelves.meta(TWINS) == ""
