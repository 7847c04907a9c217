"""Sending, against real servers on this machine: signed, once where all goes well, never lost where it does not."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import clock
from kb.desk.outbox import Post, PostKind, insert_post
from kb.desk.sending import PostState
from kb.settings import Settings
from kb.settings_outgoing import MailServer, Outgoing
from kb.store import Store
from tests.conftest import ROOT, environment
from tests.fakes import a_ticket, put
from tests.ui.receivers import Inbox, Mailbox, mail_server, server_context, web_server
from ui.http_post import post_json, signature
from ui.mail import compose, hand_in
from ui.outbox import PostSender
from ui.sender import MAX_BODY

SECRET = "a secret of the help desk"
_watching = threading.Event()
_sockets: list[str] = []


def _watch(event: str, _: tuple[Any, ...]) -> None:
    if _watching.is_set() and event.startswith("socket."):
        _sockets.append(event)


sys.addaudithook(_watch)


@pytest.fixture
def web() -> Iterator[Inbox]:
    with web_server() as inbox:
        yield inbox


@pytest.fixture
def mail() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


def opened(home: Path, outgoing: Outgoing) -> tuple[Store, PostSender]:
    settings = Settings(home=home, outgoing=outgoing)
    store = Store.open(settings)
    put(store, a_ticket("t1"))
    return store, PostSender(store, settings, every_s=0.02)


def wait(store: Store, way: PostKind, target: str = "", **payload: object) -> int:
    with store.database.write("test", "outbox", "") as connection:
        return insert_post(connection, Post(way, "t1", target, {"at": "2026-05-04T09:00:00.000000Z", **payload}),
                           at=clock.now())  # fmt: skip


def state(store: Store) -> tuple[str, int, str]:
    row = store.database.row("SELECT state, tries, error FROM outbox")
    assert row is not None
    return row["state"], row["tries"], row["error"]


def by_mail(mailbox: Mailbox) -> Outgoing:
    server = MailServer(host="127.0.0.1", port=mailbox.port, implicit_tls=False)
    return Outgoing(mail_server=server, mail_from="support@firma.example")


def by_webhook(inbox: Inbox) -> Outgoing:
    return Outgoing(reply_webhook=inbox.url, reply_secret=SECRET)


def test_a_reply_arrives_signed_as_the_manual_says(tmp_path: Path, web: Inbox) -> None:
    store, sender = opened(tmp_path, by_webhook(web))
    wait(store, PostKind.REPLY, kind="reply", message={"markdown": "Hej på dig"})

    assert sender.send_one()
    assert not sender.send_one()

    ((headers, body),) = web.got
    sent = json.loads(body)
    assert sent["message"] == {"markdown": "Hej på dig"}
    assert headers["idempotency-key"] == sent["id"]
    signed = f"{headers['svar-timestamp']}.".encode() + body
    assert headers["svar-signature"] == "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert abs(int(headers["svar-timestamp"]) - time.time()) < 30
    assert headers["content-type"] == "application/json"
    assert "cookie" not in headers
    assert state(store) == ("sent", 1, "")
    store.close()


def test_a_teams_webhook_is_looked_up_when_it_is_sent(tmp_path: Path, web: Inbox) -> None:
    store, sender = opened(tmp_path, Outgoing())
    team, _ = store.teams.put("Nät", webhook=web.url)
    wait(store, PostKind.WEBHOOK, team.id, kind="passed_on")
    assert sender.send_one()
    ((headers, body),) = web.got
    assert headers["svar-signature"] == signature(team.secret, int(headers["svar-timestamp"]), body)

    wait(store, PostKind.WEBHOOK, team.id)
    store.teams.remove("Nät")
    assert sender.send_one()
    assert len(web.got) == 1
    assert store.outbox.counts()["failed"] == 1
    store.close()


@pytest.mark.parametrize(
    ("status", "expected"),
    [(204, "sent"), (500, "waiting"), (503, "waiting"), (429, "waiting"), (401, "waiting"), (404, "waiting"),
     (400, "failed"), (410, "failed"), (413, "failed")],
)  # fmt: skip
def test_what_answers_mean(tmp_path: Path, web: Inbox, status: int, expected: str) -> None:
    web.status = status
    store, sender = opened(tmp_path, by_webhook(web))
    wait(store, PostKind.REPLY)
    sender.send_one()
    assert state(store) == (expected, 1, "" if expected == "sent" else f"HTTP {status}")
    store.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(tmp_path: Path, web: Inbox, status: int) -> None:
    with web_server() as elsewhere:
        web.status, web.location = status, elsewhere.url
        store, sender = opened(tmp_path, by_webhook(web))
        wait(store, PostKind.REPLY)
        sender.send_one()
        assert elsewhere.got == []
    assert state(store)[0] == "failed"
    assert "redirects are not followed" in state(store)[2]
    store.close()


def test_a_server_that_never_answers_does_not_hold_the_others_up(web: Inbox) -> None:
    web.delay_s = 30
    began = time.monotonic()
    done = post_json(web.url, b"{}", key="k", secret=SECRET, total_s=0.5)
    assert (done.ok, done.said, done.final) == (False, "no answer in time", False)
    assert time.monotonic() - began < 5


def test_nor_does_one_that_sends_a_byte_now_and_then(web: Inbox) -> None:
    web.drip_s = 0.05
    began = time.monotonic()
    done = post_json(web.url, b"{}", key="k", secret=SECRET, total_s=0.6)
    assert not done.ok
    assert time.monotonic() - began < 5


def test_nobody_there(tmp_path: Path, web: Inbox) -> None:
    done = post_json("http://127.0.0.1:9/hook", b"{}", key="k", secret=SECRET)
    assert (done.ok, done.final) == (False, False)
    assert done.said.startswith("ConnectError")


def test_the_machines_proxies_are_not_used(web: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post_json(web.url, b"{}", key="k", secret=SECRET).ok


def test_too_much_is_not_sent(tmp_path: Path, web: Inbox) -> None:
    store, sender = opened(tmp_path, by_webhook(web))
    wait(store, PostKind.REPLY, message="x" * MAX_BODY)
    sender.send_one()
    assert web.got == []
    assert state(store) == ("failed", 1, f"larger than {MAX_BODY} bytes")
    store.close()


def test_mail_arrives_as_written(tmp_path: Path, mail: Mailbox) -> None:
    store, sender = opened(tmp_path, by_mail(mail))
    text = "Hej!\n\nÅäö ☃ <script>alert(1)</script>\n.\n" + "lång rad " * 300
    wait(store, PostKind.MAIL, "nat@firma.example", subject="[t1] Gul åäö", text=text)

    assert sender.send_one()

    ((sender_, recipients, message),) = mail.got
    assert (sender_, recipients) == ("support@firma.example", ["nat@firma.example"])
    assert (message["From"], message["To"], message["Subject"]) == (
        "support@firma.example", "nat@firma.example", "[t1] Gul åäö",
    )  # fmt: skip
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n").strip() == text.strip()
    key = store.database.rows("SELECT key FROM outbox")[0]["key"]
    assert message["Message-ID"] == f"<{key}@firma.example>"
    assert state(store) == ("sent", 1, "")
    store.close()


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: x@y.example", "a\nX: y", "a\x00b", "a\u2028b", "a\r\n\r\nbody", "x" * 5000, "", "\r\n"]
)
def test_a_subject_never_becomes_a_header(mail: Mailbox, subject: str) -> None:
    message = compose(by_mail(mail), to="a@b.example", subject=subject, text="T", key="k", at=clock.now())
    server = by_mail(mail).mail_server
    assert server is not None
    assert hand_in(server, message).ok
    ((_, recipients, got),) = mail.got
    assert recipients == ["a@b.example"]
    assert set(map(str.lower, got.keys())) == {
        "from", "to", "subject", "date", "message-id", "content-type", "content-transfer-encoding", "mime-version",
    }  # fmt: skip
    assert got.get_content().strip() == "T"


@pytest.mark.parametrize("to", ["", "a", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "A@B.example"])
def test_mail_goes_to_one_address(mail: Mailbox, to: str) -> None:
    with pytest.raises(ValueError, match="is not one email address"):
        compose(by_mail(mail), to=to, subject="S", text="T", key="k", at=clock.now())


@pytest.mark.parametrize(("refusal", "expected"), [("550 no such user", "failed"), ("451 come back later", "waiting")])
def test_refused_recipients(tmp_path: Path, mail: Mailbox, refusal: str, expected: str) -> None:
    mail.refusal = refusal
    store, sender = opened(tmp_path, by_mail(mail))
    wait(store, PostKind.MAIL, "a@b.example", subject="S", text="T")
    sender.send_one()
    assert state(store) == (expected, 1, f"SMTP {refusal}")
    store.close()


def test_a_password_is_not_said_in_the_open() -> None:
    with mail_server() as mailbox:
        server = MailServer(host="127.0.0.1", port=mailbox.port, implicit_tls=False, user="u", password="hidden")
        done = hand_in(
            server, compose(by_mail(mailbox), to="a@b.example", subject="S", text="T", key="k", at=clock.now())
        )
        # The server on this machine offers no way to sign in.
        assert not done.ok
        assert "hidden" not in done.said
        assert mailbox.got == []


@pytest.mark.parametrize("trusted", [True, False])
def test_only_a_certificate_that_the_machine_trusts_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed here, so there is no certificate to show")
    context, certificate = server_context(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with web_server(context) as inbox, mail_server(context) as mailbox:
        posted = post_json(inbox.url, b"{}", key="k", secret=SECRET)
        server = MailServer(host="localhost", port=mailbox.port, implicit_tls=False)
        mail = compose(by_mail(mailbox), to="a@b.example", subject="S", text="T", key="k", at=clock.now())
        handed_in = hand_in(server, mail)
    assert (posted.ok, handed_in.ok) == (trusted, trusted)
    assert (len(inbox.got), len(mailbox.got)) == (trusted, trusted)
    if not trusted:
        assert "CERTIFICATE_VERIFY_FAILED" in posted.said
        assert "CERTIFICATE_VERIFY_FAILED" in handed_in.said
        assert not posted.final


def test_nothing_is_set_so_no_connection_is_opened(tmp_path: Path) -> None:
    store, sender = opened(tmp_path, Outgoing())
    wait(store, PostKind.MAIL, "a@b.example", subject="S", text="T")
    wait(store, PostKind.REPLY)
    _sockets.clear()
    _watching.set()
    try:
        assert [sender.send_one() for _ in range(3)] == [True, True, False]
        sender.start()
        time.sleep(0.2)
        sender.stop()
    finally:
        _watching.clear()
    assert _sockets == []
    errors = {row["error"] for row in store.database.rows("SELECT error FROM outbox WHERE state = 'waiting'")}
    assert errors == {"mail is not set up (SVAR_SMTP_URL)", "no webhook is set"}
    store.close()


def test_the_thread_sends_what_comes(tmp_path: Path, web: Inbox) -> None:
    store, sender = opened(tmp_path, by_webhook(web))
    sender.start()
    wait(store, PostKind.REPLY)
    assert web.arrived.wait(5)
    sender.stop()
    assert state(store)[0] == PostState.SENT
    store.close()


PROGRAM = """
import sys
from pathlib import Path
from kb.settings import Settings
from kb.settings_outgoing import Outgoing
from kb.store import Store
from ui.outbox import PostSender
settings = Settings(home=Path(sys.argv[1]), outgoing=Outgoing(reply_webhook=sys.argv[2], reply_secret="x" * 20))
PostSender(Store.open(settings), settings).send_one()
"""


def test_killed_between_try_and_mark(tmp_path: Path, web: Inbox) -> None:
    store, sender = opened(tmp_path, by_webhook(web))
    wait(store, PostKind.REPLY, message="once and again")
    web.delay_s = 60
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), web.url], env=environment(), cwd=ROOT)
    assert web.arrived.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    web.delay_s = 0

    assert state(store) == ("waiting", 1, "")
    assert not sender.send_one()
    with store.database.note() as connection:
        # The claim runs out.
        connection.execute("UPDATE outbox SET next_at = ?", (clock.to_text(clock.now()),))
    assert sender.send_one()

    assert state(store) == ("sent", 2, "")
    keys = {headers["idempotency-key"] for headers, _ in web.got}
    assert (len(web.got), len(keys)) == (2, 1)
    store.close()
