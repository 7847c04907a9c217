"""A ticket and an article that try everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kb.article_intake import put_article
from kb.canned import put_canned
from kb.desk.attachments import Attachment
from kb.desk.escalations import PassOn
from kb.desk.filters import Sort, TicketFilter
from kb.desk.flags import Flag, FlagReason
from kb.desk.mentions import insert_mentions
from kb.desk.satisfaction import Satisfaction
from kb.knowledge.article_draft import DraftText
from kb.knowledge.candidate import NearArticle, Proposal
from kb.knowledge.move import DraftMove, DraftWish
from kb.model import Article, Author, CannedReply, Customer, Message, Revision, Role, Ticket, TicketStatus, User
from kb.store import Store
from kb.ticket_intake import put_ticket
from tests.browser.knowledge_seed import candidate_of, free_tickets
from ui.demo import add_colleagues

TEXT = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'> ${Object.assign(window,{hacked:3})}"
    " {{constructor}} C:\\new\\user\\u0041 `tick` \u202egnp.exe\u202c"
    " \"'>-- [l](javascript:window.hacked=4) \U0001f4a9 Z\u0351\u036bA"
)
"""Scripts, template literals, backslashes, right-to-left marks, quotes, links, emoji, zalgo."""
AT = datetime(2020, 1, 1, tzinfo=UTC)
LONG = "x" * 1_000_000
BRIEF = "<img src=x onerror=window.hacked=5>${7*7}{{constructor}}\u202eZ\u0351\u036b"
"""The same where a name may not be long."""
WORD = "Donaudampfschifffahrt" * 12


def add_hostile(store: Store) -> None:
    """Store them; the ticket is the oldest, so that nobody opens it by accident."""
    customer = Customer(
        id="evil", name=f"Evil {TEXT}", email=f"e@x.example{TEXT}", attributes={TEXT: TEXT}, company=f"{WORD} {TEXT}"
    )
    files = (
        Attachment(TEXT, TEXT, 7, "javascript:window.hacked=6"),
        Attachment(WORD, "image/png", 1, "https://x.example/a"),
    )
    messages = (
        Message(0, Author.CUSTOMER, True, AT, TEXT, name=TEXT),
        Message(1, Author.AGENT, True, AT, f"\x00{TEXT}\x00 {WORD}", name=TEXT, attachments=files),
        Message(2, Author.BOT, True, AT, TEXT),
        Message(3, Author.AGENT, False, AT, TEXT),
        Message(4, Author.CUSTOMER, True, AT, LONG),
        Message(5, Author.CUSTOMER, True, AT, "Ormöga krånglar"),
    )
    ticket = Ticket(
        id="evil-1", source="test", source_id="evil-1", subject=f"Ormöga {TEXT}", status=TicketStatus.OPEN, locale="sv",
        created_at=AT, messages=messages, product=TEXT, topic=TEXT, tags=(TEXT,), priority="high", channel="email",
        customer=customer, type=TEXT, assignee=TEXT,
    )  # fmt: skip
    revision = Revision(
        "evil-sv", 1, f"Ormöga {TEXT}", f"## Ormöga {TEXT}\n\nOrmöga krånglar. {TEXT}\n\n{TEXT}", tags=(TEXT,)
    )
    article = Article("evil-sv", "test", "evil-sv", "sv", revision, url='https://x.example/"><script>', product=TEXT)
    with store.database.write("import", "ticket", "evil") as connection:
        put_ticket(connection, ticket)
        put_article(connection, article)
        put_canned(connection, CannedReply("evil-c", "test", "evil-c", f"Ormöga {TEXT}", f"Ormöga krånglar {TEXT}", "sv",
                                           shortcut="ormoga", product=TEXT, tags=(TEXT,), folder=BRIEF))  # fmt: skip
    _around(store, revision)


def _around(store: Store, revision: Revision) -> None:
    """What colleagues have added to them."""
    agent = add_colleagues(store)[Role.AGENT]
    evil = store.users.create(name=f"Evil {BRIEF}", email="evil@x.example", role=Role.LEAD)
    store.views.create(
        name=BRIEF, wanted=TicketFilter(text=TEXT[:200], tags=(BRIEF,)), sort=Sort.NEWEST, shared=True, user=evil
    )
    store.teams.put(BRIEF.replace("\u202e", ""))
    start = revision.body.index("Ormöga krånglar")
    store.flags.raise_one(Flag(
        "evil-sv", 1, start, start + 15, "Ormöga krånglar", TEXT, FlagReason.WRONG, TEXT, "evil-1", evil.id, AT
    ))  # fmt: skip
    store.satisfaction.record(
        Satisfaction("", "", AT, ticket_id="evil-1", score=1, scale=5, comment=TEXT, recorded_by=evil.id)
    )
    store.searches.put(agent.id, TEXT)
    store.call_notes.put("evil-1", agent.id, TEXT)
    store.pins.put("evil-1", "evil-sv", actor=evil.id)
    _mention(store, agent, evil)
    _knowledge(store, evil)
    ticket = store.tickets.get("evil-1")
    store.escalations.pass_on(PassOn(
        ticket_id="evil-1", version=ticket.version, kind="team", name=BRIEF, note=TEXT, user_id=evil.id,
        user_name=evil.name, status=TicketStatus.OPEN,
    ))  # fmt: skip


def _knowledge(store: Store, evil: User) -> None:
    """A candidate and a draft in review."""
    near = NearArticle("evil-sv", "evil-sv", TEXT, "sv", 0.5, 0.1)
    found = candidate_of([store.tickets.get("evil-1"), *free_tickets(store)[:4]], Proposal.CONTRADICTION, (near,))
    drawn = replace(found.sketch, title=TEXT, body=f"## {TEXT}\n\n{TEXT}\n", questions=(TEXT, WORD))
    evil_one = replace(found, id="from-evil", title=f"{WORD} {TEXT}", product=TEXT, sketch=drawn)
    store.candidate_runs.keep(store.candidate_runs.begin().id, [evil_one])
    text = DraftText(
        title=f"{WORD} {TEXT}"[:300], body=f"## {TEXT}\n\n::: internal\n{TEXT}\n:::\n[{WORD}](svar:{BRIEF})",
        summary=TEXT, tags=(BRIEF,), questions=(TEXT, WORD), locale="sv", product=BRIEF,
    )  # fmt: skip
    draft = store.article_drafts.create(evil, text=text, from_tickets=("evil-1",))
    store.article_comments.add(draft.id, evil, f"{WORD} {TEXT}")
    store.article_drafts.move(draft.id, DraftMove.REQUEST_REVIEW, evil, DraftWish(version=draft.version, note=TEXT))


def _mention(store: Store, agent: User, evil: User) -> None:
    with store.database.note() as connection:
        insert_mentions(connection, "evil-1", f"@{agent.name} {TEXT}", at=AT, by_id=evil.id, by_name=evil.name)
