"""The thread beside the server that sends tasks and digests, and queues the weekly digest when its time has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assistant.measures.measures import Measures
from kb import clock
from kb.database import to_json
from kb.reporting.notices import MAIL, WEBHOOK, Notice
from kb.settings import Settings
from kb.settings_outgoing import is_webhook
from kb.store import Store
from ui.digest import queue_planned
from ui.http_post import Posted
from ui.sender import Sender, posted
from ui.tasks import task_post

EVERY_S = 2.0
PLAN_EVERY_S = 60.0
SLICE = 500
"""Tickets whose facts are worked out between two looks at the notices."""


class NoticeSender(Sender[Notice]):
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
        super().__init__(
            "notices", store.reporting.notices, settings, every_s=every_s, failed="notices are waiting", now=now
        )
        self._store = store
        self._measures = measures or Measures(store)
        self._planned: datetime | None = None

    def look(self) -> bool:
        """Send all that is due, bring the facts up to date, and queue the digest; returns whether anything was sent."""
        any_sent = super().look()
        facts = self._store.reporting.facts
        while not self._stopped.is_set() and facts.catch_up(most=SLICE):
            # Others want the interpreter and the write lock too.
            self._stopped.wait(0.05)
        self._measures.frame()
        # Last, so that a digest tells of all that is known.
        self.plan()
        return any_sent

    def plan(self) -> bool:
        """Queue the weekly digest if its time has come; looks once a minute. Returns whether it was queued."""
        now = self._now()
        if self._planned is not None and (now - self._planned).total_seconds() < PLAN_EVERY_S:
            return False
        self._planned = now
        return queue_planned(self._measures, now=now)

    def _called(self, thing: Notice) -> str:
        return f"{thing.about} to {thing.system}"

    def _post(self, thing: Notice) -> Posted:
        if thing.system == MAIL:
            return self._digest(thing)
        return self._webhook(thing) if thing.system == WEBHOOK else self._task(thing)

    def _digest(self, notice: Notice) -> Posted:
        outgoing, domain = self._settings.outgoing, notice.target.rpartition("@")[2]
        if outgoing.mail_server is not None and outgoing.mail_domains and domain not in outgoing.mail_domains:
            return Posted(ok=False, said=f"mail to {domain} is not allowed (SVAR_MAIL_DOMAINS)", final=True)
        key = "".join(sign if sign.isalnum() else "-" for sign in notice.key)
        return self._mail(notice.target, notice.payload, key)

    def _webhook(self, notice: Notice) -> Posted:
        url = self._store.reporting.digests.get().webhook
        if not is_webhook(url):
            return Posted(ok=False, said="no webhook is set", final=True)
        body = to_json({"id": notice.key, **notice.payload}).encode()
        return posted(url, body, notice.key, secret=self._settings.outgoing.reply_secret)

    def _task(self, notice: Notice) -> Posted:
        target = next((each for each in self._settings.tasks if each.system == notice.system), None)
        if target is None:
            return Posted(ok=False, said=f"{notice.system} is not set up (SVAR_TASKS_{notice.system.upper()}_URL)")
        post = task_post(target, notice.payload)
        return posted(target.url, to_json(dict(post.body)).encode(), notice.key, more=dict(post.headers))
