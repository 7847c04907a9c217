"""How a command fails: one line on stderr, and a log for faults of our own."""

from __future__ import annotations

import errno
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.errors import StorageFull

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_SUCH_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP})
FILE_NAME = "svar.log"
MAX_LOG_BYTES = 5_000_000


def tell(message: str, *, code: int = 1) -> int:
    """Say in one line what went wrong.

    Args:
        message: What, and what to do next.
        code: The exit code.

    Returns:
        The exit code.
    """
    click.echo("svar: " + " ".join(message.split()), err=True)
    return code


def known(error: Exception) -> str:
    """The message for an error of the operating system that a person can do something about; empty for any other."""
    if not isinstance(error, OSError) or error.errno is None:
        return ""
    place = str(error.filename or "the data folder")
    if error.errno in _NO_SPACE:
        return str(StorageFull(place))
    if error.errno in _NO_PERMISSION:
        return f"{place} may not be read or written: {error.strerror}. Check whose it is, or name another with --home."
    if error.errno in _NO_SUCH_PLACE and error.filename:
        return f"{place} cannot be used: {error.strerror}. Check the spelling."
    return ""


def record(error: Exception, folder: Path) -> str:
    """Write a fault of Svar into the log: when, which command, and the traceback.

    Args:
        error: What was raised.
        folder: Where logs are; if it cannot be written, the system's folder for temporary files is taken.

    Returns:
        The line to show.
    """
    # Only needed when something is wrong already, so not loaded at every start.
    import tempfile
    import traceback

    command = next((word for word in sys.argv[1:] if word.isalpha()), "")
    trace = f"svar {command}\n" + "".join(traceback.format_exception(error))
    file = append(folder, trace) or append(Path(tempfile.gettempdir()), trace)
    if file is None:
        return f"This is a fault of Svar ({type(error).__name__}: {error}); no log could be written. Please report it."
    return f"This is a fault of Svar ({type(error).__name__}). Please report it with the end of {file}."


def append(folder: Path, text: str) -> Path | None:
    """Append to the log; one that has grown large is put aside first.

    Args:
        folder: Where logs are; made if need be.
        text: What happened; the time is put in front.

    Returns:
        The log, or None if it cannot be written.
    """
    file = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > MAX_LOG_BYTES:
            file.replace(file.with_suffix(".old.log"))
        with file.open("a", encoding="utf-8", errors="replace") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {text.rstrip()}\n")
    except OSError:
        return None
    return file
