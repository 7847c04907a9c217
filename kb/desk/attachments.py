"""Files that came with a message: what they are called and where they are. Svar keeps the list, never the files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a message."""

    name: str
    """As the sender called it."""
    type: str = ""
    """Media type, e.g. "image/png"; empty where the source does not say."""
    size: int = 0
    """Bytes; 0 where the source does not say."""
    url: str = ""
    """Where the help desk keeps it, http or https; empty where there is no such address."""


def safe_url(text: str) -> str:
    """The address if a browser may follow it from a page of ours: http or https with a host; else empty.

    Args:
        text: What a source gave as an address.
    """
    address = "".join(text.split())
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme.lower() in {"http", "https"} and parts.hostname else ""


def pack_attachments(attachments: tuple[Attachment, ...]) -> str:
    """A JSON list, as the column holds it."""
    return json.dumps([asdict(one) for one in attachments], ensure_ascii=False, separators=(",", ":"))


def unpack_attachments(packed: str) -> tuple[Attachment, ...]:
    """The reverse of `pack_attachments`."""
    return () if packed == "[]" else tuple(Attachment(**one) for one in json.loads(packed))
