"""The small pages of a frame: sign in, a ticket that is not known, and the window that hands a token over. Pure."""

from __future__ import annotations

from html import escape

from ui.catalogue import text
from ui.pages.signin import MARK


def sign_in(locale: str, version: str, *, refused: bool) -> str:
    """Asks to sign in, in a window of its own: a password is never typed into a frame of another program's page.

    Args:
        locale: Language of the page.
        version: Version of the static files.
        refused: Whether a link was refused because it has run out or was used before.
    """
    why = f'<p class="problem" role="alert">{escape(text(locale, "embed.refused"))}</p>' if refused else ""
    body = (
        f'<p class="lead">{escape(text(locale, "embed.lead"))}</p>{why}'
        f'<button class="btn primary wide" type="button" id="embed-enter">{escape(text(locale, "embed.enter"))}'
        f'</button><p class="fine" id="embed-blocked" role="alert" hidden>{escape(text(locale, "embed.blocked"))}</p>'
    )
    return _page(locale, version, "sign-in", text(locale, "login.title"), body)


def unknown(locale: str, version: str) -> str:
    """Says that the ticket has not been taken in.

    Args:
        locale: Language of the page.
        version: Version of the static files.
    """
    body = (
        f'<p class="lead">{escape(text(locale, "embed.unknown_lead"))}</p>'
        f'<a class="btn primary wide" href="/ui/?embed=1">{escape(text(locale, "embed.search"))}</a>'
    )
    return _page(locale, version, "unknown", text(locale, "embed.unknown"), body)


def popup(locale: str, version: str) -> str:
    """Hands a token to the frame and closes itself; its script does so.

    Args:
        locale: Language of the page.
        version: Version of the static files.
    """
    body = (
        f'<p class="lead" role="status">{escape(text(locale, "embed.done"))}</p>'
        f'<a class="btn wide" href="/ui/">{escape(text(locale, "embed.open"))}</a>'
    )
    return _page(locale, version, "popup", text(locale, "embed.signed_in"), body)


def _page(locale: str, version: str, name: str, title: str, body: str) -> str:
    styles = "".join(
        f'<link rel="stylesheet" href="/static/{version}/{style}.css">' for style in ("base", "parts", "signin")
    )
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{escape(title)} · Svar</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<script src="/static/{version}/early.js"></script>{styles}'
        f'<script type="module" src="/static/{version}/embed.js"></script></head>'
        f'<body class="signin embed" data-embed="{name}"><main class="card"><div class="brand">{MARK}<span>Svar</span>'
        f"</div><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
