"""Which tickets are demand: spam, merged and automatic ones are not. Pure."""

from __future__ import annotations

import re

from assistant.gaps.model import LeftOut
from kb.gaps.model import AskedTicket

_SPAM_TAG = re.compile(r"spam|junk|skräp(?:post)?|søppel(?:post)?", re.IGNORECASE)
_MERGED_TAG = re.compile(
    r"merged|closed[_-]by[_-]merge|sammanslag\w*|sammenslå\w*|sammenlagt|flettet|duplicate", re.IGNORECASE
)
_AUTOMATIC_TAG = re.compile(r"auto(?:matic|[_-]?reply|[_-]?generated)|bounce|out[_-]of[_-]office|system", re.IGNORECASE)
_MERGED_TEXT = re.compile(
    r"^\W*(?:this (?:request|ticket) (?:was|has been) (?:closed and )?merged into"
    r"|request #?\d+ .{0,80}was closed and merged into"
    r"|(?:detta|det här) ärende(?:t)? (?:har slagits|slogs) (?:ihop|samman)"
    r"|denne (?:saken|sagen|henvendelsen) (?:er|ble|blev) (?:slått sammen|lagt sammen|flettet))",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^\W*(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|undeliver\w+|mail delivery"
    r"|delivery status notification|returned mail|autosvar|automatiskt? svar|frånvaro(?:meddelande)?|fraværs?\w*"
    r"|automatisk svar|oleveransbart|kan inte levereras)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?)(?:[+.-][^@]*)?@", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_SPAM_LINKS, _WORDS_PER_LINK = 3, 10


def left_out(ticket: AskedTicket) -> LeftOut | None:
    """Why a ticket is no demand; None if it is.

    Args:
        ticket: As it came in.
    """
    text = ticket.opening.strip()
    if any(_MERGED_TAG.fullmatch(tag) for tag in ticket.tags) or _MERGED_TEXT.match(text):
        return LeftOut.MERGED
    if (
        any(_AUTOMATIC_TAG.fullmatch(tag) for tag in ticket.tags)
        or _MACHINE.match(ticket.subject)
        or _NOBODY.match(ticket.customer_email)
    ):
        return LeftOut.AUTOMATIC
    if any(_SPAM_TAG.fullmatch(tag) for tag in ticket.tags) or _advertises(ticket):
        return LeftOut.SPAM
    return None if text else LeftOut.EMPTY


def _advertises(ticket: AskedTicket) -> bool:
    """Hardly more than links, and nobody answered."""
    links = _ADDRESS.findall(ticket.opening)
    words = len(_ADDRESS.sub(" ", ticket.opening).split())
    return not ticket.agent_spoke and len(links) >= _SPAM_LINKS and words < _WORDS_PER_LINK * len(links)
