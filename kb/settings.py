"""Settings, read once at the edge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kb.errors import SettingInvalid
from kb.settings_embed import Embedding, embedding_from_env
from kb.settings_help_desks import HelpDesk, help_desks_from_env
from kb.settings_outgoing import Outgoing, outgoing_from_env
from kb.settings_tasks import TaskTarget, tasks_from_env

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
_LONGEST_PATTERN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """An endpoint with the OpenAI chat protocol, which may reword and translate drafts."""

    url: str
    """Base address, e.g. "http://127.0.0.1:8080/v1"."""
    model: str
    """What the endpoint calls its model."""
    key: str = field(default="", repr=False)
    """Sent as the bearer token; empty for an endpoint that asks for none."""
    timeout_s: float = 20.0
    """How long one answer may take in all."""
    price_per_million_input: float = 0.0
    """What a million tokens that are sent cost, in whatever currency the team reckons in."""
    price_per_million_output: float = 0.0
    """The same for tokens that come back."""


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

    scope: str = ""
    """ "product": a ticket with a product gets only what is about that product or about none; "": all."""
    tone: str = "informal"
    """How draft replies address customers: "informal" or "formal"."""
    order_pattern: str = ""
    """A regular expression of the team's order numbers, beside those that are known by their form or their name."""
    customer_pattern: str = ""
    """The same for customer numbers."""
    file_limit_mb: float = 10.0
    """The most that a file of an article may have, in millions of bytes; 0: articles have no files."""
    language_model: LanguageModel | None = None
    """None, the default: drafts stay as they are composed, and nothing leaves the server."""
    outgoing: Outgoing = field(default_factory=Outgoing)
    """By which ways mail and posts leave the server; by none unless they are set."""
    help_desks: tuple[HelpDesk, ...] = ()
    """The help centres that drafts are written back to; none unless they are set."""
    tasks: tuple[TaskTarget, ...] = ()
    """The systems that take tasks; none unless they are set."""
    embedding: Embedding = field(default_factory=Embedding)
    """In whose pages the workspace may stand; in nobody's unless it is set."""

    @property
    def models_folder(self) -> Path:
        """`models`, or a folder inside the data folder."""
        return self.models or self.home / "models"

    @staticmethod
    def from_env(env: Mapping[str, str], *, home: Path | None = None) -> Settings:
        """Read the SVAR_ variables.

        HOME, MODELS, MODEL, QUERY_PROMPT, PASSAGE_PROMPT, BUSY_TIMEOUT_S, THREADS, MIN_CONFIDENCE,
        SCOPE, TONE, ORDER_PATTERN, CUSTOMER_PATTERN, FILE_MB; LLM_URL, LLM_MODEL, LLM_KEY, LLM_TIMEOUT_S,
        LLM_PRICE_PER_MILLION_INPUT, LLM_PRICE_PER_MILLION_OUTPUT; and those of kb/settings_outgoing.py,
        kb/settings_embed.py, kb/settings_help_desks.py and kb/settings_tasks.py.

        Args:
            env: Usually os.environ.
            home: Overrides SVAR_HOME, e.g. from --home.

        Raises:
            SettingInvalid: A value is out of range, or a model has an address and no name; the message names the
                variable.
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
            scope=_choice(env, "SVAR_SCOPE", ("", "product")),
            tone=_choice(env, "SVAR_TONE", ("informal", "formal")),
            order_pattern=_pattern(env, "SVAR_ORDER_PATTERN"),
            customer_pattern=_pattern(env, "SVAR_CUSTOMER_PATTERN"),
            file_limit_mb=_number(env, "SVAR_FILE_MB", 10.0, 0.0, 200.0),
            language_model=_language_model(env),
            outgoing=outgoing_from_env(env),
            embedding=embedding_from_env(env),
            help_desks=help_desks_from_env(env),
            tasks=tasks_from_env(env),
        )


def _language_model(env: Mapping[str, str]) -> LanguageModel | None:
    url, model, key = (env.get(f"SVAR_LLM_{name}", "").strip() for name in ("URL", "MODEL", "KEY"))
    timeout_s = _number(env, "SVAR_LLM_TIMEOUT_S", 20.0, 1.0, 600.0)
    prices = [_number(env, f"SVAR_LLM_PRICE_PER_MILLION_{way}", 0.0, 0.0, 1e6) for way in ("INPUT", "OUTPUT")]
    if not url:
        return None
    if not _is_web_address(url):
        raise SettingInvalid("SVAR_LLM_URL", url, "an address that begins with http:// or https://")
    if not model:
        raise SettingInvalid("SVAR_LLM_MODEL", model, "what the endpoint of SVAR_LLM_URL calls its model")
    if not (key.isascii() and key.isprintable()):
        raise SettingInvalid("SVAR_LLM_KEY", "(not shown)", "letters, digits and signs of ASCII")
    return LanguageModel(
        url=url, model=model, key=key, timeout_s=timeout_s, price_per_million_input=prices[0],
        price_per_million_output=prices[1],
    )  # fmt: skip


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


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
        raise SettingInvalid(name, raw, f"a regular expression of at most {_LONGEST_PATTERN} characters")
    return raw


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of some words; the first where nothing is set."""
    raw = env.get(name, "") or allowed[0]
    if raw not in allowed:
        raise SettingInvalid(name, raw, " or ".join(word for word in allowed if word))
    return raw
