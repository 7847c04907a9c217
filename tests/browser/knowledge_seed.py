"""Candidates and drafts for tests of the knowledge page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.capture.sketch import sketch
from kb.knowledge.article_draft import ArticleDraft, DraftText
from kb.knowledge.candidate import Candidate, NearArticle, Proposal, Rejection
from kb.model import RESOLVED, Confidence, Role, Ticket, User
from kb.store import Store
from ui.demo import add_colleagues

_KINDS = (
    (Proposal.NEW, None), (Proposal.UPDATE, None), (Proposal.CONTRADICTION, None), (Proposal.NEW, None),
    (Proposal.NEW, Rejection.HAND_OFF),
)  # fmt: skip
_EACH = 3


def add_candidates(store: Store) -> list[Candidate]:
    """One candidate of each kind from the demo's Swedish tickets, the newest first."""
    add_colleagues(store)
    articles = [article for _, article in store.articles.changed_since(0, limit=10_000)]
    near = [a for a in articles if a.locale == "sv" and a.confidence is not Confidence.ARCHIVED][:3]
    tickets = free_tickets(store)
    nearest = tuple(NearArticle(a.id, a.id, a.title, a.locale, 0.8 - n / 4, 0.1) for n, a in enumerate(near))
    found = [
        candidate_of(tickets[_EACH * n : _EACH * (n + 1)], proposal, nearest, rejected)
        for n, (proposal, rejected) in enumerate(_KINDS)
    ]
    store.candidate_runs.keep(store.candidate_runs.begin().id, found)
    return found


def free_tickets(store: Store) -> list[Ticket]:
    """The demo's solved Swedish tickets that no article is linked to, the newest first."""
    found = [
        t for _, t in store.tickets.changed_since(0, limit=10_000)
        if t.locale == "sv" and t.status in RESOLVED and t.messages and not store.tickets.links([t.id])
    ]  # fmt: skip
    return sorted(found, key=lambda t: (t.created_at, t.id), reverse=True)


def candidate_of(
    tickets: Sequence[Ticket], proposal: Proposal, nearest: tuple[NearArticle, ...], rejected: Rejection | None = None
) -> Candidate:
    """A candidate of some tickets, the newest of them first."""
    text = sketch(list(tickets), "sv")
    return Candidate(
        id=f"from-{tickets[0].id}", proposal=proposal, title=text.title, locale="sv", product=tickets[0].product,
        tickets=tuple(t.id for t in tickets), customers=len(tickets), minutes=60, first_at=tickets[-1].created_at,
        last_at=tickets[0].created_at, per_week=(("2026-W20", 1), ("2026-W21", 3), ("2026-W22", 2)), nearest=nearest,
        rejected=rejected, sketch=text,
    )  # fmt: skip


def colleague(store: Store, role: Role) -> User:
    """The demo's colleague of a role."""
    return add_colleagues(store)[role]


def add_draft(store: Store, title: str, *, role: Role = Role.CONTRIBUTOR, article_id: str = "") -> ArticleDraft:
    """A draft of a colleague, of a new article or of the next revision of one."""
    text = DraftText(title=title, body=f"## Problem\n\n{title}\n\n## Lösning\n\n1. Gör så.\n", locale="sv")
    if article_id:
        text = replace(DraftText.of(store.articles.get(article_id)), title=title)
    return store.article_drafts.create(colleague(store, role), text=text, article_id=article_id)
