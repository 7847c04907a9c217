"""What keeps articles true, through the real application: the queue, signals, pairs, unused articles, translations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kb import clock
from kb.desk.flags import Flag, FlagReason
from kb.knowledge.article_pair import ArticlePair, PairKind, PairPlace, PlaceKind
from kb.model import Article, Role
from tests.ui.aside import ToldAside
from tests.ui.fakes import FakeService

SignedIn = Callable[[Role], TestClient]
UPKEEP = "/api/v1/upkeep"


@pytest.fixture
def articles(service: FakeService) -> list[Article]:
    """Published Swedish articles, masters."""
    found = [a for _, a in service.store.articles.changed_since(0, limit=500)]
    return [a for a in found if a.locale == "sv" and not a.translation_of and a.confidence == "validated"]


def flag(service: FakeService, article: Article) -> None:
    body, number = article.revision.body, article.revision.number
    quote = body[:20]
    service.store.flags.raise_one(
        Flag(article.id, number, 0, 20, quote, "", FlagReason.WRONG, "", "", "u1", clock.now())
    )  # fmt: skip


def run_out(service: FakeService, article: Article, days: float) -> None:
    due = clock.to_text(clock.now() - timedelta(days=days))
    with service.store.database.write("verify", "article", article.id) as connection:
        connection.execute("UPDATE articles SET verify_due_at = ? WHERE id = ?", (due, article.id))


def test_the_queue_and_a_signal_undone(signed_in: SignedIn, service: FakeService, articles: list[Article]) -> None:
    bo = signed_in(Role.PUBLISHER)
    before = bo.get(f"{UPKEEP}/counts").json()
    flag(service, articles[0])
    run_out(service, articles[1], 5)
    counts = bo.get(f"{UPKEEP}/counts").json()
    assert counts["verification"]["unverified"] == before["verification"]["unverified"] + 1
    assert counts["verification"]["overdue"] == before["verification"]["overdue"] + 1
    assert counts["signals"] == {"open": 1}

    page = bo.get(f"{UPKEEP}/verification?state=unverified").json()
    (row,) = page["articles"]
    assert (row["id"], row["verification"], row["unverified_reason"], row["flags"]) == (
        articles[0].id, "unverified", "flagged", 1,
    )  # fmt: skip
    assert row["doubt"] >= 1
    (signal,) = row["signals"]
    assert (signal["kind"], signal["direction"], signal["detail"]["reason"]) == ("flagged", "down", "wrong")

    read = bo.get(f"/api/v1/articles/{articles[0].id}").json()
    assert (read["verification"], read["article"]["unverified_reason"]) == ("unverified", "flagged")

    listed = bo.get(f"{UPKEEP}/signals?state=open").json()
    assert (listed["total"], listed["signals"][0]["title"], listed["signals"][0]["open"]) == (
        1,
        articles[0].title,
        True,
    )
    undone = bo.post(f"{UPKEEP}/signals/{signal['id']}/undo", json={}).json()
    assert undone["article"] == {"id": articles[0].id, "verification": "verified", "unverified_reason": ""}
    assert undone["signal"]["open"] is False
    again = bo.post(f"{UPKEEP}/signals/{signal['id']}/undo", json={})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    assert bo.post(f"{UPKEEP}/signals/999/undo", json={}).status_code == 404


def test_pairs_are_decided_and_merged(signed_in: SignedIn, service: FakeService, articles: list[Article]) -> None:
    bo = signed_in(Role.PUBLISHER)
    ids = sorted(a.id for a in articles[:4])
    place = PairPlace(PlaceKind.NUMBERS, 0, 4, "five", 2, 5, "ten")
    service.store.article_pairs.replace(
        [
            ArticlePair(ids[0], ids[1], PairKind.CONTRADICTION, 0.9, (place,), (1, 1), clock.now()),
            ArticlePair(ids[2], ids[3], PairKind.DUPLICATE, 0.8, (), (1, 1), clock.now()),
        ]
    )
    page = bo.get(f"{UPKEEP}/pairs").json()
    assert (page["total"], page["counts"]) == (2, {"all": 2, "duplicate": 1, "contradiction": 1})
    one = page["pairs"][0]
    assert (one["a"]["id"], one["b"]["id"], one["places"]) == (
        ids[0], ids[1],
        [{"why": "numbers", "a": {"start": 0, "end": 4, "quote": "five"}, "b": {"start": 2, "end": 5, "quote": "ten"}}],
    )  # fmt: skip
    assert bo.get(f"{UPKEEP}/pairs?kind=duplicate").json()["total"] == 1

    said = {"decision": "not_a_pair", "reason": "two models"}
    assert bo.post(f"{UPKEEP}/pairs/{one['id']}", json=said).json()["pair"]["state"] == "not_a_pair"
    # What somebody decided stays decided when the base is searched again.
    again = ArticlePair(ids[0], ids[1], PairKind.CONTRADICTION, 0.9, (place,), (2, 1), clock.now())
    assert service.store.article_pairs.replace([again]) == 0
    assert bo.get(f"{UPKEEP}/pairs").json()["pairs"] == []

    refused = bo.post(f"{UPKEEP}/pairs/{one['id']}", json={"decision": "merge", "keep": "nowhere"})
    assert refused.status_code == 400
    merged = bo.post(f"{UPKEEP}/pairs/{one['id']}", json={"decision": "merge", "keep": ids[1]})
    assert merged.json()["pair"]["state"] == "resolved", merged.text
    assert bo.get(f"/api/v1/articles/{ids[0]}").json()["article"]["id"] == ids[1]
    undone = bo.post(f"{UPKEEP}/pairs/{one['id']}/undo", json={})
    assert undone.json()["pair"]["state"] == "not_a_pair", "also what was decided before"
    assert undone.json()["pair"]["reason"] == "two models"
    assert bo.get(f"/api/v1/articles/{ids[0]}").json()["article"]["id"] == ids[0]
    again_ = bo.post(f"{UPKEEP}/pairs/{one['id']}/undo", json={})
    assert (again_.status_code, again_.json()["error"]["code"]) == (409, "nothing_to_undo")


def test_a_search_for_pairs_in_the_background(signed_in: SignedIn, app: FastAPI, service: FakeService) -> None:
    aside = ToldAside()
    app.state.desk = replace(app.state.desk, aside=aside)
    bo = signed_in(Role.PUBLISHER)
    assert bo.get(f"{UPKEEP}/pairs/job").json() == {"run": None}
    said = bo.post(f"{UPKEEP}/pairs/search", json={})
    run = said.json()["run"]
    assert (said.status_code, run["state"]) == (202, "running")
    assert aside.begun == [("upkeep", "pairs", "--search", "--run", str(run["id"]), "--json")]
    service.store.pair_runs.beat(run["id"], 5, 20)
    job = bo.get(f"{UPKEEP}/pairs/job").json()["run"]
    assert (job["done"], job["all"]) == (5, 20)
    assert bo.get(f"{UPKEEP}/pairs").json()["run"] == job, "a reload shows it too"
    refused = bo.post(f"{UPKEEP}/pairs/search", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "pairs_running")
    app.state.desk = replace(app.state.desk, aside=None)
    refused = bo.post(f"{UPKEEP}/pairs/search", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "pairs_not_here")


def test_still_right_is_undone_to_the_second(
    signed_in: SignedIn, service: FakeService, articles: list[Article]
) -> None:
    bo, article = signed_in(Role.PUBLISHER), articles[0]
    run_out(service, article, 5)
    flag(service, article)
    where = f"{UPKEEP}/verification?state=unverified"
    (before,) = bo.get(where).json()["articles"]
    moves = f"/api/v1/articles/{article.id}/moves"
    assert bo.post(moves, json={"move": "verify"}).json()["article"]["verification"] == "verified"
    assert bo.get(where).json()["articles"] == []
    refused = bo.post(moves, json={"move": "undo", "undoes": "archive"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_to_undo")
    assert bo.post(moves, json={"move": "undo", "undoes": "verify"}).status_code == 200
    (after,) = bo.get(where).json()["articles"]
    assert after | {"doubt": 0, "damage": 0} == before | {"doubt": 0, "damage": 0}, "they rise with the time"
    told = bo.post("/api/v1/articles/bulk", json={"ids": [article.id], "move": "undo", "undoes": "verify"}).json()
    assert [each["code"] for each in told["refused"]] == ["nothing_to_undo"]


def test_a_pair_of_an_archived_article_is_none(
    signed_in: SignedIn, service: FakeService, articles: list[Article]
) -> None:
    ids = sorted(a.id for a in articles[:2])
    pair = ArticlePair(ids[0], ids[1], PairKind.DUPLICATE, 0.9, (), (1, 1), clock.now())
    service.store.article_pairs.replace([pair])
    service.store.articles.archive(ids[0], actor="boss")
    page = signed_in(Role.PUBLISHER).get(f"{UPKEEP}/pairs").json()
    assert (page["pairs"], page["total"]) == ([], 0)


def test_unused_articles_are_kept_and_no_longer(
    signed_in: SignedIn, service: FakeService, articles: list[Article]
) -> None:
    anna = signed_in(Role.CONTRIBUTOR)
    unused = articles[-1]
    run_out(service, unused, 400)
    with service.store.database.write("test", "events", "0") as connection:
        connection.execute("DELETE FROM ticket_links WHERE article_id = ?", (unused.id,))
        connection.execute("DELETE FROM events WHERE article_id = ?", (unused.id,))
    rows = anna.get(f"{UPKEEP}/unused").json()["articles"]
    mine = next(row for row in rows if row["id"] == unused.id)
    assert (mine["state"], mine["last_used_at"]) == ("noticed", None)
    assert mine["propose_at"] > mine["noticed_at"]
    assert anna.post(f"{UPKEEP}/unused/keep", json={"ids": [unused.id]}).json() == {"done": [unused.id]}
    kept = anna.get(f"{UPKEEP}/unused?state=kept").json()
    assert ([row["id"] for row in kept["articles"]], kept["counts"]["kept"]) == ([unused.id], 1)
    assert kept["articles"][0]["kept_by"] == "Contributor Nord"
    assert anna.post(f"{UPKEEP}/unused/unkeep", json={"ids": [unused.id]}).json() == {"done": [unused.id]}
    assert anna.post(f"{UPKEEP}/unused/undo", json={"ids": [unused.id]}).json() == {"done": [unused.id]}
    again = anna.get(f"{UPKEEP}/unused?state=kept").json()["articles"]
    assert again == kept["articles"]
    assert anna.post(f"{UPKEEP}/unused/undo", json={"ids": [unused.id]}).status_code == 409
    past = {"ids": [unused.id], "until": "2020-01-01T00:00:00Z"}
    assert anna.post(f"{UPKEEP}/unused/keep", json=past).status_code == 400


def test_translations(signed_in: SignedIn, service: FakeService) -> None:
    anna = signed_in(Role.CONTRIBUTOR)
    page = anna.get(f"{UPKEEP}/translations?limit=200").json()
    assert {"da", "sv"} <= set(page["locales"])
    assert page["total"] == len(page["families"])
    for locale in page["locales"]:
        states = [family["cells"][locale]["state"] for family in page["families"]]
        assert page["coverage"][locale]["missing"] == states.count("missing")
        assert page["coverage"][locale]["outdated"] == states.count("outdated")
    outdated = anna.get(f"{UPKEEP}/translations?outdated=1&limit=200").json()["families"]
    assert all(any(c["state"] == "outdated" for c in family["cells"].values()) for family in outdated)
    missing = anna.get(f"{UPKEEP}/translations?missing=da&limit=200").json()["families"]
    assert all(family["cells"]["da"]["state"] == "missing" for family in missing)
    family = next(f for f in page["families"] if any(c["state"] == "current" for c in f["cells"].values()))
    translated = next(c["id"] for c in family["cells"].values() if c["state"] == "current")
    changes = anna.get(f"{UPKEEP}/translations/{translated}").json()
    assert (changes["master"]["id"], changes["changes"]) == (family["id"], [])
    assert anna.get(f"{UPKEEP}/translations/{family['id']}").status_code == 404


def test_the_teams_rules(signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD)
    assert lead.get(f"{UPKEEP}/settings").json() == {"only_verified": False, "verify_every_days": 180}
    changed = lead.put(f"{UPKEEP}/settings", json={"only_verified": True, "verify_every_days": 90})
    assert changed.json() == {"only_verified": True, "verify_every_days": 90}
    assert lead.put(f"{UPKEEP}/settings", json={"verify_every_days": -1}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "least"),
    [
        ("GET", "/counts", Role.CONTRIBUTOR), ("GET", "/verification", Role.CONTRIBUTOR),
        ("GET", "/signals", Role.CONTRIBUTOR), ("POST", "/signals/1/undo", Role.PUBLISHER),
        ("GET", "/pairs", Role.CONTRIBUTOR), ("POST", "/pairs/search", Role.PUBLISHER),
        ("GET", "/pairs/job", Role.CONTRIBUTOR), ("POST", "/pairs/1/undo", Role.CONTRIBUTOR),
        ("GET", "/unused", Role.CONTRIBUTOR), ("GET", "/translations", Role.CONTRIBUTOR),
        ("PUT", "/settings", Role.LEAD),
    ],
)  # fmt: skip
def test_who_may(
    method: str, path: str, least: Role, anonymous: TestClient, signed_in: SignedIn, app: FastAPI
) -> None:  # fmt: skip
    app.state.desk = replace(app.state.desk, aside=ToldAside())
    assert anonymous.request(method, UPKEEP + path, json={}).status_code == 401
    below = list(Role)[list(Role).index(least) - 1]
    refused = signed_in(below).request(method, UPKEEP + path, json={})
    assert refused.status_code == 403
    assert signed_in(least).request(method, UPKEEP + path, json={}).status_code not in (401, 403)


@pytest.mark.parametrize(
    "path", ["/verification?state=x", "/unused?state=x", "/translations?missing=xx", "/pairs?state=x"]
)
def test_bad_questions_are_named(path: str, signed_in: SignedIn) -> None:
    assert signed_in(Role.CONTRIBUTOR).get(UPKEEP + path).status_code == 400
