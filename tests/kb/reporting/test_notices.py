"""Tasks and digests in the database: queued once, claimed by one, tried again with pauses, given up in the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kb import clock
from kb.desk.sending import CLAIM, MAX_TRIES, PAUSES, PostState
from kb.errors import Conflict, InvalidRow, NotFound, SettingInvalid
from kb.reporting.digest_plan import DigestPlan
from kb.reporting.notices import Notice
from kb.reporting.tasks import Task, queue_task
from kb.settings_tasks import TaskTarget, tasks_from_env
from kb.store import Store
from tests.fakes import DAY, open_store

JIRA = TaskTarget(system="jira", url="https://firma.example/rest/api/2/issue", auth="a@b.example:token", place="KB")
SLACK = TaskTarget(system="slack", url="https://hooks.example/x")
TASK = Task(key="gap:17", title="Write about\nthe hub", text="Twelve tickets")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def queued(store: Store, task: Task = TASK, *systems: str) -> list[int]:
    with store.database.write("task", "gap", "17") as connection:
        return queue_task(connection, task, systems=systems, settings=(JIRA, SLACK), at=DAY)


def test_a_task_is_queued_once_per_system(store: Store) -> None:
    assert len(queued(store)) == 2
    assert queued(store) == []
    assert len(queued(store, Task(key="gap:18", title="Other", text=""), "slack")) == 1
    assert [each.system for each in store.reporting.notices.of("gap:17")] == ["jira", "slack"]
    assert store.reporting.notices.of("gap:17")[0].payload["title"] == "Write about the hub"


def test_nothing_is_queued_where_nothing_is_set_or_the_system_is_not(store: Store) -> None:
    with store.database.write("task", "gap", "17") as connection:
        assert queue_task(connection, TASK, systems=(), settings=(), at=DAY) == []
    with pytest.raises(InvalidRow, match="tasks cannot go to 'asana'; set up: jira, slack"):
        queued(store, TASK, "asana")
    with pytest.raises(InvalidRow, match="needs a title"):
        queued(store, Task(key="gap:1", title=" ", text=""))


def test_a_deed_that_fails_queues_nothing(store: Store) -> None:
    def half() -> None:
        with store.database.write("task", "gap", "17") as connection:
            queue_task(connection, TASK, systems=(), settings=(JIRA,), at=DAY)
            raise RuntimeError("the rest failed")

    with pytest.raises(RuntimeError, match="the rest failed"):
        half()

    assert store.reporting.notices.of("gap:17") == []


def test_it_is_tried_again_with_pauses_and_given_up(store: Store) -> None:
    queued(store, TASK, "jira")
    notices, now = store.reporting.notices, DAY
    tries = []
    for pause in (*PAUSES, timedelta()):
        notice = notices.claim(now=now)
        assert notice is not None
        assert notices.claim(now=now) is None
        tries.append((notices.failed(notice, "HTTP 500", now=now), notice.tries))
        now += pause
    assert tries[-1] == (PostState.FAILED, MAX_TRIES)
    one = notices.of("gap:17")[0].id
    assert notices.claim(now=now + timedelta(days=9)) is None
    assert notices.counts() == {"waiting": 0, "sent": 0, "failed": 1}

    notices.retry(one, actor="u1")
    again = notices.claim()
    assert again is not None
    notices.sent(again, said="HTTP 201")
    assert (again.key, notices.of("gap:17")[0].state) == ("gap:17:jira", PostState.SENT)
    with pytest.raises(Conflict, match="not given up"):
        notices.retry(one, actor="u1")
    with pytest.raises(NotFound):
        notices.retry(999, actor="u1")


def test_who_dies_while_sending_leaves_a_claim_that_runs_out(store: Store) -> None:
    queued(store, TASK, "jira")

    assert store.reporting.notices.claim(now=DAY) is not None
    assert store.reporting.notices.claim(now=DAY + CLAIM - timedelta(seconds=1)) is None
    assert store.reporting.notices.claim(now=DAY + CLAIM) is not None


def test_the_digest_of_a_week_is_queued_once_however_many_look(store: Store) -> None:
    notices = [Notice("digest:2026-W23:a@b.example", "digest:2026-W23", "mail", "a@b.example", {"subject": "s"})]
    counts: list[int] = []
    start = threading.Barrier(4)

    def look() -> None:
        start.wait()
        counts.append(store.reporting.digests.queue("2026-W23", notices, planned=True))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 0, 0, 1]
    assert store.reporting.digests.queued("2026-W23")
    assert not store.reporting.digests.queued("2026-W24")


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (DigestPlan(("no address",)), "is not one address"),
        (DigestPlan(("a@b.example",), "http://elsewhere.example"), "begin it with https"),
        (DigestPlan(("a@b.example",), "", "someday"), "allowed: mon"),
        (DigestPlan(("a@b.example",), "", "mon", 24), "and 0 to 23"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(store: Store, plan: DigestPlan, message: str) -> None:
    with pytest.raises(InvalidRow, match=message):
        store.reporting.digests.set(plan)

    assert not store.reporting.digests.get().active


def test_a_plan_comes_back_as_it_was_set(store: Store) -> None:
    plan = DigestPlan(("a@b.example",), "https://hooks.example/x", "fri", 15, "nn")

    assert store.reporting.digests.set(plan) == plan
    assert store.reporting.digests.get() == plan


def test_task_systems_are_read_from_the_environment() -> None:
    env = {
        "SVAR_TASKS_JIRA_URL": "https://firma.example/rest/api/2/issue", "SVAR_TASKS_JIRA_AUTH": "a@b.example:secret",
        "SVAR_TASKS_JIRA_PLACE": "KB", "SVAR_TASKS_TRELLO_AUTH": "key:token", "SVAR_TASKS_TRELLO_PLACE": "list1",
    }  # fmt: skip
    found = tasks_from_env(env)

    assert [(each.system, each.url) for each in found] == [
        ("jira", "https://firma.example/rest/api/2/issue"), ("trello", "https://api.trello.com/1/cards"),
    ]  # fmt: skip
    assert "secret" not in repr(found)
    assert tasks_from_env({}) == ()


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"SVAR_TASKS_SLACK_URL": "http://elsewhere.example"}, "SVAR_TASKS_SLACK_URL"),
        ({"SVAR_TASKS_JIRA_URL": "https://x.example"}, "SVAR_TASKS_JIRA_AUTH"),
        ({"SVAR_TASKS_ASANA_AUTH": "t\u00f6ken", "SVAR_TASKS_ASANA_PLACE": "1"}, "SVAR_TASKS_ASANA_AUTH"),
        ({"SVAR_TASKS_TEAMS_PLACE": "x"}, "SVAR_TASKS_TEAMS_URL"),
    ],
)
def test_a_task_system_that_is_set_by_half_is_told_by_its_variable(env: dict[str, str], name: str) -> None:
    with pytest.raises(SettingInvalid, match=name) as told:
        tasks_from_env(env)
    assert "t\u00f6ken" not in str(told.value)


def test_times_are_written_as_everywhere(store: Store) -> None:
    queued(store, TASK, "jira")

    assert store.database.rows("SELECT created_at FROM notices")[0]["created_at"] == clock.to_text(DAY)
