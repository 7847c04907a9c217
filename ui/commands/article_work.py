"""What the commands of `svar article` do and print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import datetime

    from kb.knowledge.article_draft import ArticleDraft
    from kb.model import Article, User
    from kb.store import Store
    from ui.commands.place import Place


_DRAFT = (
    "id", "state", "version", "title", "locale", "product", "audience", "confidence", "governance", "translation_of",
    "base_revision", "publish_at", "sent_back", "note", "from_tickets", "questions",
)  # fmt: skip
_ARTICLE = (
    "id", "state", "revision", "title", "locale", "product", "audience", "confidence", "governance", "verification",
    "verified_at", "verify_due_at", "unverified_reason", "merged_into", "deleted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """The store, and who acts."""

    store: Store
    user: User

    def colleague(self, email: str) -> User:
        """The active colleague with an e-mail address.

        Raises:
            KBError: There is none.
        """
        from kb.errors import KBError

        found = self.store.users.of_email(email)
        if found is None:
            raise KBError(f"There is no colleague with the email {email}.", hint="Ask an admin to add them.")
        return found

    def draft_move(
        self, draft_id: str, move: str, *, reason: str = "", note: str = "", reviewer_id: str = "",
        at: datetime | None = None,
    ) -> ArticleDraft | None:  # fmt: skip
        """Do a move on the draft as it is now; None once it is published or discarded."""
        from kb.knowledge.move import DraftMove, DraftWish

        version = self.store.article_drafts.get(draft_id).version
        wish = DraftWish(version=version, reason=reason, note=note, reviewer_id=reviewer_id, at=at)
        return self.store.article_drafts.move(draft_id, DraftMove(move), self.user, wish).draft

    @staticmethod
    def tell(value: dict[str, Any], lines: Sequence[str], *, as_json: bool) -> None:
        """Print one JSON object, or the lines."""
        from ui.commands.output import print_json

        if as_json:
            print_json(value)
        else:
            click.echo("\n".join(lines))


@contextmanager
def work(place: Place, email: str = "") -> Iterator[Work]:
    """Open the data folder for somebody.

    Args:
        place: Where it is.
        email: Who acts; empty: whoever has the command line, who may do everything.

    Raises:
        KBError: There is nothing there yet, or no such colleague.
    """
    from kb.knowledge.move import SYSTEM
    from kb.store import Store

    store = Store.open(place.settings(), must_exist=not place.settings().home.exists())
    try:
        at = Work(store, SYSTEM)
        yield Work(store, at.colleague(email)) if email else at
    finally:
        store.close()


def show_draft(draft: ArticleDraft | None, *, as_json: bool, body: bool = False, gone: str = "") -> None:
    """Print a draft: all of it as JSON, else its head, and its text where it is asked for."""
    from ui.commands.output import facts, lines_of, plain, print_json
    from ui.wire import to_json

    wire = _flat(draft) if draft is not None else None
    if as_json:
        print_json({"draft": wire})
    elif draft is None or wire is None:
        click.echo(gone)
    else:
        facts((name, plain(_value(to_json(wire[name])))) for name in _DRAFT)
        if body:
            click.echo("\n" + "\n".join(lines_of(draft.text.body)))


def show_article(article: Article, *, as_json: bool, body: bool = False) -> None:
    """Print what is published."""
    from kb import clock
    from kb.knowledge.moves import state_of
    from ui.commands.output import facts, lines_of, plain, print_json
    from ui.wire import to_json

    verification = article.verification(clock.now()).value
    wire: dict[str, Any] = to_json(article) | {"state": state_of(article).value, "verification": verification}
    if as_json:
        print_json({"article": wire})
        return
    wire |= {"title": article.title, "revision": article.revision.number}
    facts((name, plain(_value(wire[name]))) for name in _ARTICLE)
    if body:
        click.echo("\n" + "\n".join(lines_of(article.revision.body)))


def show_drafts(at: Work, *, limit: int, as_json: bool) -> None:
    """Print the drafts, what was edited last first."""
    from ui.commands.output import short, width

    drafts = at.store.article_drafts.list(limit=limit)
    lines = []
    for each in drafts:
        head = f"{each.id:<22} {each.state.value:<10} {each.text.locale:<3} {each.text.audience.value:<9} "
        lines.append(head + short(each.title or "(no title yet)", max(20, width() - len(head))))
    value = {"drafts": [_flat(each) for each in drafts], "counts": at.store.article_drafts.counts()}
    at.tell(value, lines or ["No drafts."], as_json=as_json)


def show_articles(at: Work, *, limit: int, as_json: bool, **chosen: str | None) -> None:
    """Print articles as their owners see them."""
    from kb import clock
    from kb.knowledge.article_list import ArticleFilter
    from kb.knowledge.move import ArticleState
    from kb.knowledge.verification import Verification
    from ui.commands.output import short, width
    from ui.wire import to_json

    state, verification, owner = chosen["state"] or "all", chosen["verification"], chosen["owner"] or ""
    page = ArticleFilter(
        state=None if state == "all" else ArticleState(state), locale=chosen["locale"] or "",
        verification=Verification(verification) if verification else None, product=chosen["product"] or "",
        owner_id=at.colleague(owner).id if owner not in {"", "-"} else owner, text=chosen["text"] or "", limit=limit,
    )  # fmt: skip
    found, total = at.store.article_list.page(page)
    rows, lines = [], []
    for each in found:
        article, known = each.article, each.article.verification(clock.now()).value
        wire: dict[str, Any] = to_json(article)
        del wire["revision"]
        rows.append(
            wire | {"title": article.title, "revision": article.revision.number, "verification": known,
                    "uses": each.uses, "has_draft": each.has_draft}
        )  # fmt: skip
        head = f"{article.id:<22} {article.locale:<3} {article.audience.value:<9} {known:<10} {each.uses:>5}  "
        lines.append(head + short(article.title, max(20, width() - len(head))))
    lines.append(f"{len(found)} of {total}")
    at.tell({"articles": rows, "total": total}, lines, as_json=as_json)


def show_history(at: Work, article_id: str, *, as_json: bool) -> None:
    """Print revisions and deeds, newest first."""
    from ui.commands.output import short
    from ui.wire import to_json

    revisions, log = at.store.article_history.revisions(article_id), at.store.article_history.log(article_id)
    names = {user.id: user.name for user in at.store.users.list()}
    lines = [
        f"revision {each.number}  {_value(to_json(each.created_at))[:16]}  {names.get(each.changed_by, '')}"
        f"  {short(each.title, 60)}  {short(each.note, 40)}".rstrip()
        for each in revisions
    ]
    for each in log:
        who = names.get(each.user_id, each.user_id)
        why = short(str(each.detail.get("reason", "")), 60)
        lines.append(f"{_value(to_json(each.at))[:16]}  {each.verb:<16} {who}  {why}".rstrip())
    at.tell({"revisions": to_json(revisions), "log": to_json(log)}, lines, as_json=as_json)


def _flat(draft: ArticleDraft) -> dict[str, Any]:
    from ui.wire import to_json

    wire: dict[str, Any] = to_json(draft)
    text: dict[str, Any] = wire.pop("text")
    return wire | text


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
