"""The messages of a ticket's row, with the files that came with them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kb.desk.attachments import Attachment, safe_url
from kb.errors import InvalidRow
from kb.html import looks_like_html, to_markdown
from kb.importers.fields import Row, choice_of, clean, flag_of, given, line_of, shown, text_of, time_of
from kb.model import Author, Message

MAX_MESSAGES = 5_000
MAX_ATTACHMENTS = 200
MAX_NAME = 255
"""Characters of a file's name; more is cut."""


def messages_of(row: Row, created_at: datetime | None, closed_at: datetime | None) -> tuple[Message, ...]:
    """The conversation: the field "messages", or of a flat row one question and perhaps one answer.

    Args:
        row: The row.
        created_at: Stands in for a first message without a time.
        closed_at: When a flat row's answer was given.

    Raises:
        InvalidRow: The reason names the message, the field, the value and what is allowed.
    """
    turns = row.get("messages")
    if turns is None or turns == []:
        question = text_of(row, "body") or text_of(row, "description")
        answer = text_of(row, "reply")
        asked: list[Row] = [{"author": "customer", "body": question}] if question else []
        answered: list[Row] = [{"author": "agent", "body": answer, "at": closed_at}] if answer else []
        turns = asked + answered
    if not isinstance(turns, list):
        raise InvalidRow(f"messages is {shown(turns)}; allowed: a list of objects")
    if len(turns) > MAX_MESSAGES:
        raise InvalidRow(f"messages has {len(turns):,} entries; allowed: at most {MAX_MESSAGES:,}")
    found: list[Message] = []
    for number, turn in enumerate(turns):
        latest = found[-1].at if found else created_at
        try:
            found.append(_message(number, turn, latest))
        except InvalidRow as error:
            raise InvalidRow(f"messages[{number}]: {error.message}") from None
    return tuple(found)


def _message(number: int, turn: object, latest: datetime | None) -> Message:
    if not isinstance(turn, Mapping):
        raise InvalidRow(f"it is {shown(turn)}; allowed: an object")
    at = time_of(turn, "at") or latest
    if at is None:
        raise InvalidRow("at is missing, and so is created_at; write it as 2026-05-04T09:12:00+02:00")
    body = text_of(turn, "body")
    return Message(
        number=number,
        author=choice_of(turn, "author", Author, None),
        public=flag_of(turn, "public", default=True),
        at=at,
        # Cleaned again, since entities may have put together what was cleaned apart.
        body=clean(to_markdown(body, base_url="")) if looks_like_html(body) else body,
        name=line_of(turn, "name"),
        attachments=_attachments(turn),
    )


def _attachments(turn: Row) -> tuple[Attachment, ...]:
    value = given(turn, "attachments")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidRow(f"attachments is {shown(value)}; allowed: a list of objects with name, type, size and url")
    if len(value) > MAX_ATTACHMENTS:
        raise InvalidRow(f"attachments has {len(value):,} entries; allowed: at most {MAX_ATTACHMENTS:,}")
    return tuple(_attachment(one) for one in value)


def _attachment(one: object) -> Attachment:
    if isinstance(one, str):
        one = {"url": one} if safe_url(one) else {"name": one}
    if not isinstance(one, Mapping):
        raise InvalidRow(f"attachments has {shown(one)} in it; allowed: objects with name, type, size and url")
    # As help desks call them: Zendesk says file_name, content_type and content_url, others filename and mime_type.
    address = _first(one, "url", "content_url", "mapped_content_url")
    name = _first(one, "name", "file_name", "filename", "title") or address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    if not name:
        raise InvalidRow("attachments has one without name and url; allowed: at least one of them")
    # An address that no browser may follow is left out: the name still tells that there was a file.
    return Attachment(
        name=name[:MAX_NAME],
        type=_first(one, "type", "content_type", "mime_type").lower()[:MAX_NAME],
        size=_size(one),
        url=safe_url(address),
    )


def _first(row: Row, *names: str) -> str:
    return next((text for text in (line_of(row, name) for name in names) if text), "")


def _size(row: Row) -> int:
    value = given(row, "size")
    if value is None:
        return 0
    try:
        size = -1 if isinstance(value, bool) else int(str(value))
    except ValueError:
        size = -1
    if not 0 <= size < 2**62:
        raise InvalidRow(f"size is {shown(value)}; allowed: bytes as a whole number")
    return size
