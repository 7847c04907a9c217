"""A task as each system wants to be told of it. Pure.

Sources: Jira Cloud platform REST API v2, "Create issue"; Trello REST API, "Create a new Card"; Asana API 1.0, "Create a
task"; Slack, "Sending messages using incoming webhooks"; Microsoft Teams, "Create incoming webhooks with Workflows".
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kb.settings_tasks import TaskTarget


@dataclass(frozen=True, slots=True)
class TaskPost:
    """What is posted."""

    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def task_post(target: TaskTarget, payload: Mapping[str, object]) -> TaskPost:
    """What a system is sent for a task.

    Args:
        target: The system.
        payload: title, text, url and due as `kb.reporting.tasks` queued them; empty ones count as not given.
    """
    told = {name: str(payload.get(name) or "") for name in ("title", "text", "url", "due")}
    return _FORMS[target.system](target, told)


def _jira(target: TaskTarget, told: Mapping[str, str]) -> TaskPost:
    fields: dict[str, Any] = {
        "project": {"key": target.place}, "issuetype": {"name": "Task"}, "summary": told["title"],
        "description": _with_url(told),
    }  # fmt: skip
    if told["due"]:
        fields["duedate"] = told["due"]
    signed = base64.b64encode(target.auth.encode()).decode()
    return TaskPost({"fields": fields}, {"Authorization": f"Basic {signed}"})


def _trello(target: TaskTarget, told: Mapping[str, str]) -> TaskPost:
    key, _, token = target.auth.partition(":")
    body = {"idList": target.place, "name": told["title"], "desc": _with_url(told)}
    # In a header, so that no log of addresses holds it.
    header = f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'
    return TaskPost(body | ({"due": told["due"]} if told["due"] else {}), {"Authorization": header})


def _asana(target: TaskTarget, told: Mapping[str, str]) -> TaskPost:
    data: dict[str, Any] = {"name": told["title"], "notes": _with_url(told), "projects": [target.place]}
    if told["due"]:
        data["due_on"] = told["due"]
    return TaskPost({"data": data}, {"Authorization": f"Bearer {target.auth}"})


def _slack(_: TaskTarget, told: Mapping[str, str]) -> TaskPost:
    title, text = _escaped(told["title"]), _escaped(told["text"])
    parts = [f"*{title}*", text, f"<{told['url']}>" if told["url"] else "", told["due"]]
    return TaskPost({"text": "\n".join(part for part in parts if part)})


def _teams(_: TaskTarget, told: Mapping[str, str]) -> TaskPost:
    blocks: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": told["title"], "weight": "Bolder", "size": "Medium", "wrap": True}
    ]
    blocks += [{"type": "TextBlock", "text": told[name], "wrap": True} for name in ("text", "due") if told[name]]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": blocks,
    }  # fmt: skip
    if told["url"]:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Svar", "url": told["url"]}]
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return TaskPost({"type": "message", "attachments": [attached]})


def _with_url(told: Mapping[str, str]) -> str:
    return "\n\n".join(part for part in (told["text"], told["url"]) if part)


def _escaped(text: str) -> str:
    """Text in Slack's own markup: a customer's words must not become a mention of everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_FORMS: Mapping[str, Callable[[TaskTarget, Mapping[str, str]], TaskPost]] = MappingProxyType(
    {"jira": _jira, "trello": _trello, "asana": _asana, "slack": _slack, "teams": _teams}
)
