"""Settings, read once at the edge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import SettingInvalid

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
_LONGEST_PATTERN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a team may set."""

    home: Path
    """The data folder: database and index."""
    models: Path | None = None
    """Where the default model is kept once it has been unpacked for bulk encoding; data folders may share it."""
    model: str = DEFAULT_MODEL
    """A sentence-transformers model by name or folder."""
    query_prompt: str = "query: "
    """Put before every question of the default model; other models use their own prompts unless this is set."""
    passage_prompt: str = "passage: "
    busy_timeout_s: float = 10.0
    """How long a writer waits for another process."""
    threads: int = 0
    """Threads for encoding; 0 = one per core."""
    min_confidence: float = 0.5
    """Below this chance (0..1) that the list holds a useful article, Svar says that it found nothing good."""

    order_pattern: str = ""
    """A regular expression of the team's order numbers, beside those that are known by their form or their name."""
    customer_pattern: str = ""
    """The same for customer numbers."""

    @property
    def models_folder(self) -> Path:
        """`models`, or a folder inside the data folder."""
        return self.models or self.home / "models"

    @staticmethod
    def from_env(env: Mapping[str, str], *, home: Path | None = None) -> Settings:
        """Read the SVAR_ variables.

        HOME, MODELS, MODEL, QUERY_PROMPT, PASSAGE_PROMPT, BUSY_TIMEOUT_S, THREADS, MIN_CONFIDENCE,
        ORDER_PATTERN, CUSTOMER_PATTERN.

        Args:
            env: Usually os.environ.
            home: Overrides SVAR_HOME, e.g. from --home.

        Raises:
            SettingInvalid: A value is out of range; the message names the variable.
        """
        model = env.get("SVAR_MODEL", DEFAULT_MODEL).strip() or DEFAULT_MODEL
        own = model == DEFAULT_MODEL
        home = (home or Path(env.get("SVAR_HOME") or Path.home() / ".svar")).expanduser()
        return Settings(
            home=home,
            models=Path(env["SVAR_MODELS"]).expanduser() if env.get("SVAR_MODELS") else None,
            model=model,
            query_prompt=env.get("SVAR_QUERY_PROMPT", "query: " if own else ""),
            passage_prompt=env.get("SVAR_PASSAGE_PROMPT", "passage: " if own else ""),
            busy_timeout_s=_number(env, "SVAR_BUSY_TIMEOUT_S", 10.0, 0.0, 600.0),
            threads=int(_number(env, "SVAR_THREADS", 0, 0, 256)),
            min_confidence=_number(env, "SVAR_MIN_CONFIDENCE", 0.5, 0.0, 1.0),
            order_pattern=_pattern(env, "SVAR_ORDER_PATTERN"),
            customer_pattern=_pattern(env, "SVAR_CUSTOMER_PATTERN"),
        )


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    raw = env.get(name, "")
    if not raw:
        return default
    try:
        value = float(raw)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise SettingInvalid(name, raw, f"a number from {low:g} to {high:g}")
    return value


def _pattern(env: Mapping[str, str], name: str) -> str:
    raw = env.get(name, "")
    try:
        empty = bool(raw) and re.compile(raw).search("") is not None
    except re.error:
        empty = True
    if empty or len(raw) > _LONGEST_PATTERN:
        raise SettingInvalid(
            name, raw, f"a regular expression of at most {_LONGEST_PATTERN} characters"
        )
    return raw
