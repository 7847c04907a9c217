"""Two brands under one roof: the same words are answered from the articles of the ticket's own brand."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.question import Question
from tests.assistant.worlds import World, ticket_at
from tests.fakes import a_canned, an_article

TEXT = "my hub shines yellow"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Each brand has an article and a canned reply about the same, and tickets that link them; one is about no brand."""
    made = World(tmp_path / "home", monkeypatch)
    for brand in ("North", "South"):
        made.put(
            an_article(brand.lower(), "The hub shines yellow when it has no internet.", product=brand),
            a_canned(f"c-{brand}", TEXT, title=TEXT, product=brand),
            index=False,
        )
        for number in range(40):
            ticket = ticket_at(number, f"{brand}{number}", f"{TEXT} {number}", product=brand)
            made.put(ticket, links=[brand.lower()], index=False)
    made.put(an_article("both", "Every hub shines yellow when it updates."), index=False)
    # Replies about something else, so that these two are not the middle of all.
    made.put(
        *(a_canned(f"c{n}", f"Refund of order number {n} takes days.", title="Refund") for n in range(8)), index=False
    )
    made.index()
    return made


@pytest.mark.parametrize(
    ("scope", "product", "articles"),
    [
        ("product", "North", {"north", "both"}),
        ("product", "South", {"south", "both"}),
        ("product", "East", {"both"}),
        ("product", "", {"north", "south", "both"}),
        ("", "North", {"north", "south", "both"}),
    ],
)
def test_what_may_be_suggested(world: World, scope: str, product: str, articles: set[str]) -> None:
    found = world.service(scope=scope, min_confidence=0.0).suggest(Question(body=TEXT, locale="en", product=product))
    assert {hit.id for hit in found.articles} == articles
    assert {hit.id for hit in found.canned} == {f"c-{a.title()}" for a in articles - {"both"}}
    for hit in found.articles:
        assert (hit.evidence.tickets > 0) is (hit.id != "both")
