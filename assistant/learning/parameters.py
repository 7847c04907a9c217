"""What was learned as stored numbers, and the numbers in force. Stored by name, so that versions may differ."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TypeGuard

from assistant.confidence import PRIOR, Calibration, Features
from assistant.ranking import TERMS
from assistant.weights import DEFAULT, Weights
from kb.errors import StorageDamaged
from kb.learned import LearnedLog
from kb.model import LearnedKind

log = logging.getLogger(__name__)

_FEATURES = tuple(each.name for each in fields(Features))
_INTERCEPT = "intercept"
_LARGEST = 1000.0
"""No weight and no coefficient that is learned comes near; a larger one is a broken row."""


def weights_stored(weights: Weights) -> dict[str, object]:
    """The weights of the terms by name; all others stay as shipped."""
    return {name: getattr(weights, name) for name in TERMS}


def weights_from(stored: Mapping[str, object], start: Weights = DEFAULT) -> Weights:
    """Read what `weights_stored` wrote; a name or value that this version does not know is passed over and logged."""
    known = {name: float(value) for name, value in stored.items() if name in TERMS and _is_weight(value)}
    for name, value in stored.items():
        if name not in known:
            log.warning("the learned weight %s = %r is ignored", name, value)
    return replace(start, **known)  # type: ignore[arg-type] # the names are fields that hold a float


def calibration_stored(calibration: Calibration) -> dict[str, object]:
    """Intercept and coefficients by name."""
    return {_INTERCEPT: calibration.intercept, **dict(zip(_FEATURES, calibration.coefficients, strict=True))}


def calibration_from(stored: Mapping[str, object], start: Calibration = PRIOR) -> Calibration:
    """Read what `calibration_stored` wrote.

    Coefficients mean something only together, so one that is missing, unknown or no number makes all of them useless:
    then `start` is returned, and the log says so.
    """
    numbers = {name: float(value) for name, value in stored.items() if _is_number(value)}
    if set(numbers) != {_INTERCEPT, *_FEATURES} or len(numbers) != len(stored):
        log.warning("the learned calibration is ignored: it is not of this version's features")
        return start
    return Calibration(numbers[_INTERCEPT], tuple(numbers[name] for name in _FEATURES))


def in_force(learned: LearnedLog, model: str) -> tuple[Weights, Calibration]:
    """What was learned for a model and is in force; what is shipped where nothing was, or where it cannot be read."""
    weights = _stored(learned, LearnedKind.WEIGHTS, model)
    calibration = _stored(learned, LearnedKind.CALIBRATION, model)
    return (
        DEFAULT if weights is None else weights_from(weights),
        PRIOR if calibration is None else calibration_from(calibration),
    )


def _stored(learned: LearnedLog, kind: LearnedKind, model: str) -> Mapping[str, object] | None:
    try:
        found = learned.current(kind, model)
    except StorageDamaged as error:
        log.warning("%s", error)
        return None
    return None if found is None else found.parameters


def _is_weight(value: object) -> TypeGuard[float]:
    return _is_number(value) and value >= 0


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
