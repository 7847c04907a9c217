"""Where the workspace may stand inside another program's page, and what that program signs its agents in with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kb.errors import SettingInvalid
from kb.settings_outgoing import is_this_machine

_FEWEST_SECRET = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """Nobody may show the workspace in a frame, unless it is set here."""

    origins: tuple[str, ...] = ()
    """Who may, e.g. "https://firma.zendesk.com"; empty means nobody but Svar itself."""
    secret: str = field(default="", repr=False)
    """What a help desk signs its agents' links with; empty: agents sign in by themselves."""

    @property
    def is_allowed(self) -> bool:
        """Whether anybody may show the workspace in a frame."""
        return bool(self.origins)


def embedding_from_env(env: Mapping[str, str]) -> Embedding:
    """Read SVAR_EMBED_ORIGINS and SVAR_EMBED_SECRET.

    Args:
        env: Usually os.environ.

    Raises:
        SettingInvalid: An origin is no origin or not encrypted, or the secret is short; it is never shown.
    """
    raw = env.get("SVAR_EMBED_ORIGINS", "")
    origins = tuple(dict.fromkeys(_origin(part, raw) for part in raw.replace(",", " ").split()))
    secret = env.get("SVAR_EMBED_SECRET", "").strip()
    if secret and not (len(secret) >= _FEWEST_SECRET and secret.isascii() and secret.isprintable()):
        allowed = f"at least {_FEWEST_SECRET} letters, digits and signs of ASCII"
        raise SettingInvalid("SVAR_EMBED_SECRET", "(not shown)", allowed)
    return Embedding(origins=origins, secret=secret)


def _origin(text: str, raw: str) -> str:
    """An origin as browsers write it. What stands in it becomes a part of a header, so nothing else may pass."""
    refused = SettingInvalid(
        "SVAR_EMBED_ORIGINS", raw, "origins such as https://firma.zendesk.com, with spaces or commas between them"
    )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refused from None
    if not (text.isascii() and host and all(c.isalnum() or c in "-." for c in host)):
        raise refused
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(host)):
        raise refused
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username or parts.password or port == 0:
        raise refused
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
