"""Which files an import reads, and by which reader."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import KBError
from kb.importers.jsonl import read_jsonl
from kb.importers.markdown_folder import read_markdown
from kb.importers.record import Reader
from kb.importers.table import read_csv, read_xlsx


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    suffixes: tuple[str, ...]
    """Lower-case ends of file names."""
    read: Reader


_JSON = (".jsonl", ".ndjson", ".json")
FORMATS: dict[str, Format] = {
    "markdown": Format((".md", ".markdown"), read_markdown),
    "jsonl": Format((*_JSON, *(suffix + ".gz" for suffix in _JSON)), read_jsonl),
    "csv": Format((".csv", ".tsv"), read_csv),
    "xlsx": Format((".xlsx",), read_xlsx),
}
"""All formats by the name that a person gives."""

_SILENT = {"readme.md"}


@dataclass(frozen=True, slots=True)
class File:
    """One file to read."""

    path: Path
    root: Path
    """The folder that the import started from."""
    read: Reader


def find_files(paths: Sequence[Path], wanted: str | None) -> tuple[list[File], list[Path]]:
    """The files that are meant by some paths, each once, and those in folders that no format fits.

    Args:
        paths: Files and folders.
        wanted: A name from `FORMATS`, or None to go by file names.

    Raises:
        KBError: A path is missing, a folder holds nothing to import, or a file's format is unknown.
    """
    found: dict[Path, File] = {}
    skipped: list[Path] = []
    for path in paths:
        if path.is_dir():
            files, others = _in_folder(path, wanted)
            if not files:
                hint = f"Files that can be read: {_endings(wanted)}."
                raise KBError(f"There is nothing to import in {path}.", hint=hint)
            skipped.extend(others)
        elif path.exists():
            files = [File(path, path.parent, _reader(path, wanted))]
        else:
            raise KBError(f"There is no file or folder {path}.", hint="Check the spelling; nothing was imported.")
        for file in files:
            found.setdefault(file.path.resolve(), file)
    return list(found.values()), skipped


def _in_folder(root: Path, wanted: str | None) -> tuple[list[File], list[Path]]:
    files: list[File] = []
    others: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=_refuse_folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or name.lower() in _SILENT:
                continue
            name_fits = _format_of(path) is not None and wanted in (None, _format_of(path))
            # Not a pipe or a link to nowhere.
            if not name_fits or not path.is_file():
                others.append(path)
            else:
                files.append(File(path, root, _reader(path, wanted)))
    return files, others


def _reader(path: Path, wanted: str | None) -> Reader:
    name = wanted or _format_of(path)
    if name is None:
        hint = f"Files that can be read: {_endings(None)}; or name the format with --format."
        raise KBError(f"The name of {path} does not tell its format.", hint=hint)
    return FORMATS[name].read


def _format_of(path: Path) -> str | None:
    name = path.name.lower()
    return next((key for key, entry in FORMATS.items() if name.endswith(entry.suffixes)), None)


def _endings(wanted: str | None) -> str:
    chosen = (entry for name, entry in FORMATS.items() if wanted in (None, name))
    return ", ".join(suffix for entry in chosen for suffix in entry.suffixes)


def _refuse_folder(error: OSError) -> None:
    message = f"Cannot read the folder {error.filename}: {error.strerror}."
    raise KBError(message, hint="Nothing was imported.") from error
