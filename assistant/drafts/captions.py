"""Captions of pictures that an import left behind as text: nobody needs them without the picture. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.drafts.answer_parts import Piece

_MOST_WORDS = 6
_CAPTION = re.compile(
    rf"(?<=[.!?)*:])[ \t]*\n[ \t]*\n[ \t]+(?![-*+>#|\d])\w[\w()'’/–-]*(?: [\w()'’/–-]+){{0,{_MOST_WORDS - 1}}}[ \t]*"
    r"(?=\n[ \t]*\n|\n[ \t]{0,3}(?:[-*+]|\d{1,9}[.)])[ \t]|\Z)"
)
"""A short paragraph inside an item of a list, behind a whole sentence and itself without an end: "Protection panel"."""


def without_captions(body: str, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The same pieces, each cut into what stands between captions.

    Args:
        body: Markdown of one revision.
        pieces: Spans of it; headings are left as they are.
    """
    return tuple(part for piece in pieces for part in ([piece] if piece.heading else _split(body, piece)))


def _split(body: str, piece: Piece) -> Iterator[Piece]:
    start, marker = piece.start, piece.marker
    for match in _CAPTION.finditer(body, piece.start, piece.end):
        yield replace(piece, start=start, end=match.start(), marker=marker)
        start = match.end() + len(body[match.end() : piece.end]) - len(body[match.end() : piece.end].lstrip())
        marker = ""
    if start < piece.end:
        yield replace(piece, start=start, marker=marker)
