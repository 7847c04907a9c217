"""What each move does to a published article, inside the transaction that checked it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kb.clock import to_text
from kb.database import to_json
from kb.errors import Conflict, InvalidRow, NotFound
from kb.knowledge.article_draft import DraftText, check_text
from kb.knowledge.article_files import forget_files
from kb.knowledge.article_write import TEXT, add_revision, keep_from_import, update_article, vouched
from kb.knowledge.draft_steps import MAX_REASON, needed_reason
from kb.knowledge.last_move import take_back
from kb.knowledge.merging import merge, unmerge
from kb.knowledge.move import ArticleMove, ArticleWish, LastMove
from kb.knowledge.refusals import NothingToUndo
from kb.knowledge.team_rules import MOST_DAYS, rules_of
from kb.knowledge.verification import next_due
from kb.model import Article, Confidence, User


@dataclass(frozen=True, slots=True)
class Deed:
    """A move that is allowed: on what, by whom, with what, when."""

    connection: sqlite3.Connection
    article: Article
    user: User
    wish: ArticleWish
    at: datetime
    detail: dict[str, object]
    """Of the audit row; a deed may add to it."""
    last: LastMove | None = None
    """The article's newest move that can be taken back."""

    def set(self, name: str, value: object, *, searched: bool = True) -> None:
        """Change one column that the team decides on, and keep it from the next import."""
        self.detail.update({"from": str(getattr(self.article, name)), "to": str(value)})
        update_article(self.connection, self.article.id, {name: value}, searched=searched)
        keep_from_import(self.connection, self.article.id, [name])


def _verify(deed: Deed) -> None:
    old = deed.article
    now = vouched(
        deed.connection, by=deed.user, at=deed.at, confidence=Confidence.VALIDATED, every_days=old.verify_every_days
    )
    before = {"from": old.verification(deed.at).value, "reason_before": old.unverified_reason}
    deed.detail.update(before | {"to": "verified"})
    update_article(deed.connection, old.id, now | {"confidence": Confidence.VALIDATED.value})
    if old.confidence is not Confidence.VALIDATED:
        keep_from_import(deed.connection, old.id, ["confidence"])


def _unverify(deed: Deed) -> None:
    reason = needed_reason(deed.wish.reason, "say that an article is to be doubted")
    deed.detail.update({"from": deed.article.verification(deed.at).value, "to": "unverified"})
    update_article(deed.connection, deed.article.id, {"unverified_reason": reason})


def _roll_back(deed: Deed) -> None:
    wanted, current = deed.wish.revision, deed.article.revision.number
    row = deed.connection.execute(
        "SELECT title, body, summary, tags, questions FROM revisions WHERE article_id = ? AND number = ?",
        (deed.article.id, wanted),
    ).fetchone()
    if row is None:
        raise NotFound("revision", f"{deed.article.id} {wanted}", hint=f"Its revisions are 1 to {current}.")
    if wanted == current:
        raise InvalidRow(f"revision {wanted} is what is published; choose an earlier one")
    note = deed.wish.reason.strip()[:MAX_REASON]
    number = add_revision(deed.connection, deed.article.id, DraftText(), by=deed.user, at=deed.at, note=note)
    deed.connection.execute(
        "UPDATE revisions SET title = ?, body = ?, summary = ?, tags = ?, questions = ?"
        " WHERE article_id = ? AND number = ?",
        (*row, deed.article.id, number),
    )
    _republished(deed, number)
    deed.detail.update({"from": current, "to": number, "restored": wanted})


def _add_question(deed: Deed) -> None:
    old = DraftText.of(deed.article)
    new = check_text(replace(old, questions=(*old.questions, deed.wish.question)))
    if new.questions == old.questions:
        raise InvalidRow("the question is empty, or the article answers it already")
    number = add_revision(
        deed.connection, deed.article.id, replace(old, questions=new.questions), by=deed.user, at=deed.at,
        note=deed.wish.reason.strip()[:MAX_REASON],
    )  # fmt: skip
    # Nothing of the text changed, so whoever vouched for it still does.
    update_article(deed.connection, deed.article.id, {"revision": number})
    # And what the source writes is still taken over; the questions stay.
    deed.detail.update({"from": deed.article.revision.number, "to": number})


def _republished(deed: Deed, number: int) -> None:
    article = deed.article
    verified = vouched(
        deed.connection, by=deed.user, at=deed.at, confidence=article.confidence, every_days=article.verify_every_days
    )
    at = to_text(deed.at)
    now = verified | {"revision": number, "updated_at": at, "published_at": at}
    update_article(deed.connection, article.id, now)
    keep_from_import(deed.connection, article.id, [TEXT])


def _set_audience(deed: Deed) -> None:
    if deed.wish.audience is None:
        raise InvalidRow("audience is missing; allowed: author, internal, partner, public")
    deed.set("audience", deed.wish.audience.value)


