"""Where tasks go that somebody makes of a gap: Jira, Trello, Asana, Slack or Teams; nowhere unless it is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kb.errors import SettingInvalid
from kb.settings_outgoing import is_webhook

SYSTEMS = ("jira", "trello", "asana", "slack", "teams")
_DEFAULT_URLS = {"trello": "https://api.trello.com/1/cards", "asana": "https://app.asana.com/api/1.0/tasks"}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "jira": ("URL", "AUTH", "PLACE"), "trello": ("AUTH", "PLACE"), "asana": ("AUTH", "PLACE"), "slack": ("URL",),
    "teams": ("URL",),
}  # fmt: skip
_WORDS = {
    "URL": "an address that begins with https://, without a password",
    "AUTH": "jira: mail:token; trello: key:token; asana: a token; letters, digits and signs of ASCII",
    "PLACE": "jira: a project's key; trello: a list's id; asana: a project's id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTarget:
    """One system that takes tasks."""

    system: str
    """One of SYSTEMS."""
    url: str
    """Where tasks are posted to."""
    auth: str = field(default="", repr=False)
    """What Svar signs in with; empty for addresses that are secret themselves."""
    place: str = ""
    """In which project or list tasks are made."""


def tasks_from_env(env: Mapping[str, str]) -> tuple[TaskTarget, ...]:
    """Read SVAR_TASKS_JIRA_URL, _AUTH and _PLACE, and the same for TRELLO, ASANA, SLACK and TEAMS.

    Args:
        env: Usually os.environ.

    Raises:
        SettingInvalid: A system is set by half, or a value is not allowed; no secret is shown.
    """
    found = []
    for system in SYSTEMS:
        names = {part: f"SVAR_TASKS_{system.upper()}_{part}" for part in ("URL", "AUTH", "PLACE")}
        said = {part: env.get(name, "").strip() for part, name in names.items()}
        if not any(said.values()):
            continue
        values = {**said, "URL": said["URL"] or _DEFAULT_URLS.get(system, "")}
        for part in ("URL", "AUTH", "PLACE"):
            wanted = part in _NEEDED[system] or part == "URL"
            if (wanted and not values[part]) or (values[part] and not _ALLOWED[part](values[part])):
                raise SettingInvalid(names[part], "(not shown)" if part == "AUTH" else values[part], _WORDS[part])
        found.append(TaskTarget(system=system, url=values["URL"], auth=values["AUTH"], place=values["PLACE"]))
    return tuple(found)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= 500


_ALLOWED: Mapping[str, Callable[[str], bool]] = {"URL": is_webhook, "AUTH": _is_plain, "PLACE": _is_plain}
