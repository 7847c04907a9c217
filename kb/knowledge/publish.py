"""Publishing: a draft becomes what everybody reads, with everything that follows from it, in one transaction."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from kb import clock
from kb.addresses import addresses_of
from kb.article_rows import read_article
from kb.database import next_seq
from kb.errors import InvalidRow
from kb.events import insert_event
from kb.knowledge.after_publish import Published, after_publish
from kb.knowledge.article_draft import ArticleDraft, DraftText, changed_fields, check_complete
from kb.knowledge.article_write import OWN, TEXT, add_revision, keep_from_import, update_article, vouched
from kb.knowledge.move import SYSTEM
from kb.knowledge.refusals import LanguageTaken
from kb.links import insert_link
from kb.model import Article, Event, EventKind, Role, User

_WORDS = frozenset({"title", "body", "summary", "tags", "questions"})


def publish(
    connection: sqlite3.Connection, draft: ArticleDraft, user: User, *, at: datetime, note: str = ""
) -> dict[str, object]:
    """Make a draft the published revision, link its tickets and forget it. Who may do so is asked before.

    Args:
        connection: Inside a transaction.
        draft: What is published.
        user: Who publishes it.
        at: The moment.
        note: Why; kept with the revision.

    Returns:
        What the audit row says about it: revision, from, to, linked tickets.

    Raises:
        TextMissing: Title or text is missing.
        InvalidRow: The master is no article.
        LanguageTaken: The master's family has an article in this language already.
    """
    check_complete(draft.text)
    old = read_article(connection, draft.id)
    _check_family(connection, draft)
    changed = _insert(connection, draft) if old is None else changed_fields(DraftText.of(old), draft.text)
    number = 1 if old is None else old.revision.number
    if old is None or _WORDS & set(changed):
        number = add_revision(connection, draft.id, draft.text, by=user, at=at, note=note)
    update_article(connection, draft.id, _columns(connection, draft, old, user, at) | {"revision": number})
    kept = {TEXT if name in _WORDS else name for name in changed} - {"governance", "owner_id", "master_revision"}
    keep_from_import(connection, draft.id, kept)
    linked = [each for each in draft.from_tickets if link_ticket(connection, each, draft.id, number, user, at)]
    connection.execute(
        "UPDATE article_comments SET revision = ? WHERE article_id = ? AND revision = 0", (number, draft.id)
    )
    connection.execute("DELETE FROM article_drafts WHERE id = ?", (draft.id,))
    after_publish(
        connection, Published(article_id=draft.id, revision=number, at=at, user_id=user.id, draft=draft)
    )  # fmt: skip
    return {
        "from": old.confidence.value if old else "", "to": draft.text.confidence.value,
        "audience": draft.text.audience.value, "revision": number, "changed": changed, "linked": linked,
    }  # fmt: skip


def _insert(connection: sqlite3.Connection, draft: ArticleDraft) -> list[str]:
    """Make the row of an article that was never published; its text is written right after."""
    connection.execute(
        "INSERT INTO articles (id, source, source_id, locale, audience, confidence, revision, content_hash, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, 1, '', 0)",
        (draft.id, OWN, draft.id, draft.text.locale, draft.text.audience.value, draft.text.confidence.value),
    )
    for address, strength in addresses_of(draft.id, draft.id, "").items():
        connection.execute(
            "INSERT OR IGNORE INTO addresses (address, article_id, strength) VALUES (?, ?, ?)",
            (address, draft.id, strength),
        )
    return sorted(_WORDS)


def _columns(
    connection: sqlite3.Connection, draft: ArticleDraft, old: Article | None, user: User, at: datetime
) -> dict[str, object]:
    text = draft.text
    # What a publisher approved or had published at a time is vouched for by that publisher.
    approved = draft.approved_by and not user.role.allows(Role.PUBLISHER)
    by = User(draft.approved_by, "", "", Role.PUBLISHER) if approved else user
    every = old.verify_every_days if old else None
    verified = vouched(connection, by=by, at=at, confidence=text.confidence, every_days=every)
    return {
        "locale": text.locale, "product": text.product, "audience": text.audience.value,
        "confidence": text.confidence.value, "governance": text.governance.value,
        "translation_of": text.translation_of, "owner_id": text.owner_id or _owner(old, user),
        "master_revision": _master_revision(connection, text, old), "updated_at": clock.to_text(at),
        "published_at": clock.to_text(at), **verified,
    }  # fmt: skip


def _owner(old: Article | None, user: User) -> str:
    if old is not None:
        return old.owner_id
    return "" if user.id == SYSTEM.id else user.id


def _master_revision(connection: sqlite3.Connection, text: DraftText, old: Article | None) -> int:
    """What a translation says the same as: what its writer said, or for a new one the master as it is."""
    if text.master_revision or not text.translation_of or old is not None:
        return text.master_revision
    row = connection.execute("SELECT revision FROM articles WHERE id = ?", (text.translation_of,)).fetchone()
    return int(row["revision"])


def _check_family(connection: sqlite3.Connection, draft: ArticleDraft) -> None:
    master = draft.text.translation_of
    if not master:
        return
    row = connection.execute("SELECT translation_of, locale FROM articles WHERE id = ?", (master,)).fetchone()
    if row is None or master == draft.id or row["translation_of"]:
        raise InvalidRow(
            f"translation_of is {master[:80]!r}; allowed: the id of another article that is no translation"
        )
    same = connection.execute(
        "SELECT id FROM articles WHERE (id = :master OR translation_of = :master) AND id <> :id AND locale = :locale"
        " AND confidence <> 'archived'",
        {"master": master, "id": draft.id, "locale": draft.text.locale},
    ).fetchone()
    if same is not None:
        raise LanguageTaken(draft.text.locale, same["id"])


def link_ticket(
    connection: sqlite3.Connection, ticket_id: str, article_id: str, revision: int, user: User, at: datetime
) -> bool:
    """Link a ticket as solved by the article, as an agent would; one that is gone is passed over.

    Args:
        connection: Inside a transaction.
        ticket_id: The ticket.
        article_id: The article.
        revision: Of the article.
        user: Who does it.
        at: When.

    Returns:
        Whether it was not linked before.
    """
    if connection.execute("SELECT 1 FROM tickets WHERE id = ?", (ticket_id,)).fetchone() is None:
        return False
    known = connection.execute(
        "SELECT 1 FROM ticket_links WHERE ticket_id = ? AND target = ? AND kind = 'resolution'", (ticket_id, article_id)
    ).fetchone()
    if known is not None:
        return False
    insert_link(connection, ticket_id, article_id, article_id, at, "resolution")
    connection.execute("UPDATE tickets SET seq = ? WHERE id = ?", (next_seq(connection), ticket_id))
    detail = {"kind": "resolution", "captured": True}
    insert_event(connection, Event(EventKind.LINKED, at, user.id, ticket_id, article_id, revision, detail=detail))
    return True
