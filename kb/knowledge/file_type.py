"""What kind of file some bytes are, told by themselves and not by what somebody called them. Pure."""

from __future__ import annotations

import re

TYPES = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf",
    "video/mp4": "mp4", "text/csv": "csv", "text/plain": "txt",
}  # fmt: skip
"""All that articles may have, with the ending that a file of it gets. No SVG: that is a program that looks like one."""
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_FILM_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}
)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"<\s*(?:svg|script|html|!doctype|\?xml|body|iframe|math)\b|<\?xml|<!doctype", re.IGNORECASE)


def type_of(content: bytes, name: str) -> str:
    """The media type of a file, one of TYPES.

    Args:
        content: All of it.
        name: Tells apart only what looks the same: a text whose name ends in .csv is a table.

    Returns:
        "" for everything that is not allowed: empty files, other kinds, and texts that a browser could run.
    """
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4" if content[8:12] in _FILM_BRANDS else ""
    return _text_type(content, name)


def _text_type(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    if not text.strip() or _NOT_TEXT.search(text) or _MARKUP.search(text):
        return ""
    return "text/csv" if name.casefold().endswith(".csv") else "text/plain"
