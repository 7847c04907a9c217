"""What drafts are asked for: later tickets with what the agent answered, questions by themselves, and out of scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.datasets import Labelled, question_at_arrival
from assistant.evaluation.helpful_reply import LinkedArticle, helpful_reply
from assistant.evaluation.later_tickets import LaterTicket
from assistant.question import Question
from kb.store import Store

TICKETS = "tickets with a helpful reply"
UNHELPED = "other resolved tickets"
QUESTIONS = "answerable questions"
OUT_OF_SCOPE = "out of scope: "


@dataclass(frozen=True, slots=True)
class Case:
    """One question that a draft is asked for."""

    id: str
    group: str
    """TICKETS, UNHELPED, QUESTIONS or OUT_OF_SCOPE with a name."""
    locale: str
    question: Question
    relevant: frozenset[str] = frozenset()
    """Articles that answer it, of those that are stored."""
    reply: str = ""
    """The agent's first helpful reply; empty where none is known."""


def ticket_cases(later: Sequence[LaterTicket], store: Store) -> list[Case]:
    """One case per ticket, asked as it came in.

    Args:
        later: Tickets that the store does not have.
        store: The evidence; gives the titles of linked articles.
    """
    cases: list[Case] = []
    for each in later:
        ids = [store.articles.resolve(target) for target in each.targets]
        stored = store.articles.get_many(found for found in ids if found)
        linked = [
            LinkedArticle(target, stored[found].title if found in stored else "")
            for target, found in zip(each.targets, ids, strict=True)
        ]
        reply = helpful_reply(each.ticket, linked)
        cases.append(
            Case(
                id=each.ticket.id,
                group=TICKETS if reply is not None else UNHELPED,
                locale=each.ticket.locale,
                question=question_at_arrival(each.ticket),
                relevant=frozenset(stored),
                reply=reply.body if reply is not None else "",
            )
        )
    return cases


def question_cases(questions: Sequence[Labelled], stored: Mapping[str, object]) -> list[Case]:
    """One case per question of which an answer is stored; the others are left out.

    Args:
        questions: Questions that stand by themselves.
        stored: Its keys are the ids of stored articles.
    """
    return [
        Case(each.id, QUESTIONS, each.locale, each.question, frozenset(each.relevant.intersection(stored)))
        for each in questions
        if not each.relevant.isdisjoint(stored)
    ]


def out_of_scope_cases(file: Path, questions: Sequence[Labelled]) -> list[Case]:
    """One case per question of a file that nothing answers."""
    group = OUT_OF_SCOPE + file.name.split(".")[0]
    return [Case(each.id, group, each.locale, each.question) for each in questions]
