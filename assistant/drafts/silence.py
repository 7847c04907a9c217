"""What an agent can send where there is no draft: questions to ask back, and that a colleague takes over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.drafts.clarify import clarifying
from assistant.drafts.precedents import Precedent
from assistant.drafts.templates import Templates
from assistant.model import Draft, Sentence, Source, SourceKind
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers

SIMILAR_FROM = 0.25
"""Likeness below which what was asked in a ticket is asked about something else."""
MOST_READ = 20
"""So many similar tickets are read for questions."""


def with_way_out(
    draft: Draft,
    question: Question,
    precedents: Sequence[Precedent],
    courtesy: Templates,
    *,
    team: TeamNumbers | None = None,
) -> Draft:
    """Give a draft without text what agents asked in similar tickets, and the sentence that passes the question on.

    Args:
        draft: An empty one.
        question: What the customer asks.
        precedents: Similar resolved tickets, nearest first; hardly similar ones are not read, nor is its own.
        courtesy: Templates in the customer's language.
        team: What the team's own numbers look like.
    """
    near = [each.ticket for each in precedents if each.likeness >= SIMILAR_FROM]
    near = [ticket for ticket in near if ticket.id != question.ticket_id][:MOST_READ]
    passed_on = courtesy.get("escalate")
    return replace(
        draft,
        questions=clarifying(question.text, draft.locale, near, team=team),
        escalation=Sentence(passed_on.text, Source(SourceKind.TEMPLATE, passed_on.name)),
    )
