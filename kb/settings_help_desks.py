"""Help centres that articles are written back to as drafts: Zendesk, Freshdesk or HubSpot; none unless it is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kb.errors import SettingInvalid
from kb.settings_outgoing import is_webhook

HELP_DESKS = ("zendesk", "freshdesk", "hubspot")
_DEFAULT_URLS = {"hubspot": "https://api.hubapi.com"}
_WORDS = {
    "URL": "the address of the help desk, beginning with https://, without a password",
    "AUTH": "zendesk: mail:API token; freshdesk: the API key; hubspot: the access token; signs of ASCII",
    "PLACE": "zendesk: section:permission group; freshdesk: the folder; hubspot: the knowledge base; by their numbers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpDesk:
    """One help centre that takes drafts."""

    system: str
    """One of HELP_DESKS."""
    url: str
    """Without a slash at the end."""
    auth: str = field(repr=False)
    """What Svar signs in with."""
    place: str
    """Where in it drafts are put."""


def help_desks_from_env(env: Mapping[str, str]) -> tuple[HelpDesk, ...]:
    """Read SVAR_ZENDESK_URL, _AUTH and _PLACE, and the same for FRESHDESK and HUBSPOT (which needs no URL).

    Args:
        env: Usually os.environ.

    Raises:
        SettingInvalid: A help desk is set by half, or a value is not allowed; no secret is shown.
    """
    found = []
    for system in HELP_DESKS:
        names = {part: f"SVAR_{system.upper()}_{part}" for part in ("URL", "AUTH", "PLACE")}
        said = {part: env.get(name, "").strip() for part, name in names.items()}
        if not any(said.values()):
            continue
        values = {**said, "URL": (said["URL"] or _DEFAULT_URLS.get(system, "")).rstrip("/")}
        for part, name in names.items():
            if not _ALLOWED[part](system, values[part]):
                raise SettingInvalid(name, "(not shown)" if part == "AUTH" else values[part], _WORDS[part])
        found.append(HelpDesk(system=system, url=values["URL"], auth=values["AUTH"], place=values["PLACE"]))
    return tuple(found)


def _is_auth(system: str, text: str) -> bool:
    plain = text.isascii() and text.isprintable() and 0 < len(text) <= 500 and " " not in text
    return plain and (system != "zendesk" or all(text.partition(":")))


def _is_place(system: str, text: str) -> bool:
    numbers = text.split(":")
    return len(numbers) == (2 if system == "zendesk" else 1) and all(each.isdecimal() for each in numbers)


_ALLOWED: Mapping[str, Callable[[str, str], bool]] = {
    "URL": lambda _, url: is_webhook(url), "AUTH": _is_auth, "PLACE": _is_place,
}  # fmt: skip
