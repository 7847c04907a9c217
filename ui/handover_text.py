"""A handover as the letter and the JSON that leave the server. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.drafts.handover import Handover, Turn
from kb.model import Ticket
from ui.catalogue import day_text, text
from ui.wire import to_json

MAX_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Covering:
    """What stands around a handover."""

    by_name: str
    """Who passes the ticket on."""
    comment: str
    """The agent's own words; go as they are, also to people outside."""
    follow_up: date | None
    """The day on which the sender looks at it again; None for none."""
    locale: str
    """Language of the headings."""


def subject_of(ticket: Ticket, handover: Handover) -> str:
    """The subject of a mail: the ticket's id and subject on one line."""
    line = " ".join(f"[{ticket.id}] {handover.subject}".split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1].rstrip() + "…"


def letter(ticket: Ticket, handover: Handover, covering: Covering) -> str:
    """The handover as plain text; sections without content are left out."""
    locale = covering.locale
    parts = [covering.comment.strip(), _facts(ticket, handover, locale)]
    parts += _section("pass_on.asked", _quoted(handover.asked), locale)
    parts += _section("pass_on.tried", "\n".join(f"- {each}" for each in handover.tried), locale)
    parts += _section("pass_on.replies", _turns(handover.replies, locale), locale)
    parts += _section("pass_on.notes_head", _turns(handover.notes, locale), locale)
    parts += _section("pass_on.articles", _articles(handover.articles), locale)
    ending = [text(locale, "pass_on.by", name=covering.by_name)]
    if covering.follow_up is not None:
        ending.append(text(locale, "pass_on.back_on", day=day_text(locale, covering.follow_up)))
    if handover.redacted:
        ending.append(text(locale, "pass_on.redacted"))
    return "\n\n".join(filter(None, [*parts, "\n".join(ending)])) + "\n"


def payload_of(ticket: Ticket, handover: Handover, covering: Covering, *, to: str) -> dict[str, object]:
    """The handover as the JSON of a webhook; see docs/commands.md.

    Args:
        ticket: What is passed on.
        handover: It in short.
        covering: What stands around it.
        to: Name of the team.
    """
    return {
        "kind": "passed_on",
        "to": to,
        "by": {"name": covering.by_name},
        "ticket": {
            "id": ticket.id, "source": ticket.source, "source_id": ticket.source_id, "subject": handover.subject,
            "status": ticket.status.value, "priority": ticket.priority, "product": ticket.product,
            "locale": ticket.locale, "customer": handover.customer,
        },
        "comment": covering.comment.strip(),
        "summary": {
            "asked": handover.asked, "tried": list(handover.tried), "replies": to_json(handover.replies),
            "notes": to_json(handover.notes),
            "articles": [{"title": title, "url": url} for title, url in handover.articles],
        },
        "text": letter(ticket, handover, covering),
        "follow_up": covering.follow_up.isoformat() if covering.follow_up is not None else None,
        "redacted": handover.redacted,
    }  # fmt: skip


def _facts(ticket: Ticket, handover: Handover, locale: str) -> str:
    rows = [
        ("pass_on.ticket", f"{ticket.id} {handover.subject}".strip()),
        ("pass_on.customer", handover.customer),
        ("pass_on.product", ticket.product),
    ]
    return "\n".join(f"{text(locale, key)}: {' '.join(value.split())}" for key, value in rows if value)


def _section(key: str, body: str, locale: str) -> list[str]:
    return [f"{text(locale, key)}\n{body}"] if body else []


def _quoted(said: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in said.splitlines()) if said else ""


def _turns(turns: Sequence[Turn], locale: str) -> str:
    return "\n\n".join(
        f"{day_text(locale, turn.at.date())}{' ' + turn.name if turn.name else ''}\n{_quoted(turn.text)}"
        for turn in turns
    )


def _articles(articles: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"- {title}{': ' + url if url else ''}" for title, url in articles)
