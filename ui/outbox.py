"""The thread that sends what waits in the outbox: replies to the help desk, mails and calls of other teams."""

from __future__ import annotations

from kb.database import to_json
from kb.desk.outbox import Post, PostKind
from kb.errors import NotFound
from kb.settings import Settings
from kb.settings_outgoing import is_webhook
from kb.store import Store
from ui.http_post import Posted
from ui.sender import Sender, posted

EVERY_S = 1.0
"""How often the outbox is looked into; that costs microseconds."""


class PostSender(Sender[Post]):
    """Sends the posts of one outbox."""

    def __init__(self, store: Store, settings: Settings, *, every_s: float = EVERY_S) -> None:
        """Do not begin yet.

        Args:
            store: Whose outbox.
            settings: Say by which ways anything may leave.
            every_s: How often to look.
        """
        super().__init__("outbox", store.outbox, settings, every_s=every_s, failed="sending is waiting")
        self._store = store

    def _called(self, thing: Post) -> str:
        return f"{thing.kind.value} of ticket {thing.ticket_id}"

    def _post(self, thing: Post) -> Posted:
        if thing.kind is PostKind.MAIL:
            return self._mail(thing.target, thing.payload, thing.key)
        try:
            url, secret = self._receiver(thing)
        except NotFound:
            return Posted(ok=False, said="the team is gone", final=True)
        if not is_webhook(url):
            return Posted(ok=False, said="no webhook is set")
        return posted(url, to_json({"id": thing.key, **thing.payload}).encode(), thing.key, secret=secret)

    def _receiver(self, post: Post) -> tuple[str, str]:
        """Address and secret of the help desk, or of the team."""
        if post.kind is PostKind.REPLY:
            return self._settings.outgoing.reply_webhook, self._settings.outgoing.reply_secret
        team = self._store.teams.get(post.target)
        return team.webhook, team.secret
