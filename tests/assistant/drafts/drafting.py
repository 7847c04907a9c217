"""Makers of the nouns that drafts are written from, shared by the tests of the composer."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.drafts.sources import ArticleSource
from assistant.model import MatchedPassage, TicketHit
from assistant.question import Question
from kb.model import (
    Article,
    Audience,
    Author,
    CannedReply,
    Confidence,
    Customer,
    Message,
    Revision,
    Ticket,
    TicketStatus,
)

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OFFLINE = """Pulserar ringen gult, eller visar appen **E-1042**? Då når hubben inte internet.

> Fabriksåterställ inte hubben.

## Prova i den här ordningen

Det tar fem minuter:

1. **Starta om hubben.** Dra ur kabeln och vänta 30 sekunder.
2. **Starta om routern.** Vänta t.ex. fem minuter.
3. Testa med kabel. Se [kraven](https://help.fyrvik.example/sv/krav).

## Ljusen

Färgerna betyder:

| Ljus | Betydelse |
|---|---|
| Gult | Inget internet |

## När du ska höra av dig

Skriv till support@fyrvik.example och berätta vad du har provat.
"""


def article(
    body: str = OFFLINE,
    *,
    key: str = "hub-offline",
    locale: str = "sv",
    audience: Audience = Audience.PUBLIC,
    confidence: Confidence = Confidence.VALIDATED,
    translation_of: str = "",
    title: str = "Hubben har inget internet (E-1042)",
    url: str = "https://help.fyrvik.example/sv/hub-utan-internet",
) -> Article:
    """A published article."""
    noun_id = f"{key}-{locale}"
    revision = Revision(noun_id, 3, title, body, tags=("hub", "offline"))
    return Article(
        noun_id, "demo", noun_id, locale, revision, url, "Hub", audience, confidence, translation_of=translation_of
    )


def source(noun: Article, *, at: str = "", score: float = 0.8, outdated: bool = False) -> ArticleSource:
    """An article that matched where a text stands; at its beginning if none is given."""
    body = noun.revision.body
    start = body.index(at) if at else 0
    end = start + len(at or body[:40])
    return ArticleSource(noun, score, MatchedPassage(body[start:end], start, end), outdated)


def question(body: str = "Ringen är gul och det står E-1042.", **changes: object) -> Question:
    """A Swedish customer's question."""
    known: dict[str, object] = {
        "subject": "Hubben är död",
        "locale": "sv",
        "product": "Hub",
        "customer_name": "Annika Lövsten",
        "ticket_id": "sv-1",
    }
    return Question(body=body, **{**known, **changes})  # type: ignore[arg-type]


def canned(body: str, *, locale: str = "sv", product: str = "Hub", tags: tuple[str, ...] = ("hub",)) -> CannedReply:
    """A canned reply."""
    return CannedReply(f"restart-{locale}", "demo", "restart", "Starta om", body, locale, 2, product=product, tags=tags)


def ticket(reply: str, *, noun_id: str = "sv-9", locale: str = "sv", tags: tuple[str, ...] = ()) -> Ticket:
    """A solved ticket of another customer."""
    messages = (
        Message(0, Author.CUSTOMER, True, NOW, "Gul ring! Ring 070-174 06 05. /Bengt Rönnsjö", "Bengt Rönnsjö"),
        Message(1, Author.AGENT, True, NOW, reply, "Elin Sandgren"),
    )
    customer = Customer("c9", "Bengt Rönnsjö", "bengt@post.example")
    return Ticket(
        noun_id, "demo", noun_id, "Gul ring", TicketStatus.SOLVED, locale, NOW, messages, customer=customer, tags=tags
    )


def ticket_hit(noun: Ticket, score: float = 0.99) -> TicketHit:
    """A hit on a solved ticket."""
    return TicketHit(noun.id, noun.subject, noun.locale, noun.product, score, True, NOW, "")
