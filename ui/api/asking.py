"""What a client asks: a ticket, or words that somebody types."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from pydantic import BaseModel, Field

from assistant.call_notes import latest_first
from assistant.question import Question, question_of
from kb.locales import UNDETERMINED, normalise_locale
from kb.model import Ticket
from ui.api.access import Refused, desk_of


class Ask(BaseModel):
    """A ticket by its id, or typed words with what is known around them."""

    ticket_id: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=200_000)
    subject: str = Field(default="", max_length=2_000)
    locale: str = Field(default="", max_length=20)
    product: str = Field(default="", max_length=200)
    typing: bool = False
    """The words are still being typed: half a sentence for which nothing is found is no miss."""
    call: bool = False
    """The words are notes of a call: what was said last weighs most."""


def ticket_of(request: Request, ask: Ask) -> Ticket | None:
    """The ticket that is asked about, if one is.

    Raises:
        NotFound: No such ticket.
    """
    return desk_of(request).store.tickets.get(ask.ticket_id) if ask.ticket_id else None


def question_from(ask: Ask, ticket: Ticket | None) -> Question:
    """The question: typed words win over the ticket's own, which then only gives language, product and customer.

    Raises:
        Refused: Neither a ticket nor words.
        InvalidRow: The locale is no language.
    """
    typed = bool(ask.text.strip() or ask.subject.strip())
    if not typed and ticket is None:
        raise Refused("nothing_asked", 400)
    locale = normalise_locale(ask.locale)
    text = latest_first(ask.text) if ask.call else ask.text
    if ticket is None:
        return Question(subject=ask.subject, body=text, locale=locale, product=ask.product)
    question = question_of(ticket)
    if typed:
        question = replace(question, subject=ask.subject, body=text)
    if locale != UNDETERMINED:
        question = replace(question, locale=locale)
    return replace(question, product=ask.product) if ask.product else question
