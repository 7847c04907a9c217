"""Candidates, their runs and drafts as JSON."""

from __future__ import annotations

from typing import Any

from assistant.drafts.ticket import people_of
from assistant.redaction.redact import TeamNumbers, redact
from assistant.resolution import solving_reply
from assistant.service import Service
from indexer.problem import first_burst
from kb.knowledge.article_draft import ArticleDraft
from kb.knowledge.candidate import CandidateState, KeptCandidate, NearArticle, Sketch
from kb.model import Article, Audience, Role, Ticket, User
from kb.runs import Run
from kb.store import Store
from ui.api.article_prose import ArticleProse
from ui.wire import to_json

MOST_TICKETS = 50
_PREVIEW = 400


def candidate_row(kept: KeptCandidate) -> dict[str, Any]:
    """A candidate as a list shows it."""
    candidate = kept.candidate
    return {
        "id": candidate.id,
        "proposal": candidate.proposal.value,
        "state": kept.state.value,
        "title": candidate.title,
        "locale": candidate.locale,
        "product": candidate.product,
        "ticket_count": len(candidate.tickets),
        "customers": candidate.customers,
        "minutes": candidate.minutes,
        "first_at": to_json(candidate.first_at),
        "last_at": to_json(candidate.last_at),
        "per_week": [{"week": week, "tickets": count} for week, count in candidate.per_week],
        "nearest": [to_json(each) for each in candidate.nearest],
        "reject_reason": candidate.rejected.value if candidate.rejected else None,
        "questions": list(candidate.sketch.questions),
        "missing": [each.value for each in candidate.sketch.missing],
        "dismiss_reason": kept.dismiss_reason.value if kept.dismiss_reason else None,
        "note": kept.note,
        "decided_by": kept.decided_by,
        "decided_at": to_json(kept.decided_at),
        "article_id": kept.article_id,
        "revision": kept.revision,
        "merged_into": kept.merged_into,
        "found_at": to_json(kept.found_at),
        # It was dismissed, and twice as many ask it now; or answered, and it is asked again.
        "is_back": kept.state is CandidateState.OPEN and (kept.dismiss_reason is not None or kept.revision > 0),
    }


def candidate_page(service: Service, kept: KeptCandidate, user: User) -> dict[str, Any]:
    """A candidate with all that one decides by.

    Args:
        service: The open data folder.
        kept: The candidate.
        user: Who looks.
    """
    store, candidate = service.store, kept.candidate
    prose = ArticleProse(store, user.locale)
    tickets = store.tickets.get_many(candidate.tickets[:MOST_TICKETS])
    team = TeamNumbers.of(service.settings)
    return candidate_row(kept) | {
        "draft": sketch_row(candidate.sketch, prose),
        "tickets": [ticket_row(tickets[each], team) for each in candidate.tickets[:MOST_TICKETS] if each in tickets],
        "nearest": near_rows(store, candidate.nearest, prose, user),
    }


def sketch_row(sketch: Sketch, prose: ArticleProse) -> dict[str, Any]:
    """A sketch with its HTML."""
    return {
        "title": sketch.title,
        "body": sketch.body,
        "html": prose.html(sketch.body),
        "lines": [to_json(each) for each in sketch.lines],
        "missing": [each.value for each in sketch.missing],
        "questions": list(sketch.questions),
    }


def near_rows(
    store: Store, nearest: tuple[NearArticle, ...], prose: ArticleProse, user: User
) -> list[dict[str, Any]]:  # fmt: skip
    """Near articles to be read side by side; those that are gone, or that the user may not read, are left out."""
    stored = store.articles.get_many(each.id for each in nearest)
    return [
        to_json(each) | _article(stored[each.id], prose)
        for each in nearest
        if each.id in stored and may_read(stored[each.id], user)
    ]


def may_read(article: Article, user: User) -> bool:
    """Whether a colleague may read an article."""
    return article.audience is not Audience.AUTHOR or user.role.allows(Role.CONTRIBUTOR)


def ticket_row(ticket: Ticket, team: TeamNumbers | None) -> dict[str, Any]:
    """What a ticket asked and how it was answered, in a few lines and without personal data."""
    reply = solving_reply(ticket.messages)
    people = people_of(ticket)

    def clean(text: str) -> str:
        return redact(" ".join(text.split())[:_PREVIEW], people=people, locale=ticket.locale, team=team).text

    return {
        "id": ticket.id,
        "subject": clean(ticket.subject),
        "created_at": to_json(ticket.created_at),
        "closed_at": to_json(ticket.closed_at),
        "locale": ticket.locale,
        "product": ticket.product,
        "customer": ticket.customer.name if ticket.customer else "",
        "question": clean(" ".join(m.body[:_PREVIEW] for m in first_burst(ticket.messages))),
        "answer": clean(reply.body) if reply else "",
    }


def run_row(run: Run | None) -> dict[str, Any] | None:
    """A run in the background; None before the first."""
    if run is None:
        return None
    return {
        "id": run.id, "state": run.state, "done": run.done, "all": run.total, "started_at": to_json(run.started_at),
        "ended_at": to_json(run.ended_at), "message": run.message, "found": run.found,
    }  # fmt: skip


def draft_row(draft: ArticleDraft) -> dict[str, Any]:
    """An article draft as it was begun: what is needed to open it."""
    return {
        "id": draft.id, "title": draft.text.title, "state": draft.state.value, "locale": draft.text.locale,
        "version": draft.version, "base_revision": draft.base_revision, "candidate_id": draft.candidate_id,
        "from_tickets": list(draft.from_tickets),
    }  # fmt: skip


def _article(article: Article, prose: ArticleProse) -> dict[str, Any]:
    return {
        "html": prose.html(article.revision.body),
        "updated_at": to_json(article.updated_at),
        "confidence_state": article.confidence.value,
        "audience": article.audience.value,
        "questions": list(article.revision.questions),
    }