def _set_confidence(deed: Deed) -> None:
    wanted = deed.wish.confidence
    if wanted is None or wanted is Confidence.ARCHIVED:
        raise InvalidRow("confidence must be one of: wip, not_validated, validated; archiving is a move of its own")
    verified = vouched(
        deed.connection, by=deed.user, at=deed.at, confidence=wanted, every_days=deed.article.verify_every_days
    )
    deed.set("confidence", wanted.value)
    update_article(deed.connection, deed.article.id, verified, searched=False)


def _set_governance(deed: Deed) -> None:
    if deed.wish.governance is None:
        raise InvalidRow("governance is missing; allowed: experience_based, compliance_based")
    deed.set("governance", deed.wish.governance.value, searched=False)


def _set_owner(deed: Deed) -> None:
    owner = deed.wish.owner_id
    if owner and deed.connection.execute("SELECT 1 FROM users WHERE id = ?", (owner,)).fetchone() is None:
        raise NotFound("user", owner)
    deed.set("owner_id", owner, searched=False)


def _set_verify_every(deed: Deed) -> None:
    days, since = deed.wish.days, deed.article.verified_at
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise InvalidRow(f"days is {days}; allowed: 0 (never runs out) to {MOST_DAYS}, or nothing for the team's own")
    due = deed.article.verify_due_at
    if since is not None:
        due = next_due(since, every_days=days, team_days=rules_of(deed.connection).verify_every_days)
    deed.detail.update({"from": deed.article.verify_every_days, "to": days})
    update_article(deed.connection, deed.article.id, {"verify_every_days": days, "verify_due_at": to_text(due)})


def _archive(deed: Deed) -> None:
    deed.set("confidence", Confidence.ARCHIVED.value)
    before = deed.article.confidence.value
    update_article(deed.connection, deed.article.id, {"confidence_before": before}, searched=False)


def _restore(deed: Deed) -> None:
    article = deed.article
    row = deed.connection.execute("SELECT confidence_before FROM articles WHERE id = ?", (article.id,)).fetchone()
    before = row["confidence_before"] or Confidence.NOT_VALIDATED.value
    if article.merged_into:
        deed.detail.update(unmerge(deed.connection, article))
    deed.set("confidence", before)
    update_article(deed.connection, article.id, {"merged_into": "", "confidence_before": ""}, searched=False)


def _merge(deed: Deed) -> None:
    deed.detail.update(merge(deed.connection, deed.article, deed.wish.into, actor=deed.user.id, at=deed.at))


def _delete(deed: Deed) -> None:
    """Erase the texts; the row stays with its title, so that links, logs and merges can still name it."""
    deed.detail.update(
        {
            "title": deed.article.title,
            "reason": needed_reason(deed.wish.reason, "delete an article for good"),
        }
    )
    connection, article_id = deed.connection, deed.article.id
    number = deed.article.revision.number
    for table in ("article_drafts WHERE id", "article_comments WHERE article_id"):
        connection.execute(f"DELETE FROM {table} = ?", (article_id,))
    connection.execute("DELETE FROM revisions WHERE article_id = ? AND number <> ?", (article_id, number))
    connection.execute(
        "UPDATE revisions SET body = '', summary = '', tags = ?, questions = ?, note = '' WHERE article_id = ?",
        (to_json([]), to_json([]), article_id),
    )
    forget_files(connection, article_id)
    at = to_text(deed.at)
    gone = {"confidence": Confidence.ARCHIVED.value, "deleted_at": at, "updated_at": at, "unverified_reason": ""}
    update_article(connection, article_id, gone)
    keep_from_import(connection, article_id, ["confidence"])


def _undo(deed: Deed) -> None:
    if deed.last is None:
        raise NothingToUndo
    deed.detail.update(take_back(deed.connection, deed.article.id, deed.last, deed.user, at=deed.at))


def _no_draft_yet(_: Deed) -> None:
    raise Conflict("edit is no move by itself.", hint="Begin a draft of the article.")


STEPS: Mapping[ArticleMove, Callable[[Deed], None]] = {
    ArticleMove.EDIT: _no_draft_yet,
    ArticleMove.ADD_QUESTION: _add_question,
    ArticleMove.VERIFY: _verify,
    ArticleMove.UNVERIFY: _unverify,
    ArticleMove.ROLL_BACK: _roll_back,
    ArticleMove.SET_AUDIENCE: _set_audience,
    ArticleMove.SET_CONFIDENCE: _set_confidence,
    ArticleMove.SET_GOVERNANCE: _set_governance,
    ArticleMove.SET_OWNER: _set_owner,
    ArticleMove.SET_VERIFY_EVERY: _set_verify_every,
    ArticleMove.ARCHIVE: _archive,
    ArticleMove.RESTORE: _restore,
    ArticleMove.MERGE: _merge,
    ArticleMove.DELETE: _delete,
    ArticleMove.UNDO: _undo,
}
"""Move -> what it does."""
