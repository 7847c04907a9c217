"""Text files, gzipped or not: is it UTF-8, and its lines in bounded memory."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from kb.importers.record import Rejected

MAX_LINE_BYTES = 64_000_000
"""A longer line is skipped."""
_PIECE = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

DAMAGE = (EOFError, zlib.error, OSError)
"""What reading a broken gzip file, or a broken disk, raises."""


def open_binary(path: Path) -> BufferedReader | gzip.GzipFile:
    """Open a file for reading bytes; a gzipped one, whatever its name is, is unpacked on the way.

    Raises:
        OSError: It cannot be opened.
    """
    handle = path.open("rb")
    try:
        magic = handle.read(2)
        handle.seek(0)
    except OSError:
        handle.close()
        raise
    if magic != _GZIP_MAGIC:
        return handle
    handle.close()
    return gzip.GzipFile(path, "rb")


def damage_reason(error: BaseException) -> str:
    """Say in words why a file could not be read to its end."""
    if isinstance(error, EOFError):
        return "the gzip file ends too early; what stands before was imported, get a complete copy for the rest"
    if isinstance(error, zlib.error | gzip.BadGzipFile):
        return "the gzip file is damaged from here on; what stands before was imported, get a fresh copy"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"the file cannot be read: {reason}"


def encoding_fault(path: Path) -> Rejected | None:
    """Look through a text file for bytes that are no UTF-8.

    Returns:
        Why the file is refused as a whole, with the line of the first bad byte; None if it is UTF-8, or unreadable,
        which reading it will tell.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        with open_binary(path) as handle:
            piece = handle.read(_PIECE)
            if piece.startswith(_UTF16_MARKS) or _every_other_is_nul(piece[:200]):
                return Rejected(path, 1, "the file is UTF-16; save it as UTF-8 and import it again")
            while piece:
                decoder.decode(piece)
                line += piece.count(b"\n")
                piece = handle.read(_PIECE)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        byte = error.object[error.start]
        reason = f"byte 0x{byte:02X} is no UTF-8, so nothing of the file was imported; save it as UTF-8 and try again"
        return Rejected(path, line, reason)
    except DAMAGE:
        return None
    return None


def lines(path: Path) -> Iterator[tuple[int, str] | Rejected]:
    """The lines of a UTF-8 file with their numbers, line ends included.

    Too long lines, and damage that ends the file early, come as Rejected. The file must have passed `encoding_fault`.
    """
    number = 0
    try:
        with open_binary(path) as handle:
            while line := handle.readline(MAX_LINE_BYTES + 1):
                number += 1
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                if len(line) > MAX_LINE_BYTES:
                    size = len(line) + (0 if line.endswith(b"\n") else _skip_line(handle))
                    yield Rejected(path, number, f"the line has {size:,} bytes; allowed: at most {MAX_LINE_BYTES:,}")
                    continue
                text = line.decode("utf-8", "replace")
                # A long line shall not stay in memory as bytes while its text is worked on.
                line = b""
                yield number, text
    except DAMAGE as error:
        yield Rejected(path, number + 1, damage_reason(error))


def _skip_line(handle: BufferedReader | gzip.GzipFile) -> int:
    size = 0
    while piece := handle.readline(_PIECE):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size


def _every_other_is_nul(head: bytes) -> bool:
    return len(head) > 8 and max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 3
