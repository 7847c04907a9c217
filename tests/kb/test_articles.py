"""Articles: idempotent storing, revisions that stay, and links that find their article."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import InvalidRow, NotFound
from kb.links import resolve_links
from kb.model import Audience, Confidence
from kb.store import Store
from tests.fakes import DAY, a_ticket, an_article, open_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def resolve(store: Store) -> int:
    """What an import does at its end."""
    with store.database.write("resolve", "ticket_link", "") as connection:
        return resolve_links(connection)


def linked(store: Store, ticket_id: str = "t1") -> list[str]:
    return [link.article_id for link in store.tickets.links([ticket_id])]


def test_what_is_stored_is_read(store: Store) -> None:
    article = an_article(
        "a1", "# Héj\r\n\ttext 😀", title="Title", summary="Sum", tags=("b", "å"), url="https://help.example/a",
        product="Hub",
        audience=Audience.INTERNAL, confidence=Confidence.WIP, translation_of="a0", verified_at=DAY, updated_at=DAY,
    )  # fmt: skip
    assert put(store, article) == "new"
    read = store.articles.get("a1")
    assert read.revision.created_at == DAY
    assert read.revision.body == "# Héj\r\n\ttext 😀"
    assert (read.title, read.revision.summary, read.revision.tags) == ("Title", "Sum", ("b", "å"))
    for name in ("locale", "url", "product", "audience", "confidence", "translation_of", "verified_at", "updated_at"):
        assert getattr(read, name) == getattr(article, name), name


def test_storing_twice_changes_nothing(store: Store) -> None:
    assert put(store, an_article(tags=("x",)), old=["old"]) == "new"
    seq = store.seq()
    assert put(store, an_article(tags=("x",)), old=["old"]) == "unchanged"
    assert store.seq() == seq
    assert store.counts()["revisions"] == 1


@pytest.mark.parametrize(
    ("change", "revisions"),
    [
        ({"body": "Hold it longer."}, 2),
        ({"title": "Another title"}, 2),
        ({"summary": "Short"}, 2),
        ({"tags": ("new",)}, 2),
        ({"product": "Hub"}, 1),
        ({"url": "https://help.example/new"}, 1),
        ({"audience": Audience.INTERNAL}, 1),
        ({"verified_at": DAY}, 1),
        ({"updated_at": DAY + timedelta(days=1)}, 1),
        ({"locale": "sv"}, 1),
        ({"translation_of": "a0"}, 1),
    ],
)
def test_only_a_changed_text_is_a_new_revision(store: Store, change: dict[str, Any], revisions: int) -> None:
    put(store, an_article())
    seq = store.seq()
    assert put(store, an_article(**change)) == "changed"
    assert store.seq() > seq
    assert store.articles.get("a1").revision.number == revisions
    assert store.counts()["revisions"] == revisions


def test_new_redirects_are_a_change(store: Store) -> None:
    put(store, an_article())
    assert put(store, an_article(), old=["https://old.example/x"]) == "changed"
    assert store.articles.resolve("https://old.example/x") == "a1"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bodies=st.lists(st.sampled_from(["one", "two", "three", ""]), min_size=1, max_size=8))
def test_every_text_that_ever_stood_there_is_readable(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str]
) -> None:
    store = open_store(tmp_path_factory.mktemp("home"))
    for body in bodies:
        put(store, an_article(body=body))
    different = [body for i, body in enumerate(bodies) if i == 0 or body != bodies[i - 1]]
    read = [store.articles.get("a1", number).revision for number in range(1, len(different) + 1)]
    assert [revision.body for revision in read] == different
    assert [revision.number for revision in read] == list(range(1, len(different) + 1))
    assert store.articles.get("a1").revision == read[-1]
    store.close()


def test_what_is_not_there_is_named(store: Store) -> None:
    put(store, an_article())
    with pytest.raises(NotFound, match=r"No article with id 'a2'\. `svar search WORDS` lists ids\."):
        store.articles.get("a2")
    with pytest.raises(NotFound, match=r"No revision with id 'a1 7'\. Its revisions are 1 to 1\."):
        store.articles.get("a1", 7)
    assert list(store.articles.get_many(["a1", "a2", "a1"])) == ["a1"]
    assert store.articles.get_many([]) == {}


def test_the_id_of_another_source_is_refused(store: Store) -> None:
    put(store, an_article())
    with pytest.raises(InvalidRow, match="article id 'a1' already belongs to source 'files'"):
        put(store, an_article(source="zendesk", source_id="17"))
    assert store.articles.get("a1").source == "files"


def test_an_article_keeps_its_id_when_the_source_wishes_another(store: Store) -> None:
    """(source, source_id) says which article it is; the id, which links and events know, stays."""
    put(store, an_article("a1"), an_article("a2"))
    again = an_article("a2", "New text.", source_id="a1", url="https://help.example/x")
    assert put(store, again) == "changed"
    assert store.articles.get("a1").revision.body == "New text."
    assert store.articles.get("a2").revision.body == "Hold the button."
    assert store.articles.resolve("https://help.example/x") == "a1"
    assert put(store, an_article("wish", "Newer.", source_id="a1")) == "changed"
    assert store.articles.get("a1").revision.body == "Newer."


@pytest.mark.parametrize(
    "target",
    [
        "https://help.example/sv/kb/reset", "http://www.help.example/SV/kb/reset/?x=1#y", "https://help.example/kb/reset",
        "https://help.example/da/kb/reset", "https://old.example/how-to-reset.html", "how-to-reset", "reset", "a1",
        "A1", "src-9",
        "https://mirror.example/any/reset",
    ],
)  # fmt: skip
def test_ways_to_name_an_article(store: Store, target: str) -> None:
    """By URL, redirect, slug, id and the source's id, whatever came first."""
    put(store, a_ticket(), links=[target])
    assert resolve(store) == 0
    assert linked(store) == []
    before = store.seq()
    put(
        store,
        an_article("a1", source_id="src-9", url="https://help.example/sv/kb/reset"),
        old=["https://old.example/how-to-reset"],
    )
    assert resolve(store) == 1
    assert linked(store) == ["a1"]
    assert store.articles.resolve(target) == "a1"
    assert [t.id for _, t in store.tickets.changed_since(before, limit=9)] == ["t1"], "its vote must be indexed"
    assert resolve(store) == 0


