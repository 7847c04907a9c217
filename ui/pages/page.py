"""The pages: one mount point each; everything in them is made by the scripts in ui/static from the REST API.

What several pages use lies directly in ui/static, what one page has for itself in a folder of its name.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.model import Role

if TYPE_CHECKING:
    import gradio as gr

ROOT = "/ui"
HOST = "<div data-svar='host'></div>"
"""What Gradio shows: nothing. The script makes its own mount point at once instead of waiting for Gradio's page."""
_STATIC = Path(__file__).resolve().parents[1] / "static"
_IMPORT = re.compile(r'^(?:import|\} from|export .* from)\b.*?"(\.{1,2}/[\w./]+\.js)";$', re.MULTILINE)
_SHARED = ("base", "parts", "layout")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the application."""

    name: str
    """Its mount point is [data-svar=NAME]."""
    path: str
    """Under which it stands, without a slash at the end."""
    entry: str
    """Its first script, in ui/static."""
    role: Role
    """Who may open it; REST has its own rules for what is in it."""
    own_styles: tuple[str, ...] = ()
    """Beside those that all pages have, and those in its folder."""

    @property
    def mount(self) -> str:
        """The element that its scripts fill."""
        return f"<div id='svar' class='svar' data-svar='{self.name}'></div>"

    @property
    def styles(self) -> tuple[str, ...]:
        """Style sheets in their order, without their ending."""
        folder = _STATIC / self.name
        in_folder = (f"{self.name}/{file.stem}" for file in sorted(folder.glob("*.css")))
        return (*_SHARED, *self.own_styles, *in_folder)


WORKSPACE = Page(
    "workspace", ROOT, "main.js", Role.AGENT,
    ("list", "queue", "conversation", "draft", "composer", "replying", "suggestions", "cards", "people", "capturing"),
)  # fmt: skip
KNOWLEDGE = Page("knowledge", f"{ROOT}/knowledge", "knowledge/main.js", Role.CONTRIBUTOR)
LEAD = Page("lead", f"{ROOT}/lead", "lead/main.js", Role.LEAD)
PAGES = (WORKSPACE, KNOWLEDGE, LEAD)


def page_at(path: str) -> Page | None:
    """The page that a path shows, with or without a slash at its end; None where it shows none."""
    return next((page for page in PAGES if path.rstrip("/") == page.path), None)


def head(page: Page, version: str, *, host: str) -> str:
    """What goes into the page's head: theme before the first paint, styles, and the scripts.

    Args:
        page: Which page.
        version: Version of the static files; a part of their address, so that a new version is fetched at once.
        host: "gradio" or "plain", for tests.
    """
    return (
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="svar-host" content="{host}">'
        f'<link rel="icon" href="/static/{version}/mark.svg" type="image/svg+xml">'
        f'<script src="/static/{version}/early.js"></script>'
        + "".join(f'<link rel="stylesheet" href="/static/{version}/{name}.css">' for name in page.styles)
        # All scripts at once: a browser finds out what a module imports only when it has come.
        + "".join(f'<link rel="modulepreload" href="/static/{version}/{name}">' for name in modules(page.entry))
        + f'<script type="module" src="/static/{version}/{page.entry}"></script>'
    )


@cache
def modules(entry: str) -> tuple[str, ...]:
    """The scripts that a script imports, also through others, in the order in which they are found.

    Args:
        entry: A script, as its path in ui/static.
    """
    found = [entry]
    for name in found:
        folder = posixpath.dirname(name)
        imported = _IMPORT.findall((_STATIC / name).read_text("utf-8"))
        named = (posixpath.normpath(posixpath.join(folder, each)) for each in imported)
        found += [each for each in dict.fromkeys(named) if each not in found]
    return tuple(found[1:])


def plain(page: Page, version: str) -> str:
    """The page by itself: the same scripts in the same mount point, served while Gradio is still being loaded."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Svar</title>'
        f"{head(page, version, host='plain')}</head><body><main>{page.mount}</main></body></html>"
    )


def build() -> gr.Blocks:
    """All pages as one Gradio application: constant templates without data, state or events."""
    import gradio as gr

    first, *others = PAGES
    blocks: gr.Blocks = gr.Blocks(title="Svar", analytics_enabled=False)
    with blocks:
        _host(first)
    for page in others:
        with blocks.route(page.name, page.path.removeprefix(ROOT)):
            _host(page)
    return blocks


def _host(page: Page) -> None:
    import gradio as gr

    gr.HTML(html_template=HOST, apply_default_css=False, padding=False, elem_id=f"svar-host-{page.name}")
