"""Where indexes are: one folder per index, and a small file that names the one that serves.

A new index (another model, another format, `--full`) is built in a folder of its own while the old one keeps serving;
naming it in CURRENT is the atomic switch.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from kb.errors import KBError

_CURRENT = "CURRENT"
_NAME = re.compile(r"[a-z0-9-]+-\d+")


def index_root(home: Path) -> Path:
    """The folder that holds all indexes of a data folder."""
    return home / "index"


def current_folder(home: Path) -> Path | None:
    """The index that serves; None if there is none yet."""
    file = index_root(home) / _CURRENT
    if not file.exists():
        return None
    name = file.read_text(encoding="utf-8", errors="replace").strip()
    # After a power cut the file may be empty or hold anything.
    folder = index_root(home) / name
    return folder if _NAME.fullmatch(name) and folder.is_dir() else None


def require_folder(home: Path) -> Path:
    """The index that serves.

    Raises:
        KBError: There is none.
    """
    folder = current_folder(home)
    if folder is None:
        raise KBError(f"Nothing in {home} is indexed yet.", hint="Run `svar index` first.")
    return folder


def folder_for(home: Path, model: str, *, fresh: bool) -> Path:
    """The folder that an index of a model is built in.

    Args:
        home: The data folder.
        model: Name or folder of the model.
        fresh: Take a new folder even if the model has one.
    """
    stem = re.sub(r"[^a-z0-9]+", "-", model.rstrip("/").rsplit("/", 1)[-1].casefold()).strip("-")[:40] or "model"
    root = index_root(home)
    numbers = [
        int(match.group(1))
        for folder in root.glob(f"{stem}-*")
        if (match := re.fullmatch(re.escape(stem) + r"-(\d+)", folder.name))
    ]
    number = max(numbers, default=0)
    return root / f"{stem}-{number + 1 if fresh or number == 0 else number}"


def make_current(folder: Path) -> None:
    """Let an index serve from now on."""
    file = folder.parent / _CURRENT
    aside = file.with_suffix(".new")
    aside.write_text(folder.name + "\n", encoding="utf-8")
    aside.replace(file)


def remove_others(home: Path, keep: Path) -> list[Path]:
    """Delete the indexes that no longer serve; the one before the current stays for a way back.

    Returns:
        What was deleted.
    """
    others = sorted(
        (f for f in index_root(home).iterdir() if f.is_dir() and f != keep), key=lambda f: f.stat().st_mtime
    )
    for folder in others[:-1]:
        shutil.rmtree(folder, ignore_errors=True)
    return others[:-1]
