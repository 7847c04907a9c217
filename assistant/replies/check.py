"""The look at a reply before it goes to a customer, and the events that say what was sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.drafts.canned_use import used_words
from assistant.question import question_of
from assistant.redaction.redact import TeamNumbers
from assistant.replies.edited_share import edited_share
from assistant.replies.inside import (
    InsideText,
    Leak,
    inside_of_articles,
    inside_of_others,
    inside_of_ticket,
    known_to,
    leaks,
)
from assistant.replies.overlap import overlaps
from assistant.replies.reply_language import foreign
from assistant.service import Service
from kb import clock
from kb.event import Event, EventKind
from kb.locales import UNDETERMINED
from kb.model import Article, Audience, Ticket
from kb.reply_drafts import Origin

_AT_HAND = frozenset({EventKind.SHOWN, EventKind.OPENED, EventKind.INSERTED, EventKind.COPIED})
"""What says that an agent had a text before them."""
_NEAREST = 5
_ASKED_CHARACTERS = 800
_MOST_EVENTS = 2000
NARROW = tuple(audience.value for audience in Audience if audience is not Audience.PUBLIC)


@dataclass(frozen=True, slots=True)
class Remark:
    """A reply in another language than its customer's."""

    reply: str
    customer: str


@dataclass(frozen=True, slots=True)
class Check:
    """What an agent should know before a reply goes to a customer."""

    internal: tuple[Leak, ...] = ()
    language: Remark | None = None


def check_reply(service: Service, ticket: Ticket, body: str, *, user_id: str, origins: Collection[Origin]) -> Check:
    """Look for internal-only text and for another language than the customer's.

    Compared with are the texts that the agent had before them: what was put into the reply, what the log says was
    shown, opened or copied in this ticket, what is suggested for it, and the internal articles nearest to the reply;
    so it is found also where it was copied by hand.

    Args:
        service: Where suggestions and articles come from.
        ticket: The ticket that is being answered.
        body: What is about to be sent to the customer.
        user_id: Who is about to send it.
        origins: What was put into the reply, as far as the page knows.
    """
    store = service.store
    customer = ticket.customer.id if ticket.customer else ""
    articles, tickets = _at_hand(service, ticket, body, user_id, origins)
    stored = list(store.articles.get_many(articles).values())
    others = [each for each in store.tickets.get_many(tickets).values() if each.id != ticket.id]
    inside: list[InsideText] = [
        *inside_of_ticket(ticket),
        *inside_of_articles(stored),
        *inside_of_others(others, customer_id=customer, team=TeamNumbers.of(service.settings)),
    ]
    locale = question_of(ticket).locale
    found = foreign(body, locale) if locale != UNDETERMINED else ""
    return Check(
        internal=leaks(body, inside, known=known_to(ticket, stored, others)),
        language=Remark(found, locale) if found else None,
    )


def sent_events(
    body: str, *, public: bool, articles: Sequence[Article], kinds: dict[str, str], drafted: str,
    overridden: Sequence[Leak] = (),
) -> tuple[Event, ...]:  # fmt: skip
    """What is written down about a message that goes out: one row per article that it really uses, or one without.

    Args:
        body: What is sent.
        public: Whether the customer gets it.
        articles: What it was made of or is linked to.
        kinds: Article id -> kind of its link, of those that are linked.
        drafted: What was put in from a proposed reply, as it was proposed; empty if nothing.
        overridden: Internal-only text that goes out all the same.
    """
    at = clock.now()
    detail: dict[str, object] = {"public": public, "characters": len(body)}
    if drafted:
        detail["edited_share"] = edited_share(drafted, body)
    used = [article for article in articles if _stands_in(article, body)] if public else []
    sent = [
        Event(
            EventKind.SENT, at, article_id=article.id, revision=article.revision.number,
            detail=detail | ({"kind": kinds[article.id]} if article.id in kinds else {}),
        )
        for article in used
    ]  # fmt: skip
    gone_out = [
        Event(
            EventKind.OVERRIDDEN, at, article_id=leak.id if leak.kind == "article" else "",
            detail={"quote": leak.quote, "said": leak.said, "kind": leak.kind.value, "source": leak.id,
                    "audience": leak.audience},
        )
        for leak in overridden
    ]  # fmt: skip
    return (*(sent or [Event(EventKind.SENT, at, detail=detail)]), *gone_out)


def canned_in(service: Service, body: str, origins: Collection[Origin]) -> tuple[str, ...]:
    """Of the canned replies that were put into a reply, those that are still in it nearly word for word."""
    ids = list(dict.fromkeys(each.id for each in origins if each.kind == "canned"))
    return tuple(c.id for c in service.store.canned.of_ids(ids) if used_words(c.body, body))


def _stands_in(article: Article, body: str) -> bool:
    return bool(article.url and article.url in body) or bool(overlaps(body, article.revision.body))


def _at_hand(
    service: Service, ticket: Ticket, body: str, user_id: str, origins: Collection[Origin]
) -> tuple[list[str], list[str]]:
    """Ids of the articles and of the tickets that the agent had before them."""
    articles = [each.id for each in origins if each.kind == "article"]
    tickets = [each.id for each in origins if each.kind == "ticket"]
    for event in service.store.events.list(ticket_id=ticket.id, limit=_MOST_EVENTS):
        if event.user_id == user_id and event.kind in _AT_HAND:
            articles.append(event.article_id)
            if event.detail.get("by") == "ticket":
                tickets.append(str(event.detail.get("source", "")))
    suggested = service.suggest(question_of(ticket))
    articles += [hit.id for hit in suggested.articles]
    tickets += [hit.id for hit in suggested.tickets]
    near = service.search(body[:_ASKED_CHARACTERS].replace('"', " "), limit=_NEAREST, audiences=NARROW)
    articles += [hit.id for hit in near]
    return [each for each in dict.fromkeys(articles) if each], [each for each in dict.fromkeys(tickets) if each]
