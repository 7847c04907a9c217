"""The thread beside the server that sends tasks and digests, and queues the weekly digest when its time has come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from assistant.measures.measures import Measures
from kb import clock
from kb.database import to_json
from kb.desk.outbox import PostState
from kb.errors import KBError
from kb.reporting.notices import MAIL, WEBHOOK, Notice
from kb.settings import Settings
from kb.settings_outgoing import is_webhook
from kb.store import Store
from ui.digest import queue_planned
from ui.http_post import Posted, post_json
from ui.mail import compose, hand_in
from ui.tasks import task_post

log = logging.getLogger(__name__)
EVERY_S = 2.0
PLAN_EVERY_S = 60.0
MAX_BODY = 1_000_000
"""Bytes of a post; more is not sent."""
SLICE = 500
"""Tickets whose facts are worked out between two looks at the notices."""


class NoticeSender:
    """Sends notices one after another and keeps the figures' facts up to date. Several processes may run one each."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        measures: Measures | None = None,
        every_s: float = EVERY_S,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """Do not begin yet.

        Args:
            store: Whose notices.
            settings: Say by which ways anything may leave.
            measures: The server's figures, kept ready here so that nobody waits for them; None: its own.
            every_s: How often to look.
            now: The time, for tests.
        """
        self._store, self._settings, self._every_s, self._now = store, settings, every_s, now
        self._measures = measures or Measures(store)
        self._looked: datetime | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="notices", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is in hand; the rest is done after the next start."""
        self._stopped.set()
        self._thread.join(timeout=5.0)

    def send_one(self) -> bool:
        """Try the notice that is due first; returns whether there was one."""
        notices = self._store.reporting.notices
        notice = notices.claim(now=self._now())
        if notice is None:
            return False
        done = self._try(notice)
        if done.ok:
            notices.sent(notice, said=done.said)
        elif notices.failed(notice, done.said, final=done.final, now=self._now()) is PostState.FAILED:
            log.warning("gave up sending %s to %s: %s", notice.about, notice.system, done.said)
        return True

    def look(self) -> bool:
        """Queue the weekly digest if its time has come; looks once a minute. Returns whether it was queued."""
        now = self._now()
        if self._looked is not None and (now - self._looked).total_seconds() < PLAN_EVERY_S:
            return False
        self._looked = now
        return queue_planned(self._measures, now=now)

    def _try(self, notice: Notice) -> Posted:
        try:
            if notice.system == MAIL:
                return self._mail(notice)
            return self._webhook(notice) if notice.system == WEBHOOK else self._task(notice)
        except Exception as error:
            # Whatever it is, it must not stop the others.
            log.exception("a notice could not be sent")
            return Posted(ok=False, said=type(error).__name__)

    def _mail(self, notice: Notice) -> Posted:
        outgoing = self._settings.outgoing
        if outgoing.mail_server is None:
            return Posted(ok=False, said="mail is not set up (SVAR_SMTP_URL)")
        domain = notice.target.rpartition("@")[2]
        if outgoing.mail_domains and domain not in outgoing.mail_domains:
            return Posted(ok=False, said=f"mail to {domain} is not allowed (SVAR_MAIL_DOMAINS)", final=True)
        key = "".join(sign if sign.isalnum() else "-" for sign in notice.key)
        mail = compose(
            outgoing, to=notice.target, subject=str(notice.payload.get("subject", "")),
            text=str(notice.payload.get("text", "")), key=key, at=_written(notice),
        )  # fmt: skip
        return hand_in(outgoing.mail_server, mail)

    def _webhook(self, notice: Notice) -> Posted:
        url = self._store.reporting.digests.get().webhook
        if not is_webhook(url):
            return Posted(ok=False, said="no webhook is set", final=True)
        body = to_json({"id": notice.key, **notice.payload}).encode()
        return _posted(url, body, notice.key, secret=self._settings.outgoing.reply_secret)

    def _task(self, notice: Notice) -> Posted:
        target = next((each for each in self._settings.tasks if each.system == notice.system), None)
        if target is None:
            return Posted(ok=False, said=f"{notice.system} is not set up (SVAR_TASKS_{notice.system.upper()}_URL)")
        post = task_post(target, notice.payload)
        return _posted(target.url, to_json(dict(post.body)).encode(), notice.key, more=dict(post.headers))

    def _repeat(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                while not self._stopped.is_set() and self.send_one():
                    pass
                facts = self._store.reporting.facts
                while not self._stopped.is_set() and facts.catch_up(most=SLICE):
                    # Others want the interpreter and the write lock too.
                    self._stopped.wait(0.05)
                self._measures.frame()
                # Last, so that a digest tells of all that is known.
                self.look()
            except KBError as error:
                # The database is busy or the disk is full: what was claimed comes again.
                log.warning("notices are waiting: %s", error)
            except Exception:
                log.exception("notices could not be looked after; trying again")


def _posted(url: str, body: bytes, key: str, *, secret: str = "", more: dict[str, str] | None = None) -> Posted:
    if len(body) > MAX_BODY:
        return Posted(ok=False, said=f"larger than {MAX_BODY} bytes", final=True)
    return post_json(url, body, key=key, secret=secret, more=more or {})


def _written(notice: Notice) -> datetime:
    return clock.from_text(str(notice.payload.get("at", "")) or None) or clock.now()
