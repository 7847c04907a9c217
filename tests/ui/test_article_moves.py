"""What is done with published articles through the real application: the list, moves, many at once, redirects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.model import Article, Role
from tests.ui.fakes import FakeService

SignedIn = Callable[[Role], TestClient]
ARTICLES = "/api/v1/articles"


@pytest.fixture
def two(service: FakeService) -> tuple[Article, Article]:
    """Two published articles in Swedish that are no translations of each other."""
    found = [a for _, a in service.store.articles.changed_since(0, limit=500) if a.locale == "sv"]
    return found[0], found[1]


def move(client: TestClient, article_id: str, name: str, **more: Any) -> Any:
    return client.post(f"{ARTICLES}/{article_id}/moves", json={"move": name, **more})


def test_the_list_has_what_owners_look_for(signed_in: SignedIn, two: tuple[Article, Article]) -> None:
    bo = signed_in(Role.PUBLISHER)
    one = two[0]
    assert move(bo, one.id, "verify").json()["article"]["verification"] == "verified"
    page = bo.get(f"{ARTICLES}?locale=sv&verification=verified&text={one.title[:12]}&limit=5").json()
    assert [row["id"] for row in page["articles"]] == [one.id]
    row = page["articles"][0]
    assert (row["title"], row["has_draft"], row["state"]) == (one.title, False, "published")
    assert "body" not in row
    assert page["choices"]["locales"]
    whole = bo.get(ARTICLES).json()
    assert len(whole["articles"]) == 50 < whole["total"]
    assert bo.get(f"{ARTICLES}?state=nonsense").status_code == 400


def test_what_was_merged_leads_on(signed_in: SignedIn, two: tuple[Article, Article]) -> None:
    bo, reader = signed_in(Role.PUBLISHER), signed_in(Role.AGENT)
    one, other = two
    assert move(bo, one.id, "merge", into=other.id).json()["article"]["state"] == "merged"
    read = reader.get(f"{ARTICLES}/{one.id}").json()
    assert (read["article"]["id"], read["redirected_from"]) == (other.id, {"id": one.id, "title": one.title})
    assert reader.get(f"{ARTICLES}/{one.id}?revision=1").json()["article"]["id"] == one.id, "a citation stays readable"
    again = move(bo, one.id, "restore").json()
    assert (again["article"]["state"], "merge" in again["allowed"]) == ("published", True)
    assert reader.get(f"{ARTICLES}/{one.id}").json()["redirected_from"] is None


def test_deleted_is_gone_and_says_so(signed_in: SignedIn, two: tuple[Article, Article]) -> None:
    bo, lead, reader = signed_in(Role.PUBLISHER), signed_in(Role.LEAD), signed_in(Role.AGENT)
    one = two[0]
    assert move(bo, one.id, "delete", reason="wrong").json()["error"]["code"] == "role_needed"
    assert move(lead, one.id, "delete").json()["error"]["code"] == "reason_missing"
    assert move(lead, one.id, "delete", reason="holds a customer's name").status_code == 200
    gone = reader.get(f"{ARTICLES}/{one.id}")
    assert gone.status_code == 410
    assert gone.json()["error"]["message"] == f"Artikeln ”{one.title}” är borttagen."
    assert reader.get(f"{ARTICLES}/{one.id}?revision=1").status_code == 410
    assert lead.get(f"{ARTICLES}?state=deleted").json()["total"] == 1
    assert lead.get(f"{ARTICLES}/{one.id}/history").json()["log"][0]["detail"]["reason"] == "holds a customer's name"


def test_many_at_once_tells_what_was_refused(signed_in: SignedIn, two: tuple[Article, Article]) -> None:
    bo = signed_in(Role.PUBLISHER)
    one, other = two
    move(bo, one.id, "archive")
    ids = [one.id, other.id, "nobody"]
    answer = bo.post(f"{ARTICLES}/bulk", json={"ids": ids, "move": "verify"}).json()
    assert answer["done"] == [other.id]
    assert [(each["id"], each["code"]) for each in answer["refused"]] == [
        (one.id, "move_refused"),
        ("nobody", "not_found"),
    ]
    assert signed_in(Role.CONTRIBUTOR).get(f"{ARTICLES}/{other.id}/allowed").json()["allowed"] == [
        "edit", "add_question", "set_owner",
    ]  # fmt: skip
