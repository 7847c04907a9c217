"""Tasks and digests against real servers on this machine, and the weekly digest on a clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.measures.digest import Digest, DigestGap
from assistant.measures.measures import Measures
from kb.desk.sending import PostState
from kb.locales import UI_LOCALES
from kb.model import Role
from kb.reporting.digest_plan import DigestPlan
from kb.reporting.tasks import Task, queue_task
from kb.settings import Settings
from kb.settings_outgoing import MailServer, Outgoing
from kb.settings_tasks import SYSTEMS, TaskTarget
from kb.store import Store
from tests.assistant.measures.ledger import fill_ledger, read_ledger
from tests.ui.receivers import Inbox, Mailbox, mail_server, web_server
from ui.digest import digest_text, queue_planned
from ui.notices import NoticeSender
from ui.tasks import task_post

MONDAY = datetime(2026, 6, 8, 5, 30, tzinfo=UTC)
"""7:30 in Stockholm."""
TASK = Task(
    key="gap:17", title="Hubben <b> & kopplar", text="12 ärenden <!channel>", url="https://svar.example/ui/lead/"
)
DIGEST = Digest(
    week="2026-W23", since=datetime(2026, 6, 1).date(), until=datetime(2026, 6, 8).date(), handled=23, handled_before=20,  # noqa: DTZ001
    coverage=0.7, link_rate=0.65, link_rate_before=0.6,
    gaps=(DigestGap("1", "Min hubb blinkar rött", "no_article", 12), DigestGap("2", "Var är min faktura?", "not_found", 1)),
    closures=(DigestGap("3", "Appen kraschar", "closed", 4),), due=3, overdue=2, unverified=1, searches=9,
)  # fmt: skip


@pytest.fixture
def web() -> Iterator[Inbox]:
    with web_server() as inbox:
        yield inbox


@pytest.fixture
def mail() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(home=tmp_path))
    yield opened
    opened.close()


def sender(store: Store, home: Path, now: datetime = MONDAY, **settings: object) -> NoticeSender:
    return NoticeSender(store, Settings(home=home, **settings), now=lambda: now)  # type: ignore[arg-type]


def queue(store: Store, target: TaskTarget) -> None:
    with store.database.write("task", "gap", "17") as connection:
        queue_task(connection, TASK, systems=(), settings=(target,), at=MONDAY)


def target(system: str, url: str) -> TaskTarget:
    auth = {"jira": "lead@firma.example:token", "trello": "key:token", "asana": "token"}.get(system, "")
    return TaskTarget(system=system, url=url, auth=auth, place="PLACE" if auth else "")


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_task_arrives_once_in_the_form_of_its_system(system: str, store: Store, tmp_path: Path, web: Inbox) -> None:
    one = target(system, web.url)
    queue(store, one)
    sending = sender(store, tmp_path, tasks=(one,))

    assert sending.send_one()
    assert not sending.send_one()
    headers, body = web.got[0]
    told = json.loads(body)
    said = {
        "jira": lambda: (told["fields"]["summary"], told["fields"]["project"], headers["authorization"][:6]),
        "trello": lambda: (told["name"], told["idList"], headers["authorization"][:6]),
        "asana": lambda: (told["data"]["name"], told["data"]["projects"], headers["authorization"]),
        "slack": lambda: (told["text"].split("\n")[:2], "authorization" in headers),
        "teams": lambda: (
            told["attachments"][0]["content"]["body"][0]["text"],
            told["attachments"][0]["content"]["actions"][0]["url"],
        ),
    }[system]()  # type: ignore[no-untyped-call]
    assert (
        said
        == {
            "jira": (TASK.title, {"key": "PLACE"}, "Basic "),
            "trello": (TASK.title, "PLACE", "OAuth "),
            "asana": (TASK.title, ["PLACE"], "Bearer token"),
            # A customer's words call nobody.
            "slack": (["*Hubben &lt;b&gt; &amp; kopplar*", "12 ärenden &lt;!channel&gt;"], False),
            "teams": (TASK.title, TASK.url),
        }[system]
    )
    assert headers["idempotency-key"] == f"gap:17:{system}"
    assert len(web.got) == 1
    assert store.reporting.notices.of("gap:17")[0].state is PostState.SENT


def test_secrets_stand_in_no_address_and_no_log(store: Store, tmp_path: Path, web: Inbox) -> None:
    one = replace(target("trello", web.url), auth="key:very-secret")
    queue(store, one)
    web.status = 500
    sender(store, tmp_path, tasks=(one,)).send_one()

    assert "very-secret" not in repr(task_post(one, {"title": "t"}))
    everything = [
        str(tuple(row)) for table in ("notices", "audit") for row in store.database.rows(f"SELECT * FROM {table}")
    ]
    assert not any("very-secret" in row for row in everything)


def test_a_receiver_that_is_ill_is_asked_again_and_one_that_refuses_is_not(
    store: Store, tmp_path: Path, web: Inbox
) -> None:
    one = target("slack", web.url)
    queue(store, one)
    web.status = 503
    sender(store, tmp_path, tasks=(one,)).send_one()
    assert (store.reporting.notices.of("gap:17")[0].state, store.reporting.notices.of("gap:17")[0].error) == (
        PostState.WAITING,
        "HTTP 503",
    )

    later = sender(store, tmp_path, MONDAY + timedelta(minutes=1), tasks=(one,))
    web.status = 400
    assert later.send_one()
    assert store.reporting.notices.of("gap:17")[0].state is PostState.FAILED


def test_a_system_that_is_no_longer_set_waits(store: Store, tmp_path: Path) -> None:
    queue(store, target("jira", "https://jira.example"))
    sender(store, tmp_path).send_one()

    assert "not set up (SVAR_TASKS_JIRA_URL)" in store.reporting.notices.of("gap:17")[0].error


def test_the_digest_goes_out_once_a_week_in_the_reader_s_language(
    store: Store, tmp_path: Path, mail: Mailbox, web: Inbox
) -> None:
    fill_ledger(store, read_ledger())
    store.users.create(name="Ida Lund", email="ida@firma.example", role=Role.LEAD, locale="da")
    store.reporting.digests.set(DigestPlan(("ida@firma.example", "chef@firma.example"), web.url, "mon", 7, "sv"))
    outgoing = Outgoing(
        mail_server=MailServer(host="127.0.0.1", port=mail.port, implicit_tls=False), mail_from="svar@firma.example"
    )

    early = sender(store, tmp_path, MONDAY - timedelta(hours=1), outgoing=outgoing)
    assert not early.plan()
    first, second = (sender(store, tmp_path, MONDAY, outgoing=outgoing) for _ in range(2))
    assert (first.plan(), second.plan(), first.plan()) == (True, False, False)
    while first.send_one() or second.send_one():
        pass

    subjects = {rcpt[0]: str(message["Subject"]) for _, rcpt, message in mail.got}
    assert subjects == {"ida@firma.example": "Svar, uge 23", "chef@firma.example": "Svar, vecka 23"}
    assert "Lösta ärenden: 23" in next(m.get_content() for _, r, m in mail.got if r == ["chef@firma.example"])
    posted = json.loads(web.got[0][1])
    assert (posted["type"], posted["digest"]["handled"], posted["digest"]["since"]) == ("digest", 23, "2026-06-01")
    assert (len(mail.got), len(web.got)) == (2, 1)
    # Next week is told of next week, and a server that was off for most of a week does not make up for it.
    assert not queue_planned(Measures(store), now=MONDAY + timedelta(days=4))
    assert queue_planned(Measures(store), now=MONDAY + timedelta(days=7))


def test_mail_goes_to_no_domain_that_is_not_allowed(store: Store, tmp_path: Path, mail: Mailbox) -> None:
    store.reporting.digests.set(DigestPlan(("x@elsewhere.example",)))
    outgoing = Outgoing(
        mail_server=MailServer(host="127.0.0.1", port=mail.port, implicit_tls=False), mail_from="svar@firma.example",
        mail_domains=("firma.example",),
    )  # fmt: skip
    sending = sender(store, tmp_path, outgoing=outgoing)
    sending.plan()
    sending.send_one()

    assert mail.got == []
    assert "SVAR_MAIL_DOMAINS" in store.reporting.notices.of("digest:2026-W23")[-1].error


@pytest.mark.parametrize("locale", UI_LOCALES)
def test_the_digest_is_whole_in_every_language(locale: str) -> None:
    subject, text = digest_text(DIGEST, locale)

    assert "23" in subject
    assert "{" not in text
    assert "digest." not in text
    assert "cause." not in text
    shares = ("65%", "60%", "70%") if locale == "en" else ("65\u00a0%", "60\u00a0%", "70\u00a0%")
    for part in ("Min hubb blinkar rött", *shares, "Appen kraschar", "12 ", "1. ", "2. "):
        assert part in text, part


def test_facts_are_worked_out_beside_the_server(store: Store, tmp_path: Path) -> None:
    fill_ledger(store, read_ledger())
    assert store.reporting.facts.waiting() > 0
    beside = NoticeSender(store, Settings(home=tmp_path), every_s=0.01)
    beside.start()
    for _ in range(500):
        if not store.reporting.facts.waiting():
            break
        beside._stopped.wait(0.01)
    beside.stop()

    assert store.reporting.facts.waiting() == 0
    assert store.reporting.facts.count() == 30
