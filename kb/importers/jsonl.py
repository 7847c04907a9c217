"""JSON Lines (.jsonl, .ndjson), a .json file with a list, and all of them gzipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from kb.importers.fields import shown
from kb.importers.record import Record, Rejected
from kb.importers.text_file import DAMAGE, damage_reason, encoding_fault, lines, open_binary

MAX_LIST_BYTES = 256_000_000
"""A .json list is held in memory; a larger one must come as JSON Lines."""
_BLANKS = " \t\r\n"


def read_jsonl(path: Path, _root: Path) -> Iterator[Record | Rejected]:
    """Read one JSON object per line; of a .json file, the objects of its list."""
    fault = encoding_fault(path)
    if fault is not None:
        yield fault
    elif path.suffix.lower() == ".json" or path.name.lower().endswith(".json.gz"):
        yield from _read_json(path)
    else:
        yield from _read_lines(path)


def _read_lines(path: Path) -> Iterator[Record | Rejected]:
    for line in lines(path):
        if isinstance(line, Rejected):
            yield line
            continue
        number, text = line
        del line
        if text.strip():
            yield _parse(path, number, text)


def _parse(path: Path, line: int, text: str) -> Record | Rejected:
    try:
        return _record(path, line, json.loads(text))
    except json.JSONDecodeError as error:
        return Rejected(path, line, f"no valid JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return Rejected(path, line, "no valid JSON: lists or objects are nested too deeply")
    except ValueError:
        return Rejected(path, line, "no valid JSON: a number has thousands of digits")


def _record(path: Path, line: int, value: object) -> Record | Rejected:
    if isinstance(value, dict):
        return Record(line, value)
    found = "null" if value is None else shown(value)
    return Rejected(path, line, f'the row is {found}; allowed: a JSON object such as {{"id": …, "title": …}}')


def _read_json(path: Path) -> Iterator[Record | Rejected]:
    damage: Rejected | None = None
    pieces: list[bytes] = []
    size = 0
    try:
        with open_binary(path) as handle:
            # Not `read`: at damage it loses what it had.
            while piece := handle.read1(1 << 20):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_LIST_BYTES:
                    advice = "write it as .jsonl, one object per line, which has no limit"
                    yield Rejected(path, 0, f"the JSON list has more than {MAX_LIST_BYTES:,} bytes; {advice}")
                    return
    except DAMAGE as error:
        damage = Rejected(path, b"".join(pieces).count(b"\n") + 1, damage_reason(error))
    text = b"".join(pieces).decode("utf-8-sig", "replace")
    pieces.clear()
    if text.lstrip(_BLANKS).startswith("["):
        yield from _read_list(path, text, damage)
        return
    try:
        yield _record(path, 1, json.loads(text))
    except (ValueError, RecursionError):
        # Several objects below each other: JSON Lines under another name. It reports its own damage.
        yield from _read_lines(path)


def _read_list(path: Path, text: str, damage: Rejected | None) -> Iterator[Record | Rejected]:
    """One object after the other, so that those before a fault are kept and each has its line."""
    decoder = json.JSONDecoder()
    position = _next(text, text.index("[") + 1)
    line, counted = 1, 0
    while position < len(text) and text[position] != "]":
        line, counted = line + text.count("\n", counted, position), position
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            if damage is None:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply, or a huge number"
                yield Rejected(path, line, f"no valid JSON: {reason}; the rest of the list was left out")
            break
        yield _record(path, line, value)
        position = _next(text, end)
        if position < len(text) and text[position] == ",":
            position = _next(text, position + 1)
        elif position < len(text) and text[position] != "]":
            line += text.count("\n", counted, position)
            yield Rejected(path, line, "no valid JSON: a comma is missing; the rest of the list was left out")
            return
    else:
        if position >= len(text) and damage is None:
            yield Rejected(path, line, "no valid JSON: the list never ends; everything before was imported")
    if damage is not None:
        yield damage


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANKS:
        position += 1
    return position
