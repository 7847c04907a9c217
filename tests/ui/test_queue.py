"""The queue over REST: filters, orders, views, changes of one and many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.desk.views import BUILT_IN
from kb.model import Role
from tests.ui.fakes import FakeService

V1 = "/api/v1"
SignIn = Callable[[Role], TestClient]


def listed(agent: TestClient, query: str = "") -> dict[str, Any]:
    answer = agent.get(f"{V1}/tickets?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(agent: TestClient, query: str = "") -> list[str]:
    return [row["id"] for row in listed(agent, query)["tickets"]]


def test_a_page_says_what_a_list_shows(agent: TestClient, service: FakeService) -> None:
    user = next(user for user in service.store.users.list() if user.role is Role.AGENT)
    agent.patch(f"{V1}/tickets/sv-1084", json={"assignee_id": user.id})
    page = listed(agent, "status=open&locale=sv&q=sv-1084")

    [row] = page["tickets"]
    assert (row["id"], row["assignee_name"], row["unread"]) == ("sv-1084", user.name, 0)
    assert {"preview", "last_at", "last_author", "type", "follow_up_at", "version"} <= row.keys()
    assert {"due_at", "due_kind", "waits_since"} <= row["standing"].keys()
    assert "messages" not in row
    assert (page["total"], page["offset"], page["more"]) == (1, 0, False)
    assert page["filter"] == {"statuses": ["open"], "locales": ["sv"], "text": "sv-1084"}


def test_pages_follow_each_other(agent: TestClient) -> None:
    every = ids(agent, "limit=200&sort=created")
    first, second = (listed(agent, f"limit=30&offset={offset}&sort=created") for offset in (0, 30))

    assert [row["id"] for page in (first, second) for row in page["tickets"]] == every[:60]
    assert first["total"] == second["total"] > 60
    assert listed(agent, "limit=30&offset=1000000")["tickets"]


def test_opening_a_ticket_reads_it_for_the_one_who_opens_it(agent: TestClient, signed_in: SignIn) -> None:
    lead = signed_in(Role.LEAD)
    assert listed(agent, "q=sv-1083")["tickets"][0]["unread"] > 0

    first, again = (agent.get(f"{V1}/tickets/sv-1083").json() for _ in range(2))

    assert first["read_upto"] == -1
    assert again["read_upto"] == len(again["ticket"]["messages"]) - 1
    assert listed(agent, "q=sv-1083")["tickets"][0]["unread"] == 0
    assert listed(lead, "q=sv-1083")["tickets"][0]["unread"] > 0
    assert "sv-1083" not in ids(agent, "unread=true&limit=200")


@pytest.mark.parametrize(
    "query",
    ["status=gone", "due=soon", "sort=best", "min_age_h=-1", "min_age_h=x", "limit=0", "limit=201", "follow_up=x"],
)
def test_what_no_list_can_be_asked_for(agent: TestClient, query: str) -> None:
    answer = agent.get(f"{V1}/tickets?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"


def test_a_change_answers_as_opening_does(agent: TestClient) -> None:
    before = agent.get(f"{V1}/tickets/sv-1082").json()["ticket"]
    change = {
        "version": before["version"],
        "priority": "urgent",
        "tags": ["vip"],
        "follow_up_at": "2026-12-01T09:00:00+01:00",
    }

    answer = agent.patch(f"{V1}/tickets/sv-1082", json=change)

    assert answer.status_code == 200
    now = answer.json()["ticket"]
    assert (now["priority"], now["tags"], now["follow_up_at"]) == ("urgent", ["vip"], "2026-12-01T08:00:00Z")
    assert answer.json().keys() == agent.get(f"{V1}/tickets/sv-1082").json().keys()
    assert agent.patch(f"{V1}/tickets/sv-1082", json=change).status_code == 409
    cleared = agent.patch(f"{V1}/tickets/sv-1082", json={"follow_up_at": None}).json()["ticket"]
    assert (cleared["follow_up_at"], cleared["priority"]) == (None, "urgent")


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("sv-1082", {}, 400),
        ("sv-1082", {"status": "gone"}, 400),
        ("sv-1082", {"assignee_id": "nobody"}, 404),
        ("sv-1082", {"priority": "x" * 300}, 400),
        ("sv-1082", {"follow_up_at": "soon"}, 400),
        ("nothing", {"priority": "low"}, 404),
    ],
)
def test_what_cannot_be_changed_is_said(agent: TestClient, path: str, change: dict[str, Any], status: int) -> None:
    answer = agent.patch(f"{V1}/tickets/{path}", json=change)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_many_at_once_and_back(agent: TestClient, signed_in: SignIn) -> None:
    version = listed(agent, "q=sv-1081")["tickets"][0]["version"]
    wish = {
        "ids": ["sv-1081", "sv-1082", "gone"], "change": {"priority": "high", "add_tags": ["x"]},
        "versions": {"sv-1081": version, "sv-1082": 99},
    }  # fmt: skip
    done = agent.post(f"{V1}/tickets/bulk", json=wish).json()

    assert done["changed"] == ["sv-1081"]
    assert [(one["id"], one["code"]) for one in done["refused"]] == [("sv-1082", "conflict"), ("gone", "not_found")]
    assert all(one["message"] for one in done["refused"])
    undo = f"{V1}/tickets/bulk/{done['undo_id']}/undo"
    assert signed_in(Role.LEAD).post(undo).status_code == 404
    assert agent.post(undo).json()["changed"] == ["sv-1081"]
    assert agent.get(f"{V1}/tickets/sv-1081").json()["ticket"]["priority"] != "high"
    assert agent.post(undo).status_code == 404


def test_all_ids_of_a_filter(agent: TestClient) -> None:
    found = agent.get(f"{V1}/tickets/ids?status=solved&sort=newest").json()
    assert (len(found["ids"]), found["more"]) == (listed(agent, "status=solved")["total"], False)


def test_choices_and_colleagues(agent: TestClient) -> None:
    choices = agent.get(f"{V1}/tickets/choices").json()
    assert {"sv", "nb", "da", "en"} <= set(choices["locales"])
    assert choices["products"]
    users = agent.get(f"{V1}/users").json()["users"]
    assert [user["name"] for user in users] == sorted(user["name"] for user in users)
    assert all(user.keys() == {"id", "name", "role"} for user in users)


def test_views_are_kept_shared_arranged_and_counted(agent: TestClient, signed_in: SignIn) -> None:
    other = signed_in(Role.CONTRIBUTOR)
    wish = {"name": "Svenska", "filter": {"statuses": ["open"], "locales": ["sv"]}, "sort": "newest", "shared": True}
    made = agent.post(f"{V1}/views", json=wish)
    assert made.status_code == 201
    view = made.json()["view"]
    assert (view["mine"], view["may_change"], view["built_in"]) == (True, True, False)

    seen = next(one for one in other.get(f"{V1}/views").json()["views"] if one["id"] == view["id"])
    assert (seen["mine"], seen["may_change"]) == (False, False)
    assert other.put(f"{V1}/views/{view['id']}", json=wish).status_code == 403
    assert other.delete(f"{V1}/views/{view['id']}").status_code == 403

    order = {"order": [view["id"]], "hidden": ["solved"]}
    arranged = agent.put(f"{V1}/views/order", json=order).json()["views"]
    assert arranged[0]["id"] == view["id"]
    counts = agent.get(f"{V1}/views/counts").json()["counts"]
    assert "solved" not in counts
    assert counts[view["id"]] == listed(agent, "status=open&locale=sv")["total"]
    assert agent.put(f"{V1}/views/{view['id']}", json=wish | {"shared": False}).status_code == 200
    assert view["id"] not in [one["id"] for one in other.get(f"{V1}/views").json()["views"]]
    assert agent.delete(f"{V1}/views/{view['id']}").json() == {"deleted": view["id"]}


def test_built_in_views_hold_what_their_names_say(agent: TestClient) -> None:
    views = {view["id"]: view for view in agent.get(f"{V1}/views").json()["views"]}
    assert list(views) == [view.id for view in BUILT_IN]
    counts = agent.get(f"{V1}/views/counts").json()["counts"]
    assert counts["open"] == listed(agent, "status=open")["total"] > 0
    assert counts["solved"] == listed(agent, "status=solved&status=closed")["total"] > 0
    assert agent.delete(f"{V1}/views/open").status_code == 403


@pytest.mark.parametrize(
    "wish",
    [
        {"name": "", "filter": {}},
        {"name": "x", "filter": {"status": ["open"]}},
        {"name": "x", "filter": {"statuses": "open"}},
        {"name": "x", "filter": {"statuses": ["gone"]}},
        {"name": "x", "filter": {}, "sort": "best"},
    ],
)
def test_what_is_no_view(agent: TestClient, wish: dict[str, Any]) -> None:
    assert agent.post(f"{V1}/views", json=wish).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "tickets"), ("GET", "tickets/ids"), ("GET", "tickets/choices"), ("PATCH", "tickets/sv-1081"),
     ("POST", "tickets/bulk"), ("POST", "tickets/bulk/x/undo"), ("GET", "users"), ("GET", "views"),
     ("GET", "views/counts"), ("POST", "views"), ("PUT", "views/order"), ("PUT", "views/x"), ("DELETE", "views/x")],
)  # fmt: skip
def test_nobody_comes_in_unasked(anonymous: TestClient, method: str, path: str) -> None:
    bodies: dict[str, Any] = {
        "tickets/bulk": {"ids": ["sv-1081"], "change": {"priority": "low"}}, "views/order": {"order": []},
        "tickets/sv-1081": {"priority": "low"}, "views": {"name": "x", "filter": {}}, "views/x": {"name": "x", "filter": {}},
    }  # fmt: skip
    body = bodies.get(path) if method in {"POST", "PUT", "PATCH"} else None
    assert anonymous.request(method, f"{V1}/{path}", json=body).status_code == 401