def test_a_url_beats_a_redirect_beats_a_slug(store: Store) -> None:
    put(store, an_article("slug", url="https://one.example/reset"))
    put(store, an_article("redirect"), old=["https://help.example/reset"])
    put(store, an_article("exact", url="https://help.example/reset"))
    assert store.articles.resolve("https://help.example/reset") == "exact"
    assert store.articles.resolve("reset") == "slug", "of two that are as good the first stays"


def test_a_moved_article_is_found_at_both_places(store: Store) -> None:
    put(store, an_article(url="https://help.example/first"))
    put(store, an_article(url="https://help.example/second"))
    assert store.articles.resolve("https://help.example/first") == "a1"
    assert store.articles.resolve("https://help.example/second") == "a1"


def test_who_lives_at_a_url_now_gets_its_links(store: Store) -> None:
    put(store, an_article("a1", url="https://help.example/x"))
    put(store, an_article("a1", url="https://help.example/y"))
    put(store, an_article("a2", url="https://help.example/x"))
    assert store.articles.resolve("https://help.example/x") == "a2"
    assert store.articles.resolve("https://help.example/y") == "a1"


def test_hostile_links_stop_nothing(store: Store) -> None:
    put(
        store,
        a_ticket("t1", ("customer", "?"), ("agent", "see https://exa\u2100mple.example/x")),
        links=["https://[half", "", "//"],
    )
    put(store, a_ticket("t2"), an_article("a1"), links=["a1"])
    assert resolve(store) == 1
    assert linked(store, "t2") == ["a1"]


def test_hosts(store: Store) -> None:
    put(
        store,
        an_article("a1", url="https://www.Help.example/x"),
        an_article("a2", url="https://b.example/"),
        an_article("a3"),
    )
    assert store.articles.hosts() == {"help.example", "b.example"}


def test_families(store: Store) -> None:
    put(store, an_article("m", locale="sv"), an_article("m-da", locale="da", translation_of="m"), an_article("other"))
    put(store, an_article("m-en", locale="en", translation_of="m", audience=Audience.INTERNAL))
    assert {kin.id: (kin.family, kin.locale) for kin in store.articles.families(["m-da", "m"])} == {
        "m": ("m", "sv"), "m-da": ("m", "da"), "m-en": ("m", "en"),
    }  # fmt: skip
    assert [a.id for a in store.articles.translations(store.articles.get("m-da"))] == ["m-en", "m"]
    assert store.articles.families([]) == []


def test_archived_is_a_change_that_keeps_the_text(store: Store) -> None:
    put(store, an_article())
    seq = store.seq()
    store.articles.archive("a1", actor="u1")
    assert [(a.id, a.confidence) for _, a in store.articles.changed_since(seq, limit=9)] == [
        ("a1", Confidence.ARCHIVED)
    ]
    assert store.articles.get("a1", 1).revision.body == "Hold the button."
    assert put(store, an_article()) == "unchanged", "the source said nothing new, so it stays archived"
    assert store.articles.get("a1").confidence is Confidence.ARCHIVED
    with pytest.raises(NotFound, match="No article with id 'nope'"):
        store.articles.archive("nope", actor="u1")


def test_changes_come_in_their_order_and_in_portions(store: Store) -> None:
    put(store, *(an_article(f"a{i}") for i in range(5)))
    put(store, an_article("a0", "Changed."))
    first = store.articles.changed_since(0, limit=3)
    rest = store.articles.changed_since(first[-1][0], limit=9)
    assert [a.id for _, a in first + rest] == ["a1", "a2", "a3", "a4", "a0"]
    assert store.articles.changed_since(rest[-1][0], limit=9) == []
