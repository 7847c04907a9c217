"""Duplicates and contradictions across the base: by their texts, by their vectors, and as they are stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.upkeep import search_pairs as module
from assistant.upkeep.near import NEIGHBOURS, near_pairs
from assistant.upkeep.pairs import PairText, are_apart, common_text, likeness
from assistant.upkeep.search_pairs import found_pairs, search_pairs
from indexer.encode import Vectors
from kb.errors import Conflict
from kb.knowledge.article_pair import ArticlePair, PairKind, PairState
from kb.model import Confidence
from kb.store import Store
from tests.assistant.worlds import World
from tests.fakes import DAY, an_article

RESET = """The hub can be reset when nothing else helps. All rooms and schedules are kept.

## Reset the hub

1. Open the app and choose Settings.
2. Hold the button on the back for 10 seconds.
3. Wait until the ring shines blue.
4. Choose Add hub and follow the steps.

Do not unplug the hub while the ring shines red. The reset takes 5 minutes.
"""
PAY = "You can pay by card, by invoice or with Swish. The invoice is due after 30 days. Choose how to pay at the checkout."


def text(body: str, title: str = "Reset your hub", name: str = "a") -> PairText:
    return PairText(name, title, body, "en")


@pytest.mark.parametrize(
    ("other", "title", "kind", "why"),
    [
        (RESET, "Reset your hub", PairKind.DUPLICATE, []),
        (RESET, "What if nothing helps?", PairKind.DUPLICATE, []),
        ("\n\n".join(reversed(RESET.split("\n\n"))), "Reset", PairKind.DUPLICATE, []),
        (RESET.split("\n\nDo not", maxsplit=1)[0], "Reset", PairKind.DUPLICATE, []),
        (RESET.replace("10 seconds", "25 seconds"), "Reset", PairKind.CONTRADICTION, ["numbers"]),
        (RESET.replace("Do not unplug", "Unplug"), "Reset", PairKind.CONTRADICTION, ["advice"]),
        (RESET.replace("3. Wait until the ring shines blue.\n", ""), "Reset", PairKind.CONTRADICTION, ["steps"]),
        (RESET.replace("are kept.", "are not kept."), "Reset", PairKind.CONTRADICTION, ["advice"]),
        (RESET.replace(" while", ", while"), "Reset", PairKind.DUPLICATE, []),
        (PAY, "Reset your hub", None, []),
        ("Hold the button.", "Reset your hub", None, []),
        ("", "Reset your hub", None, []),
    ],
)
def test_two_texts(other: str, title: str, kind: PairKind | None, why: list[str]) -> None:
    one, two = text(RESET), text(other, title, "b")
    for a, b in ((one, two), (two, one)):
        found = likeness(a, b, 0.9)
        assert (found.kind if found else None) is kind
        if found:
            assert [place.kind.value for place in found.places] == why
            for place in found.places:
                assert a.body[place.one_start : place.one_end] == place.one_quote
                assert b.body[place.other_start : place.other_end] == place.other_quote


@pytest.mark.parametrize(
    ("titles", "themes"),
    [
        (("Install the app on Android", "Install the app on iOS"), ("Android", "iOS")),
        (("Reset the Hub Mini", "Reset the Hub Panel"), ("Mini", "Panel")),
    ],
)
def test_two_subjects_are_no_pair_however_alike_their_texts_are(
    titles: tuple[str, str], themes: tuple[str, str]
) -> None:
    bodies = [RESET + f"\nThe {theme} is meant. Choose {theme}. Only {theme} has it.\n" for theme in themes]
    one, other = (text(body, title) for body, title in zip(bodies, titles, strict=True))
    assert common_text(one, other) > 0.7
    assert likeness(one, other, 0.95) is None
    # With one title's theme in both texts it is one subject again.
    assert likeness(one, replace(one, id="b", title="Reset"), 0.95) is not None


@given(st.text(alphabet="ab 1.\n", max_size=60), st.text(alphabet="ab 1.\n", max_size=60), st.floats(-1, 1))
def test_any_text_is_borne_and_the_order_does_not_matter(one: str, other: str, cosine: float) -> None:
    a, b = text(one), text(other, name="b")
    assert 0.0 <= common_text(a, b) == common_text(b, a) <= 1.0
    first, second = likeness(a, b, cosine), likeness(b, a, cosine)
    assert (first is None) == (second is None)
    if first and second:
        assert first.score == second.score


def test_near_pairs_keep_to_one_language_and_leave_translations_out() -> None:
    rng = np.random.default_rng(1)
    base, far = rng.standard_normal((2, 32)).astype(np.float32)
    owners = ["a", "a", "b", "c", "d", "e", "gone"]
    noise = rng.standard_normal((7, 32)).astype(np.float32) / np.float32(20)
    vectors: Vectors = (np.stack([base, base, base, base, base, far, base]) + noise).astype(np.float32)
    locales = {"a": "en", "b": "en", "c": "en", "d": "da", "e": "en"}
    families = {"a": "a", "b": "b", "c": "a", "d": "d", "e": "e"}
    found = near_pairs(owners, locales, families, vectors, least=-1.0)
    assert {(each.one, each.other) for each in found} == {("a", "b"), ("a", "e"), ("b", "c"), ("b", "e"), ("c", "e")}
    assert {(each.one, each.other) for each in found[:2]} == {("a", "b"), ("b", "c")}
    assert near_pairs([], {}, {}, np.zeros((0, 32), np.float32), least=0.0) == []


def test_no_article_has_more_neighbours_than_looked_at() -> None:
    count = 3 * NEIGHBOURS
    owners = [f"a{i:02}" for i in range(count)]
    vectors = np.random.default_rng(2).standard_normal((count, 16)).astype(np.float32)
    found = near_pairs(owners, dict.fromkeys(owners, "en"), {o: o for o in owners}, vectors, least=-1.0)
    assert len(found) <= count * NEIGHBOURS
    assert len({(n.one, n.other) for n in found}) == len(found)
    assert all(n.one < n.other for n in found)


def test_the_base_is_searched_and_decisions_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    copy = RESET.replace("10 seconds", "25 seconds")
    world.put(
        an_article("a", RESET, title="Reset your hub"),
        an_article("b", copy, title="Reset the hub"),
        an_article("c", RESET, title="Nulstil", locale="da"),
        an_article("d", RESET, title="Reset", translation_of="a"),
        an_article("e", RESET, title="Reset", confidence=Confidence.ARCHIVED),
        an_article("p", PAY, title="How to pay"),
        an_article("q", PAY, title="Ways to pay", product="Shop"),
        an_article("r", PAY, title="Payment", product="App"),
    )
    store, settings = world.store, world.settings
    found = {(p.one_id, p.other_id): p.kind for p in found_pairs(store, settings)}
    assert found == {
        ("a", "b"): PairKind.CONTRADICTION,
        ("b", "d"): PairKind.CONTRADICTION,
        ("p", "q"): PairKind.DUPLICATE,
        ("p", "r"): PairKind.DUPLICATE,
    }
    assert search_pairs(store, settings) == len(store.article_pairs.list()) == 4
    assert search_pairs(store, settings) == 0

    by_ids = {(p.one_id, p.other_id): p for p in store.article_pairs.list()}
    store.article_pairs.decide(by_ids["a", "b"].id, PairState.RESOLVED, actor="boss")
    store.article_pairs.decide(by_ids["p", "q"].id, PairState.NOT_A_PAIR, actor="boss", reason="two shops")
    assert search_pairs(store, settings) == 0
    # Texts that changed since make a resolved pair a pair again, but not what is none.
    world.put(an_article("b", copy + "\nThat is all there is.\n", title="Reset the hub"))
    world.put(an_article("q", PAY + " That is all.", title="Ways to pay", product="Shop"))
    assert search_pairs(store, settings) == 1
    states = {(p.one_id, p.other_id): p.state.value for p in store.article_pairs.list()}
    assert states == {("a", "b"): "open", ("b", "d"): "open", ("p", "q"): "not_a_pair", ("p", "r"): "open"}
    # And one that says something else now is none by itself.
    world.put(an_article("b", "Refunds take a week.", title="Refunds"))
    search_pairs(store, settings)
    assert {(p.one_id, p.other_id) for p in store.article_pairs.list(state=PairState.OPEN)} == {("p", "r")}
    assert store.article_pairs.searched_at() is not None


def test_only_changed_texts_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    texts = {"a": RESET, "b": RESET.replace("10 seconds", "25 seconds"), "p": PAY, "q": PAY, "r": "Hubs blink green."}
    world.put(*(an_article(name, text, title=f"Title {name}") for name, text in texts.items()))
    monkeypatch.setattr(module, "LEAST_COSINE", -1.0)
    store, settings = world.store, world.settings
    read: list[set[str]] = []

    def reading(one: PairText, other: PairText) -> bool:
        read.append({one.id, other.id})
        return are_apart(one, other)

    monkeypatch.setattr(module, "are_apart", reading)
    places: list[tuple[int, int]] = []
    first = found_pairs(store, settings, progress=lambda done, total: places.append((done, total)))
    assert (len(first), len(read), places[-1]) == (2, 10, (10, 10))

    def whole() -> list[ArticlePair]:
        """What a search finds that has no memory."""
        known = store.pairs_apart.known()
        store.pairs_apart.forget(known)
        found = found_pairs(store, settings)
        store.pairs_apart.forget(store.pairs_apart.known())
        store.pairs_apart.add(known)
        return found

    changes = [
        [], [an_article("r", RESET, title="Title r")], [an_article("b", "Refunds take a week.", title="Refunds")],
        [an_article("p", PAY, title="Title p", locale="sv")], [an_article("s", PAY, title="Title s")],
    ]  # fmt: skip
    for changed in changes:
        world.put(*changed)
        expected = whole()
        read.clear()
        found = found_pairs(store, settings)
        assert [replace(pair, found_at=DAY) for pair in found] == [replace(pair, found_at=DAY) for pair in expected]
        pairs = [{p.one_id, p.other_id} for p in found]
        assert all(two in pairs or two & {each.id for each in changed} for two in read), "no other text is read"
    store.articles.archive("s", actor="boss")
    found_pairs(store, settings)
    assert not any("s" in two for two in store.pairs_apart.known()), "what is gone is forgotten"


def test_one_search_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "home", monkeypatch)
    world.put(an_article("a", RESET, title="Reset"), an_article("b", RESET, title="Reset it"))
    monkeypatch.setattr(module, "LEAST_COSINE", -1.0)
    store, settings = world.store, world.settings
    run = store.pair_runs.begin(actor="pia")
    # Another process of the same folder.
    other = Store.open(settings)
    with pytest.raises(Conflict, match="looking for pairs already"):
        search_pairs(other, settings)
    assert (other.pair_runs.latest(), other.article_pairs.list()) == (run, [])
    assert search_pairs(store, settings, run=run) == 1
    after = other.pair_runs.latest()
    assert after is not None
    assert (after.id, after.state, after.found) == (run.id, "done", 1)
    monkeypatch.setattr(module, "found_pairs", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        search_pairs(store, settings)
    failed = other.pair_runs.latest()
    assert failed is not None
    assert (failed.state, failed.message, len(other.article_pairs.list())) == ("failed", "ZeroDivisionError", 1)
    other.close()
