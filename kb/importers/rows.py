"""One row of a file -> an article, a ticket or a canned reply, checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.desk.customers import CustomerRecord
from kb.desk.satisfaction import Satisfaction
from kb.errors import InvalidRow
from kb.html import to_markdown
from kb.importers.customer_rows import is_register, parse_customer
from kb.importers.fields import (
    MAX_LINKS,
    MAX_QUESTIONS,
    Row,
    choice_of,
    clean,
    given,
    id_of,
    is_address,
    line_of,
    list_of,
    locale_of,
    shown,
    tags_of,
    text_of,
    time_of,
    url_of,
)
from kb.importers.survey_rows import parse_survey
from kb.importers.turns import messages_of
from kb.model import (
    Article,
    Audience,
    CannedReply,
    Confidence,
    Customer,
    Revision,
    Ticket,
    TicketStatus,
)

MAX_DERIVED_TITLE = 80
MAX_ATTRIBUTES = 50

FIELDS = frozenset({
    "kind", "id", "source", "source_id", "title", "body", "html", "locale", "url", "tags", "summary", "audience",
    "state", "product", "translation_of", "updated_at", "verified_at", "redirect_from", "subject", "status",
    "created_at", "closed_at", "topic", "priority", "channel", "assignee", "type", "company", "customer",
    "customer_name", "customer_email", "messages", "description", "reply", "article_links", "shortcut",
})  # fmt: skip
"""Every field that a row may have; a table whose header has none of them is no import."""

_STATES = {"draft": Confidence.WIP, "published": Confidence.VALIDATED}
_STATUSES = {
    "resolved": TicketStatus.SOLVED,
    "new": TicketStatus.OPEN,
    "hold": TicketStatus.PENDING,
    "waiting": TicketStatus.PENDING,
}
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
_MARKS = re.compile(r"[*_`>#]+|!?\[([^\]]*)\]\([^)]*\)")


class Kind(StrEnum):
    """What a row is."""

    ARTICLE = "article"
    TICKET = "ticket"
    CANNED = "canned"
    CUSTOMER = "customer"
    SATISFACTION = "satisfaction"


_BY_TYPE: dict[type, Kind] = {
    Article: Kind.ARTICLE, Ticket: Kind.TICKET, CannedReply: Kind.CANNED, CustomerRecord: Kind.CUSTOMER,
    Satisfaction: Kind.SATISFACTION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """A noun, ready to be stored."""

    noun: Article | Ticket | CannedReply | CustomerRecord | Satisfaction
    addresses: tuple[str, ...] = ()
    """Of an article: old URLs that lead to it. Of a ticket: articles that the help desk linked."""

    @property
    def kind(self) -> Kind:
        """What it is."""
        return _BY_TYPE[type(self.noun)]

    @property
    def keys(self) -> tuple[tuple[str, str, str], ...]:
        """What no two rows of one import may share, unless they say the same: each a kind of id, a source, the id."""
        by_source = ("source_id", self.noun.source, self.noun.source_id)
        if isinstance(self.noun, CustomerRecord | Satisfaction):
            return (by_source,)
        return ("id", "", self.noun.id), by_source


def parse_row(row: Row, *, source: str) -> Parsed:
    """Turn a row into what it describes.

    Args:
        row: Field names in lower case -> values.
        source: Name of the source, unless the row names its own.

    Raises:
        InvalidRow: The reason names the field, the value and what is allowed.
    """
    readers = {Kind.ARTICLE: _article, Kind.TICKET: _ticket, Kind.CANNED: _canned}
    kind = kind_of(row)
    if kind is Kind.CUSTOMER:
        return Parsed(parse_customer(row, line_of(row, "source") or source))
    if kind is Kind.SATISFACTION:
        return Parsed(parse_survey(row, line_of(row, "source") or source))
    if not id_of(row, "id"):
        raise InvalidRow(f"id is missing; every {kind} needs one that stays the same")
    return readers[kind](row, line_of(row, "source") or source)


def kind_of(row: Row) -> Kind:
    """What a row is: as its field "kind" says, else by the fields that it has.

    Raises:
        InvalidRow: "kind" has another value.
    """
    if given(row, "kind") is not None:
        return choice_of(row, "kind", Kind, None)
    if "messages" in row or ("subject" in row and ("status" in row or "created_at" in row)):
        return Kind.TICKET
    if ("ticket_id" in row or "email" in row) and {"score", "nps", "worked"} & row.keys():
        return Kind.SATISFACTION
    if is_register(list(row)):
        return Kind.CUSTOMER
    return Kind.CANNED if given(row, "shortcut") is not None else Kind.ARTICLE


def _article(row: Row, source: str) -> Parsed:
    article_id = id_of(row, "id")
    url = url_of(row, "url")
    body = text_of(row, "body")
    if not body.strip():
        body = _markdown(text_of(row, "html"), base_url=url if "://" in url else "")
    title = line_of(row, "title") or _title_from(body)
    if not title:
        names = ", ".join(str(name)[:40] for name in list(row)[:8])
        raise InvalidRow(f"title, body and html are all empty; allowed: at least one with text (the row has: {names})")
    updated_at = time_of(row, "updated_at")
    revision = Revision(
        article_id=article_id,
        number=1,
        title=title,
        body=body,
        summary=text_of(row, "summary").strip(),
        tags=tags_of(row),
        created_at=updated_at,
        questions=list_of(row, "questions", "\n", MAX_QUESTIONS),
    )
    article = Article(
        id=article_id,
        source=source,
        source_id=id_of(row, "source_id") or article_id,
        locale=locale_of(row),
        revision=revision,
        url=url,
        product=line_of(row, "product"),
        audience=choice_of(row, "audience", Audience, Audience.PUBLIC),
        confidence=choice_of(row, "state", Confidence, Confidence.VALIDATED, _STATES),
        translation_of=id_of(row, "translation_of"),
        verified_at=time_of(row, "verified_at"),
        updated_at=updated_at,
    )
    return Parsed(article, _links(row, "redirect_from"))


def _canned(row: Row, source: str) -> Parsed:
    canned_id = id_of(row, "id")
    body = text_of(row, "body")
    if not body.strip():
        body = _markdown(text_of(row, "html"))
    if not body.strip():
        raise InvalidRow("body is empty; a canned reply needs a text")
    canned = CannedReply(
        id=canned_id,
        source=source,
        source_id=id_of(row, "source_id") or canned_id,
        title=line_of(row, "title") or line_of(row, "shortcut") or _title_from(body),
        body=body,
        locale=locale_of(row),
        shortcut=line_of(row, "shortcut"),
        product=line_of(row, "product"),
        tags=tags_of(row),
        updated_at=time_of(row, "updated_at"),
    )
    return Parsed(canned)


def _ticket(row: Row, source: str) -> Parsed:
    ticket_id = id_of(row, "id")
    closed_at = time_of(row, "closed_at")
    created_at = time_of(row, "created_at")
    messages = messages_of(row, created_at, closed_at)
    if created_at is None and messages:
        created_at = messages[0].at
    if created_at is None:
        raise InvalidRow("created_at is missing, and no message has a time; write it as 2026-05-04T09:12:00+02:00")
    subject = line_of(row, "subject")
    if not subject and not any(message.body for message in messages):
        raise InvalidRow("subject and messages are empty; allowed: at least one of them with text")
    status = choice_of(row, "status", TicketStatus, TicketStatus.CLOSED if closed_at else TicketStatus.OPEN, _STATUSES)
    ticket = Ticket(
        id=ticket_id,
        source=source,
        source_id=id_of(row, "source_id") or ticket_id,
        subject=subject,
        status=status,
        locale=locale_of(row),
        created_at=created_at,
        messages=messages,
        closed_at=closed_at,
        product=line_of(row, "product"),
        topic=line_of(row, "topic"),
        tags=tags_of(row),
        priority=line_of(row, "priority").lower() or "normal",
        channel=line_of(row, "channel"),
        customer=_customer(row, f"{source}:{ticket_id}"),
        type=line_of(row, "type"),
        assignee=line_of(row, "assignee"),
    )
    return Parsed(ticket, _links(row, "article_links"))


def _customer(row: Row, fallback_id: str) -> Customer | None:
    value = given(row, "customer")
    if value is None:
        value = {"name": row.get("customer_name"), "email": row.get("customer_email")}
    elif isinstance(value, str):
        value = {"email" if "@" in value else "name": value}
    if not isinstance(value, Mapping):
        raise InvalidRow(f"customer is {shown(value)}; allowed: an object with name and email")
    name, email = line_of(value, "name"), line_of(value, "email").lower()
    company = line_of(value, "company") or line_of(row, "company")
    known = {"name", "email", "company"}
    extra = [key for key in value if key not in known and isinstance(value[key], str | int | float)]
    attributes = {str(key): line_of(value, key) for key in extra[:MAX_ATTRIBUTES] if not isinstance(value[key], bool)}
    if not name and not email and not attributes and not company:
        return None
    customer_id = f"email:{email}" if email else fallback_id
    return Customer(id=customer_id, name=name, email=email, attributes=attributes, company=company)


def _markdown(html: str, *, base_url: str = "") -> str:
    # Cleaned again, since entities may have put together what was cleaned apart.
    return clean(to_markdown(html, base_url=base_url))


def _links(row: Row, name: str) -> tuple[str, ...]:
    value = row.get(name)
    # URLs may hold commas, so a text with URLs is split at a comma only where the next URL starts.
    urls = isinstance(value, str) and "://" in value
    found = list_of(row, name, r"[;\s]+|,(?=https?://|\s|$)" if urls else r"[;,\s]+", MAX_LINKS)
    for link in found:
        if not is_address(link):
            raise InvalidRow(f"{name} has {shown(link)}; allowed: web addresses, paths and ids")
    return found


def _title_from(body: str) -> str:
    """The first heading, else the first sentence, cut at a word."""
    heading = _HEADING.search(body)
    text = heading.group(1) if heading else _SENTENCE_END.split(body.strip(), maxsplit=1)[0][:2_000]
    text = " ".join(_MARKS.sub(lambda match: match.group(1) or "", text).split())
    if heading or len(text) <= MAX_DERIVED_TITLE:
        return text
    return text[:MAX_DERIVED_TITLE].rsplit(" ", 1)[0] + "…"
