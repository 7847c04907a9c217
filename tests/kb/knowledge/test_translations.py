"""Which languages articles exist in, and what their masters have left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kb.knowledge.translations import coverage_of, is_outdated, paragraph_changes, states_of
from kb.model import Article
from kb.store import Store
from tests.fakes import DAY, an_article, open_store, put

OLD = "Intro.\n\n## Reset\n\nHold the button for five seconds.\n\nWait.\n\n## End\n\nThat is all.\n"
NEW = "Intro.\n\n## Reset\n\nHold the button for ten seconds.\n\n## End\n\nThat is all.\n\nCall us.\n"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def version(article_id: str, locale: str, hours: int, body: str = "Text.", master: str = "") -> Article:
    return an_article(
        article_id, body, locale=locale, translation_of=master, updated_at=DAY + hours * HOUR, title=f"A {article_id}"
    )


def test_the_matrix(store: Store) -> None:
    put(
        store, version("m", "sv", 5), version("t-da", "da", 6, master="m"), version("t-nb", "nb", 4, master="m"),
        version("alone", "da", 0), version("orphan", "en", 0, master="gone"),
    )  # fmt: skip
    families = store.translations.families()
    assert [(each.id, each.locale, [c.article_id for c in each.cells]) for each in families] == [
        ("alone", "da", ["alone"]),
        ("m", "sv", ["m", "t-da", "t-nb"]),
        ("orphan", "en", ["orphan"]),
    ]
    assert states_of(families[1]) == {"sv": "master", "da": "current", "nb": "outdated"}
    assert coverage_of(families, ["da", "nb", "sv"]) == {
        "da": {"current": 2, "outdated": 0, "missing": 1},
        "nb": {"current": 0, "outdated": 1, "missing": 2},
        "sv": {"current": 1, "outdated": 0, "missing": 2},
    }
    assert [store.translations.is_outdated(each) for each in ("m", "t-da", "t-nb", "orphan")] == [
        False, False, True, False,
    ]  # fmt: skip


def test_an_edited_master_leaves_its_siblings_behind(store: Store) -> None:
    put(store, version("m", "sv", 0, OLD), version("t", "da", 1, "Tekst.", "m"))
    assert not store.translations.is_outdated("t")
    put(store, version("m", "sv", 2, NEW))
    assert store.translations.is_outdated("t")
    assert store.translations.made_from("t") == 1
    before = store.articles.get("m", store.translations.made_from("t")).revision.body
    changes = paragraph_changes(before, store.articles.get("m").revision.body)
    assert [(c.kind.value, c.heading, c.before, c.after) for c in changes] == [
        ("changed", "Reset", "Hold the button for five seconds.", "Hold the button for ten seconds."),
        ("removed", "Reset", "Wait.", ""),
        ("added", "End", "", "Call us."),
    ]
    put(store, version("t", "da", 3, "Ny tekst.", "m"))
    assert not store.translations.is_outdated("t")
    assert store.translations.made_from("t") == 2


def test_what_was_noted_outweighs_the_dates(store: Store) -> None:
    put(store, version("m", "sv", 0, OLD), version("t", "da", 9, "Tekst.", "m"))
    put(store, version("m", "sv", 2, NEW))
    with store.database.write("publish", "article", "t") as connection:
        connection.execute("UPDATE articles SET master_revision = 1 WHERE id = 't'")
    assert store.translations.is_outdated("t")
    assert store.translations.made_from("t") == 1
    assert states_of(store.translations.families()[0])["da"] == "outdated"


@pytest.mark.parametrize(
    ("made_from", "revision", "changed", "translated", "expected"),
    [
        (1, 1, 9, 0, False),
        (1, 2, 0, 9, True),
        (0, 2, 1, 2, False),
        (0, 1, 2, 1, True),
        (0, 1, 1, 1, False),
        (0, 1, None, 1, False),
    ],
)
def test_outdated(made_from: int, revision: int, changed: int | None, translated: int, *, expected: bool) -> None:
    moment = None if changed is None else DAY + changed * HOUR
    assert expected is is_outdated(
        master_revision=revision, made_from=made_from, master_changed_at=moment, translated_at=DAY + translated * HOUR
    )


def test_no_change_and_white_space() -> None:
    assert paragraph_changes(OLD, OLD) == []
    assert paragraph_changes("One two.\n", "One\ntwo.\n\n") == []
    assert paragraph_changes("", "") == []
    assert [c.kind.value for c in paragraph_changes("", "One.")] == ["added"]
