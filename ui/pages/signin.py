"""Sign-in, demo entrance and first start, as HTML without scripts of its own. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from kb.locales import UI_LOCALES
from kb.model import Role, User
from kb.users import MIN_PASSWORD
from ui.catalogue import text

MARK = (
    '<svg class="mark" viewBox="0 0 24 24" width="36" height="36" aria-hidden="true">'
    '<rect class="mark-ground" width="24" height="24" rx="6.5"/>'
    '<path class="mark-bubble" d="M6.2 7.2h11.6v8h-6.2l-3.3 3v-3H6.2z"/>'
    '<path class="mark-lines" d="M8.6 10h6.8M8.6 12.5h4.2"/></svg>'
)
NAMES = {"sv": "Svenska", "nb": "Bokmål", "nn": "Nynorsk", "da": "Dansk", "en": "English"}
"""Each language in its own words."""


def login(locale: str, version: str, email: str, target: str, problem: str = "") -> str:
    """The form for e-mail and password.

    Args:
        locale: Language of the page.
        version: Version of the static files.
        email: What was typed before.
        target: Where to go afterwards.
        problem: Why the last try failed.
    """
    form = (
        f'<form method="post" action="/login?lang={locale}" class="card-form">{_problem(problem)}'
        f'<input type="hidden" name="next" value="{escape(target)}">'
        f"{_input(locale, 'email', 'email', email, 'username')}"
        f"{_input(locale, 'password', 'password', '', 'current-password')}"
        f'<button class="btn primary wide">{escape(text(locale, "login.enter"))}</button></form>'
    )
    return page(locale, version, "login", text(locale, "login.title"), form, "/login", kept={"next": target})


def demo(locale: str, version: str, people: Mapping[Role, User], target: str) -> str:
    """One button per role."""
    buttons = "".join(
        f'<button class="person" name="role" value="{role.value}"><span class="avatar" aria-hidden="true">'
        f'{escape(_initials(user.name))}</span><span class="who"><b>{escape(user.name)}</b>'
        f"<span>{escape(text(locale, 'demo.who_' + role.value))}</span></span>"
        f'<span class="badge">{escape(text(locale, "role." + role.value))}</span></button>'
        for role, user in people.items()
    )
    form = (
        f'<p class="lead">{escape(text(locale, "demo.lead"))}</p><form method="post" action="/login" class="people">'
        f'<input type="hidden" name="next" value="{escape(target)}">{buttons}</form>'
        f'<p class="fine">{escape(text(locale, "demo.fine"))}</p>'
    )
    return page(locale, version, "demo", text(locale, "demo.title"), form, "/login", kept={"next": target})


def setup(locale: str, version: str, form: Mapping[str, str] | None = None, problem: str = "") -> str:
    """The form for the first admin.

    Args:
        locale: Language of the page.
        version: Version of the static files.
        form: What was typed before; with the right "code" that is not asked for again.
        problem: Why the last try failed.
    """
    old = form or {}
    code = old.get("code", "")
    asked = (
        f'<input type="hidden" name="code" value="{escape(code)}">'
        if code
        else f'{_input(locale, "code", "text", "", "off")}<p class="fine">{escape(text(locale, "setup.code_help"))}</p>'
    )
    body = (
        f'<p class="lead">{escape(text(locale, "setup.lead"))}</p>'
        f'<form method="post" action="/setup?lang={locale}" class="card-form">{_problem(problem)}{asked}'
        f"{_input(locale, 'name', 'text', old.get('name', ''), 'name')}"
        f"{_input(locale, 'email', 'email', old.get('email', ''), 'username')}"
        f"{_input(locale, 'password', 'password', '', 'new-password', minimum=MIN_PASSWORD)}"
        f'<p class="fine">{escape(text(locale, "setup.password_rule", n=MIN_PASSWORD))}</p>'
        f'<button class="btn primary wide">{escape(text(locale, "setup.enter"))}</button></form>'
    )
    return page(locale, version, "setup", text(locale, "setup.title"), body, "/setup", kept={"code": code})


def page(locale: str, version: str, name: str, title: str, body: str, path: str, *, kept: Mapping[str, str]) -> str:
    """A whole page around a card.

    Args:
        locale: Language of the page.
        version: Version of the static files.
        name: Name of the page, for the style sheet.
        title: Heading, plain text.
        body: HTML, already escaped.
        path: Where the language links lead.
        kept: What stays in the address when the language is changed.
    """
    after = "".join(f"&amp;{key}={quote(value, safe='')}" for key, value in kept.items() if value)
    languages = "".join(
        f'<a href="{path}?lang={code}{after}" lang="{code}"{" aria-current=true" * (code == locale)}>{NAMES[code]}</a>'
        for code in UI_LOCALES
    )
    label = escape(text(locale, "language"))
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{escape(title)} · Svar</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="/static/{version}/mark.svg" type="image/svg+xml">'
        f'<script src="/static/{version}/early.js"></script><link rel="stylesheet" href="/static/{version}/base.css">'
        f'<link rel="stylesheet" href="/static/{version}/parts.css">'
        f'<link rel="stylesheet" href="/static/{version}/signin.css"></head>'
        f'<body class="signin {name}"><main class="card">'
        f'<div class="brand">{MARK}<span>Svar</span></div><h1>{escape(title)}</h1>{body}</main>'
        f'<nav class="languages" aria-label="{label}">{languages}</nav></body></html>'
    )


def _input(locale: str, name: str, kind: str, value: str, autocomplete: str, *, minimum: int = 0) -> str:
    shortest = f' minlength="{minimum}"' if minimum else ""
    return (
        f'<label class="field"><span>{escape(text(locale, "login." + name))}</span><input name="{name}" type="{kind}"'
        f' value="{escape(value)}" autocomplete="{autocomplete}" required{shortest}></label>'
    )


def _problem(problem: str) -> str:
    return f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2])
