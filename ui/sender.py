"""The thread that sends what waits in one table; where nothing waits, no connection is ever opened."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic

from kb import clock
from kb.desk.sending import PostState, Sending, Thing
from kb.settings import Settings
from kb.watch import Watch
from ui.http_post import Posted, post_json
from ui.mail import compose, hand_in

log = logging.getLogger(__name__)
MAX_BODY = 1_000_000
"""Bytes of a post; more is not sent."""


class Sender(Watch, Generic[Thing]):
    """Sends one thing after another. Several processes may send from one table: each thing is claimed by one."""

    def __init__(
        self,
        name: str,
        sending: Sending[Thing],
        settings: Settings,
        *,
        every_s: float,
        failed: str,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """Do not begin yet.

        Args:
            name: Of the thread.
            sending: What waits.
            settings: Say by which ways anything may leave.
            every_s: How often to look.
            failed: What to say in the log where a look fails.
            now: The time, for tests.
        """
        super().__init__(name, every_s=every_s, failed=failed)
        self._sending, self._settings, self._now = sending, settings, now

    @abstractmethod
    def _post(self, thing: Thing) -> Posted:
        """Send it by its way."""

    @abstractmethod
    def _called(self, thing: Thing) -> str:
        """What the log calls it."""

    def look(self) -> bool:
        """Send all that is due; returns whether anything was."""
        any_sent = False
        while not self._stopped.is_set() and self.send_one():
            any_sent = True
        return any_sent

    def send_one(self) -> bool:
        """Try what is due first.

        Returns:
            Whether there was anything.
        """
        thing = self._sending.claim(now=self._now())
        if thing is None:
            return False
        done = self._try(thing)
        if done.ok:
            self._sending.sent(thing, said=done.said)
        elif self._sending.failed(thing, done.said, final=done.final, now=self._now()) is PostState.FAILED:
            log.warning("gave up sending %s: %s", self._called(thing), done.said)
        return True

    def _try(self, thing: Thing) -> Posted:
        try:
            return self._post(thing)
        except Exception as error:
            # Whatever it is, it must not stop the others.
            log.exception("%s could not be sent", self._called(thing))
            return Posted(ok=False, said=type(error).__name__)

    def _mail(self, to: str, payload: Mapping[str, object], key: str) -> Posted:
        """Hand in a mail with the payload's subject and text."""
        outgoing = self._settings.outgoing
        if outgoing.mail_server is None:
            return Posted(ok=False, said="mail is not set up (SVAR_SMTP_URL)")
        at = clock.from_text(str(payload.get("at", "")) or None) or clock.now()
        mail = compose(
            outgoing, to=to, subject=str(payload.get("subject", "")), text=str(payload.get("text", "")), key=key, at=at
        )
        return hand_in(outgoing.mail_server, mail)


def posted(url: str, body: bytes, key: str, *, secret: str = "", more: Mapping[str, str] | None = None) -> Posted:
    """Post to an address of the web, unless it is too much.

    Args:
        url: Where to.
        body: JSON.
        key: Names it for good, also towards the receiver.
        secret: What it is signed with; empty: not signed.
        more: Further headers.
    """
    if len(body) > MAX_BODY:
        return Posted(ok=False, said=f"larger than {MAX_BODY} bytes", final=True)
    return post_json(url, body, key=key, secret=secret, more=more or {})
