"""What answers imply: the words of linked answers decide, as probabilities."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import implied
from assistant.implied import imply
from indexer.shelf_writer import text_hash
from indexer.shelves import Shelves
from kb.model import LinkedTicket
from kb.settings import Settings
from kb.store import Store
from tests.fakes import DAY, HashEncoder, a_ticket, put

KEPT = 5
SAID = {
    "light": "hold the button until it shines white", "money": "the bank shows your money after five days",
    "power": "open the lid and change both batteries", "door": "a technician comes and repairs the lock",
}  # fmt: skip


def said(name: str, *more: str) -> list[str]:
    return [*SAID[name].split(), *more]


LINKED = [said(name, f"n{i}") for i in range(6) for name in SAID]
LINKS = [{name: 1.0} for _ in range(6) for name in SAID]


def test_who_answers_alike_decides() -> None:
    found = imply([said(name, "hello") for name in SAID], LINKED, LINKS)
    assert [each[0][0] for each in found] == list(SAID)
    assert all(each[0][1] > 0.8 for each in found)


def test_an_answer_between_two() -> None:
    (found,) = imply([said("light", *said("money"))], LINKED, LINKS)
    assert {article_id for article_id, _ in found[:2]} == {"light", "money"}
    assert found[1][1] > 10 * found[2][1]


def test_articles_that_are_linked_together_share() -> None:
    links = [{"light": 0.5, "lamp": 0.5} if "light" in each else each for each in LINKS]
    (found,) = imply([said("light")], LINKED, links)
    assert {article_id for article_id, _ in found[:2]} == {"lamp", "light"}
    assert found[0][1] == pytest.approx(found[1][1], abs=0.01)


def test_an_answer_that_shares_no_word_with_any_other() -> None:
    assert imply([["tak"], said("light"), []], LINKED, LINKS)[::2] == [[], []]


def test_nothing_to_learn_from() -> None:
    assert imply([said("light")], [], []) == [[]]
    assert imply([], LINKED, LINKS) == []
    assert imply([said("light")], LINKED, [{}] * len(LINKED)) == [[]]


def test_one_article() -> None:
    (found,) = imply([said("light")], LINKED[:4], [{"a": 1.0}] * 4)
    assert found == [("a", 1.0)]


def test_five_articles_are_kept() -> None:
    same, others = [["same", f"n{i}"] for i in range(8)], [["x", f"n{i}"] for i in range(24)]
    (found,) = imply([["same"]], [*same, *others], [*({f"a{i}": 1.0} for i in range(8)), *[{"x": 1.0}] * 24])
    assert len(found) == KEPT
    assert {article_id for article_id, _ in found} < {f"a{i}" for i in range(8)}


@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=6),
    st.lists(st.tuples(st.lists(st.sampled_from("abcdef"), max_size=6), st.sampled_from("xyz")), max_size=8),
)
def test_they_are_probabilities_of_linked_articles(
    answers: list[list[str]], known: list[tuple[list[str], str]]
) -> None:
    found = imply(answers, [text for text, _ in known], [{article_id: 1.0} for _, article_id in known])
    assert len(found) == len(answers)
    for each in found:
        assert {article_id for article_id, _ in each} <= {article_id for _, article_id in known}
        assert sum(weight for _, weight in each) <= 1.0001
        assert all(weight >= 0 for _, weight in each)
        assert [weight for _, weight in each] == sorted((weight for _, weight in each), reverse=True)


def test_many_are_compared_as_one_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [said(list(SAID)[i % 4], f"n{i % 6}") for i in range(50)]
    whole = imply(answers, LINKED, LINKS)
    monkeypatch.setattr(implied, "_AT_ONCE", 7)
    for one, other in zip(imply(answers, LINKED, LINKS), whole, strict=True):
        assert dict(one) == pytest.approx(dict(other), abs=1e-5)


def test_the_rarest_words_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implied, "_MOST_WEIGHTS", 0)
    assert imply([said("light")], LINKED, LINKS) == [[]]


# ---- in an index


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path)


class Index:
    """A store and an index that both know some answers."""

    def __init__(self, home: Path) -> None:
        self.store = Store.open(Settings(home=home))
        self.shelves = Shelves(home / "fake-1")
        with self.shelves.write() as writer:
            writer.set_meta("dimension", str(HashEncoder().dimension))

    def answer(self, ticket_id: str, answer: str) -> None:
        encoder = HashEncoder()
        put(self.store, a_ticket(ticket_id, ("customer", "My hub blinks"), ("agent", answer)))
        with self.shelves.write() as writer:
            key = text_hash(answer, is_query=True)
            writer.remember_vectors([key], encoder.queries([answer]))
            writer.set_solution(ticket_id, key)


def linked(**articles: str) -> dict[str, LinkedTicket]:
    return {
        ticket_id: LinkedTicket(ticket_id, 1, DAY, ((article_id, DAY + timedelta(hours=1)),))
        for ticket_id, article_id in articles.items()
    }


def test_what_is_written(index: Index) -> None:
    """Only of tickets without a link, and in place of all that was implied before."""
    for number in range(3):
        for name, answer in SAID.items():
            index.answer(f"{name}{number}", f"{answer} n{number}.")
    index.answer("u1", "Please hold the button until it shines.")
    index.answer("u2", "The bank shows the money soon.")
    index.answer("u3", "https://help.example/lock")
    with index.shelves.write() as writer:
        writer.set_implied_links([("light0", "old", 1.0), ("gone", "old", 1.0)])
    known = linked(**{f"{name}{number}": name for number in range(3) for name in SAID}, mute="light")
    implied.write(known, index.store, index.shelves)
    found = index.shelves.implied_links()
    assert {ticket_id for ticket_id, _, _ in found} == {"u1", "u2"}, "an address alone says nothing"
    heaviest = {ticket_id: max((w, a) for t, a, w in found if t == ticket_id)[1] for ticket_id in ("u1", "u2")}
    assert heaviest == {"u1": "light", "u2": "money"}
    assert all(0 < weight <= 1 for _, _, weight in found)
    implied.write({}, index.store, index.shelves)
    assert index.shelves.implied_links() == []


def test_the_newest_and_the_most_linked_are_learned_from(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implied, "_MOST_ARTICLES", 1)
    for number in range(3):
        index.answer(f"t{number}", "Hold the button until it shines.")
    index.answer("u", "Hold the button.")
    implied.write(linked(t0="rare", t1="often", t2="often"), index.store, index.shelves)
    assert index.shelves.implied_links() == [("u", "often", 1.0)]
    monkeypatch.setattr(implied, "_MOST_LINKED", 1)
    implied.write(linked(t0="often", t1="often", t2="newest"), index.store, index.shelves)
    assert index.shelves.implied_links() == [("u", "newest", 1.0)], "ties by id"
