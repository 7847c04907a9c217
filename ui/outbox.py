"""The thread that sends what waits in the outbox; where nothing waits, no connection is ever opened."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from kb import clock
from kb.database import to_json
from kb.desk.outbox import Post, PostKind, PostState
from kb.errors import KBError, NotFound
from kb.settings import Settings
from kb.settings_outgoing import is_webhook
from kb.store import Store
from ui.http_post import Posted, post_json
from ui.mail import compose, hand_in

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""How often the outbox is looked into; that costs microseconds."""
MAX_BODY = 1_000_000
"""Bytes of a post; more is not sent."""


class Sender:
    """Sends posts one after another. Several processes may send from one outbox: each post is claimed by one."""

    def __init__(self, store: Store, settings: Settings, *, every_s: float = EVERY_S) -> None:
        """Do not begin yet.

        Args:
            store: Whose outbox.
            settings: Say by which ways anything may leave.
            every_s: How often to look.
        """
        self._store, self._settings, self._every_s = store, settings, every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the post in hand; what is left is sent after the next start."""
        self._stopped.set()
        self._thread.join(timeout=5.0)

    def send_one(self) -> bool:
        """Try the post that is due first.

        Returns:
            Whether there was one.
        """
        outbox = self._store.outbox
        post = outbox.claim()
        if post is None:
            return False
        done = self._try(post)
        if done.ok:
            outbox.sent(post, detail=done.said)
        elif outbox.failed(post, done.said, final=done.final) is PostState.FAILED:
            log.warning("gave up sending %s of ticket %s: %s", post.kind.value, post.ticket_id, done.said)
        return True

    def _try(self, post: Post) -> Posted:
        try:
            return self._mail(post) if post.kind is PostKind.MAIL else self._webhook(post)
        except NotFound:
            return Posted(ok=False, said="the team is gone", final=True)
        except Exception as error:
            # Whatever it is, it must not stop the others.
            log.exception("a post could not be sent")
            return Posted(ok=False, said=type(error).__name__)

    def _mail(self, post: Post) -> Posted:
        outgoing = self._settings.outgoing
        if outgoing.mail_server is None:
            return Posted(ok=False, said="mail is not set up (SVAR_SMTP_URL)")
        mail = compose(
            outgoing, to=post.target, subject=str(post.payload.get("subject", "")),
            text=str(post.payload.get("text", "")), key=post.key, at=_written(post),
        )  # fmt: skip
        return hand_in(outgoing.mail_server, mail)

    def _webhook(self, post: Post) -> Posted:
        if post.kind is PostKind.REPLY:
            url, secret = self._settings.outgoing.reply_webhook, self._settings.outgoing.reply_secret
        else:
            team = self._store.teams.get(post.target)
            url, secret = team.webhook, team.secret
        if not is_webhook(url):
            return Posted(ok=False, said="no webhook is set")
        body = to_json({"id": post.key, **post.payload}).encode()
        if len(body) > MAX_BODY:
            return Posted(ok=False, said=f"larger than {MAX_BODY} bytes", final=True)
        return post_json(url, body, key=post.key, secret=secret)

    def _repeat(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                while not self._stopped.is_set() and self.send_one():
                    pass
            except KBError as error:
                # The database is busy or the disk is full: what was claimed comes again.
                log.warning("sending is waiting: %s", error)


def _written(post: Post) -> datetime:
    return clock.from_text(str(post.payload.get("at", "")) or None) or clock.now()
