"""Dataclasses to JSON: the same names, times as ISO 8601 with Z. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

_ROUNDING = 1e-6
"""Confidence has four decimals; ten times 0.3 is not quite 3."""


def to_json(value: object) -> Any:  # noqa: ANN401 - what comes out depends on what goes in
    """Turn dataclasses, enums, times, mappings and sequences into what `json` can write.

    Args:
        value: A dataclass of kb or assistant, or anything built from them.

    Returns:
        Dicts, lists, strings, numbers, booleans and None.

    Raises:
        TypeError: Something in it has no JSON form.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return time_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item) for item in value]
    raise TypeError(
        f"{type(value).__name__} has no JSON form; allowed: dataclass, enum, datetime, mapping, sequence, scalar"
    )


def time_text(moment: datetime) -> str:
    """An aware time as ISO 8601 in UTC with seconds, e.g. "2026-11-20T09:35:00Z"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def in_ten(confidence: float) -> int:
    """How many of ten such lists are useful, 0..9: rounded down, and never all ten, since nothing here is certain.

    Rounded down so that words never contradict the comparison: what is below the setting reads as below
    `at_least_in_ten` of it.

    Args:
        confidence: Chance 0..1, as it is compared.
    """
    return min(9, math.floor(10 * confidence + _ROUNDING))


def at_least_in_ten(min_confidence: float) -> int:
    """How many of ten lists must be useful before one is shown, 0..10: the setting, rounded up."""
    return math.ceil(10 * min_confidence - _ROUNDING)
