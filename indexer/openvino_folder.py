"""What the folder of an exported model says about itself, and whether it still fits the model it was made from.

Needs neither openvino nor torch, so a program can tell in a moment whether there is anything to load.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kb.errors import StorageDamaged

GRAPH, WEIGHTS, TOKENIZER, EXACT = "model.xml", "model.bin", "tokenizer.json", "exact.npy"
"""The model, its numbers, its tokenizer, and what full precision said about the probes: (n, dimension) float32."""
_DESCRIPTION = "exported.json"
_FORMAT = 1
# What decides a model's vectors: its own files and those of its modules (1_Pooling and so on), and none of the
# copies in other formats that some models carry in folders beside them.
_DECISIVE = frozenset({".safetensors", ".bin", ".json", ".txt", ".model"})
_MODULE_FOLDERS = "[0-9]*_*"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the model that was exported."""

    name: str
    """Its path inside the model's folder."""
    size: int
    """In bytes."""
    modified_ns: int
    """When it was last written; tells at once that nothing changed."""
    sha256: str
    """Of its content; tells the same when the folder was copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An exported model: everything about it that is no large array."""

    source: tuple[SourceFile, ...]
    """What it was made from, by name."""
    dimension: int
    """Length of a vector."""
    max_tokens: int
    """Where a text is cut, special tokens included."""
    pad: int
    """Token that fills up short rows of a batch."""
    query_prompt: str
    """The model's own; empty if it has none."""
    passage_prompt: str
    probes: tuple[str, ...]
    """Texts of the self-test; row i of the file EXACT belongs to probe i."""
    arithmetic: str
    """"f32" or "bf16": the fastest that agrees, on the processor of `capabilities`."""
    capabilities: tuple[str, ...]
    """What the processor that chose the arithmetic can do, in openvino's words."""
    digests: Mapping[str, str]
    """SHA-256 of each small file in the folder: what a power cut or a bad disk left is noticed before it is loaded."""
    weights_size: int
    """Bytes of the file WEIGHTS, which is too large to read at every start; a probe is encoded instead."""


def describe_source(model: Path) -> tuple[SourceFile, ...]:
    """The files of a model's folder that decide its vectors, by name; reads all of them.

    Raises:
        OSError: A file cannot be read.
    """
    return tuple(
        SourceFile(path.relative_to(model).as_posix(), path.stat().st_size, path.stat().st_mtime_ns, _sha256(path))
        for path in _decisive(model)
    )


def fits(exported: Exported, model: Path) -> bool:
    """Whether an export was made from what is in a model's folder now; false where the folder cannot be read."""
    try:
        found = {path.relative_to(model).as_posix(): path for path in _decisive(model)}
        if not found or found.keys() != {file.name for file in exported.source}:
            return False
        return all(_same(file, found[file.name]) for file in exported.source)
    except OSError:
        return False


def write_exported(folder: Path, exported: Exported) -> None:
    """Put the description into a folder, in one step also where another process reads it.

    Args:
        folder: Where the other files are already; their digests are taken from there.
        exported: The rest of the description.

    Raises:
        OSError: The folder cannot be written.
    """
    small = [file for file in folder.iterdir() if file.name != WEIGHTS and not file.name.startswith(_DESCRIPTION)]
    complete = replace(
        exported,
        digests={file.name: _sha256(file) for file in small},
        weights_size=(folder / WEIGHTS).stat().st_size,
    )
    text = json.dumps({"format": _FORMAT, **asdict(complete)}, ensure_ascii=False, indent=1)
    aside = folder / f"{_DESCRIPTION}.{os.getpid()}"
    aside.write_text(text, encoding="utf-8")
    aside.replace(folder / _DESCRIPTION)


def read_exported(folder: Path) -> Exported:
    """Read the description of an exported model and compare its files with it.

    Raises:
        StorageDamaged: Something is missing, cut short, or of another format.
    """
    try:
        read = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        if read.pop("format") != _FORMAT:
            raise damaged(folder, "it has another format")
        exported = _from_json(read)
        if (folder / WEIGHTS).stat().st_size != exported.weights_size:
            raise damaged(folder, f"{WEIGHTS} is cut short")
        for name, digest in exported.digests.items():
            if _sha256(folder / name) != digest:
                raise damaged(folder, f"{name} is not what was written")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(folder, str(error)) from error
    return exported


def damaged(folder: Path, why: str) -> StorageDamaged:
    """The error of an exported model that cannot be used.

    Args:
        folder: Where it is.
        why: What was found, as the end of a sentence.
    """
    return StorageDamaged(
        f"The exported model in {folder} cannot be used: {why}.",
        hint="Remove that folder; it is made anew when needed.",
    )


def _from_json(read: dict[str, Any]) -> Exported:
    source = tuple(SourceFile(**file) for file in read.pop("source"))
    probes, capabilities = tuple(read.pop("probes")), tuple(read.pop("capabilities"))
    return Exported(source=source, probes=probes, capabilities=capabilities, **read)


def _decisive(model: Path) -> Iterator[Path]:
    for folder in (model, *sorted(model.glob(_MODULE_FOLDERS))):
        yield from sorted(path for path in folder.glob("*") if path.suffix in _DECISIVE and path.is_file())


def _same(file: SourceFile, path: Path) -> bool:
    now = path.stat()
    if now.st_size != file.size:
        return False
    return now.st_mtime_ns == file.modified_ns or _sha256(path) == file.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
