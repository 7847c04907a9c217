"""A ticket and an article that try everything."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.article_intake import put_article
from kb.model import Article, Author, Customer, Message, Revision, Ticket, TicketStatus
from kb.store import Store
from kb.ticket_intake import put_ticket

TEXT = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'> ${Object.assign(window,{hacked:3})}"
    " {{constructor}} C:\\new\\user\\u0041 `tick` \u202egnp.exe\u202c"
    " \"'>-- [l](javascript:window.hacked=4) \U0001f4a9 Z\u0351\u036bA"
)
"""Scripts, template literals, backslashes, right-to-left marks, quotes, links, emoji, zalgo."""
AT = datetime(2020, 1, 1, tzinfo=UTC)
LONG = "x" * 1_000_000


def add_hostile(store: Store) -> None:
    """Store them; the ticket is the oldest, so that nobody opens it by accident."""
    customer = Customer(id="evil", name=f"Evil {TEXT}", email=f"e@x.example{TEXT}", attributes={TEXT: TEXT})
    messages = (
        Message(0, Author.CUSTOMER, True, AT, TEXT, name=TEXT),
        Message(1, Author.AGENT, True, AT, TEXT, name=TEXT),
        Message(2, Author.BOT, True, AT, TEXT),
        Message(3, Author.AGENT, False, AT, TEXT),
        Message(4, Author.CUSTOMER, True, AT, LONG),
        Message(5, Author.CUSTOMER, True, AT, "Ormöga krånglar"),
    )
    ticket = Ticket(
        id="evil-1", source="test", source_id="evil-1", subject=f"Ormöga {TEXT}", status=TicketStatus.OPEN, locale="sv",
        created_at=AT, messages=messages, product=TEXT, topic=TEXT, tags=(TEXT,), priority="high", channel="email",
        customer=customer,
    )  # fmt: skip
    revision = Revision(
        "evil-sv", 1, f"Ormöga {TEXT}", f"## Ormöga {TEXT}\n\nOrmöga krånglar. {TEXT}\n\n{TEXT}", tags=(TEXT,)
    )
    article = Article("evil-sv", "test", "evil-sv", "sv", revision, url='https://x.example/"><script>', product=TEXT)
    with store.database.write("import", "ticket", "evil") as connection:
        put_ticket(connection, ticket)
        put_article(connection, article)
